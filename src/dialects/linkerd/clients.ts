import type { Source } from '../../model/access';
import { distinctSources, sourceKey } from '../../model/access';

/** To Linkerd, any authenticated client means any client with a DNS name, and none with a SPIFFE id. */
const INCLUDED_IN: Readonly<Record<Source['kind'], readonly Source['kind'][]>> = {
  anyone: [],
  anyAuthenticated: ['anyone'],
  ipBlock: ['anyone'],
  spiffeId: ['anyone'],
  serviceAccount: ['anyone', 'anyAuthenticated'],
  namespace: ['anyone', 'anyAuthenticated'],
  namespaceLabels: ['anyone', 'anyAuthenticated'],
  pods: ['anyone'],
  uninitialized: ['anyone'],
  trustDomain: ['anyone'],
  apiServer: ['anyone'],
  nodes: ['anyone'],
  nodeLabels: ['anyone'],
  gateway: ['anyone', 'anyAuthenticated'],
};

/** Each source once, in order, without sources that another one includes. */
export function broadestSources(sources: readonly Source[]): Source[] {
  const kinds = new Set(sources.map(({ kind }) => kind));
  return distinctSources(sources).filter(({ kind }) => !INCLUDED_IN[kind].some(broader => kinds.has(broader)));
}

/** The same string for the same clients, and for no others. */
export function clientsKey(clients: readonly Source[]): string {
  return JSON.stringify(clients.map(sourceKey));
}
