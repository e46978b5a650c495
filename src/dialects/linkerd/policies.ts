import { linkerdAccess } from './access';
import { linkerdAuthentication } from './authentication';
import { linkerdEgress } from './egress';
import type { GatewayApiChannel, Policies } from '../dialect';
import { unable } from '../dialect';
import { gatewayOfOthers, knowingGateways } from '../gateway-clients';

/** The policies of Linkerd. Those on calls to the outside are routes of Gateway API too. */
export function linkerdPolicies(channel: GatewayApiChannel): Policies {
  return {
    access: knowingGateways(linkerdAccess, gatewayOfOthers('Linkerd'), { hasIdentity: linkerdAuthentication.isInMesh! }),
    namespaceDefault: unable('namespaceDefault', "Linkerd has no policy for it. The annotation 'config.linkerd.io/default-inbound-policy: deny' of the "
      + 'namespace says it, to pods that are made after it'),
    authentication: linkerdAuthentication,
    egress: linkerdEgress(channel),
  };
}
