import { only } from '../../../src/evaluators/fields';
import type { Outcome } from '../../../src/evaluators/routes/outcome';
import { forwarded } from '../../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../../src/evaluators/routes/request';

/**
 * What becomes of a request that comes to the controller of an Ingress: the rules for its host decide, or else those for any,
 * and of their paths the longest that holds; an exact one goes before a prefix.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/
 */
export function routedByIngress(manifests: readonly any[], request: RouteRequest): Outcome {
  const rules = manifests.filter(({ kind }) => kind === 'Ingress').flatMap(({ metadata, spec }) =>
    only(spec, 'ingressClassName', 'rules').rules.map((rule: any) => ({ ...only(rule, 'host', 'http'), namespace: metadata.namespace })));
  const ofHost = rules.filter(({ host }) => host === request.host);
  const paths = (ofHost.length > 0 ? ofHost : rules.filter(({ host }) => host === undefined)).flatMap(({ http, namespace }: any) =>
    http.paths.map((path: any) => ({ ...only(path, 'path', 'pathType', 'backend'), namespace })));
  const [taken] = paths.filter(path => holds(path, request.path)).sort((a, b) => rank(b) - rank(a));
  if (taken === undefined) {
    return { kind: 'failed' };
  }
  const { name, port } = taken.backend.service;
  return forwarded(request, [{ to: { service: name, namespace: taken.namespace, port: port.number }, weight: 1 }]);
}

function holds({ path, pathType }: any, actual: string): boolean {
  switch (pathType) {
    case 'Exact': return actual === path;
    case 'Prefix': return `${actual}/`.startsWith(path.endsWith('/') ? path : `${path}/`);
    default: throw new Error(`not known here: ${pathType}`);
  }
}

function rank({ path, pathType }: any): number {
  return 2 * path.length + (pathType === 'Exact' ? 1 : 0);
}
