import type { Place, ReadRoute } from './http-route';
import type { Match } from './match';
import type { OutboundMode } from '../mesh-config';
import { branchOf, isOn, seenBy, type VirtualService } from './virtual-service';
import type { ServicePort } from '../../../../meaning/call';
import { allOf, type Condition } from '../../../../meaning/condition';
import type { Verdict } from '../../../../meaning/decision';
import { CLOSED } from '../../../../meaning/way';
import type { Way } from '../../../../meaning/world';
import type { Candidate } from '../../../../reading/ranking';

/** The clients that follow routes: which of them they import, and what becomes of what they do not know. */
export interface Following {
  readonly importedWhen: (one: VirtualService) => Condition;
  readonly outbound: OutboundMode | undefined;
}

/** A match of a route for server names, on the port that is called. */
interface Chain {
  readonly one: VirtualService;
  readonly route: ReadRoute;
  readonly match: Match;
}

const NO_NAME: Verdict<Way> = { value: CLOSED, why: 'no route is for the server name' };

const PAST = 'no route is for the server name, and such connections go past the mesh, unless that lets out nothing that it does not know';

/**
 * What becomes of connections over TLS, by the names that they ask for: the closest name decides, whichever VirtualService says it, and where
 * any match is for the client, all other names pass through the proxy, or are closed (`buildSidecarOutboundTLSFilterChainOpts` in
 * `pilot/pkg/networking/core/tls.go` and `buildListenerFromEntry` in `listener.go` of istio/istio, and `filter_chain_match` of Envoy). Ranks are
 * above 0 for names.
 */
export function byServerName(
  all: readonly VirtualService[], { port }: ServicePort, place: Place, { importedWhen, outbound }: Following,
): Candidate<Way>[] {
  const chains = all.flatMap(one => one.tls.filter(({ destinations }) => destinations.length > 0)
    .flatMap(route => route.matches.filter(match => isOn(match, one, port)).map((match): Chain => ({ one, route, match }))));
  const why = whyUnknown(chains);
  return chains.flatMap(({ one, route, match }) => seenBy(one).flatMap(({ rank, who }): Candidate<Way>[] => {
    const when = allOf(who, importedWhen(one), match.client);
    const candidate = { source: route.source, owner: one };
    if (why !== undefined) return [{ ...candidate, rank: [Infinity, 8], when, then: { value: { unknown: why }, why, source: route.source } }];
    return [
      ...serverNames(match)
        .map(({ closest, request }) => ({ ...branchOf(route, match, one, place, allOf(when, request)), owner: one, rank: [1 + closest, rank] })),
      { ...candidate, rank: [0, rank], when, then: outbound === 'REGISTRY_ONLY' ? NO_NAME : { value: { unknown: PAST }, why: PAST } },
    ];
  }));
}

/** Each of the names of a match by itself, as the one that names a server most closely decides. */
export function serverNames({ request }: Match): { readonly closest: number; readonly request: Condition }[] {
  const [names, doubts] = request.type === 'all' ? [request.of[0], request.of.slice(1)] : [request, []];
  if (names.type !== 'serverName') return [{ closest: Infinity, request }];
  const each = names.is.type === 'oneOf' ? names.is.of : [names.is];
  // A star among them stands for all.
  return (each.find(({ type }) => type === 'anything') === undefined ? each : each.filter(({ type }) => type === 'anything').slice(0, 1)).map(is => ({
    closest: is.type === 'exact' ? Infinity : is.type === 'suffix' ? is.value.length : 0, request: allOf({ type: 'serverName', is }, ...doubts),
  }));
}

/** Of matches that say the same, the first counts. Otherwise, Envoy takes each name once. */
function whyUnknown(chains: readonly Chain[]): string | undefined {
  if (chains.some(({ match }) => match.isBySubnet)) return 'it tells connections apart by the address of the Service, which is not known';
  const lists = new Map(chains.map(({ match: { serverNames: names = [] } }) => [names.join(), names.includes('*') ? ['*'] : names.map(name => name.toLowerCase())]));
  const all = [...lists.values()].flat();
  const twice = all.find((name, i) => all.indexOf(name) !== i);
  return twice === undefined ? undefined : `two matches name the server '${twice}', and the proxy takes no such listener`;
}
