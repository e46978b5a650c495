import type { PathCondition } from '../../model/path';
import { ANY_ELEMENT, pathRegex } from '../../model/path';
import { escapeRegex } from '../../model/regex';
import { portableRegex } from '../../model/regex-portable';
import { regexRelation } from '../../model/regex-relation';

/*
 * A proxy that compares paths as they come finds the prefix `/public` in `/public/../admin`, of which the server behind it
 * makes `/admin`. There, conditions on paths hold for none that leads elsewhere.
 */

/** What servers take for a slash, and for a dot. */
const SLASH = '(?:[/\\\\]|%2[fF]|%5[cC])';
const DOT = '(?:\\.|%2[eE])';
const REST = '(?:(?:[/;\\\\]|%2[fF]|%5[cC]).*)?';

/** Paths with `..` among their elements, in any spelling that servers resolve. */
export const PARENT_SEGMENTS = `.*${SLASH}${DOT}{2}${REST}`;

/** The same, and `.`, which is harmless after a prefix only. */
const DOT_SEGMENTS = `.*${SLASH}${DOT}{1,2}${REST}`;

/** Without two dots in a row, and without an encoded dot; of ASCII, as paths are, which keeps the expression small. */
const ENCODED = '%(?:[013-9A-Fa-f]|2[0-9a-dfA-DF])';
const NO_DOT = `(?:[!-$&-\\-/-~]|${ENCODED})`;
const ANYTHING = `(?:\\.?${NO_DOT})*\\.?`;
const SOMETHING = `(?:\\.?${NO_DOT})+\\.?`;
const ELEMENT = `(?:\\.?(?:[!-$&-\\-0-~]|${ENCODED}))+\\.?`;

/** Why an expression that `undotted` cannot rewrite is refused, for meshes that compare paths as they come. */
export function takesParents(whoCompares: string): { readonly reason: string; readonly remedy: string } {
  return {
    reason: `${whoCompares} paths as they come, and servers resolve '..': a request for '/public/../admin' would pass for one below '/public'`,
    remedy: "Use `pathPrefix`, `pathBelow`, `pathStartsWith` or `pathTemplate`; or an expression that takes no '..', such as '/files/[a-z]+' or '/files/.*'",
  };
}

/** An expression for those paths of a condition that lead nowhere else; undefined if none is known. */
export function undotted(path: PathCondition): string | undefined {
  const { type, value } = path;
  switch (type) {
    case 'exact': return pathRegex(path);
    case 'prefix': return `${escapeRegex(value)}(?:/${ANYTHING})?`;
    case 'below': return `${escapeRegex(value)}/${ANYTHING}`;
    // A dot at its end is the first of two in `..`.
    case 'start': return `${escapeRegex(value)}${value.endsWith('.') ? `(?:${NO_DOT}${ANYTHING})?` : ANYTHING}`;
    case 'template': return value.split('/').map(element => element === ANY_ELEMENT ? ELEMENT : escapeRegex(element)).join('/');
    case 'regex': return undottedRegex(value);
  }
}

/** Parts that match any end, or any element of a path, are rewritten; no other part may match dots. */
function undottedRegex(pattern: string): string | undefined {
  const portable = portableRegex(pattern);
  if (portable === undefined) {
    return undefined;
  }
  const replaced = (anything: string, something: string, element: string) => portable
    .replace(/(?<!\\)\.([*+])$/, (_, count) => count === '*' ? anything : something)
    .replace(/(?<=\/)\[\^\/\]\+(?=[/|)]|$)/g, () => element);
  const written = replaced(ANYTHING, SOMETHING, ELEMENT);
  const leadsNowhere = regexRelation(replaced('x', 'x', 'x'), DOT_SEGMENTS, 'path') === 'disjoint'
    && regexRelation(written, PARENT_SEGMENTS, 'path') === 'disjoint';
  return leadsNowhere && ['inside', 'equal'].includes(regexRelation(written, portable, 'path')) ? written : undefined;
}
