import type { Client, Pod } from '../../../meaning/call';
import { ALL_PAST, hasNoProxy, type Past } from '../../../meaning/past';
import type { PodPort } from '../../../meaning/world';
import { isListed, portsIn } from '../../../reading/listed-ports';

const EXCLUDED_OUT = 'traffic.kuma.io/exclude-outbound-ports';

/** What else may keep calls from the proxy: by addresses, by users, or as somebody else says it (kumahq/kuma `pkg/transparentproxy/kubernetes/kubernetes_config.go`). */
const PERHAPS_OUT = [
  'traffic.kuma.io/exclude-outbound-ips', 'traffic.kuma.io/exclude-outbound-ports-for-uids', 'traffic.kuma.io/exclude-outbound-tcp-ports-for-uids',
  'traffic.kuma.io/transparent-proxy-config', 'traffic.kuma.io/transparent-proxy-configmap-name',
];
const PERHAPS_IN = ['traffic.kuma.io/exclude-inbound-ips', ...PERHAPS_OUT.slice(3)];

/** Which calls of a client its proxy does not see. */
export function leavesPast(client: Client): Past | undefined {
  if (hasNoProxy(client)) return ALL_PAST;
  if (client.kind !== 'pod') return undefined;
  const ports = portsIn(client.annotations?.[EXCLUDED_OUT]);
  return isSaid(client, PERHAPS_OUT) ? { ports, others: 'perhaps' } : ports.length > 0 ? { ports } : undefined;
}

/** Whether some calls may reach pods without their proxy, and it is not known which. */
export function isPerhapsPast({ pod }: PodPort): boolean {
  return isSaid(pod, PERHAPS_IN);
}

function isSaid({ annotations = {} }: Pod, names: readonly string[]): boolean {
  return names.some(name => Object.hasOwn(annotations, name));
}

const EXCLUDED = 'traffic.kuma.io/exclude-inbound-ports';

/** `pkg/plugins/runtime/k8s/metadata/annotations.go`, GetBooleanWithDefault. */
const ENABLED = ['enabled', 'true', 'yes'];
const DISABLED = ['disabled', 'false', 'no'];

/**
 * Whether calls to a port reach pods without their proxy.
 *
 * @see https://kuma.io/docs/latest/reference/kubernetes-annotations/
 */
export function isPastProxy({ pod, port }: PodPort): boolean {
  return isInMesh(pod) === false || isGateway(pod) || isListed(pod.annotations?.[EXCLUDED], port);
}

/** The pods of somebody else's gateway have a proxy for what they send only (`redirect.inbound` in `pkg/transparentproxy/kubernetes/kubernetes_config.go`). */
function isGateway({ annotations }: Pod): boolean {
  return ENABLED.includes(annotations?.['kuma.io/gateway'] ?? '');
}

/** The label of a pod goes before that of its namespace (kumahq/kuma `pkg/plugins/runtime/k8s/webhooks/injector/precheck.go`). Without both, one is taken to be there. */
export function isInMesh({ labels, namespaceLabels }: Pod): boolean | undefined {
  const said = labels?.['kuma.io/sidecar-injection'] ?? namespaceLabels?.['kuma.io/sidecar-injection'];
  return said === undefined ? undefined : DISABLED.includes(said) ? false : ENABLED.includes(said) ? true : undefined;
}
