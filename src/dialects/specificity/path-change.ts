import type { PathChange } from '../../model/handling';
import type { PathCondition } from '../../model/path';

/** The change of a narrower match with the same result as the change of a prefix: routes replace the prefix of the match that won. */
export function changeFrom(prefix: string, change: PathChange, { type, value }: PathCondition): PathChange {
  const kept = value.slice(prefix.length);
  const changed = kept === '' ? change.value : `${withoutSlash(change.value)}${kept}`;
  return type === 'exact' ? { type: 'full', value: kept === '' ? withoutSlash(changed) || '/' : changed } : { type: 'prefix', value: changed };
}

/** A slash at the end says nothing; implementations differ in whether they keep it. */
export function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '');
}
