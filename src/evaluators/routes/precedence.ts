import { foundWhole } from '../expression';

/** What a match can look at. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** How implementations pick the match of an HTTPRoute. */
export type Precedence = 'specification' | 'linkerd';

interface Candidate {
  readonly rule: any;
  readonly route: any;
  readonly rank: readonly number[];
}

/** The rule that takes a request, of all rules of these HTTPRoutes; `undefined` if none matches. */
export function winner(routes: readonly any[], request: HttpRequest, precedence: Precedence): Candidate | undefined {
  const candidates = routes.flatMap(route => route.spec.rules.flatMap((rule: any): Candidate[] => rule.matches?.length === 0
    ? [{ route, rule, rank: [-1] }]
    : (rule.matches ?? [{}]).filter((match: any) => matches(match, request))
      .map((match: any) => ({ route, rule, rank: rankOf(match, request, precedence) }))));
  // Of equals the first stays, as it does in Istio's stable sort and in Linkerd's comparison.
  return candidates.reduce<Candidate | undefined>((best, next) => best && compare(best.rank, next.rank) >= 0 ? best : next, undefined);
}

/** The rules that may take a request, of all rules of these HTTPRoutes: several, if they tie. */
export function winners(routes: readonly any[], request: HttpRequest, precedence: Precedence): Candidate[] {
  const perRoute = routes.flatMap(route => winner([route], request, precedence) ?? []);
  return perRoute.filter(one => perRoute.every(other => compare(one.rank, other.rank) >= 0));
}

const PATH_RANKS: { readonly [type: string]: number } = { Exact: 3, PathPrefix: 2, RegularExpression: 1 };

function rankOf(match: any, request: HttpRequest, precedence: Precedence): number[] {
  const { type, value } = match.path ?? { type: 'PathPrefix', value: '/' };
  const method = match.method === undefined ? 0 : 1;
  const headers = match.headers?.length ?? 0;
  const query = match.queryParams?.length ?? 0;
  if (precedence === 'linkerd') {
    return [type === 'PathPrefix' ? value.length : request.path.length, headers, query, method];
  }
  // Istio: regular expressions below prefixes, and with them below the prefix `/` that the API server writes by default.
  return [PATH_RANKS[type], value.length, method, headers, query];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((n, k) => n !== b[k]);
  return i === -1 ? 0 : a[i] - (b[i] ?? -Infinity);
}

function matches(match: any, request: HttpRequest): boolean {
  return (match.method === undefined || match.method === request.method)
    && pathMatches(match.path ?? { type: 'PathPrefix', value: '/' }, request.path)
    && (match.headers ?? []).every((h: any) => valueMatches(h, request.headers[h.name.toLowerCase()]))
    && (match.queryParams ?? []).every((q: any) => valueMatches(q, request.query[q.name]));
}

function pathMatches({ type, value }: any, path: string): boolean {
  if (type === 'Exact') return path === value;
  if (type === 'PathPrefix') return value === '/' || path === value || path.startsWith(`${value}/`);
  return foundWhole(value, path);
}

function valueMatches({ type = 'Exact', value }: any, actual: string | undefined): boolean {
  return actual !== undefined && (type === 'Exact' ? actual === value : foundWhole(value, actual));
}
