import type { Pod } from '../../meaning/call';
import { NAME_LABEL } from '../../meaning/selector';
import type { Cluster } from '../../reading/cluster/cluster';

/** By which nobody is called. */
export const NOBODY = 'nobody-names-it';

/** Pods of a namespace that no policy names: what is said of them is said of all. */
export function unnamedPod(cluster: Cluster, namespace: string): Pod & Required<Pick<Pod, 'labels' | 'annotations' | 'serviceAccount'>> {
  return {
    namespace,
    labels: {},
    annotations: {},
    serviceAccount: NOBODY,
    namespaceLabels: cluster.namespaceLabels(namespace) ?? { [NAME_LABEL]: namespace },
  };
}
