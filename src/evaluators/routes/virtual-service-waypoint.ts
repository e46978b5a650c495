import { toServiceByIstio } from './destination-rule';
import { seenFrom } from './istio-exports';
import type { Outcome } from './outcome';
import type { RouteRequest } from './request';
import { hasRequests } from './request';
import { fullName, matchHolds, outcome, routesInMesh } from './virtual-service';
import { Unknown } from '../unknown';

/**
 * What becomes of a request at the waypoint of its Service.
 *
 * `pilot/pkg/networking/core/listener_waypoint.go`: the routes of all VirtualServices for the Service, of its namespace and of that of the waypoint,
 * stand one behind the other; connections go by the first route for the port.
 */
export function routedAtWaypoint(manifests: readonly any[], request: RouteRequest): Outcome {
  const { to } = request;
  const service = manifests.find(({ kind, metadata }) => kind === 'Service' && metadata.name === to.service && metadata.namespace === to.namespace);
  const { 'istio.io/use-waypoint': waypoint, 'istio.io/use-waypoint-namespace': home = to.namespace } = service?.metadata.labels ?? {};
  if (waypoint === undefined) throw new Unknown('nothing says which waypoint it has');
  // Without one, nobody reads what holds for a Service.
  if (waypoint === 'none') return toServiceByIstio(manifests.filter(({ kind }) => kind !== 'DestinationRule'), request);
  const seenThere: RouteRequest = { ...request, client: { namespace: home } };
  const all = routesInMesh(manifests).filter(({ metadata, spec }) => [home, to.namespace].includes(metadata.namespace)
    && spec.hosts.some((host: string) => isFor(fullName(host, metadata.namespace), `${to.service}.${to.namespace}.svc.cluster.local`)));
  const seen = seenFrom(home, all);
  return hasRequests(request) ? ofRequest(manifests, seen, seenThere) : ofConnection(manifests, seen, seenThere);
}

function isFor(host: string, name: string): boolean {
  return host.startsWith('*') ? name.endsWith(host.slice(1)) : host === name;
}

function ofRequest(manifests: readonly any[], seen: readonly any[], request: RouteRequest): Outcome {
  const { to, client } = request;
  const routes = seen.flatMap(({ metadata, spec: { http = [] } }) => http.flatMap((route: any) => (route.match ?? [{}])
    .filter(({ port = to.port, gateways, sourceNamespace = client.namespace, sourceLabels = {} }: any) => port === to.port
      && Object.keys(sourceLabels).length === 0 && (gateways?.includes('mesh') ?? sourceNamespace === client.namespace))
    .map((match: any) => ({ namespace: metadata.namespace, route: { ...route, match: [match] } }))));
  if (routes.length === 0) return toServiceByIstio(manifests, request);
  const found = routes.find(({ route: { match: [one] } }) => matchHolds(one, request));
  return found === undefined ? { kind: 'failed' } : outcome(manifests, found.namespace, found.route, request);
}

function ofConnection(manifests: readonly any[], seen: readonly any[], request: RouteRequest): Outcome {
  const { to } = request;
  const name = `${to.service}.${to.namespace}.svc.cluster.local`;
  const isRead = ({ port = to.port, gateways = ['mesh'], sourceNamespace, sourceLabels = {}, destinationSubnets }: any) => {
    if (destinationSubnets !== undefined) throw new Unknown('not known here: destinationSubnets');
    return port === to.port && gateways.includes('mesh') && sourceNamespace === undefined && Object.keys(sourceLabels).length === 0;
  };
  for (const [field, names] of [['tls', true], ['tcp', false]] as const) {
    for (const { metadata, spec } of seen) {
      const route = (spec[field] ?? []).find(({ match }: any) => match === undefined
        || match.some((one: any) => isRead(one) && (!names || (one.sniHosts.length === 1 && one.sniHosts[0] === name))));
      if (route !== undefined) return outcome(manifests, metadata.namespace, { ...route, match: [{}] }, request);
    }
  }
  return toServiceByIstio(manifests, request);
}
