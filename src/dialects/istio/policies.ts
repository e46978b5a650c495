import { istioAccess } from './access';
import { istioAmbientAccess } from './ambient-access';
import { istioAmbientAuthentication, istioAuthentication } from './authentication';
import { istioEgress } from './egress';
import { istioExternalAuthorization } from './external-authorization';
import { istioAmbientGatewayAccess, istioGatewayAccess } from './gateway-access';
import { isInIstio, istioGatewayClient } from './gateway-client';
import { istioAmbientJwtAuthentication, istioJwtAuthentication } from './jwt-authentication';
import { istioAmbientNamespaceDefault, istioNamespaceDefault } from './namespace-default';
import type { IstioOptions } from './options';
import { trustDomainOf } from './options';
import { pastTheWaypoint } from './past-the-waypoint';
import type { Policies } from '../contract/dialect';
import { unable } from '../contract/dialect';
import { knowingGateways } from '../gateways/gateway-clients';

const NOT_FOR_NODES = 'the policies of Istio are for its proxies, and not for nodes';

const known = (options: IstioOptions) => ({ hasIdentity: isInIstio, trustDomain: trustDomainOf(options) });

/** The policies of Istio with sidecars. */
export function istioPolicies(options: IstioOptions): Policies {
  return {
    access: knowingGateways(istioAccess(options), istioGatewayClient, known(options)),
    namespaceDefault: istioNamespaceDefault(options),
    gatewayAccess: istioGatewayAccess(options),
    jwtAuthentication: istioJwtAuthentication,
    externalAuthorization: istioExternalAuthorization(options),
    authentication: { ...istioAuthentication, isStrict: options.strictMutualTls },
    clusterAccess: unable('clusterAccess', NOT_FOR_NODES),
    egress: istioEgress,
  };
}

/** The policies of Istio in ambient mode. */
export function istioAmbientPolicies(options: IstioOptions): Policies {
  return {
    access: pastTheWaypoint(knowingGateways(istioAmbientAccess(options), istioGatewayClient, known(options))),
    namespaceDefault: istioAmbientNamespaceDefault(options),
    gatewayAccess: istioAmbientGatewayAccess(options),
    jwtAuthentication: istioAmbientJwtAuthentication(options),
    externalAuthorization: unable('externalAuthorization', 'only a waypoint asks, and clients get past it: by the addresses of pods, and by other Services of the same pods',
      'Give the pods sidecars, or have the program ask'),
    authentication: { ...istioAmbientAuthentication, isStrict: options.strictMutualTls },
    clusterAccess: unable('clusterAccess', NOT_FOR_NODES),
    egress: unable('egress', 'ztunnel passes on whatever goes outside, and reads no Sidecar'),
  };
}
