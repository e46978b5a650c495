import { ciliumAccess } from './access';
import { ciliumClusterAccess } from './cluster-access';
import { ciliumEgress } from './egress';
import { ciliumNamespaceDefault } from './namespace-default';
import type { GatewaySource } from '../../model/access';
import type { DnsServer } from '../../model/dns';
import type { Policies } from '../contract/dialect';
import { unable } from '../contract/dialect';
import { defaultKnowingGateways, gatewayAccount, hasPods, knowingGateways, type KnowGateway } from '../gateways/gateway-clients';

const CLASS = 'cilium';

/** The gateways of Cilium are no pods, and have one identity, that of its Envoy. */
function isEntity({ className, pods }: GatewaySource): boolean {
  return className === CLASS ? pods.serviceAccount === undefined : className === undefined && Object.keys(pods).length === 0;
}

/** Gateways of other controllers are pods. */
const ciliumGatewayClient: KnowGateway = gateway => gatewayAccount(gateway, undefined)
  ?? (isEntity(gateway) ? gateway : {
    unknown: `a gateway of another class than '${CLASS}' is known by the ServiceAccount of its pods`,
    remedy: "Give its ExposureGateway `pods: { serviceAccount: '…' }`, and their `namespace` if it is another one",
  });

/** What is known of Cilium: where names are looked up, and what its agents were told. */
export interface CiliumOptions {
  readonly dns: readonly DnsServer[];
  readonly ipProtocols: boolean;
  readonly nodeSelectorLabels: boolean;
}

/** The policies of Cilium. */
export function ciliumPolicies({ dns, ipProtocols, nodeSelectorLabels }: CiliumOptions): Policies {
  return {
    // A client with an identity in the cluster matches by that identity, and by no address (cilium/cilium Documentation/security/policy/language.rst).
    access: knowingGateways(ciliumAccess(nodeSelectorLabels), ciliumGatewayClient, { hasIdentity: hasPods, isEntity, blocksAreOfOthers: true }),
    namespaceDefault: defaultKnowingGateways(ciliumNamespaceDefault(nodeSelectorLabels), ciliumGatewayClient),
    gatewayAccess: unable('gatewayAccess', 'all gateways of Cilium have one identity, and no policy is for one of them'),
    jwtAuthentication: unable('jwtAuthentication', 'the proxy of Cilium reads no tokens'),
    externalAuthorization: unable('externalAuthorization', 'the policies of Cilium ask nobody; a CiliumEnvoyConfig would write configuration of Envoy as it is'),
    authentication: unable('authentication',
      'Cilium demands authentication only in rules that allow something, so a policy that demands it would let in everyone who authenticates'),
    clusterAccess: ciliumClusterAccess(ipProtocols),
    egress: ciliumEgress(dns),
  };
}
