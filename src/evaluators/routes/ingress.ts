import type { Outcome } from './outcome';
import { forwarded } from './outcome';
import type { RouteRequest, ServicePort } from './request';
import { only } from '../fields';
import { known, Unknown } from '../unknown';

/**
 * What becomes of a request that comes to the controller of an Ingress: the rules for its host decide, or else those for a wildcard, or else those
 * for any, and of their paths the longest that holds; an exact one goes before a prefix. What is left goes to the default backend.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/
 */
export function routedByIngress(manifests: readonly any[], request: RouteRequest): Outcome {
  const all = manifests.filter(({ kind }) => kind === 'Ingress')
    .map(({ metadata, spec }) => ({ ...only(spec, 'ingressClassName', 'rules', 'tls', 'defaultBackend'), namespace: metadata.namespace }));
  const rules = all.flatMap(({ rules: own = [], namespace }) => own.map((rule: any) => ({ ...only(rule, 'host', 'http'), namespace })));
  const [ofHost = []] = [request.host, `*.${request.host.replace(/^[^.]*\./, '')}`, undefined]
    .map(name => rules.filter(({ host }) => host === name)).filter(some => some.length > 0);
  const paths = ofHost.flatMap(({ http = { paths: [] }, namespace }: any) =>
    http.paths.map((path: any) => ({ ...only(path, 'path', 'pathType', 'backend'), namespace })));
  const taking = paths.filter(path => holds(path, request.path)).sort((a, b) => rank(b) - rank(a));
  const closest = taking.filter(path => rank(path) === rank(taking[0]));
  if (new Set(closest.map(({ backend, namespace }) => JSON.stringify([backend, namespace]))).size > 1) {
    throw new Unknown('several paths are the same');
  }
  const [taken] = closest;
  if (taken !== undefined) return sent(manifests, taken, request);
  const defaults = all.filter(({ defaultBackend }) => defaultBackend !== undefined);
  if (defaults.length === 0) return { kind: 'failed' };
  if (all.length > 1 && (defaults.length > 1 || ofHost.some(({ host }) => host !== undefined) || defaults[0].rules !== undefined)) {
    throw new Unknown('controllers differ in which default backend they take');
  }
  return sent(manifests, { backend: defaults[0].defaultBackend, namespace: defaults[0].namespace }, request);
}

function sent(manifests: readonly any[], { backend, namespace }: any, request: RouteRequest): Outcome {
  const { name, port } = only(only(backend, 'service').service, 'name', 'port');
  const service = manifests.find(({ kind, metadata }) => kind === 'Service' && metadata.name === name && metadata.namespace === namespace);
  const number = only(port, 'name', 'number').number ?? service?.spec.ports.find((one: any) => one.name === port.name)?.port;
  const to: ServicePort = { service: name, namespace, port: known(number, 'a port') };
  return forwarded(request, [{ to, weight: 1 }]);
}

function holds({ path, pathType }: any, actual: string): boolean {
  switch (pathType) {
    case 'Exact': return actual === path;
    case 'Prefix': return `${actual}/`.startsWith(path.endsWith('/') ? path : `${path}/`);
    default: throw new Unknown(`not known here: ${pathType}`);
  }
}

function rank({ path, pathType }: any): number {
  return 2 * path.length + (pathType === 'Exact' ? 1 : 0);
}
