import { seenFrom } from './istio-exports';
import type { Outcome } from './outcome';
import { location } from './outcome';
import type { RouteRequest } from './request';
import { fullName, matchHolds, outcome } from './virtual-service';
import { delegated } from './virtual-service-delegates';

/**
 * What becomes of a request that comes to a port of a Gateway of Istio's own API, whose pods are in a namespace.
 *
 * `pilot/pkg/networking/core/gateway.go`: each host that a server and a VirtualService have in common is a virtual host, with the routes of all
 * such VirtualServices, one behind the other; what is for all paths comes last. Of a VirtualService, it ends the routes
 * (`BuildHTTPRoutesForVirtualService` in `route/route.go`).
 */
export function routedByIstioGateway(manifests: readonly any[], request: RouteRequest, gateway: any, home: string): Outcome {
  const { to: { port }, host } = request;
  const hosts = virtualHosts(manifests, gateway, port, home);
  const [closest] = [...hosts.keys()].filter(one => covers([one], host)).sort((a, b) => closeness(b) - closeness(a));
  const { routes, isSecure } = hosts.get(closest) ?? { routes: [], isSecure: false };
  if (isSecure) return { kind: 'redirected', status: 301, location: location(request, { scheme: 'https', host, path: request.path }) };
  const found = [...routes.filter(one => !isForAll(one)), ...routes.filter(isForAll)].find(({ route: { match: [one] } }) => matchHolds(one, request));
  return found === undefined ? { kind: 'failed' } : outcome(manifests, found.namespace, found.route, request);
}

interface VirtualHost {
  readonly routes: { readonly route: any; readonly namespace: string }[];
  isSecure: boolean;
}

function virtualHosts(
  manifests: readonly any[], { metadata: { name, namespace }, spec: { servers } }: any, port: number, home: string,
): Map<string, VirtualHost> {
  const key = `${namespace}/${name}`;
  const all = manifests.filter(({ kind }) => kind === 'VirtualService');
  const seen = seenFrom(home, all.filter(({ metadata, spec: { hosts, gateways = ['mesh'] } }) =>
    hosts !== undefined && gateways.some((one: string) => keyOf(one, metadata.namespace) === key))).map(one => delegated(one, all));
  const hosts = new Map<string, VirtualHost>();
  const add = (one: string, routes: VirtualHost['routes'], isSecure: boolean) => {
    const known = hosts.get(one) ?? { routes: [], isSecure: false };
    known.routes.push(...routes);
    known.isSecure ||= isSecure;
    hosts.set(one, known);
  };
  for (const server of servers.filter((one: any) => one.port.number === port)) {
    const isSecure = server.tls?.httpsRedirect === true;
    for (const { metadata, spec } of seen) {
      const routes = untilForAll(spec.http.flatMap((route: any) => matchesAt(route, key, metadata.namespace, home, port)
        .map(match => ({ route: { ...route, match: [match] }, namespace: metadata.namespace }))));
      if (routes.length > 0) commonHosts(server.hosts, spec.hosts, metadata.namespace, namespace).forEach(one => add(one, routes, isSecure));
    }
    // One that names a namespace is no name that a client asks for.
    if (isSecure) server.hosts.filter((one: string) => !/^(?!\*\/).*\//.test(one)).forEach((one: string) => add(one.replace(/^\*\//, ''), [], true));
  }
  return hosts;
}

function untilForAll(routes: VirtualHost['routes']): VirtualHost['routes'] {
  const last = routes.findIndex(isForAll);
  return last < 0 ? routes : routes.slice(0, last + 1);
}

function isForAll({ route: { match: [one] } }: VirtualHost['routes'][number]): boolean {
  return one.method === undefined && !['headers', 'withoutHeaders', 'queryParams'].some(field => Object.keys(one[field] ?? {}).length > 0)
    && (one.uri === undefined || one.uri.prefix === '/' || one.uri.regex === '.*');
}

function keyOf(gateway: string, namespace: string): string {
  return gateway.includes('/') ? gateway : `${namespace}/${gateway}`;
}

function matchesAt({ match: all = [{}] }: any, key: string, own: string, home: string, at: number): any[] {
  return all.filter(({ port = at, gateways, sourceNamespace = home }: any) => port === at
    && (gateways === undefined ? sourceNamespace === home : gateways.some((one: string) => keyOf(one, own) === key)));
}

function commonHosts(served: readonly string[], hosts: readonly string[], own: string, home: string): string[] {
  const names = served.map(one => one.includes('/') ? one.split('/') : ['*', one])
    .filter(([namespace]) => namespace === '*' || (namespace === '.' ? home : namespace) === own).map(([, one]) => one);
  const common = names.flatMap(one => hosts.map(host => host === '*' ? host : fullName(host, own))
    .flatMap(other => covers([one], other) ? other : covers([other], one) ? one : []));
  return [...new Set(common)];
}

function covers(wide: readonly string[], name: string): boolean {
  return wide.some(one => one === name || one === '*' || (one.startsWith('*') && name.endsWith(one.slice(1)) && name.length >= one.length));
}

function closeness(host: string): number {
  return host.startsWith('*') ? host.length : Infinity;
}
