import { NETWORKING_API_VERSION } from './apis';
import type { SidecarSpec } from '../../../imports/istio/networking.istio.io';
import type { Scope } from '../contract/claim';
import { knownLabels } from '../contract/known';
import type { Manifest, Plain } from '../contract/manifest';

/** Every Service of the cluster, in every namespace. */
const IN_CLUSTER = '*/*.svc.cluster.local';

/** One Sidecar: its pods reach the Services of the cluster, and these hosts of their namespace, or everything; nothing else. */
export function sidecar(metadata: Manifest['metadata'], { workload }: Scope, outside: readonly string[] | 'everything'): Manifest {
  const hosts = outside === 'everything' ? [] : outside;
  const spec: Plain<SidecarSpec> = {
    ...(workload !== undefined && { workloadSelector: { labels: knownLabels(workload) } }),
    egress: [{ hosts: [IN_CLUSTER, ...hosts.map(host => `./${host}`)] }],
    outboundTrafficPolicy: { mode: outside === 'everything' ? 'ALLOW_ANY' : 'REGISTRY_ONLY' },
  };
  return { apiVersion: NETWORKING_API_VERSION, kind: 'Sidecar', metadata, spec };
}
