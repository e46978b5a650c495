import type { Fields } from './fields';
import { fieldsOf, isSaid } from './fields';
import type { Hosts } from './host';
import { intersectHosts } from './host';
import { flatMap } from './lists';
import type { PathCondition } from './path';
import { intersectPaths } from './path';
import { escapeRegex, matchesRegex } from './regex';
import { regexRelation } from './regex-relation';

/** The methods of HTTP. */
export const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

/** A condition on one string: a header, a query parameter. `start` and `end` are what it begins and ends with; regular expressions match the whole string. */
export interface StringCondition {
  /** `present` holds for every value, the empty one too; its own value is empty. */
  readonly type: 'exact' | 'start' | 'end' | 'regex' | 'present';
  readonly value: string;
}

export interface NamedCondition extends StringCondition {
  readonly name: string;
}

/** One set of conditions that hold together. Lists are sorted; an empty list or absent field is no condition. */
export interface RequestMatch {
  readonly methods: readonly string[];
  readonly path?: PathCondition;
  readonly headers: readonly NamedCondition[];
  readonly query: readonly NamedCondition[];
  /** Any of these: the host of a request, or the server name of a TLS connection. Never empty. */
  readonly hosts?: Hosts;
}

export const ANY_REQUEST: RequestMatch = { methods: [], headers: [], query: [] };

/** What there is to know of a condition. */
interface Condition<Value> {
  /** What tells it from others, for `matchKey`: nothing where it is absent, and what no other condition says. */
  readonly key: (value: Value) => readonly unknown[];
  /** What both hold for; `unknown` where regular expressions cannot be decided. */
  readonly common: (a: Value, b: Value) => Value | 'disjoint' | 'unknown';
}

/** Every condition there is. Names of objects are made of the keys: those of the first four have their place, absent or not. */
const CONDITIONS: { readonly [C in keyof RequestMatch]-?: Condition<RequestMatch[C]> } = {
  methods: { key: methods => [methods], common: intersectMethods },
  path: { key: path => [path ? pathKey(path) : null], common: intersectPaths },
  headers: { key: headers => [headers.map(conditionKey)], common: (a, b) => intersectConditions(a, b, 'header') },
  query: { key: query => [query.map(conditionKey)], common: (a, b) => intersectConditions(a, b, 'query') },
  hosts: { key: hosts => hosts === undefined ? [] : [hosts], common: intersectHosts },
};
const NAMES = fieldsOf(CONDITIONS);
const NAMED = Object.entries(CONDITIONS) as [keyof RequestMatch, Condition<unknown>][];

export function isAnyRequest(match: RequestMatch): boolean {
  return !NAMES.some(name => isSaid(match[name]));
}

/** The same condition for APIs whose matches have one method at most. */
export function oneMethodEach(match: RequestMatch): RequestMatch[] {
  return match.methods.length < 2 ? [match] : match.methods.map(method => ({ ...match, methods: [method] }));
}

/** A string equal for equal matches, and for no others. */
export function matchKey(match: RequestMatch): string {
  return JSON.stringify(flatMap(NAMED, ([name, { key }]) => key(match[name])));
}

/** Whether the keys of both are equal; often these are the very same conditions. */
export function isSameMatch(a: RequestMatch, b: RequestMatch): boolean {
  return NAMED.every(([name, { key }]) => a[name] === b[name] || JSON.stringify(key(a[name])) === JSON.stringify(key(b[name])));
}

function pathKey({ type, value }: Fields<PathCondition, 'type' | 'value', 'grpc'>): string[] {
  return [type, value];
}

function conditionKey({ name, type, value }: Fields<NamedCondition, 'name' | 'type' | 'value'>): string[] {
  return [name, type, value];
}

/** The requests both matches hold for; `disjoint` if there are none, `unknown` if regular expressions cannot be decided. */
export function intersect(a: RequestMatch, b: RequestMatch): RequestMatch | 'disjoint' | 'unknown' {
  const both: { [name: string]: unknown } = {};
  let unknown = false;
  for (const [name, { common }] of NAMED) {
    const one = common(a[name], b[name]);
    if (one === 'disjoint') {
      return one;
    }
    unknown ||= one === 'unknown';
    both[name] = one;
  }
  return unknown ? 'unknown' : both as unknown as RequestMatch;
}

function intersectMethods(a: readonly string[], b: readonly string[]): readonly string[] | 'disjoint' {
  if (a.length === 0) {
    return b;
  }
  if (b.length === 0) {
    return a;
  }
  const both = a.filter(m => b.includes(m));
  return both.length > 0 ? both : 'disjoint';
}

function intersectConditions(
  a: readonly NamedCondition[], b: readonly NamedCondition[], texts: 'header' | 'query',
): readonly NamedCondition[] | 'disjoint' | 'unknown' {
  if (a.length === 0) {
    return b;
  }
  const all = [...a];
  let unknown = false;
  for (const c of b) {
    const other = a.find(x => x.name === c.name);
    const common = other === undefined ? c : intersectValues(other, c, texts);
    if (common === 'disjoint') {
      return common;
    }
    if (common === 'unknown') {
      unknown = true;
    } else {
      all.splice(other === undefined ? all.length : all.indexOf(other), 1, common);
    }
  }
  return unknown ? 'unknown' : all.sort(compareNames);
}

/** Where both hold for the same values, that is the second. */
function intersectValues(a: NamedCondition, b: NamedCondition, texts: 'header' | 'query'): NamedCondition | 'disjoint' | 'unknown' {
  if (a.type === 'present' || b.type === 'present') {
    return b.type === 'present' ? a : b;
  }
  if (a.type === 'exact' && b.type === 'exact') {
    return a.value === b.value ? b : 'disjoint';
  }
  const exact = [a, b].find(({ type }) => type === 'exact');
  if (exact !== undefined && !matchesRegex(valueRegex(exact === a ? b : a), exact.value)) {
    return 'disjoint';
  }
  switch (regexRelation(valueRegex(a), valueRegex(b), texts)) {
    case 'disjoint': return 'disjoint';
    case 'inside': return a;
    case 'equal':
    case 'around': return b;
    case 'unknown': return exact ?? 'unknown';
  }
}

/** An expression for the whole of a value, for APIs that cannot express the condition otherwise. */
export function valueRegex({ type, value }: Fields<StringCondition, 'type' | 'value'>): string {
  switch (type) {
    case 'exact': return escapeRegex(value);
    case 'start': return `${escapeRegex(value)}.*`;
    case 'end': return `.*${escapeRegex(value)}`;
    case 'present': return '[\\s\\S]*';
    case 'regex': return value;
  }
}

/** The longest path first: where a prefix is replaced, it is the longest of those that match. */
export function longestPathFirst(matches: readonly RequestMatch[]): RequestMatch[] {
  const length = ({ path }: RequestMatch) => path?.value.length ?? 0;
  return [...matches].sort((a, b) => length(b) - length(a));
}

/** Orders conditions by name; names are unique within a match. */
export function compareNames(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
