import type { Use } from './use';
import { collected, nothing } from '../fields';
import type { ByField, Fields } from '../fields';
import type { ClientCertificates, ClientValidation, FromNamespaces, GatewayAddress, GatewayModel, Infrastructure, Listener, ListenerTls } from '../gateway';
import { authoritiesOf, isElsewhereThan, secretsOf } from '../gateway';
import { flatMap } from '../lists';

/** What a gateway that exposures share can ask of a target. Names are those of Gateway API where it has one. */
export const GATEWAY_FEATURES = {
  SharedListenerSet: 'listeners on a gateway that exists',
  HTTPListener: 'listeners for HTTP',
  HTTPSListener: 'listeners for HTTPS',
  TLSPassthroughListener: 'listeners that pass TLS through',
  TLSTerminationListener: 'listeners that end TLS before TCP',
  TCPListener: 'listeners for TCP',
  UDPListener: 'listeners for UDP',
  ListenersOfPort: 'several listeners on one port',
  ListenerHostname: 'listeners for a hostname',
  SeveralCertificates: 'several certificates of a listener',
  CertificateIssuer: 'certificates by cert-manager',
  TLSOptions: '`tlsOptions` of a listener',
  GatewayReferenceGrant: 'certificates in another namespace',
  RoutesOfAllNamespaces: 'routes of all namespaces',
  RoutesOfSomeNamespaces: 'routes of some namespaces',
  RouteKinds: 'listeners for some kinds of routes',
  AllowedListeners: 'ListenerSets',
  GatewayStaticAddresses: 'addresses of its own',
  GatewayAddressEmpty: 'an address of a type, whichever it is',
  GatewayInfrastructurePropagation: 'labels and annotations of what its controller creates',
  GatewayParameters: '`parameters` of its controller',
  GatewayFrontendClientCertificateValidation: 'certificates of clients',
  GatewayFrontendClientCertificateValidationInsecureFallback: 'certificates of clients that need not be valid',
  GatewayBackendClientCertificate: 'a certificate that it shows to pods',
} as const;

export type GatewayFeature = keyof typeof GATEWAY_FEATURES;

/** Every use of a feature in a gateway. */
export function gatewayUses(model: GatewayModel): Use<GatewayFeature>[] {
  return [...new Set(modelFeatures(model, model))].map(feature => ({ feature }));
}

const modelFeatures = collected<GatewayModel, GatewayFeature, [GatewayModel]>({
  name: nothing,
  namespace: nothing,
  base: ({ kind }) => kind === 'gateway' ? ['SharedListenerSet'] : [],
  pods: nothing,
  listeners: (listeners, model) => [
    ...flatMap(listeners, listener => listenerFeatures(listener, listener)),
    ...(new Set(listeners.map(({ port }) => port)).size < listeners.length ? ['ListenersOfPort' as const] : []),
    ...([...secretsOf(model), ...authoritiesOf(model)].some(ref => isElsewhereThan(model, ref)) ? ['GatewayReferenceGrant' as const] : []),
  ],
  allowedListeners: () => ['AllowedListeners'],
  addresses: addresses => addresses.map(({ value }: Fields<GatewayAddress, 'value', 'type'>) => value === undefined ? 'GatewayAddressEmpty' : 'GatewayStaticAddresses'),
  infrastructure: infrastructure => infrastructureFeatures(infrastructure),
  clientCertificates: certificates => certificateFeatures(certificates),
  backendCertificate: (ref, model) => ['GatewayBackendClientCertificate', ...(isElsewhereThan(model, ref) ? ['GatewayReferenceGrant' as const] : [])],
});

const listenerFeatures = collected<Listener, GatewayFeature, [Listener]>({
  name: nothing,
  port: nothing,
  protocol: (protocol, { tls }) => protocol !== 'TLS' ? [`${protocol}Listener`] : [tls?.how.mode === 'passthrough' ? 'TLSPassthroughListener' : 'TLSTerminationListener'],
  hostname: () => ['ListenerHostname'],
  tls: tls => tlsFeatures(tls),
  namespaces: ({ kind }) => FROM[kind],
  kinds: () => ['RouteKinds'],
});

const FROM: Readonly<Record<FromNamespaces['kind'], readonly GatewayFeature[]>> = {
  same: [], all: ['RoutesOfAllNamespaces'], labels: ['RoutesOfSomeNamespaces'], names: ['RoutesOfSomeNamespaces'],
};

const tlsFeatures = collected<ListenerTls, GatewayFeature>({
  how: how => how.mode === 'passthrough' ? [] : [
    ...(how.secrets.length > 1 ? ['SeveralCertificates' as const] : []), ...(how.issuer === undefined ? [] : ['CertificateIssuer' as const]),
  ],
  options: options => Object.keys(options).length === 0 ? [] : ['TLSOptions'],
});

const infrastructureFeatures = collected<Infrastructure, GatewayFeature>({
  labels: labels => propagated(labels),
  annotations: annotations => propagated(annotations),
  parameters: () => ['GatewayParameters'],
});

function propagated(entries: Readonly<Record<string, string>>): readonly GatewayFeature[] {
  return Object.keys(entries).length === 0 ? [] : ['GatewayInfrastructurePropagation'];
}

const VALIDATION: ByField<ClientValidation, readonly GatewayFeature[]> = {
  authorities: () => ['GatewayFrontendClientCertificateValidation'],
  isOptional: isOptional => isOptional ? ['GatewayFrontendClientCertificateValidationInsecureFallback'] : [],
};

const validationFeatures = collected<ClientValidation, GatewayFeature>(VALIDATION);

const certificateFeatures = collected<ClientCertificates, GatewayFeature>({
  ofAll: validation => validationFeatures(validation),
  byPort: validations => flatMap(validations, ({ port: _, ...validation }) => validationFeatures(validation)),
});
