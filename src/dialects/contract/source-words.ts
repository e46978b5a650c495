import type { Source, SourceFields } from '../../model/access';
import { byKind } from '../../model/by-kind';

/** A source, in the words of a message. */
export const sourceInWords = byKind<Source, string>({
  serviceAccount: ({ namespace, name }: SourceFields<'serviceAccount', 'namespace' | 'name'>) => `ServiceAccount '${namespace}/${name}'`,
  namespace: ({ name }: SourceFields<'namespace', 'name'>) => `namespace '${name}'`,
  namespaceLabels: ({ labels }: SourceFields<'namespaceLabels', 'labels'>) => `namespaces with the labels '${selector(labels)}'`,
  pods: ({ labels, namespace }: SourceFields<'pods', 'labels' | 'namespace', 'namespaceLabels' | 'cluster'>) =>
    `pods with the labels '${selector(labels)}'${namespace === undefined ? '' : ` in namespace '${namespace}'`}`,
  uninitialized: () => 'pods that have no identity yet',
  trustDomain: ({ name }: SourceFields<'trustDomain', 'name'>) => `trust domain '${name}'`,
  apiServer: () => 'the API server',
  nodes: () => 'the nodes',
  nodeLabels: ({ labels }: SourceFields<'nodeLabels', 'labels'>) => `nodes with the labels '${selector(labels)}'`,
  spiffeId: ({ id }: SourceFields<'spiffeId', 'id'>) => `SPIFFE id '${id}'`,
  gateway: ({ namespace, name }: SourceFields<'gateway', 'namespace' | 'name', 'className' | 'pods'>) => `gateway '${namespace}/${name}'`,
  ipBlock: ({ cidr }: SourceFields<'ipBlock', 'cidr', 'except'>) => `addresses '${cidr}'`,
  anyAuthenticated: () => 'any authenticated client',
  anyone: () => 'anyone',
});

function selector(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(',');
}
