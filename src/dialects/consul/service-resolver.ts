import { CONSUL_API_VERSION } from './apis';
import { serviceOf } from './service-chain';
import type { ServiceResolverSpec, ServiceResolverSpecLoadBalancerHashPolicies } from '../../../imports/consul/consul.hashicorp.com';
import type { Stickiness } from '../../model/handling';
import { namespaceOf } from '../../model/route';
import type { RouteModel } from '../../model/route';
import type { ServiceRef } from '../../model/service-ref';
import type { Manifest, Plain } from '../contract/manifest';
import type { ConsulNamespaces } from '../gateway-api/extension/consul-namespaces';
import { goDuration } from '../gateway-api/spelling/duration';

/** One ServiceResolver: the connections to a service go to another one. */
export function redirection(model: RouteModel, backend: ServiceRef, namespaces: ConsulNamespaces): Manifest {
  return serviceResolver(model.service.name, model.namespace, { redirect: serviceOf(model, backend, namespaces) });
}

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
