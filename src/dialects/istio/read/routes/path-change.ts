import type { Match } from './match';
import type { Fields } from '../../../../manifests/fields';
import type { PathChange } from '../../../../model/handling';

/** What becomes of a path, after a match. */
export interface Changed {
  readonly path?: PathChange;
  readonly replaced?: string;
  readonly besides?: string;
  /** Why it is not known. */
  readonly unknown?: string;
}

/** Envoy replaces what was matched: a prefix, or else the whole path. */
export function matchedBy(value: string, { path }: Match): Changed {
  if (path === undefined) return { path: { type: 'prefix', value }, replaced: '/' };
  if (path.type === 'any case') return { unknown: 'a prefix of any case is replaced' };
  return path.type === 'prefix' ? { path: { type: 'prefix', value }, replaced: path.value } : { path: { type: 'full', value } };
}

/** A rewrite by a regular expression, which is understood where it replaces the path, or a plain prefix that was matched. */
export function byExpression(fields: Fields, { path }: Match): Changed {
  const [expression, value] = [fields.field('match').text(), fields.field('rewrite').text()];
  if (expression === undefined || value === undefined) return fields.doubt('it needs an expression, and what stands in its place') ?? {};
  if (/^\^?\/?\.\*\$?$/.test(expression) && !value.includes('\\')) return { path: { type: 'full', value } };
  const { start = '', slash } = /^\^(?<start>(?:[^\\|*+?{}()[\]^$.]|\\[^A-Za-z0-9])+?)(?<slash>\/\?)?$/.exec(expression)?.groups ?? {};
  const prefix = start.replace(/\\(.)/g, '$1');
  const isMatched = prefix !== '' && path !== undefined && !value.includes('\\')
    && ((path.type === 'exact' && path.value === prefix) || (path.type === 'prefix' && path.value.startsWith(`${prefix}/`)));
  if (isMatched && slash === undefined) return { path: { type: 'prefix', value }, replaced: prefix };
  if (isMatched && value === '/') return { path: { type: 'prefix', value: '' }, replaced: prefix };
  return { besides: `what matches ${expression} in the path becomes ${value}` };
}
