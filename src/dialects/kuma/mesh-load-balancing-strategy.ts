import type { HashPolicy, KumaLoadBalancer, MeshLoadBalancingStrategySpec, MeshServiceRef } from './apis';
import { KUMA_API_VERSION } from './apis';
import { commonHandling } from './common-handling';
import { backendPort, destinationRef, distinctRefs, distinctServices, meshService, reachable, routedMeshService } from './mesh-service';
import { failingOver, zoneFailover } from './zone-failover';
import { byKind } from '../../model/by-kind';
import type { Fields } from '../../model/fields';
import type { Stickiness } from '../../model/handling';
import { flatMap } from '../../model/lists';
import type { HashKey, LoadBalancing } from '../../model/load-balancing';
import { isHashing } from '../../model/load-balancing';
import { weighted } from '../../model/route';
import type { RouteModel, WeightedBackend } from '../../model/route';
import type { ServiceRef } from '../../model/service-ref';
import type { Manifest } from '../contract/manifest';
import { refused } from '../contract/unwritten';
import { goDuration } from '../gateway-api/spelling/duration';

/** One MeshLoadBalancingStrategy: requests are told apart on their way, and the Services to which they go pick their pods by that, from zone to zone. */
export function meshLoadBalancingStrategy(model: RouteModel): Manifest[] {
  const spec: MeshLoadBalancingStrategySpec = {
    to: [
      ...hashPolicies(model).map(({ targetRef, policy }) => ({ targetRef, default: { hashPolicies: [policy] } })),
      ...balanced(model).map(targetRef => ({ targetRef, default: { loadBalancer: how(model.traffic.loadBalancing) } })),
      ...failingOver(model).map(backend => ({ targetRef: destinationRef(model, backend), default: { localityAwareness: zoneFailover(model) } })),
    ],
  };
  return spec.to.length === 0 ? []
    : [{ apiVersion: KUMA_API_VERSION, kind: 'MeshLoadBalancingStrategy', metadata: { name: model.name, namespace: model.namespace }, spec }];
}

/** What requests are told apart by: by the cookie of a port, or in the same way on all ports. */
function hashPolicies(model: RouteModel): { readonly targetRef: MeshServiceRef; readonly policy: HashPolicy }[] {
  const { service, ports, traffic: { loadBalancing } } = model;
  if (loadBalancing !== undefined) {
    return isHashing(loadBalancing) ? [{ targetRef: meshService(model, service), policy: hashPolicy(loadBalancing.key) }] : [];
  }
  return flatMap(ports, port => {
    const { stickiness } = commonHandling(port);
    return stickiness === undefined ? [] : [{ targetRef: routedMeshService(model, port), policy: sessionCookie(service, stickiness) }];
  });
}

/** Where pods are picked in a way that the route says: in whole Services, or in the ports of these to which a cookie leads. */
function balanced(model: RouteModel): readonly MeshServiceRef[] {
  return model.traffic.loadBalancing !== undefined ? reachable(model).map(service => meshService(model, service))
    : distinctRefs(stickyBackends(model).map(backend => backendPort(model, backend)), ref => ref);
}

/** The Services whose pods are picked in a way that the route says. Claims are asked for of what is refused, too, and so nothing is written here. */
export function balancedServices(model: RouteModel): readonly ServiceRef[] {
  return model.traffic.loadBalancing !== undefined ? reachable(model) : distinctServices(model, stickyBackends(model));
}

function stickyBackends({ ports }: RouteModel): WeightedBackend[] {
  return flatMap(flatMap(ports.filter(port => commonHandling(port).stickiness !== undefined), ({ rules }) => rules), weighted);
}

function how(loadBalancing: LoadBalancing | undefined): KumaLoadBalancer {
  return loadBalancing === undefined ? { type: 'Maglev' } : balancer(loadBalancing);
}

/** A cookie that the proxy sets if the client has none. Without a lifetime it ends when the browser closes. */
function sessionCookie(
  service: ServiceRef,
  { name = `${service.name}-session`, absoluteTimeout }: Fields<Stickiness, 'name' | 'absoluteTimeout', 'type' | 'idleTimeout'>,
): HashPolicy {
  return { type: 'Cookie', cookie: { name, path: '/', ttl: absoluteTimeout === undefined ? '0s' : goDuration(absoluteTimeout) } };
}

const hashPolicy = byKind<HashKey, HashPolicy>({
  header: ({ name }) => ({ type: 'Header', header: { name } }),
  cookie: ({ name }) => ({ type: 'Cookie', cookie: { name } }),
  queryParameter: ({ name }) => ({ type: 'QueryParameter', queryParameter: { name } }),
  sourceAddress: () => ({ type: 'Connection', connection: { sourceIP: true } }),
});

const balancer = byKind<LoadBalancing, KumaLoadBalancer>({
  roundRobin: ({ warmUp }) => warmUp === undefined ? { type: 'RoundRobin' } : refused(),
  leastRequest: ({ choices, warmUp }) => warmUp !== undefined ? refused()
    : { type: 'LeastRequest', ...(choices !== undefined && { leastRequest: { choiceCount: choices } }) },
  random: () => ({ type: 'Random' }),
  ringHash: ({ key: _, minimumRingSize }) => ({ type: 'RingHash', ...(minimumRingSize !== undefined && { ringHash: { minRingSize: minimumRingSize } }) }),
  maglev: ({ key: _ }) => ({ type: 'Maglev' }),
});
