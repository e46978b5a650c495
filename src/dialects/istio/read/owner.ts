import { DEFAULT_NAMESPACE } from '../../../reading/cluster/cluster';
import { type ReadObject, sourceOf } from '../../../reading/objects';
import type { Owner } from '../../../reading/ranking';

/** Of several objects of a kind, the oldest comes first. */
export function ownerOf(object: ReadObject): Owner {
  const created: unknown = object.manifest?.metadata?.creationTimestamp;
  const isKnown = typeof created === 'string' && !Number.isNaN(Date.parse(created));
  return { source: sourceOf(object), ...(isKnown && { age: `${new Date(created).toISOString()} ${object.name} ${namespaceOf(object)}` }) };
}

export function namespaceOf({ namespace = DEFAULT_NAMESPACE }: ReadObject): string {
  return namespace;
}
