import type { ReadRoute } from './http-route';
import { hostText, type Match } from './match';
import { serverNames } from './server-names';
import { isOn, seenBy, type VirtualService } from './virtual-service';
import { allOf, anyOf, type Condition } from '../../../../meaning/condition';
import type { Branch, Decision, Verdict } from '../../../../meaning/decision';
import { exactly } from '../../../../meaning/text';
import type { Passage } from '../../../../meaning/world';
import { hasRequests, type Protocol } from '../../../../model/protocol';
import { type Candidate, ranked } from '../../../../reading/ranking';
import { nameIs } from '../outbound/matching';

/** A port outside, and what is spoken there. */
export interface PortOutside {
  readonly port: number;
  readonly protocol: Protocol;
}

/**
 * Whether the routes for hosts outside let calls go there, and nowhere else. The host that is named most closely counts
 * (`pilot/pkg/networking/core/httproute.go` of istio/istio).
 */
export function passageBy(
  all: readonly VirtualService[], to: PortOutside, importedWhen: (one: VirtualService) => Condition,
): Decision<Passage> | undefined {
  const candidates = all.flatMap(one => one.otherHosts.flatMap(host => candidatesOf(one, host, to, importedWhen(one))));
  return candidates.length === 0 ? undefined : ranked(candidates, { value: 'allowed', why: 'no VirtualService is for it' });
}

/**
 * Where a VirtualService has a match for TLS to a host that a ServiceEntry names, the proxy knows only the server names of such matches there, and no others
 * (`hasTLSMatch` of `buildSidecarOutboundTLSFilterChainOpts` in `pilot/pkg/networking/core/tls.go`).
 */
export const OTHER_NAMES = 'a VirtualService has a route for some of these server names, and what becomes of others is not read here';

function candidatesOf(one: VirtualService, host: string, { port, protocol }: PortOutside, imported: Condition): Candidate<Passage>[] {
  const closeness = host.startsWith('*') ? host.length : Infinity;
  const candidate = (rank: number, when: Condition, then: Candidate<Passage>['then']): Candidate<Passage> =>
    ({ rank: [closeness, rank], when: allOf(imported, when), then, source: one.source, owner: one });
  if (one.doubt !== undefined) {
    const { doubt } = one;
    return [{ ...candidate(9, doubt, { value: { unknown: doubt.why }, why: doubt.why, source: one.source }), rank: [Infinity, 9] }];
  }
  const routes = routesFor(one, protocol).map(route => ({ route, matches: route.matches.filter(match => isOn(match, one, port)) }))
    .filter(({ matches }) => matches.length > 0);
  if (routes.length === 0) return [];
  const some = anyOf(...routes.flatMap(({ matches }) => matches.map(({ client }) => client)));
  // Of server names, the closest one decides.
  const requests = (match: Match) => protocol === 'TLS' ? serverNames(match) : [{ closest: 0, request: match.request }];
  const branches = routes.flatMap(({ route, matches }) => matches.flatMap(match => requests(match).map(({ closest, request }) => ({
    closest, branch: { when: allOf(match.client, request), then: passageOf(route, one, protocol), source: route.source } satisfies Branch<Passage>,
  })))).sort((a, b) => a.closest === b.closest ? 0 : b.closest - a.closest);
  const decision: Decision<Passage> = {
    branches: branches.map(({ branch }) => branch),
    otherwise: hasRequests(protocol) ? { value: 'denied', why: 'no route of the VirtualService is for it: the proxy answers with 404', source: one.source }
      : protocol === 'TLS' ? { value: { unknown: OTHER_NAMES }, why: OTHER_NAMES, source: one.source }
        : { value: 'allowed', why: 'no route of the VirtualService is for the connection' },
  };
  return seenBy(one).map(({ rank, who }) => candidate(rank, allOf(nameIs(protocol, hostText(host)), who, some), decision));
}

export function routesFor({ http, tls, tcp }: VirtualService, protocol: Protocol): readonly ReadRoute[] {
  return hasRequests(protocol) ? http : protocol === 'TLS' ? tls : tcp;
}

function passageOf(
  { source, destinations, answers, doubt }: ReadRoute, one: VirtualService, protocol: Protocol,
): Verdict<Passage> | Decision<Passage> {
  const verdict = (value: Verdict<Passage>['value'], why: string): Verdict<Passage> => ({ value, why, source });
  const unknown = (why: string) => verdict({ unknown: why }, why);
  if (doubt !== undefined) return unknown(doubt);
  if (answers) return verdict('denied', 'the proxy answers itself');
  const taking = destinations.filter(({ weight }) => destinations.length === 1 || (weight ?? 0) > 0);
  const [first, ...others] = new Set(taking.map(({ host }) => host));
  if (first === undefined) return unknown('nobody gets the requests');
  if (taking.some(({ subsetName }) => subsetName !== undefined)) return unknown('it goes to a subset');
  const where = `a route sends it to '${[first, ...others].join("' and '")}' instead`;
  const elsewhere = verdict({ unknown: where, isElsewhere: true }, where);
  if (others.length > 0) return elsewhere;
  const meant: Branch<Passage> = { when: nameIs(protocol, exactly(first)), then: verdict('allowed', `a route of VirtualService '${one.source.name}' is for it`), source };
  return { branches: [meant], otherwise: elsewhere };
}
