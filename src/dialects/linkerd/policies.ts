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
    namespaceDefault: unable('namespaceDefault', "Linkerd has no object for it. The annotation 'config.linkerd.io/default-inbound-policy: deny' of the "
      + 'namespace says it, to pods that are made after it'),
    jwtAuthentication: unable('jwtAuthentication', 'the proxies of Linkerd read no tokens'),
    authentication: linkerdAuthentication,
    egress: linkerdEgress(channel),
  };
}
