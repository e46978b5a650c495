import { type DelegateOf, httpRoutes } from './delegation';
import { mayBe, serviceOfHost, type Visibility, visibility } from './hosts';
import { type Place, type ReadRoute, tcpRoute, tlsRoute } from './http-route';
import type { Match } from './match';
import type { ServicePort } from '../../../../meaning/call';
import { allOf, ALWAYS, type Condition, type Doubt } from '../../../../meaning/condition';
import { type Branch, isUndecided } from '../../../../meaning/decision';
import { exactly } from '../../../../meaning/text';
import type { Way } from '../../../../meaning/world';
import { annotations, labels } from '../../../../reading/cluster/object';
import type { ReadObject } from '../../../../reading/objects';
import type { Owner } from '../../../../reading/ranking';
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

export function virtualServiceOf(object: ReadObject, namespace: string, owner: Owner, delegateOf: DelegateOf): VirtualService {
  const { fields } = object;
  const [spec, metadata] = [fields.field('spec'), fields.field('metadata')];
  labels(metadata.field('labels'));
  annotations(metadata.field('annotations'));
  const named = spec.field('hosts').items().flatMap(item => item.text() ?? []);
  const gateways = spec.field('gateways').items().flatMap(item => item.text() ?? []);
  const visibleTo = visibility(spec.field('exportTo'), namespace);
  const http = spec.field('http').items().flatMap(item => httpRoutes(object, item, namespace, isDelegate(object) ? undefined : delegateOf));
  const tcp = spec.field('tcp').items().map(item => tcpRoute(object, item, namespace));
  const tls = spec.field('tls').items().map(item => tlsRoute(object, item, namespace));
  const [unread] = fields.doubts().filter(({ place }) => !/^spec\.(?:http|tcp|tls)\[/.test(place.path));
  const open = http.find(({ mayBeNone }) => mayBeNone);
  const doubt = unread !== undefined ? doubtOf(unread) : open?.doubt === undefined || http.some(isForAll) ? undefined
    : { type: 'unknown' as const, why: open.doubt, place: open.source.place };
  // One without hosts is a part of others, unless it names them by what is not understood.
  const hosts = named.length === 0 && unread !== undefined ? ['*'] : named;
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
    ...(doubt && { doubt }),
  };
}

/** Whether a route is there for every client, at every port. */
function isForAll({ mayBeNone, matches }: ReadRoute): boolean {
  return mayBeNone !== true && matches.some(({ port, gateways, client }) => port === undefined && gateways === undefined && client === ALWAYS);
}

/** Whether it has no hosts, and is a part of those that name it. */
export function isDelegate({ manifest: { spec } }: ReadObject): boolean {
  return !Array.isArray(spec?.hosts) || spec.hosts.length === 0;
}

/** Whether sidecars and waypoints follow any of it, and not gateways alone: whatever its matches name, it has to be for them (`getGatewayNames`). */
export function isForSidecars({ gateways }: VirtualService): boolean {
  return gateways.includes('mesh');
}

/** Whether it is for a Service, as far as its hosts tell. */
export function isFor({ services }: VirtualService, to: ServicePort): boolean {
  return services.some(({ service, namespace }) => service === to.service && namespace === to.namespace);
}

export function mayBeFor({ otherHosts }: VirtualService, to: ServicePort): boolean {
  return otherHosts.some(host => mayBe(host, to));
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
  return (port === undefined || port === called) && [virtualService.gateways, ...gateways === undefined ? [] : [gateways]].every(names => names.includes('mesh'));
}
