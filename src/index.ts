// Intents: what should hold.
export * from './intents/mesh-intent';
export { RouteIntentProps, ServiceRouting } from './intents/route-intent';
export { RouteBackend, RouteClients, RuleOrder, ServiceRouteRule } from './intents/route-rule';
export { ServiceRoute, ServiceRouteProps } from './intents/service-route';
export * from './intents/canary-release';
export * from './intents/blue-green-release';
export * from './intents/ab-test';
export * from './intents/access-grant';
export { HealthProbe, HealthProbeKind } from './intents/health-probes';
export * from './intents/service-access-denial';
export { AccessMode, MetricsScraping, ServiceAccessPolicy, ServiceAccessPolicyProps } from './intents/service-access-policy';
export { NamespaceAccessDefault, NamespaceAccessDefaultProps } from './intents/namespace-access-default';
export * from './intents/mesh-access-default';
export * from './intents/mutual-tls';
export * from './intents/jwt-authentication';
export * from './intents/external-authorization';
export * from './intents/egress-policy';
export { ClusterAccessPolicy, ClusterAccessPolicyProps } from './intents/cluster-access-policy';
export * from './intents/exposure';
export * from './intents/shared-gateway';
export * from './intents/shared-listener-set';
export * from './intents/shared-listeners';
export * from './intents/gateway-access-policy';
export * from './intents/external-backend';

// Vocabulary: what intents speak of.
export {
  FromKubeServiceOptions, MeshBackendOptions, MeshObjectOptions, MeshService, MeshServiceOptions, MeshSubsetOptions, MeshVariantOptions,
} from './vocabulary/mesh-service';
export { MeshServicePort } from './vocabulary/mesh-service-port';
export { MeshWorkload } from './vocabulary/mesh-workload';
export * from './vocabulary/mesh-pods';
export * from './vocabulary/mesh-protocol';
export * from './vocabulary/identity';
export * from './vocabulary/access-allowance';
export * from './vocabulary/access-call';
export * from './vocabulary/access-denial';
export * from './vocabulary/default-allowance';
export * from './vocabulary/access-rule';
export { EndUser, EndUserClaim, EndUserOptions } from './vocabulary/end-user';
export * from './vocabulary/token-location';
export { RequestMatch, HttpMatch, HttpMatchOptions, GrpcMatch, GrpcMatchOptions, TlsMatch } from './vocabulary/request-match';
export * from './vocabulary/request-handling';
export * from './vocabulary/load-balancing';
export * from './vocabulary/string-match';
export {
  ExposureGateway, GatewayPods, ListenerSetOptions, OwnGatewayOptions, SharedGatewayOptions,
} from './vocabulary/exposure-gateway';
export * from './vocabulary/dns-servers';
export * from './vocabulary/exposure-tls';
export { GatewayAddress } from './vocabulary/gateway-address';
export {
  GatewayListener, HttpListenerOptions, PortListenerOptions, RouteKind, TlsListenerOptions,
} from './vocabulary/gateway-listener';
export { GatewayNamespaces } from './vocabulary/gateway-namespaces';
export { SubjectAltName } from './vocabulary/subject-alt-name';
export { NamespacedName } from './vocabulary/namespaced-name';
export * from './vocabulary/external-backend-protocol';
export * from './vocabulary/gateway-access-allowance';
export * from './vocabulary/gateway-access-denial';
export * from './vocabulary/gateway-access-rule';
export * from './vocabulary/egress-destination';
export * from './vocabulary/cluster-peer';
export * from './vocabulary/cluster-port';
export * from './vocabulary/cluster-subject';
export * from './vocabulary/cluster-traffic';
export {
  CanaryProgression, Progression, ReleaseApproval, TrialProgression, WithoutRequests,
} from './vocabulary/progression';
export * from './vocabulary/release-check';
export * from './vocabulary/workload';
export * from './vocabulary/delivery';
export * from './vocabulary/git-ops';
export * from './model/moving-field';

// Targets: what it is synthesized to.
export * from './targets/implementations';
export * from './dialects/gateway-api/extension/channel';
export * from './dialects/gateway-api/extension/consul-namespaces';
export { MeshTarget } from './targets/mesh-target';
export {
  TargetOptions, RoutableTargetOptions, MeshTargetOptions,
  SmiTargetOptions, GatewayApiTargetOptions, ConsulTargetOptions, KumaTargetOptions, IngressTargetOptions, NetworkPolicyTargetOptions,
} from './targets/target-options';
export { MeshTargets } from './targets/mesh-targets';
export * from './targets/unsupported';
export * from './targets/validation';
export * from './targets/manifests';
