import type { GatewayFeature } from '../../model/features/gateway';
import type { GatewayModel } from '../../model/gateway';
import { flatMap } from '../../model/lists';
import type { Refusal } from '../contract/refusal';
import { none, partial } from '../contract/support';
import type { GatewayExtension } from '../gateway-api/extension/gateways';
import { noListeners } from '../gateway-api/extension/gateways';

/** Of hashicorp/consul-k8s `control-plane/api-gateway/common/constants.go`. */
const TLS_OPTIONS = /^api-gateway\.consul\.hashicorp\.com\/(tls_(min|max)_version|tls_cipher_suites)$/;

/** What the API gateways of Consul read of a Gateway (hashicorp/consul-k8s `control-plane/api-gateway/binding/validation.go`). */
export const consulSharedGateway: GatewayExtension = {
  supports: {
    ...noListeners('Consul listens for HTTP, HTTPS and TCP', 'TLSPassthroughListener', 'TLSTerminationListener', 'UDPListener'),
    ...noListeners('Consul accepts no Gateway with it', 'GatewayStaticAddresses', 'GatewayAddressEmpty'),
    ...noListeners('Consul does not read it', 'AllowedListeners', 'SharedListenerSet', 'GatewayInfrastructurePropagation', 'GatewayParameters',
      'GatewayFrontendClientCertificateValidation', 'GatewayFrontendClientCertificateValidationInsecureFallback', 'GatewayBackendClientCertificate'),
    ListenersOfPort: none('Consul takes one listener on a port', 'Write one listener for all hosts, or give each a port'),
    RouteKinds: partial('HTTPRoute and TCPRoute'),
    TLSOptions: partial('versions of TLS and cipher suites, by the names that Consul has for them'),
  },
  refusals: ({ listeners }: GatewayModel) => flatMap(listeners, ({ name, port, kinds, tls }): Refusal<GatewayFeature>[] => [
    ...kinds.filter(kind => kind !== 'HTTPRoute' && kind !== 'TCPRoute').map(kind =>
      ({ feature: 'RouteKinds' as const, what: `${kind}s on listener '${name}'`, reason: 'Consul reads HTTPRoute and TCPRoute', remedy: 'Leave them out' })),
    ...Object.keys(tls?.options ?? {}).filter(option => !TLS_OPTIONS.test(option)).map(option =>
      ({ feature: 'TLSOptions' as const, what: `'${option}' of listener '${name}'`, reason: 'Consul does not read it', remedy: 'Leave it out' })),
    ...port !== 20000 ? [] : [{ what: `listener '${name}' on port 20000`, reason: 'Consul keeps the port for itself', remedy: 'Use another one' }],
  ]),
};
