import { isCanary, partsOf } from './ingress-canary';
import type { Outcome } from './outcome';
import { forwarded, location } from './outcome';
import type { RouteRequest } from './request';
import { only } from '../fields';
import { known, Unknown } from '../unknown';

const NGINX = 'k8s.io/ingress-nginx';

/**
 * What becomes of a request that comes to the controller of an Ingress: the rules for its host decide, or else those for a wildcard, or else those
 * for any, and of their paths the longest that holds; an exact one goes before a prefix. What is left goes to the default backend.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/
 */
export function routedByIngress(manifests: readonly any[], request: RouteRequest): Outcome {
  const every = manifests.filter(({ kind }) => kind === 'Ingress').map(({ metadata, spec }) => (
    { ...only(spec, 'ingressClassName', 'rules', 'tls', 'defaultBackend'), namespace: metadata.namespace, annotations: metadata.annotations ?? {} }));
  const isNginx = manifests.some(({ kind, metadata, spec }) =>
    kind === 'IngressClass' && metadata.name === every[0]?.ingressClassName && spec.controller === NGINX);
  const all = isNginx ? every.filter(one => !isCanary(one)) : every;
  const canaries = isNginx ? every : [];
  const rules = all.flatMap(one => (one.rules ?? []).map((rule: any) => ({ ...only(rule, 'host', 'http'), of: one })));
  const [ofHost = []] = [request.host, `*.${request.host.replace(/^[^.]*\./, '')}`, undefined]
    .map(name => rules.filter(rule => rule.host === name)).filter(some => some.length > 0);
  const paths = ofHost.flatMap(({ http = { paths: [] }, of }: any) =>
    http.paths.map((one: any) => ({ ...only(one, 'path', 'pathType', 'backend'), of })));
  // A location of nginx that ends with a slash, and has a proxy, is redirected to.
  const [isThere, endsWithSlash] = [request.path, `${request.path}/`].map(wanted => paths.some(({ path }) => path === wanted));
  if (isNginx && endsWithSlash && !isThere) throw new Unknown('nginx answers with a redirect');
  const taking = paths.filter(one => holds(one, request.path, isNginx)).sort((a, b) => rank(b) - rank(a));
  const closest = taking.filter(path => rank(path) === rank(taking[0]));
  if (new Set(closest.map(({ backend, of }) => JSON.stringify([backend, of.namespace]))).size > 1) throw new Unknown('several paths are the same');
  const named = ofHost.filter(rule => rule.host !== undefined);
  const isRedirected = [...new Set((closest.length > 0 ? closest : named).map(({ of }) => isSentOn(of, all, ofHost, request, isNginx)))];
  if (isRedirected.length > 1) throw new Unknown('controllers differ in what they do where Ingresses differ');
  const { host, path } = request;
  if (isRedirected[0] === true) return { kind: 'redirected', status: 308, location: location(request, { scheme: 'https', host, path }) };
  const [taken] = closest;
  if (taken !== undefined) return sent(manifests, canaries, { backend: taken.backend, namespace: taken.of.namespace }, request);
  const isNamed = named.length > 0;
  const defaults = all.filter(({ defaultBackend, rules: own }) => defaultBackend !== undefined && !(isNginx && isNamed && own === undefined));
  if (defaults.length === 0) return { kind: 'failed' };
  if (all.length > 1 && (defaults.length > 1 || isNamed || defaults[0].rules !== undefined)) {
    throw new Unknown('controllers differ in which default backend they take');
  }
  return sent(manifests, canaries, { backend: defaults[0].defaultBackend, namespace: defaults[0].namespace }, request);
}

/** The NGINX controller of Kubernetes sends what comes without TLS on, where there is TLS for the host. What others do is not asked here. */
function isSentOn(
  { annotations }: any, all: readonly any[], ofHost: readonly any[], { host, to: { port } }: RouteRequest, isNginx: boolean,
): boolean {
  if (!isNginx || port === 443) return false;
  const own = only(annotations, 'nginx.ingress.kubernetes.io/canary', 'nginx.ingress.kubernetes.io/ssl-redirect', 'nginx.ingress.kubernetes.io/force-ssl-redirect');
  if (own['nginx.ingress.kubernetes.io/force-ssl-redirect'] === 'true') return true;
  if (own['nginx.ingress.kubernetes.io/ssl-redirect'] === 'false') return false;
  const wild = `*.${host.replace(/^[^.]*\./, '')}`;
  const naming = (name: string) => all.flatMap(({ tls = [], namespace }) =>
    tls.filter(({ hosts = [] }: any) => hosts.includes(name)).map(({ secretName }: any) => `${namespace}/${secretName}`));
  const named = new Set(naming(host).length > 0 ? naming(host) : naming(wild));
  const ruled = ofHost[0]?.host;
  const isItsOwn = ruled !== undefined && (naming(host).length === 0 || ruled === host);
  if (isItsOwn && named.size === 1 && ![...named][0].endsWith('/undefined')) return true;
  const isForAll = all.some(({ tls = [] }) => tls.some(({ hosts = [] }: any) => hosts.length === 0));
  if (named.size > 0 || isForAll || ofHost.some(({ of: { tls = [] } }) => tls.length > 0)) throw new Unknown('whether its certificate counts');
  return false;
}

function sent(manifests: readonly any[], ingresses: readonly any[], of: any, request: RouteRequest): Outcome {
  const parts = ingresses.length === 0 ? [{ ...of, weight: 1 }] : partsOf(ingresses, of, request);
  return forwarded(request, parts.map(({ backend, namespace, weight }) => {
    const { name, port } = only(only(backend, 'service').service, 'name', 'port');
    const service = manifests.find(({ kind, metadata }) => kind === 'Service' && metadata.name === name && metadata.namespace === namespace);
    const number = only(port, 'name', 'number').number ?? service?.spec.ports.find((one: any) => one.name === port.name)?.port;
    return { to: { service: name, namespace, port: known(number, 'a port') }, weight };
  }));
}

function holds({ path, pathType }: any, actual: string, isNginx: boolean): boolean {
  switch (pathType) {
    case 'Exact': return actual === path;
    case 'Prefix': return `${actual}/`.startsWith(path.endsWith('/') ? path : `${path}/`);
    default:
      if (!isNginx || pathType !== 'ImplementationSpecific') throw new Unknown(`not known here: ${pathType}`);
      return actual.startsWith(path);
  }
}

function rank({ path, pathType }: any): number {
  return 3 * path.length + ['ImplementationSpecific', 'Prefix', 'Exact'].indexOf(pathType);
}
