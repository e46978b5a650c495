import type { Request } from '../../oracle/request';

/** The rule of a MeshHTTPRoute that takes a request, as Kuma sorts matches, and the path that the backend sees. */
export interface Taken {
  readonly rule: any;
  readonly path: string;
}

export function takenBy(route: any, request: Request): Taken {
  const candidates = route.spec.to[0].rules.flatMap((rule: any) => rule.matches.map((match: any) => ({ rule, match })));
  // A stable sort: of equals, the first stays.
  const [{ rule, match }] = candidates.filter((one: any) => matches(one.match, request))
    .sort((a: any, b: any) => compare(rank(b.match), rank(a.match)));
  return { rule, path: rewritten(rule, match, request.path) };
}

/** A match without a path is below all that have one. */
function rank({ path, method, headers = [], queryParams = [] }: any): number[] {
  const kind = path === undefined ? 0 : { Exact: 3, PathPrefix: 2, RegularExpression: 1 }[path.type as 'Exact'];
  return [kind, path === undefined || path.type === 'Exact' ? 0 : path.value.length, method === undefined ? 0 : 1, headers.length, queryParams.length];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((n, k) => n !== b[k]);
  return i === -1 ? 0 : a[i] - b[i];
}

function matches({ path = { type: 'PathPrefix', value: '/' }, method, headers = [], queryParams = [] }: any, request: Request): boolean {
  return (method === undefined || method === request.method)
    && { Exact: () => request.path === path.value, PathPrefix: () => below(path.value, request.path), RegularExpression: () => whole(path.value, request.path) }[path.type as 'Exact']()
    && headers.every((h: any) => holds(h, request.headers[h.name]))
    && queryParams.every((q: any) => holds(q, request.query[q.name]));
}

function below(prefix: string, path: string): boolean {
  return prefix === '/' || path === prefix || path.startsWith(`${prefix}/`);
}

function holds({ type, value }: any, actual: string | undefined): boolean {
  return actual !== undefined && (type === 'Exact' ? actual === value : whole(value, actual));
}

function whole(pattern: string, value: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(value);
}

/** The proxy has a route for the prefix itself, whose path it replaces as a whole, and one for the prefix with its slash, which it replaces as text. */
function rewritten({ default: { filters = [] } }: any, match: any, path: string): string {
  const change = filters.find((filter: any) => filter.type === 'URLRewrite')?.urlRewrite.path;
  switch (change?.type) {
    case undefined: return path;
    case 'ReplaceFullPath': return change.replaceFullPath;
    case 'ReplacePrefixMatch': return path === match.path.value ? change.replacePrefixMatch : `${change.replacePrefixMatch}${path.slice(match.path.value.length + 1)}`;
    default: throw new Error(`unknown: ${change.type}`);
  }
}
