import { consulAccess } from './access';
import { consulAuthentication, isInConsul } from './authentication';
import { consulJwtAuthentication } from './jwt-provider';
import { consulNamespaceDefault } from './namespace-default';
import type { Policies } from '../contract/dialect';
import { unable } from '../contract/dialect';
import type { ConsulNamespaces } from '../gateway-api/extension/consul-namespaces';
import { gatewayAccount, knowingGateways, type KnowGateway } from '../gateways/gateway-clients';

export interface ConsulOptions {
  /** `undefined` if it is not known: then a name could stand for services of other namespaces too. */
  readonly namespaces?: ConsulNamespaces;
  /** Whether it denies what no intention names. */
  readonly deniesByDefault?: boolean;
}

const UNKNOWN_NAMESPACES = [
  'a name stands in Consul for the services of all namespaces of Kubernetes or of one, as the installation says',
  'Give the target its `consulNamespaces`, such as ConsulNamespaces.MIRRORED',
] as const;

/** A gateway of Consul is a service like others, and runs as the ServiceAccount of its name: that of the Gateway. */
const consulGatewayClient: KnowGateway = gateway => gatewayAccount(gateway, gateway.name);

/** The policies of Consul on Kubernetes. */
export function consulPolicies({ namespaces, deniesByDefault }: ConsulOptions): Policies {
  return {
    ...(namespaces === undefined
      ? {
        access: unable('access', ...UNKNOWN_NAMESPACES),
        namespaceDefault: unable('namespaceDefault', ...UNKNOWN_NAMESPACES),
        jwtAuthentication: unable('jwtAuthentication', ...UNKNOWN_NAMESPACES),
      }
      : {
        access: knowingGateways(consulAccess(namespaces, deniesByDefault), consulGatewayClient, { hasIdentity: isInConsul }),
        namespaceDefault: consulNamespaceDefault(namespaces),
        jwtAuthentication: consulJwtAuthentication(namespaces),
      }),
    gatewayAccess: unable('gatewayAccess', 'intentions are of services, and what sends a request to a gateway is none'),
    externalAuthorization: unable('externalAuthorization', 'Consul has it as an extension of Envoy in the ServiceDefaults, for all requests of a service, and by the address of who decides'),
    authentication: consulAuthentication(namespaces),
    clusterAccess: unable('clusterAccess', 'the intentions of Consul are for its services, and not for nodes'),
    egress: unable('egress', 'Consul closes the outside for the whole mesh or not at all, by `meshDestinationsOnly` of its Mesh'),
  };
}
