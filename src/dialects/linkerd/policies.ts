import { linkerdAccess } from './access';
import { linkerdAuthentication } from './authentication';
import { linkerdEgress } from './egress';
import type { Policies } from '../contract/dialect';
import { unable } from '../contract/dialect';
import type { GatewayApiChannel } from '../gateway-api/extension/channel';
import { gatewayOfOthers, isInMesh, knowingGateways } from '../gateways/gateway-clients';

/** The policies of Linkerd. Those on calls to the outside are routes of Gateway API too. */
export function linkerdPolicies(channel: GatewayApiChannel): Policies {
  return {
    access: knowingGateways(linkerdAccess, gatewayOfOthers('Linkerd'), { hasIdentity: gateway => isInMesh(gateway) }),
    namespaceDefault: unable('namespaceDefault', 'Linkerd has no object for it: a Server is for one port, and leaves all others as they are. The annotation '
      + "'config.linkerd.io/default-inbound-policy: deny' of the namespace says it, to pods that are made after it; for the whole mesh, the value "
      + "'proxy.defaultInboundPolicy: deny' of the Helm chart of its control plane", 'Write what is allowed as a ServiceAccessPolicy of each workload'),
    gatewayAccess: unable('gatewayAccess', 'Linkerd has no gateways of its own, and no policies for those of others'),
    jwtAuthentication: unable('jwtAuthentication', 'the proxies of Linkerd read no tokens'),
    externalAuthorization: unable('externalAuthorization', 'the proxies of Linkerd ask nobody'),
    authentication: linkerdAuthentication,
    clusterAccess: unable('clusterAccess', 'the policies of Linkerd are for the pods of one namespace, and not for nodes'),
    egress: linkerdEgress(channel),
  };
}
