import { defaultsClaims, plainTextClaim, serviceDefaults } from './service-defaults';
import type { GatewaySource } from '../../model/access';
import type { AuthenticationModel } from '../../model/authentication';
import type { AuthenticationFeature } from '../../model/features/authentication';
import type { Fields } from '../../model/fields';
import { claim, plainTextInMesh } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { rendered } from '../contract/rendering';
import { FULL, none } from '../contract/support';
import { refused } from '../contract/unwritten';
import type { ConsulNamespaces } from '../gateway-api/extension/consul-namespaces';
import { isInMesh } from '../gateways/gateway-clients';

/** A GatewayClass of Consul can have any name. */
export function isInConsul(gateway: GatewaySource): boolean {
  return isInMesh(gateway) ?? true;
}

/** The object has the name of the Service; ports that differ are refused. */
type Written = Fields<AuthenticationModel, 'namespace' | 'workload' | 'mode', 'name' | 'ports'>;

/**
 * The ServiceDefaults of the workload: `mutualTLSMode`. Consul takes `permissive` only where the Mesh says
 * `allowEnablingPermissiveMutualTLS`.
 *
 * @see https://developer.hashicorp.com/consul/docs/reference/config-entry/service-defaults#mutualtlsmode
 */
export function consulAuthentication(namespaces: ConsulNamespaces | undefined): Dialect<AuthenticationModel, AuthenticationFeature> {
  const defaultsOf = ({ namespace, workload, mode }: Written) => {
    const { service, ports } = workload ?? refused();
    return serviceDefaults({ service, namespace }, ports, mode);
  };
  return {
    renders: '`mutualTLSMode` in the ServiceDefaults of the workload',
    supports: {
      NamespaceAuthentication: none('Consul asks for mutual TLS of a service, or of the whole mesh'),
      WorkloadAuthentication: FULL,
      SubsetAuthentication: none('Consul asks for mutual TLS of a service, whichever of its pods answer'),
      PortAuthentication: none('Consul asks for mutual TLS on all ports of a service'),
      StrictMutualTls: FULL,
      PermissiveMutualTls: FULL,
      DisabledMutualTls: none('the proxies of Consul always take mutual TLS'),
    },
    claims: model => model.workload === undefined ? [] : [
      claim('mutualTls', { type: 'service', name: model.workload.service, namespace: model.namespace }),
      ...defaultsClaims([defaultsOf(model)], namespaces),
      ...(model.mode === 'permissive' ? [plainTextClaim(model.namespace, model.mode), plainTextInMesh(model.mode)] : []),
    ],
    render: model => rendered(defaultsOf(model)),
    isInMesh: isInConsul,
    isStrict: true,
  };
}
