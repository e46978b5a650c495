import type { PodMarks, PodsBypass } from '../contract/bypass';
import { allBy, isSaid, listedBy, onNode } from '../contract/bypass';
import { mark } from '../contract/marks';

const INJECT = 'linkerd.io/inject';
const ENABLED = ['enabled', 'ingress'];

/** Annotations of the pods go before those of their namespace (linkerd/linkerd2 `pkg/inject/inject.go`). */
function said(pod: PodMarks, key: string) {
  return mark(pod, key, 'annotations', 'namespaceAnnotations');
}

/**
 * Pods without a proxy: a word that is none keeps it from them, also that of the namespace (linkerd/linkerd2 `pkg/inject/report.go`); and what the
 * proxy does not see (`charts/partials/templates/_proxy-init.tpl`).
 */
export const linkerdBypass: PodsBypass = (pod, direction) => [
  ...onNode(pod),
  ...allBy(mark(pod, INJECT, 'annotations'), value => value !== '' && !ENABLED.includes(value)),
  ...allBy(mark(pod, INJECT, 'namespaceAnnotations'), value => value !== ''
    && (value === 'disabled' ? !ENABLED.includes(mark(pod, INJECT, 'annotations')?.value ?? '') : !ENABLED.includes(value))),
  ...listedBy(said(pod, `config.linkerd.io/skip-${direction}-ports`)),
  ...allBy(said(pod, 'config.linkerd.io/skip-subnets'), isSaid, true),
];
