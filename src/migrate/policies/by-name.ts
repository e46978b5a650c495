import type { ByName } from './clients';
import { hasLabels, type Labels } from '../../meaning/selector';
import { distinctBy } from '../../model/lists';
import { type Cluster, DEFAULT_NAMESPACE } from '../../reading/cluster/cluster';
import { quoted } from '../plan/notices';
import type { World } from '../world';

/** Knows pods that are chosen by labels by their ServiceAccounts, and namespaces by their names: those in the files are taken to be all. */
export function byName(beside: World, cluster: Cluster): ByName {
  const namespaces = [...new Set([...beside.workloads, ...beside.services].map(({ namespace }) => namespace ?? DEFAULT_NAMESPACE))].sort();
  const isLabelled = (name: string, wanted: Labels) => {
    const own = cluster.namespaceLabels(name);
    return own !== undefined && hasLabels(own, wanted);
  };
  return ({ namespace, namespaceLabels, labels }) => {
    const chosen = namespaces.filter(name => (namespace === undefined || name === namespace)
      && (namespaceLabels === undefined || isLabelled(name, namespaceLabels)));
    if (Object.keys(labels).length === 0) {
      return chosen.length > 0 ? chosen.map(name => ({ namespace: name })) : { unsaid: 'no Namespace in the files has these labels: give it' };
    }
    const selected = beside.workloads.filter(one => chosen.includes(one.namespace ?? DEFAULT_NAMESPACE) && hasLabels(one.labels, labels));
    const accounts = distinctBy(selected.map(one => ({ namespace: one.namespace ?? DEFAULT_NAMESPACE, name: one.serviceAccount })), ({ namespace: where, name }) => `${where}/${name}`);
    if (accounts.length === 0) return { unsaid: `no workload in the files has the labels ${words(labels)}, by whose ServiceAccount clients would be known: give it` };
    for (const account of accounts) {
      const stranger = beside.workloadsOf(account).find(one => !selected.includes(one));
      if (stranger !== undefined) return { unsaid: `${stranger.kind} '${stranger.name}' runs as ServiceAccount '${account.name}' too, and does not have the labels ${words(labels)}` };
    }
    return accounts;
  };
}

function words(labels: Labels): string {
  return quoted(Object.entries(labels).map(([key, value]) => `${key}=${value}`));
}
