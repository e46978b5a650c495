import type { RouteFeature } from '../../model/features/route';
import type { RouteModel } from '../../model/route';
import type { Refusal, RouteExtension } from '../dialect';
import { noRoutes } from '../dialect';
import { rootRedirects } from '../redirects';

const UNREAD = {
  ...noRoutes('Istio does not read the session persistence of Gateway API', 'SessionPersistence'),
  ...noRoutes('istiod reads no XBackendTrafficPolicy unless it is told to read alpha kinds', 'RetryBudget'),
};

/**
 * What sidecars read of the routes of a Service.
 *
 * @see https://istio.io/latest/docs/reference/config/gateway-api/
 */
export const istioRoutes: RouteExtension = {
  supports: UNREAD,
  instead: [],
  refusals: model => [...rootRedirects(model), ...opaqueTls(model)],
  annotations: () => ({}),
  render: () => [],
};

/** What waypoints read of the routes of a Service. */
export const istioAmbientRoutes: RouteExtension = {
  supports: { ...UNREAD, ...noRoutes('a waypoint does not look at server names', 'TLSRoute') },
  instead: [],
  refusals: rootRedirects,
  annotations: () => ({}),
  render: () => [],
};

/** Sidecars read no TCPRoute on a port that they know to speak TLS. */
function opaqueTls({ ports }: RouteModel): Refusal<RouteFeature>[] {
  return ports.filter(({ protocol, rules }) => protocol === 'TLS' && rules.length > 0 && rules.every(rule => rule.matches.length === 0))
    .map(({ port }) => ({
      feature: 'TCPRoute',
      port,
      reason: 'sidecars read no TCPRoute on a port that speaks TLS',
      remedy: 'Match on the names of the servers, with TlsMatch.sni, or let the Service and the MeshService say that the port speaks TCP',
    }));
}
