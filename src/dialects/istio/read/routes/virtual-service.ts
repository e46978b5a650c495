import { mayBe, serviceOfHost, type Visibility, visibility } from './hosts';
import { httpRoute, type Place, type ReadRoute, tcpRoute, tlsRoute } from './http-route';
import type { Match } from './match';
import type { ServicePort } from '../../../../meaning/call';
import { allOf, ALWAYS, anyOf, type Condition, type Doubt } from '../../../../meaning/condition';
import { type Branch, type Decision, isUndecided } from '../../../../meaning/decision';
import { exactly } from '../../../../meaning/text';
import { toService } from '../../../../meaning/way';
import type { Way } from '../../../../meaning/world';
import { hasRequests, type Protocol } from '../../../../model/protocol';
import { annotations, labels } from '../../../../reading/cluster/object';
import type { ReadObject } from '../../../../reading/objects';
import { type Candidate, type Owner, ranked } from '../../../../reading/ranking';
import { doubtOf } from '../../../../reading/understood';

export interface VirtualService extends Owner {
  readonly namespace: string;
  /** The Services that it is for, by full name. */
  readonly services: readonly { readonly service: string; readonly namespace: string }[];
  /** Hosts that are no full names of Services, in lower case. */
  readonly otherHosts: readonly string[];
  readonly visibleTo: Visibility;
  /** `mesh` stands for sidecars. */
  readonly gateways: readonly string[];
  readonly http: readonly ReadRoute[];
  readonly tcp: readonly ReadRoute[];
  readonly tls: readonly ReadRoute[];
  /** Something beside its routes that is not understood. */
  readonly doubt?: Doubt;
}

export function virtualServiceOf(object: ReadObject, namespace: string, owner: Owner): VirtualService {
  const { fields } = object;
  const [spec, metadata] = [fields.field('spec'), fields.field('metadata')];
  labels(metadata.field('labels'));
  annotations(metadata.field('annotations'));
  const named = spec.field('hosts').items().flatMap(item => item.text() ?? []);
  const gateways = spec.field('gateways').items().flatMap(item => item.text() ?? []);
  const visibleTo = visibility(spec.field('exportTo'), namespace);
  const http = spec.field('http').items().map(item => httpRoute(object, item, namespace));
  const tcp = spec.field('tcp').items().map(item => tcpRoute(object, item, namespace));
  const tls = spec.field('tls').items().map(item => tlsRoute(object, item, namespace));
  const [doubt] = fields.doubts().filter(({ place }) => !/^spec\.(?:http|tcp|tls)\[/.test(place.path));
  // One without hosts is a part of others, unless it names them by what is not understood.
  const hosts = named.length === 0 && doubt !== undefined ? ['*'] : named;
  return {
    ...owner,
    namespace,
    services: hosts.flatMap(host => serviceOfHost(host, namespace) ?? []),
    otherHosts: hosts.filter(host => serviceOfHost(host, namespace) === undefined).map(host => host.toLowerCase()),
    visibleTo,
    gateways: gateways.length === 0 ? ['mesh'] : gateways,
    http,
    tcp,
    tls,
    ...(doubt && { doubt: doubtOf(doubt) }),
  };
}

/** Whether sidecars follow any of it, and not gateways alone. */
export function isForSidecars({ gateways, http, tcp, tls }: VirtualService): boolean {
  return gateways.includes('mesh') || [...http, ...tcp, ...tls].some(({ matches }) => matches.some(match => match.gateways?.includes('mesh')));
}

/** Whether it is for a Service, as far as its hosts tell. */
export function isFor({ services }: VirtualService, to: ServicePort): boolean {
  return services.some(({ service, namespace }) => service === to.service && namespace === to.namespace);
}

export function mayBeFor({ otherHosts }: VirtualService, to: ServicePort): boolean {
  return otherHosts.some(host => mayBe(host, to));
}

/**
 * Of VirtualServices for one Service, those come first that only the namespace of the client sees, then those that are exported to it, then
 * those that all see; the first that has a route for the port decides (`SelectVirtualServices` in `pilot/pkg/model/virtualservice.go`, and
 * `buildSidecarVirtualHostsForVirtualService` in `pilot/pkg/networking/core/route/route.go` of istio/istio).
 */
export function waysBy(
  all: readonly VirtualService[], to: ServicePort, protocol: Protocol, place: Place, importedWhen: (one: VirtualService) => Condition = () => ALWAYS,
): Decision<Way> | undefined {
  const candidates = all.flatMap(one => {
    const imported = importedWhen(one);
    return candidatesOf(one, to, protocol, place)
      .map(candidate => imported === ALWAYS ? candidate : { ...candidate, when: allOf(imported, candidate.when) });
  });
  if (candidates.length === 0) return undefined;
  const toIt = toService(to);
  return ranked(candidates, { value: toIt, why: 'no VirtualService is for it' });
}

function candidatesOf(one: VirtualService, to: ServicePort, protocol: Protocol, place: Place): Candidate<Way>[] {
  const seen = seenBy(one);
  const candidate = (rank: number, when: Condition, then: Candidate<Way>['then']): Candidate<Way> => ({ rank: [rank], when, then, source: one.source, owner: one });
  const unknown = (why: string, when: Condition = ALWAYS) =>
    seen.map(({ who }) => candidate(9, allOf(who, when), { value: { unknown: why }, why, source: one.source }));
  if (one.doubt !== undefined) return unknown(one.doubt.why, one.doubt);
  if (!isFor(one, to)) return unknown('it is not known whether the VirtualService is for the Service', { type: 'unknown', why: 'its host is no full name of a Service', place: one.source.place });
  if (protocol === 'TLS' && one.tls.some(({ matches }) => matches.some(match => isOn(match, one, to.port)))) return unknown('server names of a VirtualService are not read here');
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
  return seen.map(({ rank, who }) => candidate(rank, allOf(who, someRoute), decision));
}

/** What becomes of what a match is for. */
export function branchOf(
  route: ReadRoute, match: Match, { source: { name } }: VirtualService, place: Place, when = allOf(match.client, match.request),
): Branch<Way> {
  const value = route.way(match, place);
  const then = { value, why: isUndecided(value) ? value.unknown : `a route of VirtualService '${name}' is for it`, source: route.source };
  return { when, then, source: route.source };
}

/** For clients of which namespaces, and before which others. */
export function seenBy({ visibleTo, namespace }: VirtualService): { readonly rank: number; readonly who: Condition }[] {
  if (visibleTo === 'all') return [{ rank: 1, who: ALWAYS }];
  return [...new Set(visibleTo)].map(one => ({ rank: one === namespace ? 3 : 2, who: { type: 'pod', namespace: exactly(one) } }));
}

export function isOn({ port, gateways }: Match, virtualService: VirtualService, called: number): boolean {
  return (port === undefined || port === called) && (gateways ?? virtualService.gateways).includes('mesh');
}
