import type { TrafficFeature } from './handling';
import type { RouteFeature } from './route';
import { ROUTE_FEATURES, routeUses } from './route';
import type { Use } from './use';
import type { BackendTls, ExposureModel } from '../exposure';
import { certificatesElsewhere, exposedBackends, exposedPort, namespaceOfService } from '../exposure';
import { collected, nothing, fieldsOf, recordOf } from '../fields';
import type { Protocol } from '../protocol';

/** Features of routes that are about a mesh, or about a Service as a whole. */
const OF_THE_MESH = {
  TCPRoute: true,
  UDPRoute: true,
  BackendPort: true,
  ServiceAsBackend: true,
  PerPortRules: true,
  MeshConsumerRoute: true,
  ClientMatching: true,
  ServiceImportRoute: true,
  LoadBalancing: true,
  LeastRequestChoices: true,
  WarmUp: true,
  ConsistentHash: true,
  SourceAddressHash: true,
  OutlierDetection: true,
  ConnectionLimits: true,
  ConnectTimeout: true,
  IdleTimeout: true,
  MaxConnectionDuration: true,
  TCPKeepalive: true,
  MaxRequestsPerConnection: true,
  MaxConcurrentStreams: true,
  HTTP2ToPods: true,
  LocalRateLimit: true,
  RateLimitByClient: true,
  RateLimitByRequest: true,
  RateLimitAnswer: true,
  RetryBudget: true,
  LocalityFailover: true,
  RegionFailover: true,
  ServiceFailover: true,
  ClusterFailover: true,
  PortTraffic: true,
} as const satisfies Partial<Record<RouteFeature, true>> & Record<TrafficFeature, true>;

export type ExposedRouteFeature = Exclude<RouteFeature, keyof typeof OF_THE_MESH>;

/** What is said of the features of routes, for those that hold at a gateway too. */
export function ofExposedRoutes<T>(features: Readonly<Record<RouteFeature, T>>): Readonly<Record<ExposedRouteFeature, T>> {
  return recordOf(EXPOSED, feature => features[feature]);
}

const EXPOSED = fieldsOf(ROUTE_FEATURES).filter((feature): feature is ExposedRouteFeature => !(feature in OF_THE_MESH));

/** What an exposure can ask of a target. Names are those of Gateway API where it has one. */
export const EXPOSURE_FEATURES = {
  Gateway: 'a gateway of its own',
  SharedGateway: 'the listeners of a gateway that exists',
  ListenerSet: 'listeners of its own on a gateway that exists',
  HTTPRouteParentRefPort: 'listeners by their port',
  SeveralGateways: 'several gateways, or several listeners of one',
  Hostnames: 'hostnames',
  WildcardHostnames: 'wildcard hostnames',
  TLSTermination: 'TLS up to the gateway',
  CertificateReferenceGrant: 'certificates in another namespace',
  SeveralCertificates: 'several certificates',
  CertificateIssuer: 'certificates by cert-manager',
  HTTPSRedirect: 'redirects from HTTP to HTTPS',
  BackendTLSPolicy: 'TLS from the gateway to the pods',
  BackendTLSPolicySANValidation: '`subjectAltNames` of the pods',
  BackendTLSPolicyOfPort: 'TLS from the gateway to one port of the pods',
  TCPExposure: 'connections over TCP',
  UDPExposure: 'datagrams over UDP',
  TLSRouteModeTerminate: 'TLS that ends at the gateway before TCP',
  ...ofExposedRoutes<string>(ROUTE_FEATURES),
} as const;

export type ExposureFeature = keyof typeof EXPOSURE_FEATURES;

/** Every use of a feature in an exposure: what holds for all of it, then the rules. */
export function exposureUses(model: ExposureModel): Use<ExposureFeature>[] {
  return [
    ...modelFeatures(model, model).filter(feature => feature !== false).map(feature => ({ feature })),
    // Whether a backend is in another namespace is asked of the namespace of the exposure, not of the Service.
    ...routeUses(model.route).filter((use): use is Use<ExposedRouteFeature> => use.feature in EXPOSURE_FEATURES && use.feature !== 'ReferenceGrant'),
  ];
}

const GATEWAY_FEATURES = { own: 'Gateway', shared: 'SharedGateway', listenerSet: 'ListenerSet' } as const;

const modelFeatures = collected<ExposureModel, ExposureFeature | false, [ExposureModel]>({
  gateways: gateways => [
    ...gateways.map(({ kind }) => GATEWAY_FEATURES[kind]),
    gateways.some(gateway => gateway.kind === 'shared' && gateway.port !== undefined) && 'HTTPRouteParentRefPort',
    gateways.length > 1 && 'SeveralGateways',
  ],
  hostnames: hostnames => ['Hostnames', hostnames.some(host => host.startsWith('*.')) && 'WildcardHostnames'],
  tls: (tls, model) => [
    tls.mode === 'terminate' && 'TLSTermination',
    tls.mode === 'terminate' && tls.secrets.length > 1 && 'SeveralCertificates',
    certificatesElsewhere(model).length > 0 && 'CertificateReferenceGrant',
    tls.mode === 'terminate' && tls.issuer !== undefined && 'CertificateIssuer',
  ],
  redirectHttp: redirectHttp => [redirectHttp && 'HTTPSRedirect'],
  backendTls: backendTls => ['BackendTLSPolicy', ...backendTlsFeatures(backendTls)],
  route: ({ namespace }, model) => [
    ...PROTOCOL[exposedPort(model).protocol],
    exposedPort(model).protocol === 'TCP' && (model.tls?.mode === 'terminate' || model.hostnames.length > 0) && 'TLSRouteModeTerminate',
    exposedBackends(model).some(service => namespaceOfService(model, service) !== namespace) && 'ReferenceGrant',
  ],
});

const PROTOCOL: Readonly<Record<Protocol, readonly ExposureFeature[]>> = {
  HTTP: [], GRPC: [], TLS: ['TLSRoute'], TCP: ['TCPExposure'], UDP: ['UDPExposure'],
};

const backendTlsFeatures = collected<BackendTls, ExposureFeature>({
  hostname: nothing, caConfigMap: nothing, subjectAltNames: () => ['BackendTLSPolicySANValidation'], portName: () => ['BackendTLSPolicyOfPort'],
});
