import { fieldsOf } from '../../model/fields';
import type { RequestMatch } from '../../model/match';

/** Whether an implementation counts the conditions of a kind, if the paths have the same rank; in the order in which it compares their numbers. */
export type Counted = Readonly<Record<keyof RequestMatch, boolean>>;

/** As Gateway API says. */
export const COUNTED_BY_GATEWAY_API: Counted = { path: false, methods: true, headers: true, query: true, hosts: false };

export const COUNTED_BY_LINKERD: Counted = { path: false, headers: true, query: true, methods: true, hosts: false };

/** How many conditions of each kind that counts a match has. */
export function counting(counted: Counted): (match: RequestMatch) => number[] {
  const kinds = fieldsOf(counted).filter(kind => counted[kind]);
  return match => kinds.map(kind => [match[kind] ?? []].flat().length);
}

/** Which of two lists has more, at the first place where they differ: positive where it is the first, 0 where they are the same. */
export function compareCounts(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((n, k) => n !== b[k]);
  return i === -1 ? 0 : a[i] - b[i];
}
