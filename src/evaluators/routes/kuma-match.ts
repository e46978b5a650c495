/**
 * How Kuma sorts the matches of a MeshHTTPRoute: `CompareMatch` in `pkg/plugins/policies/meshhttproute/api/v1alpha1/compare.go`.
 * A match without a path is below all that have one, and exact paths are not told apart by their length.
 */
export function kumaRank({ path, method, headers = [], queryParams = [] }: any): number[] {
  const kind = path === undefined ? 0 : ['RegularExpression', 'PathPrefix', 'Exact'].indexOf(path.type) + 1;
  return [kind, path === undefined || path.type === 'Exact' ? 0 : path.value.length, method === undefined ? 0 : 1, headers.length, queryParams.length];
}

/** The prefix ends in the slash that follows it; alone, it is replaced as a whole (`xds/filters/urlrewrite.go`). */
export function kumaPrefix(replacement: string, rest: string): string {
  return `${replacement}${rest.slice(1)}`;
}
