import { decimalSeconds } from './duration';
import type { DestinationRuleSpecTrafficPolicyLoadBalancer, DestinationRuleSpecTrafficPolicyLoadBalancerConsistentHash } from '../../../imports/istio/networking.istio.io';
import { byKind } from '../../model/by-kind';
import type { RouteFeature } from '../../model/features/route';
import type { HashKey, LoadBalancing } from '../../model/load-balancing';
import { isHashing } from '../../model/load-balancing';
import { hasRequests } from '../../model/protocol';
import type { RouteModel } from '../../model/route';
import type { Dialect } from '../contract/dialect';
import type { Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { refusing, together } from '../contract/rendering';
import { partial } from '../contract/support';
import { refused } from '../contract/unwritten';

type LoadBalancer = Plain<DestinationRuleSpecTrafficPolicyLoadBalancer>;

/** The size of the table that Envoy has by itself; Istio wants it written. */
const MAGLEV_TABLE = 65_537;

export const loadBalancer = byKind<LoadBalancing, LoadBalancer>({
  roundRobin: ({ warmUp }) => ({ simple: 'ROUND_ROBIN', ...warmup(warmUp) }),
  leastRequest: ({ choices, warmUp }) => choices === undefined ? { simple: 'LEAST_REQUEST', ...warmup(warmUp) } : refused(),
  random: () => ({ simple: 'RANDOM' }),
  ringHash: ({ key, minimumRingSize }) => ({
    consistentHash: { ...hashed(key), ...(minimumRingSize !== undefined && { ringHash: { minimumRingSize } }) },
  }),
  maglev: ({ key }) => ({ consistentHash: { ...hashed(key), maglev: { tableSize: MAGLEV_TABLE } } }),
});

function warmup(warmUp: number | undefined): Pick<LoadBalancer, 'warmup'> {
  return warmUp === undefined ? {} : { warmup: { duration: decimalSeconds(warmUp) } };
}

/** Without a lifetime, the proxy sets no cookie. */
const hashed = byKind<HashKey, Plain<DestinationRuleSpecTrafficPolicyLoadBalancerConsistentHash>>({
  header: ({ name }) => ({ httpHeaderName: name }),
  cookie: ({ name }) => ({ httpCookie: { name } }),
  queryParameter: ({ name }) => ({ httpQueryParameterName: name }),
  sourceAddress: () => ({ useSourceIp: true }),
});

/** Before 1.31, a waypoint does not tell requests apart on ports without a route (istio/istio#61045). */
export function hashingOnRoutes(routes: Dialect<RouteModel, RouteFeature>): Dialect<RouteModel, RouteFeature> {
  return {
    ...routes,
    supports: {
      ...routes.supports,
      ConsistentHash: partial('on ports that are routed, before Istio 1.31', '`consistentHash` in the `loadBalancer` of a DestinationRule'),
    },
    render: model => together(routes.render(model), refusing(unroutedRefusals(model))),
  };
}

function unroutedRefusals({ ports, traffic: { loadBalancing } }: RouteModel): Refusal<RouteFeature>[] {
  const open = loadBalancing !== undefined && isHashing(loadBalancing)
    ? ports.filter(({ protocol, rules }) => hasRequests(protocol) && rules.length === 0) : [];
  return open.map(({ port }) => ({
    feature: 'ConsistentHash',
    port,
    reason: 'before Istio 1.31, a waypoint hashes the requests on ports that are routed, and this one is not',
    remedy: "Route all ports of the Service that speak HTTP or gRPC, or give the target its `meshRelease` if that is '1.31' or newer",
  }));
}
