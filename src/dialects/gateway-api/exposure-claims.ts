import { listeners } from './listeners';
import { routeRules } from './route-rules';
import type { ExposureModel, Gateway } from '../../model/exposure';
import { exposedKind, exposedPort } from '../../model/exposure';
import { flatMap } from '../../model/lists';
import type { RequestMatch } from '../../model/match';
import { intersect, isSameMatch } from '../../model/match';
import { qualified } from '../../model/route';
import type { Claim, RequestsClaim, ServedHost } from '../contract/claim';
import { LED_OUT, LED_OUT_ALONE } from '../contract/claim';
import { alwaysWins, isConflict } from '../specificity/precedence';

/**
 * On a shared gateway, the claims are on requests to a host; with listeners of its own there, on those; with a gateway of its own,
 * there are none.
 */
export function exposureClaims(model: ExposureModel): Claim[] {
  return flatMap(model.gateways, gateway => claimsAt(model, gateway));
}

function claimsAt(model: ExposureModel, gateway: Gateway): Claim[] {
  if (gateway.kind === 'own') {
    return [];
  }
  const { route } = model;
  const where = { gateway: gateway.name, namespace: gateway.namespace ?? route.namespace };
  if (gateway.kind === 'listenerSet') {
    const { requests, redirects } = listeners(model);
    return [...requests, ...redirects].map(({ hostname, port, protocol }): Claim =>
      ({ by: 'subject', of: { type: 'listener', protocol, host: hostname, port, ...where } }));
  }
  const { listenerSet: set } = gateway;
  const rules = routeRules(exposedPort(model));
  const matches = isConflict(rules) ? [] : flatMap(rules, rule => rule.matches);
  const hosts = model.hostnames.length === 0 ? [undefined] : model.hostnames;
  return hosts.map(host => {
    const of: ServedHost = { type: 'gateway', host, ...where, listenerSet: set && qualified(set.name, set.namespace ?? route.namespace) };
    const claim = { by: 'requests' as const, of, listener: gateway.sectionName, listenerPort: gateway.port, kind: exposedKind(model), matches };
    return { ...claim, contested: other => contested(claim, other) };
  });
}

type Requests = Omit<RequestsClaim, 'contested'>;

function contested(one: Requests, other: Requests): string | undefined {
  if (other.kind === LED_OUT) return LED_OUT_ALONE;
  if (areApart(one.listener, other.listener) || areApart(one.listenerPort, other.listenerPort)) {
    return undefined;
  }
  if (one.kind !== other.kind) {
    // All others have listeners of their own.
    const areRequests = [one, other].every(({ kind }) => kind === 'HTTPRoute' || kind === 'GRPCRoute');
    return areRequests ? `a listener takes either ${one.kind}s or ${other.kind}s for a host` : undefined;
  }
  for (const a of one.matches) {
    for (const b of other.matches) {
      const why = contestedMatches(a, b);
      if (why !== undefined) {
        return why;
      }
    }
  }
  return undefined;
}

function areApart<Name>(a: Name | undefined, b: Name | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

/** Between routes, only the more specific match decides; between equals, the older route. */
function contestedMatches(a: RequestMatch, b: RequestMatch): string | undefined {
  const common = intersect(a, b);
  if (common === 'disjoint' || (common !== 'unknown' && (isNarrower(a, b, common) || isNarrower(b, a, common)))) {
    return undefined;
  }
  return common === 'unknown'
    ? 'which requests match both regular expressions cannot be decided'
    : isSameMatch(a, b)
      ? 'both take the same requests, and the older object would get them'
      : 'a request may match both, and neither is the narrower one';
}

function isNarrower(a: RequestMatch, b: RequestMatch, common: RequestMatch): boolean {
  return isSameMatch(common, a) && alwaysWins(a, b) && !alwaysWins(b, a);
}
