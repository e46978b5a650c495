import type { Atom, RequestAtom } from '../../meaning/condition';
import { asRegex, holdsFor } from '../../meaning/text';
import { regexRelation } from '../../model/regex-relation';

/** What is said of a request, or of a connection. */
export type RequestPart = RequestAtom | Extract<Atom, { readonly type: 'serverName' }>;

function isSameField(a: RequestPart, b: RequestPart): boolean {
  return a.type === b.type && ('name' in a ? a.name : undefined) === ('name' in b ? b.name : undefined)
    && JSON.stringify('path' in a ? a.path : undefined) === JSON.stringify('path' in b ? b.path : undefined);
}

/** Whether two parts are never true of one request. Of a claim that is a list, both may be; a token has one issuer. */
export function isDisjoint(a: RequestPart, b: RequestPart): boolean {
  if (!isSameField(a, b) || (a.type === 'claim' && a.path.join('.') !== 'iss')) return false;
  if (a.is.type === 'exact') return holdsFor(b.is, a.is.value) === 'no';
  if (b.is.type === 'exact') return holdsFor(a.is, b.is.value) === 'no';
  return relationOf(a, b) === 'disjoint';
}

/** Whether the first is true of every request of which the second is. */
export function isImplied(first: RequestPart, second: RequestPart): boolean {
  if (!isSameField(first, second)) return false;
  if (JSON.stringify(first) === JSON.stringify(second) || first.is.type === 'anything') return true;
  if (second.is.type === 'exact') return holdsFor(first.is, second.is.value) === 'yes';
  return ['around', 'equal'].includes(relationOf(first, second));
}

function relationOf(a: RequestPart, b: RequestPart): string {
  const [one, other] = [asRegex(a.is), asRegex(b.is)];
  if (one === undefined || other === undefined || a.type === 'target' || a.type === 'claim') return 'unknown';
  return regexRelation(one, other, a.type === 'path' ? 'path' : 'header');
}
