import type { Place } from './http-route';
import { byServerName, type Following } from './server-names';
import { branchOf, isFor, isOn, seenBy, type VirtualService } from './virtual-service';
import type { ServicePort } from '../../../../meaning/call';
import { allOf, ALWAYS, anyOf, type Condition } from '../../../../meaning/condition';
import type { Decision } from '../../../../meaning/decision';
import { toService } from '../../../../meaning/way';
import type { Way } from '../../../../meaning/world';
import { hasRequests, type Protocol } from '../../../../model/protocol';
import { type Candidate, ranked } from '../../../../reading/ranking';

/**
 * Of VirtualServices for one Service, those come first that only the namespace of the client sees, then those that are exported to it, then
 * those that all see; the first that has a route for the port decides (`SelectVirtualServices` in `pilot/pkg/model/virtualservice.go`, and
 * `buildSidecarVirtualHostsForVirtualService` in `pilot/pkg/networking/core/route/route.go` of istio/istio).
 */
export function waysBy(
  all: readonly VirtualService[], to: ServicePort, protocol: Protocol, place: Place, following: Following,
): Decision<Way> | undefined {
  const { importedWhen } = following;
  const known = all.filter(one => one.doubt === undefined && isFor(one, to));
  const doubtful = all.filter(one => !known.includes(one)).flatMap(one => seenBy(one).map(({ who }): Candidate<Way> => {
    const doubt = one.doubt ?? { type: 'unknown', why: 'it is not known whether the VirtualService is for the Service', place: one.source.place };
    const then = { value: { unknown: doubt.why }, why: doubt.why, source: one.source };
    return { rank: [Infinity, 9], when: allOf(importedWhen(one), who, doubt), then, source: one.source, owner: one };
  }));
  const candidates = [
    ...doubtful, ...protocol === 'TLS' ? byServerName(known, to, place, following) : known.flatMap(one => candidatesOf(one, to, protocol, place, importedWhen(one))),
  ];
  return candidates.length === 0 ? undefined : ranked(candidates, { value: toService(to), why: 'no VirtualService is for it' });
}

function candidatesOf(one: VirtualService, to: ServicePort, protocol: Protocol, place: Place, imported: Condition): Candidate<Way>[] {
  const routes = (hasRequests(protocol) ? one.http : protocol === 'TCP' ? one.tcp : [])
    .map(route => ({ route, matches: route.matches.filter(match => isOn(match, one, to.port)) })).filter(({ matches }) => matches.length > 0);
  if (routes.length === 0) return [];
  const someRoute = anyOf(...routes.flatMap(({ matches }) => matches.map(({ client }) => client)));
  const decision: Decision<Way> = {
    branches: routes.flatMap(({ route, matches }) => matches.map(match => branchOf(route, match, one, place))),
    // A connection that no match is for goes on as if there were no VirtualService.
    otherwise: hasRequests(protocol) ? { value: { backends: [], status: 404, handling: {}, besides: [] }, why: 'no route of the VirtualService is for it' }
      : { value: { unknown: 'no match is for the connection' }, why: 'no match is for the connection' },
  };
  return seenBy(one).map(({ rank, who }) =>
    ({ rank: [rank], when: allOf(...imported === ALWAYS ? [] : [imported], who, someRoute), then: decision, source: one.source, owner: one }));
}
