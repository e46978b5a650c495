import type * as fc from 'fast-check';
import { routedByGatewayApi } from '../../../src/evaluators/routes/gateway-api';
import { READINGS } from '../../../src/evaluators/routes/gateway-api-readings';
import type { Outcome } from '../../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import { routedByVirtualService } from '../../../src/evaluators/routes/virtual-service';
import { routedAtWaypoint } from '../../../src/evaluators/routes/virtual-service-waypoint';
import type { ReadMesh } from '../../../src/reading/mesh';
import { CASES as GATEWAYS, SERVICES } from '../../migrate/entrances/moved';
import { alike, consulProgram, evaluate as byConsul } from '../../reading/routes/consul';
import { compared, type Evaluate, type Program } from '../../reading/routes/foreign';
import { byAge, byAgeIn, program, requests } from '../../reading/routes/gateway-api';
import { evaluate as byKuma, kumaProgram } from '../../reading/routes/kuma';
import { comingOutcome, readOutcome } from '../../reading/routes/outcome';
import { profileProgram } from '../../reading/routes/service-profiles';
import { istioProgram, waypointProgram } from '../../reading/routes/virtual-services';
import { reading } from '../../reading/world';
import { ask, atLeast, cases, isAtLeast, type Oracle } from '../ask';
import { routedByProfiles } from '../routes/service-profiles';

/** How many requests are asked of each program. */
const EACH = 20;

export interface Api {
  readonly judge: Evaluate;
  readonly mesh?: ReadMesh;
  /** What is not told apart. */
  readonly alike?: (outcome: Outcome) => Outcome;
}

const older = (judge: Evaluate): Evaluate => (manifests, request) => judge(byAge(manifests), request);
const olderByName = (judge: Evaluate): Evaluate => (manifests, request) => judge(byAge(manifests, ({ name, namespace }) => `${name} ${namespace}`), request);

export const IN_THE_MESH: Readonly<Record<string, Api & { readonly programs: fc.Arbitrary<Program> }>> = {
  ...Object.fromEntries((['istio', 'istio-ambient', 'linkerd', 'kuma', 'cilium'] as const).map(mesh =>
    [`routes of Gateway API, by ${mesh}`, { programs: program, judge: (manifests, request) => routedByGatewayApi(READINGS[mesh])(byAgeIn(mesh, manifests), request), mesh }])),
  'VirtualServices of Istio': { programs: istioProgram, judge: olderByName(routedByVirtualService), mesh: 'istio' },
  'VirtualServices of Istio, at waypoints': { programs: waypointProgram, judge: olderByName(routedAtWaypoint), mesh: 'istio-ambient' },
  'ServiceProfiles of Linkerd': { programs: profileProgram, judge: older(routedByProfiles), mesh: 'linkerd' },
  'config entries of Consul': { programs: consulProgram, judge: byConsul, mesh: 'consul', alike },
  'policies of Kuma': { programs: kumaProgram, judge: byKuma, mesh: 'kuma' },
};

function sends<Own extends Pick<Program, 'manifests'>>(
  { judge, mesh, alike: alikeTo }: Api, programs: fc.Arbitrary<Own>, asked: (own: Own) => fc.Arbitrary<RouteRequest>, read: typeof readOutcome,
): Oracle {
  return wanted => {
    const counts = { known: 0, unknown: 0, beyond: 0 };
    const least = { known: wanted / 2 };
    const all = ask(wanted, EACH, cases(programs, asked), ({ manifests }, some) => {
      const world = reading(manifests, 'default', mesh);
      let count = 0;
      for (const request of some) {
        const found = compared(judge, manifests, world, request, alikeTo, read);
        counts[found]++;
        count += found === 'beyond' ? 0 : 1;
      }
      return count || undefined;
    }, () => isAtLeast(counts, least));
    atLeast(counts, least);
    return { ...all, counts };
  };
}

/** Where requests go by routes that somebody else wrote, in the mesh and at gateways. */
export const ROUTING: Readonly<Record<string, Oracle>> = Object.fromEntries([
  ...Object.entries(IN_THE_MESH).map(([title, api]) => [`where requests go by ${title}`, sends(api, api.programs, requests, readOutcome)]),
  ...Object.entries(GATEWAYS).map(([title, { programs, asked, judge, from, services = SERVICES, alike: alikeTo }]) => [
    `where requests go by ${title}`,
    sends({ judge, ...(from === 'istio' || from === 'consul') && { mesh: from }, ...alikeTo && { alike: alikeTo } }, programs.map(own => ({ manifests: [...services, ...own] })), () => asked, comingOutcome),
  ]),
]);
