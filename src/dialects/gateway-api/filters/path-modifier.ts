import type { Fields } from '../../../model/fields';
import type { PathChange } from '../../../model/handling';
import { withoutSlash } from '../../specificity/path-change';

/** A change of the path, of a rewrite or a redirect. */
export function pathModifier({ type, value }: Fields<PathChange, 'type' | 'value'>) {
  return type === 'full'
    ? { type: 'ReplaceFullPath' as const, replaceFullPath: value }
    : { type: 'ReplacePrefixMatch' as const, replacePrefixMatch: withoutSlash(value) || '/' };
}
