import type { Condition } from '../../../meaning/condition';
import { exactly, oneOf, prefix, regex } from '../../../meaning/text';

/** Something that a query may follow. */
const QUERY = /\(\\\?\.\*\)\?$/;
/** What may be below a path, or its query. */
const BELOW = /\(\[\/\?\]\.\*\)\?$/;
const REST = /\.\*$/;

/**
 * The path with its query, by an expression for the whole of both. One that leaves the query open says something of the path alone, as no path
 * has a `?`.
 */
export function targetIs(expression: string): Condition {
  const [beforeQuery, above, start] = [QUERY, BELOW, REST].map(end => end.test(expression) ? expression.replace(end, '') : undefined);
  const [whole, up, begun] = [beforeQuery, above, start].map(literalOf);
  if (whole !== undefined) return { type: 'path', is: exactly(whole) };
  if (up !== undefined) return { type: 'path', is: oneOf([exactly(up), prefix(`${up}/`)]) };
  if (begun !== undefined) return { type: 'path', is: prefix(begun) };
  if (beforeQuery !== undefined && isOfPaths(beforeQuery)) return { type: 'path', is: regex(beforeQuery) };
  return { type: 'target', is: regex(expression) };
}

/** The text for which an expression stands, if it is one without a `?`. */
function literalOf(expression: string | undefined): string | undefined {
  return expression !== undefined && /^(?:[^\\.*+?^${}()|[\]]|\\[.*+^${}()|[\]\\])*$/.test(expression) ? expression.replace(/\\(.)/g, '$1') : undefined;
}

/** Whether an expression, which has to be read as one, can match no text with a `?`. */
function isOfPaths(expression: string): boolean {
  const [, inside] = /^\(\?:([^()]*)\)$/.exec(expression) ?? [undefined, undefined];
  const literals = (inside ?? expression).replace(/\\[.*+^${}()|[\]\\]/g, '').replace(/\[(?:[a-zA-Z0-9]-[a-zA-Z0-9]|[a-zA-Z0-9/_])+\]|\[\^(?:\/\?|\?)\]/g, '');
  return inside === undefined ? /^[^\\.^$()|[\]]*$/.test(literals) : /^[^\\.^$()[\]]*$/.test(literals);
}
