import { serviceDefaults } from './service-defaults';
import type { AuthenticationModel } from '../../model/authentication';
import type { AuthenticationFeature } from '../../model/features/authentication';
import { commonProtocol } from '../../model/protocol';
import type { Dialect } from '../dialect';
import { FULL, none } from '../dialect';

/**
 * The ServiceDefaults of the workload: `mutualTLSMode`. Consul takes `permissive` only where the Mesh says
 * `allowEnablingPermissiveMutualTLS`.
 *
 * @see https://developer.hashicorp.com/consul/docs/reference/config-entry/service-defaults#mutualtlsmode
 */
export const consulAuthentication: Dialect<AuthenticationModel, AuthenticationFeature> = {
  supports: {
    NamespaceAuthentication: none('Consul asks it of a service, or of the whole mesh'),
    WorkloadAuthentication: FULL,
    PortAuthentication: none('Consul asks it of a service, on whichever port'),
    StrictMutualTls: FULL,
    PermissiveMutualTls: FULL,
    DisabledMutualTls: none('the proxies of Consul always take mutual TLS'),
  },
  claims: ({ namespace, workload }) => [`the mutual TLS of Service '${namespace}/${workload?.service}'`],
  refusals: () => [],
  render: ({ namespace, workload, mode }) => [serviceDefaults({ service: workload!.service, namespace }, commonProtocol(workload!.ports), mode)],
};
