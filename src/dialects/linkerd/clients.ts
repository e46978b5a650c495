import type { Source } from '../../model/access';
import { sourceKey } from '../../model/access';

/**
 * Each source once, in order, without sources that another one includes. To Linkerd, any authenticated client means any client
 * with a DNS name, and none with a SPIFFE id.
 */
export function distinctSources(sources: readonly Source[]): Source[] {
  const distinct = [...new Map(sources.map(source => [sourceKey(source), source]))].sort(([a], [b]) => a < b ? -1 : 1).map(([, source]) => source);
  const has = (kind: Source['kind']) => distinct.some(source => source.kind === kind);
  return distinct.filter(({ kind }) => kind === 'anyone' || !has('anyone') && (kind === 'anyAuthenticated' || kind === 'ipBlock' || kind === 'spiffeId' || !has('anyAuthenticated')));
}

/** The same string for the same clients, and for no others. */
export function clientsKey(clients: readonly Source[]): string {
  return JSON.stringify(clients.map(sourceKey));
}
