import { fieldsOf } from './fields';
import { flatMap } from './lists';
import type { RequestMatch } from './match';
import { ANY_REQUEST, intersect } from './match';
import type { PathCondition } from './path';
import { isExpression } from './path';
import type { RouteRule } from './route';

/** Two rules of which neither is more specific for requests that both match, by their places as they are written. */
export interface Undefined {
  readonly one: number;
  readonly other: number;
}

/**
 * The same rules for whoever takes the first that matches, if they are written for whoever takes the most specific match, as Gateway API
 * does; of equals, the one that is written first. A rule becomes several if others come between its matches.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#grpcrouterule
 */
export function mostSpecificFirst(rules: readonly RouteRule[]): RouteRule[] | Undefined {
  const all = flatMap(rules, ({ matches }, written) => (matches.length === 0 ? [ANY_REQUEST] : flatMap(matches, oneHostEach))
    .map((match): Ranked => ({ match, written, rank: rankOf(match) })));
  for (const [i, a] of all.entries()) {
    const b = all.slice(i + 1).find(other => other.written !== a.written && isUndefined(a.match, other.match));
    if (b !== undefined) return { one: a.written, other: b.written };
  }
  return grouped(all.sort(compareRanks)).map(group => {
    const [{ written }] = group;
    const rule = rules[written];
    return { ...rule, written, matches: rule.matches.length === 0 ? [] : group.map(({ match }) => match) };
  });
}

interface Ranked {
  readonly match: RequestMatch;
  /** The place of its rule. */
  readonly written: number;
  readonly rank: readonly number[];
}

type Group = [Ranked, ...Ranked[]];

/** The matches of one rule together, unless others come between them that hold for some of the same requests. */
function grouped(all: readonly Ranked[]): Group[] {
  const groups: Group[] = [];
  for (const one of all) {
    const own = groups.findIndex((group, i) => group[0].written === one.written
      && groups.slice(i + 1).every(between => between.every(({ match }) => intersect(match, one.match) === 'disjoint')));
    if (own === -1) groups.push([one]);
    else groups[own].push(one);
  }
  return groups;
}

function compareRanks({ rank: a }: Ranked, { rank: b }: Ranked): number {
  const i = a.findIndex((n, k) => n !== b[k]);
  return i === -1 ? 0 : b[i] - a[i];
}

/** What counts, in the order in which it is compared. */
const RANK: { readonly [C in keyof RequestMatch]-?: (value: RequestMatch[C]) => readonly number[] } = {
  hosts: hosts => hosts === undefined ? [0, 0] : [hosts[0].startsWith('*.') ? 0 : 1, hosts[0].length],
  path: path => path === undefined ? [0, 0] : pathRank(path),
  methods: methods => [methods.length > 0 ? 1 : 0],
  headers: headers => [headers.length],
  query: query => [query.length],
};

function rankOf(match: RequestMatch): number[] {
  return flatMap(fieldsOf(RANK), field => (RANK[field] as (value: unknown) => number[])(match[field]));
}

function pathRank(path: PathCondition): [number, number] {
  const { grpc } = path;
  return grpc !== undefined ? [grpc.service?.length ?? 0, grpc.method?.length ?? 0]
    : isExpression(path) ? [1, 0] : path.type === 'prefix' ? [2, path.value.length] : [3, 0];
}

/** Gateway API leaves open where regular expressions stand among prefixes, and among each other. */
function isUndefined(a: RequestMatch, b: RequestMatch): boolean {
  const isOpen = a.path !== undefined && b.path !== undefined && a.path.grpc === undefined && [a.path, b.path].every(({ type }) => type !== 'exact')
    && [a.path, b.path].some(isExpression) && (a.path.type !== b.path.type || a.path.value !== b.path.value);
  return isOpen && intersect(a, b) !== 'disjoint';
}

function oneHostEach(match: RequestMatch): RequestMatch[] {
  return match.hosts === undefined || match.hosts.length < 2 ? [match] : match.hosts.map(host => ({ ...match, hosts: [host] }));
}
