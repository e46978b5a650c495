import { kumaAccess } from './access';
import { kumaAuthentication } from './authentication';
import { kumaEgress } from './egress';
import { kumaNamespaceDefault } from './namespace-default';
import type { KumaOptions } from './options';
import { UNKNOWN_TRUST_DOMAIN } from './options';
import type { Policies } from '../contract/dialect';
import { unable } from '../contract/dialect';
import { gatewayOfOthers, isInMesh, knowingGateways } from '../gateways/gateway-clients';

/** The policies of Kuma, in a mesh that has a MeshIdentity. */
export function kumaPolicies({ trustDomain }: KumaOptions): Policies {
  return {
    ...(trustDomain === undefined
      ? { access: unable('access', ...UNKNOWN_TRUST_DOMAIN), namespaceDefault: unable('namespaceDefault', ...UNKNOWN_TRUST_DOMAIN) }
      : { access: knowingGateways(kumaAccess(trustDomain), gatewayOfOthers('Kuma'), { hasIdentity: isInMesh, trustDomain }), namespaceDefault: kumaNamespaceDefault(trustDomain) }),
    gatewayAccess: unable('gatewayAccess', 'a MeshTrafficPermission knows clients by their SPIFFE ids, and those of a gateway have none'),
    jwtAuthentication: unable('jwtAuthentication', 'Kuma has no policy on tokens; its MeshProxyPatch would write configuration of Envoy as it is'),
    externalAuthorization: unable('externalAuthorization', 'Kuma has no policy for it; its MeshProxyPatch would write configuration of Envoy as it is'),
    authentication: kumaAuthentication,
    clusterAccess: unable('clusterAccess', 'the policies of Kuma are for its proxies, and not for nodes'),
    egress: kumaEgress,
  };
}
