import type { Request } from './request';

/** Whether Istio's sidecar lets a request in, by the AuthorizationPolicies of one workload. */
export function allowedByIstio(manifests: readonly any[], request: Request, http: (port: number) => boolean): boolean {
  const policies = manifests.filter(({ kind }) => kind === 'AuthorizationPolicy');
  return policies.length === 0 || policies.some(({ spec }) => (spec.rules ?? []).some((rule: any) => ruleMatches(rule, request, http)));
}

function ruleMatches({ from, to, when }: any, request: Request, http: (port: number) => boolean): boolean {
  return (from === undefined || from.some(({ source }: any) => sourceMatches(source, request)))
    && (to === undefined || to.some(({ operation }: any) => operationMatches(operation, request, http)))
    && (when ?? []).every(({ key, values }: any) => {
      const actual = request.headers[/^request\.headers\[(.*)\]$/.exec(key)![1]];
      return http(request.port) && actual !== undefined && values.some((value: string) => stringMatches(value, actual));
    });
}

function sourceMatches({ principals }: any, { source }: Request): boolean {
  return source !== undefined
    && principals.some((p: string) => stringMatches(p, `cluster.local/ns/${source.namespace}/sa/${source.serviceAccount}`));
}

function operationMatches({ ports, methods, paths }: any, request: Request, http: (port: number) => boolean): boolean {
  // Envoy drops a rule with HTTP attributes from the policies of a TCP port.
  return (ports === undefined || ports.includes(String(request.port)))
    && ((methods === undefined && paths === undefined) || http(request.port))
    && (methods === undefined || methods.includes(request.method))
    && (paths === undefined || paths.some((path: string) => stringMatches(path, request.path)));
}

/** Exact, `*` for presence, `x*` a prefix, `*x` a suffix. */
function stringMatches(pattern: string, actual: string): boolean {
  if (pattern === '*') return actual !== '';
  if (pattern.startsWith('*')) return actual.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return actual.startsWith(pattern.slice(0, -1));
  return actual === pattern;
}
