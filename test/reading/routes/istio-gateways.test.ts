import * as fc from 'fast-check';
import { byAge, requests } from './gateway-api';
import { ASKED, gateway, gatewayRoutes, POD, PODS } from './istio-gateways';
import { canonical, comingOutcome } from './outcome';
import { routedByIstioGateway } from '../../../src/evaluators/routes/istio-gateway';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import { Unknown } from '../../../src/evaluators/unknown';
import type { World } from '../../../src/reading/world';
import { reading } from '../world';

/** What becomes of requests that come to a Gateway of Istio, with VirtualServices that somebody else wrote, is what the evaluator decides, or unknown where it has to be. */

const CASES = Number(process.env.ORACLE_CASES ?? 2000);
function evaluated(manifests: readonly any[], request: RouteRequest, one: any): string {
  try {
    return canonical(routedByIstioGateway(manifests, request, one, PODS));
  } catch (error) {
    if (error instanceof Unknown) return 'unknown';
    throw error;
  }
}

function read(world: World, request: RouteRequest): string {
  const outcome = comingOutcome(world, request);
  return outcome === 'unknown' ? outcome : canonical(outcome);
}

test('Gateways and VirtualServices', () => {
  const counts = { known: 0, unknown: 0, beyond: 0, sent: 0 };
  const asked = fc.tuple(requests({ protocol: 'HTTP' }), fc.constantFrom(...ASKED), fc.constantFrom(80, 80, 81))
    .map(([request, host, port]): RouteRequest => ({ ...request, host, client: { namespace: PODS }, to: { service: 'ingress', namespace: PODS, port } }));
  fc.assert(fc.property(gateway, gatewayRoutes, fc.array(asked, { minLength: 5, maxLength: 5 }), (own, some, all) => {
    const manifests = [POD, own, ...some];
    const [world, sorted] = [reading(manifests, 'default', 'istio'), byAge(manifests, ({ name, namespace }) => `${name} ${namespace}`)];
    for (const request of all) {
      const [given, wanted] = [read(world, request), evaluated(sorted, request, own)];
      if (wanted !== 'unknown' && given !== 'unknown') expect({ request, given }).toEqual({ request, given: wanted });
      counts[given === 'unknown' ? wanted === 'unknown' ? 'beyond' : 'unknown' : 'known']++;
      if (given === wanted && given.includes('cart')) counts.sent++;
    }
  }), { numRuns: CASES / 5 });
  expect(counts.known / (counts.known + counts.unknown)).toBeGreaterThan(0.6);
  expect(counts.sent / CASES).toBeGreaterThan(0.01);
});
