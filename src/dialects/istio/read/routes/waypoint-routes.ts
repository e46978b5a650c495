import { nameOfService } from './hosts';
import type { Place, ReadRoute } from './http-route';
import { EVERY, type Match } from './match';
import { branchOf, isFor, isOn, type VirtualService } from './virtual-service';
import type { ServicePort } from '../../../../meaning/call';
import { ALWAYS } from '../../../../meaning/condition';
import type { Decision } from '../../../../meaning/decision';
import { toService } from '../../../../meaning/way';
import type { Way } from '../../../../meaning/world';
import { hasRequests, type Protocol } from '../../../../model/protocol';
import { type Candidate, ranked } from '../../../../reading/ranking';

/**
 * Where a waypoint in a namespace sends what comes for a port of a Service. It reads VirtualServices of its own namespace and of that of the Service, one
 * behind the other. It does not ask whose requests they are, and takes all connections by the first route for the port
 * (`getVirtualServiceForWaypoint`, `buildWaypointInboundHTTPRouteConfig` and `getWaypointTCPRoutes` in
 * `pilot/pkg/networking/core/listener_waypoint.go` of istio/istio). Undefined where no route is for it.
 */
export function waysAtWaypoint(
  all: readonly VirtualService[], to: ServicePort, protocol: Protocol, place: Place, namespace: string,
): Decision<Way> | undefined {
  const seen = all.filter(one => [namespace, to.namespace].includes(one.namespace) && isNamed(one, to))
    .map(one => ({ one, rank: rankOf(one, namespace) })).filter(({ rank }) => rank > 0);
  const candidates = seen.flatMap(({ one, rank }): Candidate<Way>[] => {
    const { doubt, source } = one;
    if (doubt !== undefined) return [{ rank: [9], when: doubt, then: { value: { unknown: doubt.why }, why: doubt.why, source }, source, owner: one }];
    const standing: Standing = { one, to, place, namespace };
    if (hasRequests(protocol)) return requests(standing).map(candidate => ({ ...candidate, rank: [rank] }));
    return [[one.tcp, 1] as const, [one.tls, 2] as const]
      .flatMap(([routes, order]) => connections(routes, standing).map(candidate => ({ ...candidate, rank: [order, rank] })));
  });
  if (candidates.length === 0) return undefined;
  return ranked(candidates, !hasRequests(protocol) ? { value: toService(to), why: 'no VirtualService is for it' }
    : { value: { backends: [], status: 404, handling: {}, besides: [] }, why: 'no route of the VirtualServices is for it' });
}

interface Standing {
  readonly one: VirtualService;
  readonly to: ServicePort;
  readonly place: Place;
  /** Of the waypoint. */
  readonly namespace: string;
}

function requests({ one, to, place, namespace }: Standing): Omit<Candidate<Way>, 'rank'>[] {
  const isRead = (match: Match) => isOn(match, one, to.port) && match.source?.hasLabels !== true
    && (match.gateways !== undefined || (match.source?.namespace ?? namespace) === namespace);
  return one.http.flatMap(route => route.matches.filter(isRead).map(match => ({ ...branchOf(route, match, one, place, match.request), owner: one })));
}

/** Of server names, that of the Service alone counts, and it is not asked for. */
function connections(routes: readonly ReadRoute[], { one, to, place }: Standing): Omit<Candidate<Way>, 'rank'>[] {
  const isRead = (match: Match) => isOn(match, one, to.port) && match.source === undefined
    && (match.serverNames === undefined || (match.serverNames.length === 1 && match.serverNames[0] === nameOfService(to)));
  return routes.flatMap(route => (route.matches.length === 0 ? [EVERY] : route.matches.filter(isRead))
    .map(match => ({ ...branchOf(route, match, one, place, match.doubt ?? ALWAYS), owner: one })));
}

function isNamed(one: VirtualService, to: ServicePort): boolean {
  return isFor(one, to) || one.otherHosts.some(host => host.startsWith('*') && nameOfService(to).endsWith(host.slice(1)));
}

/** Those that only its own namespace sees come first, then those that are exported to it; 0 for those that it does not see. */
function rankOf({ visibleTo, namespace }: VirtualService, own: string): number {
  return visibleTo === 'all' ? 1 : !visibleTo.includes(own) ? 0 : namespace === own ? 3 : 2;
}
