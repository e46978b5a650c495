import { networkPolicyAccess } from './access';
import { networkPolicyEgress } from './egress';
import { networkPolicyNamespaceDefault } from './namespace-default';
import type { DnsServer } from '../../model/dns';
import type { Policies } from '../contract/dialect';
import { unable } from '../contract/dialect';
import { defaultKnowingGateways, hasPods, knowingGateways, type KnowGateway } from '../gateways/gateway-clients';

/** The pods of the gateway, if they were given. */
const networkPolicyGatewayClient: KnowGateway = gateway => gateway.pods.podSelector !== undefined ? gateway : {
  unknown: 'a NetworkPolicy knows pods by their labels',
  remedy: 'Give its ExposureGateway `pods: { podSelector: { … } }`, or let in the whole namespace: Identity.namespace',
};

/** The policies of Kubernetes itself: NetworkPolicy. */
export function networkPolicyPolicies(dns: readonly DnsServer[]): Policies {
  return {
    access: knowingGateways(networkPolicyAccess, networkPolicyGatewayClient, { hasIdentity: hasPods }),
    namespaceDefault: defaultKnowingGateways(networkPolicyNamespaceDefault, networkPolicyGatewayClient),
    gatewayAccess: unable('gatewayAccess', 'a NetworkPolicy knows ports and addresses, and no requests'),
    jwtAuthentication: unable('jwtAuthentication', 'a NetworkPolicy knows ports and addresses, and no requests'),
    externalAuthorization: unable('externalAuthorization', 'a NetworkPolicy knows ports and addresses, and no requests'),
    authentication: unable('authentication', 'a NetworkPolicy knows ports and addresses, and not the protocol of a port'),
    clusterAccess: unable('clusterAccess', 'a NetworkPolicy is for the pods of one namespace, and not for nodes'),
    egress: networkPolicyEgress(dns),
  };
}
