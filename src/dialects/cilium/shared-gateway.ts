import type { GatewayFeature } from '../../model/features/gateway';
import type { GatewayModel } from '../../model/gateway';
import { flatMap } from '../../model/lists';
import type { Refusal } from '../contract/refusal';
import { partial } from '../contract/support';
import type { GatewayExtension } from '../gateway-api/extension/gateways';
import { noListeners } from '../gateway-api/extension/gateways';

/** What the operator of Cilium 1.20 reads of a Gateway (cilium/cilium `operator/pkg/gateway-api`). */
export const ciliumSharedGateway: GatewayExtension = {
  supports: {
    ...noListeners('Cilium ends TLS before HTTP only', 'TLSTerminationListener'),
    ...noListeners('Cilium does not read it', 'TLSOptions', 'GatewayFrontendClientCertificateValidation',
      'GatewayFrontendClientCertificateValidationInsecureFallback', 'GatewayBackendClientCertificate'),
    ...noListeners('Cilium accepts no Gateway with it', 'GatewayParameters', 'GatewayAddressEmpty'),
    GatewayStaticAddresses: partial('IP addresses'),
  },
  refusals: ({ addresses, listeners }: GatewayModel): Refusal<GatewayFeature>[] => [
    ...flatMap(addresses, ({ type }) => type === 'IPAddress' ? [] : [{
      feature: 'GatewayStaticAddresses' as const, what: `an address of type ${type}`, reason: 'Cilium takes IP addresses', remedy: "Give a `GatewayAddress.ip('…')`",
    }]),
    ...listeners.some(({ protocol }) => protocol === 'TLS') && listeners.some(({ kinds }) => kinds.includes('TCPRoute')) ? tcpOverTls(listeners) : [],
  ],
};

function tcpOverTls(listeners: GatewayModel['listeners']): Refusal<GatewayFeature>[] {
  return flatMap(listeners, ({ name, protocol, kinds }) => protocol !== 'TLS' || !kinds.includes('TCPRoute') ? [] : [{
    feature: 'RouteKinds' as const, what: `TCPRoutes on listener '${name}'`, reason: 'TLS carries TLSRoutes alone in Cilium', remedy: 'Leave RouteKind.TCP out',
  }]);
}
