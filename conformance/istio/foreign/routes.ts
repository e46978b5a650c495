import { casesOf, ofGatewayApi, ofIstio, type Routed } from './routed';
import { mostlyKnown } from './share';
import type { Outcome } from '../../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import { hasRequests, type Protocol } from '../../../src/model/protocol';
import { readOutcome } from '../../../test/reading/routes/outcome';
import { perBackend, shareOf } from '../apps';
import type { Case } from '../case';

const REQUESTS: readonly Protocol[] = ['HTTP', 'GRPC'];
const CONNECTIONS: readonly Protocol[] = ['TCP', 'TLS'];
const SENT = ['/cart-v', 'no route'];

/**
 * VirtualServices and DestinationRules that somebody else wrote, and routes of Gateway API, with what is sent to a Service. Where the library says that it
 * goes, sidecars send it, and waypoints. At most a part of the requests is not known, and some answers there are.
 */
const ALL: readonly (readonly [routed: Routed, most: number, answers: readonly string[]])[] = [
  [ofIstio('foreign VirtualServices', 'istio', REQUESTS), 0.45, SENT],
  [ofGatewayApi('foreign HTTPRoutes and GRPCRoutes', 'istio', REQUESTS), 0.4, SENT],
  [ofIstio('foreign VirtualServices at waypoints', 'istio-ambient', REQUESTS), 0.45, SENT],
  [ofGatewayApi('foreign HTTPRoutes and GRPCRoutes at waypoints', 'istio-ambient', REQUESTS), 0.5, SENT],
  [ofIstio('foreign VirtualServices for connections', 'istio', CONNECTIONS), 0.65, ['/cart-v']],
  [ofGatewayApi('foreign TCPRoutes and TLSRoutes', 'istio', CONNECTIONS), 0.7, ['/cart-v']],
  [ofIstio('foreign VirtualServices for connections at waypoints', 'istio-ambient', CONNECTIONS), 0.3, ['/cart-v']],
  [ofGatewayApi('foreign TCPRoutes and TLSRoutes at waypoints', 'istio-ambient', CONNECTIONS), 0.3, ['/cart-v']],
];

export function foreignRoutes(seed: number, count: number): readonly Case[] {
  return ALL.flatMap(([routed, most, answers]) => mostlyKnown((own, some) => casesOf(routed, own, some, (world, request) => {
    const outcome = readOutcome(world, request);
    return outcome === 'unknown' ? outcome : { answers: { library: answersTo(routed.mesh, outcome, request) } };
  }), seed, count, most, ...answers));
}

/** The answers that there may be where a sidecar or a waypoint is asked. */
export function answersTo(mesh: Routed['mesh'], outcome: Outcome, request: RouteRequest): readonly string[] {
  const answer = said(outcome, request);
  return mesh === 'istio-ambient' ? atWaypoint(answer) : typeof answer === 'string' ? [answer] : answer;
}

/** The answer of a sidecar. It says the path, where the route may change it. A connection that nobody takes is closed. */
function said(outcome: Outcome, { protocol, path }: RouteRequest): string | readonly string[] {
  switch (outcome.kind) {
    case 'failed': return hasRequests(protocol) ? 'no route' : 'denied';
    case 'redirected': return `${protocol === 'GRPC' ? 'HTTP 200, gRPC "2"' : `HTTP ${outcome.status}, gRPC ""`}, to ${outcome.location}`;
    case 'responded': return status(protocol, outcome.status);
  }
  const { abort } = (outcome.policies.faults ?? {}) as { readonly abort?: { readonly statusCode: number } };
  if (abort !== undefined) {
    return status(protocol, abort.statusCode);
  }
  // What gets some requests with one change of headers, and some with another, is one backend in the answer.
  const backends = perBackend(outcome.arrivals, ({ service }) => shareOf(...outcome.arrivals.filter(one => one.service === service)));
  const [changed = path] = outcome.arrivals.map(({ request }) => request?.path);
  return changed === path ? [backends, `${backends} ${path}`] : `${backends} ${changed}`;
}

/** A waypoint does not say the path. Its clients here speak TLS, and so it redirects to that where nothing says something else. */
function atWaypoint(answer: string | readonly string[]): readonly string[] {
  const [backends] = typeof answer === 'string' ? [answer] : answer;
  return backends.startsWith('{') ? [backends.split(' ')[0]] : [backends, backends.replace(', to http:', ', to https:')];
}

function status(protocol: string, code: number): string {
  return protocol === 'GRPC' ? `HTTP 200, gRPC "${code === 503 ? 14 : 2}"` : `HTTP ${code}, gRPC ""`;
}
