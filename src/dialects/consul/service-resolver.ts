import { CONSUL_API_VERSION } from './apis';
import { serviceKey, serviceOf } from './service-chain';
import type {
  ServiceResolverSpec, ServiceResolverSpecFailoverTargets, ServiceResolverSpecLoadBalancer, ServiceResolverSpecLoadBalancerHashPolicies,
} from '../../../imports/consul/consul.hashicorp.com';
import { byKind } from '../../model/by-kind';
import type { Fields } from '../../model/fields';
import { merged } from '../../model/fields';
import type { Connections, FailoverTarget, Stickiness } from '../../model/handling';
import type { HashKey, LoadBalancing } from '../../model/load-balancing';
import { namespaceOf } from '../../model/route';
import type { RouteModel } from '../../model/route';
import type { ServiceRef } from '../../model/service-ref';
import type { Manifest, Plain } from '../contract/manifest';
import { refused } from '../contract/unwritten';
import { ConsulNamespaces } from '../gateway-api/extension/consul-namespaces';
import { goDuration } from '../gateway-api/spelling/duration';

/** One ServiceResolver: the connections to a service go to another one. */
export function redirection(model: RouteModel, backend: ServiceRef, namespaces: ConsulNamespaces): Manifest {
  return serviceResolver(model.service.name, model.namespace, { redirect: serviceOf(model, backend, namespaces) });
}

/** How clients reach the pods of a backend. */
export interface Reached {
  readonly backend: ServiceRef;
  readonly loadBalancing?: LoadBalancing;
  readonly stickiness?: Stickiness;
  readonly connections?: Connections;
}

/** One ServiceResolver for it. */
export function reaching(model: RouteModel, { backend, loadBalancing, stickiness, connections }: Reached, namespaces: ConsulNamespaces): Manifest {
  const others = failoverTargets(model, backend);
  return serviceResolver(backend.name, namespaceOf(model, backend), {
    ...(connections && connecting(connections)),
    ...(loadBalancing && { loadBalancer: loadBalancer(loadBalancing) }),
    ...(stickiness && { loadBalancer: sticky(backend, stickiness) }),
    ...(others.length > 0 && { failover: { '*': { targets: others.map(other => failoverTarget(model, backend, other, namespaces)) } } }),
  });
}

/** What stands in for a backend: none does for itself. */
export function failoverTargets(model: RouteModel, backend: ServiceRef): readonly FailoverTarget[] {
  return (model.traffic.failover ?? []).filter(({ service, cluster }) =>
    cluster !== undefined || (service !== undefined && serviceKey(model, service) !== serviceKey(model, backend)));
}

/** Without a namespace, it is that of the service for which it stands in; of a peer, the one that is called `default`. */
function failoverTarget(
  model: RouteModel, backend: ServiceRef, { service = backend, cluster }: FailoverTarget, namespaces: ConsulNamespaces,
): Plain<ServiceResolverSpecFailoverTargets> {
  const namespace = namespaceOf(model, service);
  const isElsewhere = cluster !== undefined || namespace !== namespaceOf(model, backend);
  return {
    service: service.name,
    ...(namespaces === ConsulNamespaces.MIRRORED && isElsewhere && { namespace }),
    ...(cluster !== undefined && { peer: cluster }),
  };
}

const connecting = merged<Connections, Plain<ServiceResolverSpec>>({
  connectTimeout: time => ({ connectTimeout: goDuration(time) }),
  idleTimeout: refused,
  maxDuration: refused,
  keepalive: refused,
  maxRequestsPerConnection: refused,
  maxConcurrentStreams: refused,
  http2: refused,
});

type LoadBalancer = Plain<ServiceResolverSpecLoadBalancer>;

/** The largest ring that Envoy takes: Consul writes 0 where only the smallest one is said, and Envoy rejects that. */
const MAX_RING = 8_388_608;

const loadBalancer = byKind<LoadBalancing, LoadBalancer>({
  roundRobin: ({ warmUp }) => warmUp === undefined ? { policy: 'round_robin' } : refused(),
  leastRequest: ({ choices, warmUp }) => warmUp !== undefined ? refused()
    : { policy: 'least_request', ...(choices !== undefined && { leastRequestConfig: { choiceCount: choices } }) },
  random: () => ({ policy: 'random' }),
  ringHash: ({ key, minimumRingSize }) => ({
    policy: 'ring_hash',
    ...(minimumRingSize !== undefined && { ringHashConfig: { minimumRingSize, maximumRingSize: MAX_RING } }),
    hashPolicies: [hashPolicy(key)],
  }),
  maglev: ({ key }) => ({ policy: 'maglev', hashPolicies: [hashPolicy(key)] }),
});

/** The generated type spells one field in another case than the CRD. */
type HashPolicy = Omit<Plain<ServiceResolverSpecLoadBalancerHashPolicies>, 'sourceIp'> & { readonly sourceIP?: boolean };

/** Without `cookieConfig`, the proxy sets no cookie. */
const hashPolicy = byKind<HashKey, HashPolicy>({
  header: ({ name }) => ({ field: 'header', fieldValue: name }),
  cookie: ({ name }) => ({ field: 'cookie', fieldValue: name }),
  queryParameter: ({ name }) => ({ field: 'query_parameter', fieldValue: name }),
  sourceAddress: () => ({ sourceIP: true }),
});

/** The requests of one client go to one pod of a backend, by a cookie that the proxy sets. */
function sticky(backend: ServiceRef, { name, absoluteTimeout }: Fields<Stickiness, 'name' | 'absoluteTimeout', 'type' | 'idleTimeout'>): LoadBalancer {
  const cookie: Plain<ServiceResolverSpecLoadBalancerHashPolicies> = {
    field: 'cookie',
    fieldValue: name ?? `${backend.name}-session`,
    cookieConfig: { path: '/', ...(absoluteTimeout === undefined ? { session: true } : { ttl: goDuration(absoluteTimeout) }) },
  };
  return { policy: 'maglev', hashPolicies: [cookie] };
}

function serviceResolver(name: string, namespace: string | undefined, spec: Plain<ServiceResolverSpec>): Manifest {
  return { apiVersion: CONSUL_API_VERSION, kind: 'ServiceResolver', metadata: { name, namespace }, spec };
}
