import type { Source } from '../../model/access';
import { sourceKey } from '../../model/access';

/**
 * Each source once, in their order, without those that another one includes anyway. To Linkerd, any authenticated client is
 * any that has a name: those that have a SPIFFE id are none of them.
 */
export function distinctSources(sources: readonly Source[]): Source[] {
  const distinct = [...new Map(sources.map(source => [sourceKey(source), source]))].sort(([a], [b]) => a < b ? -1 : 1).map(([, source]) => source);
  const has = (kind: Source['kind']) => distinct.some(source => source.kind === kind);
  return distinct.filter(({ kind }) => kind === 'anyone' || !has('anyone') && (kind === 'anyAuthenticated' || kind === 'ipBlock' || kind === 'spiffeId' || !has('anyAuthenticated')));
}

/** A string equal for equal clients, and for no others. */
export function clientsKey(clients: readonly Source[]): string {
  return JSON.stringify(clients.map(sourceKey));
}
