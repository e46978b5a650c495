import { ciliumAccess } from './access';
import { ciliumEgress } from './egress';
import { ciliumNamespaceDefault } from './namespace-default';
import type { DnsServer } from '../../model/dns';
import type { Policies } from '../dialect';
import { unable } from '../dialect';
import { gatewayAccount, knowingGateways, type KnowGateway } from '../gateway-clients';

const CLASS = 'cilium';

/** The gateways of Cilium are no pods, and have one identity, that of its Envoy. Those of others are pods. */
const ciliumGatewayClient: KnowGateway = gateway => gatewayAccount(gateway, undefined)
  ?? (gateway.className === undefined || gateway.className === CLASS ? gateway : {
    unknown: `a gateway of another class than '${CLASS}' is known by the ServiceAccount of its pods`,
    remedy: "Give its ExposureGateway `pods: { serviceAccount: '…' }`, and say their `namespace` if it is another one",
  });

/** The policies of Cilium. */
export function ciliumPolicies(dns: readonly DnsServer[]): Policies {
  return {
    // What has an identity in the cluster is matched by that, and by no address (cilium/cilium Documentation/security/policy/language.rst).
    access: knowingGateways(ciliumAccess, ciliumGatewayClient, 'of others than pods'),
    namespaceDefault: ciliumNamespaceDefault,
    authentication: unable('authentication',
      'Cilium demands authentication in the rules that allow something, so a policy that only demands it would let everyone in who shows it'),
    egress: ciliumEgress(dns),
  };
}
