import { istioAccess } from './access';
import { istioAmbientAccess } from './ambient-access';
import { istioAmbientAuthentication, istioAuthentication } from './authentication';
import { istioEgress, istioEgressByGateway } from './egress';
import { istioExternalAuthorization } from './external-authorization';
import { istioAmbientGatewayAccess, istioGatewayAccess } from './gateway-access';
import { isInIstio, istioGatewayClient } from './gateway-client';
import { istioAmbientJwtAuthentication, istioJwtAuthentication } from './jwt-authentication';
import { istioAmbientNamespaceDefault, istioNamespaceDefault } from './namespace-default';
import type { IstioOptions } from './options';
import { rootNamespaceOf, trustDomainOf } from './options';
import { pastTheWaypoint } from './past-the-waypoint';
import { outsideRoot } from './workload';
import type { JwtAuthenticationModel } from '../../model/jwt-authentication';
import type { Policies } from '../contract/dialect';
import { unable } from '../contract/dialect';
import { knowingGateways } from '../gateways/gateway-clients';

const NO_CLUSTER_ACCESS = unable('clusterAccess', 'the policies of Istio are for its proxies, and not for nodes');

/** What is at a gateway names it. */
const ofPods = ({ workload: { gateway } }: JwtAuthenticationModel) => gateway === undefined;

const known = (options: IstioOptions) => ({ hasIdentity: isInIstio, trustDomain: trustDomainOf(options) });

/** The policies of Istio with sidecars. */
export function istioPolicies(options: IstioOptions): Policies {
  return {
    access: knowingGateways(istioAccess(options), istioGatewayClient, known(options)),
    namespaceDefault: istioNamespaceDefault(options),
    gatewayAccess: istioGatewayAccess(options),
    jwtAuthentication: outsideRoot(istioJwtAuthentication, 'a RequestAuthentication', rootNamespaceOf(options), ofPods),
    externalAuthorization: istioExternalAuthorization(options),
    authentication: { ...outsideRoot(istioAuthentication, 'a PeerAuthentication', rootNamespaceOf(options)), isStrict: options.strictMutualTls },
    clusterAccess: NO_CLUSTER_ACCESS,
    egress: {
      ...outsideRoot(istioEgress, 'a Sidecar', rootNamespaceOf(options)),
      closed: outsideRoot(istioEgressByGateway(options), 'a Sidecar', rootNamespaceOf(options)),
    },
  };
}

/** The policies of Istio in ambient mode. */
export function istioAmbientPolicies(options: IstioOptions): Policies {
  return {
    access: pastTheWaypoint(knowingGateways(istioAmbientAccess(options), istioGatewayClient, known(options))),
    namespaceDefault: istioAmbientNamespaceDefault(options),
    gatewayAccess: istioAmbientGatewayAccess(options),
    jwtAuthentication: outsideRoot(istioAmbientJwtAuthentication(options), 'a RequestAuthentication', rootNamespaceOf(options), ofPods),
    externalAuthorization: unable('externalAuthorization', 'only a waypoint asks, and clients get past it: by the addresses of pods, and by other Services of the same pods',
      'Give the pods sidecars, or have the program ask'),
    authentication: { ...outsideRoot(istioAmbientAuthentication, 'a PeerAuthentication', rootNamespaceOf(options)), isStrict: options.strictMutualTls },
    clusterAccess: NO_CLUSTER_ACCESS,
    egress: unable('egress', 'ztunnel passes on whatever goes outside, and reads no Sidecar'),
  };
}
