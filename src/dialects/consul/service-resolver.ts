import { CONSUL_API_VERSION } from './apis';
import { serviceOf } from './service-chain';
import type {
  ServiceResolverSpec, ServiceResolverSpecLoadBalancer, ServiceResolverSpecLoadBalancerHashPolicies,
} from '../../../imports/consul/consul.hashicorp.com';
import { byKind } from '../../model/by-kind';
import type { Stickiness } from '../../model/handling';
import type { HashKey, LoadBalancing } from '../../model/load-balancing';
import { namespaceOf } from '../../model/route';
import type { RouteModel } from '../../model/route';
import type { ServiceRef } from '../../model/service-ref';
import type { Manifest, Plain } from '../contract/manifest';
import { refused } from '../contract/unwritten';
import type { ConsulNamespaces } from '../gateway-api/extension/consul-namespaces';
import { goDuration } from '../gateway-api/spelling/duration';

/** One ServiceResolver: the connections to a service go to another one. */
export function redirection(model: RouteModel, backend: ServiceRef, namespaces: ConsulNamespaces): Manifest {
  return serviceResolver(model.service.name, model.namespace, { redirect: serviceOf(model, backend, namespaces) });
}

/** One ServiceResolver: how clients pick the pods of a backend. */
export function balanced(model: RouteModel, backend: ServiceRef, loadBalancing: LoadBalancing): Manifest {
  return serviceResolver(backend.name, namespaceOf(model, backend), { loadBalancer: loadBalancer(loadBalancing) });
}

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

/** One ServiceResolver: the requests of one client go to one pod of a backend, by a cookie that the proxy sets. */
export function sticky(model: RouteModel, backend: ServiceRef, { name, absoluteTimeout }: Stickiness): Manifest {
  const cookie: Plain<ServiceResolverSpecLoadBalancerHashPolicies> = {
    field: 'cookie',
    fieldValue: name ?? `${backend.name}-session`,
    cookieConfig: { path: '/', ...(absoluteTimeout === undefined ? { session: true } : { ttl: goDuration(absoluteTimeout) }) },
  };
  return serviceResolver(backend.name, namespaceOf(model, backend), { loadBalancer: { policy: 'maglev', hashPolicies: [cookie] } });
}

function serviceResolver(name: string, namespace: string | undefined, spec: Plain<ServiceResolverSpec>): Manifest {
  return { apiVersion: CONSUL_API_VERSION, kind: 'ServiceResolver', metadata: { name, namespace }, spec };
}
