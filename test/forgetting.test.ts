import * as path from 'path';
import * as ts from 'typescript';

/**
 * A field that is added to a type, or a kind to a union, does not compile where it is forgotten: who adds it is told of each place that has to
 * answer for it. All types here get their fields at once, then all unions their kinds, in the memory of the compiler, which checks these files.
 */
const ROOT = path.resolve(__dirname, '..');

interface Addition {
  /** Where the type is. */
  readonly file: string;
  readonly type: string;
  readonly field: string;
  /** The files that do not compile before they answer for the field. */
  readonly answer: readonly string[];
}

const ADDITIONS: readonly Addition[] = [
  {
    file: 'src/model/match.ts',
    type: 'RequestMatch',
    field: 'schemes',
    answer: ['test/dialects/linkerd/inbound-routes.test.ts',
      'src/model/match.ts',
      'src/model/features/route.ts',
      'src/model/features/requests.ts',
      'src/vocabulary/request-match.ts',
      'src/dialects/specificity/counts.ts',
      'src/dialects/gateway-api/spelling/http-route-match.ts',
      'src/dialects/gateway-api/grpc-route.ts',
      'src/dialects/gateway-api/tls-route.ts',
      'src/dialects/istio/authorization-policy.ts',
      'src/dialects/istio/refusals.ts',
      'src/dialects/istio/virtual-service/http-match.ts',
      'src/dialects/linkerd/expressions.ts',
      'src/dialects/linkerd/inbound-routes.ts',
      'src/dialects/consul/gateway-precedence.ts',
      'src/dialects/consul/permissions.ts',
      'src/dialects/consul/service-router.ts',
      'src/dialects/cilium/http-rule.ts',
      'src/dialects/smi/http-route-group.ts',
      'src/dialects/smi/expressions.ts',
      'src/dialects/kubernetes/ingress.ts',
      'src/targets/overruled.ts',
      'test/model/match.test.ts',
      'test/oracle/access/arbitraries.ts',
      'test/oracle/access/intent.ts',
      'conformance/istio/rules.ts',
      'test/oracle/app/policy-props.ts'],
  },
  {
    file: 'src/vocabulary/request-match.ts',
    type: 'HttpMatchOptions',
    field: 'scheme',
    answer: ['src/vocabulary/request-match.ts', 'test/oracle/routes/written.ts'],
  },
  {
    file: 'test/oracle/routes/written.ts',
    type: 'WrittenMatch',
    field: 'writtenScheme',
    answer: ['test/oracle/routes/intent.ts', 'test/oracle/routes/arbitraries/matches.ts'],
  },
  {
    file: 'src/model/handling.ts',
    type: 'Handling',
    field: 'compressed',
    answer: [
      'src/model/features/handling.ts',
      'src/dialects/gateway-api/http-route.ts',
      'src/dialects/gateway-api/grpc-route.ts',
      'src/dialects/istio/virtual-service/http-routes.ts',
      'src/dialects/consul/service-router.ts',
      'src/dialects/kuma/route-filters.ts',
    ],
  },
  {
    file: 'src/model/handling.ts',
    type: 'ServiceTraffic',
    field: 'warmUp',
    answer: ['src/model/features/handling.ts', 'src/dialects/istio/traffic-policy.ts'],
  },
  {
    file: 'src/vocabulary/request-handling.ts',
    type: 'RequestHandling',
    field: 'compression',
    answer: ['src/intents/handling.ts', 'src/intents/shapes.ts', 'test/oracle/routes/written.ts'],
  },
  {
    file: 'test/oracle/routes/written.ts',
    type: 'WrittenHandling',
    field: 'writtenCompression',
    answer: ['test/oracle/routes/arbitraries/handling.ts', 'test/oracle/routes/intent.ts'],
  },
  {
    file: 'src/model/access.ts',
    type: 'AccessModel',
    field: 'until',
    answer: ['src/intents/service-access-policy.ts',
      'src/model/features/access.ts',
      'test/oracle/access/arbitraries.ts',
      'test/oracle/app/arbitraries.ts',
      'src/dialects/istio/access.ts',
      'src/dialects/istio/ambient-access.ts',
      'src/dialects/linkerd/access.ts',
      'src/dialects/consul/access.ts',
      'src/dialects/consul/service-intentions.ts',
      'src/dialects/kuma/access.ts',
      'src/dialects/cilium/access.ts',
      'src/dialects/kubernetes/access.ts',
      'src/dialects/kubernetes/second-layer.ts',
      'src/dialects/smi/traffic-target.ts'],
  },
  {
    file: 'src/model/access.ts',
    type: 'AccessRule',
    field: 'during',
    answer: ['src/intents/service-access-policy.ts',
      'src/model/features/access.ts',
      'test/oracle/access/arbitraries.ts',
      'src/dialects/istio/authorization-policy.ts',
      'src/dialects/linkerd/inbound-routes.ts',
      'src/dialects/consul/service-intentions.ts',
      'src/dialects/kuma/traffic-permission.ts',
      'src/dialects/cilium/access.ts',
      'src/dialects/kubernetes/access.ts',
      'src/dialects/kubernetes/second-layer.ts',
      'src/dialects/smi/traffic-target.ts'],
  },
  {
    file: 'src/model/authentication.ts',
    type: 'AuthenticationModel',
    field: 'minimumVersion',
    answer: ['test/oracle/app/arbitraries.ts', 'test/oracle/app/build.ts', 'test/targets/refusals.test.ts', 'src/intents/mutual-tls.ts',
      'src/model/features/authentication.ts',
      'src/dialects/istio/authentication.ts',
      'src/dialects/linkerd/authentication.ts',
      'src/dialects/kuma/authentication.ts',
      'src/dialects/consul/authentication.ts'],
  },
  {
    file: 'src/model/egress.ts',
    type: 'EgressModel',
    field: 'through',
    answer: ['test/targets/refusals.test.ts', 'src/intents/egress-policy.ts',
      'src/model/features/egress.ts',
      'src/dialects/contract/claim.ts',
      'test/oracle/app/arbitraries.ts',
      'src/dialects/istio/egress.ts',
      'src/dialects/linkerd/egress.ts',
      'src/dialects/kuma/egress.ts',
      'src/dialects/cilium/egress.ts',
      'src/dialects/kubernetes/egress.ts'],
  },
  {
    file: 'src/model/exposure.ts',
    type: 'ExposureModel',
    field: 'zipped',
    answer: ['src/intents/exposure.ts',
      'src/model/features/exposure.ts',
      'src/dialects/gateway-api/exposure.ts',
      'src/dialects/kubernetes/ingress.ts'],
  },
  { file: 'src/model/route.ts', type: 'RouteModel', field: 'sampled', answer: ['src/intents/route-intent.ts', 'src/model/features/route.ts'] },
  { file: 'src/model/route.ts', type: 'PortRoute', field: 'backlog', answer: ['src/intents/route-intent.ts', 'src/model/features/route.ts'] },
  {
    file: 'src/model/route.ts',
    type: 'RouteRule',
    field: 'weightless',
    answer: ['src/intents/route-intent.ts', 'src/model/features/route.ts', 'src/targets/compile.ts'],
  },
  { file: 'src/model/route.ts', type: 'WeightedBackend', field: 'locality', answer: ['src/intents/route-intent.ts', 'src/model/features/route.ts'] },
  {
    file: 'src/intents/route-rule.ts',
    type: 'RouteBackend',
    field: 'zone',
    answer: ['src/intents/route-intent.ts', 'src/intents/shapes.ts', 'test/oracle/routes/written.ts'],
  },
  { file: 'test/oracle/routes/written.ts', type: 'WrittenBackend', field: 'writtenZone', answer: ['test/oracle/routes/arbitraries/backends.ts'] },
  {
    file: 'src/model/namespace-default.ts',
    type: 'NamespaceDefaultModel',
    field: 'except',
    answer: [
      'src/model/features/namespace-default.ts',
      'src/dialects/istio/namespace-default.ts',
      'src/dialects/kuma/namespace-default.ts',
      'src/dialects/cilium/namespace-default.ts',
      'src/dialects/kubernetes/namespace-default.ts',
      'src/dialects/kubernetes/second-layer.ts',
    ],
  },
  {
    file: 'src/model/namespace-default.ts',
    type: 'NamespaceRule',
    field: 'zone',
    answer: [
      'src/model/features/namespace-default.ts',
      'src/dialects/cilium/namespace-default.ts',
      'src/dialects/kubernetes/namespace-default.ts',
      'src/dialects/kubernetes/second-layer.ts',
    ],
  },
  { file: 'src/model/access.ts', type: 'Workload', field: 'owner', answer: ['src/intents/service-access-policy.ts', 'src/model/features/access.ts'] },
  { file: 'src/model/access.ts', type: 'WorkloadPort', field: 'clear', answer: ['src/model/features/access.ts'] },
  { file: 'src/model/access.ts', type: 'HealthProbe', field: 'scheme', answer: ['src/model/features/access.ts'] },
  {
    file: 'src/model/authentication.ts',
    type: 'AuthenticatedWorkload',
    field: 'owner',
    answer: ['src/intents/mutual-tls.ts', 'src/model/features/authentication.ts'],
  },
  {
    file: 'src/model/authentication.ts',
    type: 'PortMode',
    field: 'except',
    answer: ['test/oracle/app/arbitraries.ts', 'src/model/features/authentication.ts'],
  },
  {
    file: 'src/model/access.ts',
    type: 'ServiceAccountSource',
    field: 'cluster',
    answer: ['src/model/access.ts',
      'src/model/features/access.ts',
      'src/vocabulary/identity.ts',
      'src/dialects/istio/authorization-policy.ts',
      'src/dialects/linkerd/authorization-policy.ts',
      'src/dialects/consul/services.ts',
      'src/dialects/kuma/clients.ts',
      'src/dialects/cilium/peers.ts',
      'src/dialects/kubernetes/second-layer.ts',
      'src/dialects/smi/traffic-target.ts',
      'src/dialects/gateways/gateway-clients.ts',
      'test/oracle/access/arbitraries.ts',
      'test/oracle/access/intent.ts',
      'test/oracle/app/policy-props.ts'],
  },
  {
    file: 'src/model/access.ts',
    type: 'NamespaceSource',
    field: 'zone',
    answer: ['src/model/access.ts',
      'src/model/features/access.ts',
      'src/vocabulary/identity.ts',
      'src/dialects/istio/authorization-policy.ts',
      'src/dialects/linkerd/authorization-policy.ts',
      'src/dialects/consul/services.ts',
      'src/dialects/kuma/clients.ts',
      'src/dialects/cilium/peers.ts',
      'src/dialects/kubernetes/network-policy.ts',
      'src/dialects/gateways/gateway-clients.ts',
      'test/oracle/access/arbitraries.ts',
      'test/oracle/access/intent.ts',
      'test/oracle/app/policy-props.ts'],
  },
  {
    file: 'src/model/access.ts',
    type: 'SpiffeIdSource',
    field: 'issuer',
    answer: ['src/model/access.ts',
      'src/model/features/access.ts',
      'src/vocabulary/identity.ts',
      'src/dialects/istio/authorization-policy.ts',
      'src/dialects/linkerd/authorization-policy.ts',
      'src/dialects/kuma/clients.ts',
      'src/dialects/gateways/gateway-clients.ts',
      'test/oracle/access/arbitraries.ts',
      'test/oracle/access/intent.ts',
      'test/oracle/app/policy-props.ts'],
  },
  {
    file: 'src/model/access.ts',
    type: 'NamespaceLabelsSource',
    field: 'expressions',
    answer: ['src/model/access.ts',
      'src/model/features/access.ts',
      'src/vocabulary/identity.ts',
      'src/dialects/cilium/peers.ts',
      'src/dialects/kubernetes/network-policy.ts',
      'test/oracle/access/arbitraries.ts',
      'test/oracle/access/intent.ts',
      'test/oracle/app/policy-props.ts'],
  },
  {
    file: 'src/model/access.ts',
    type: 'IpBlockSource',
    field: 'hops',
    answer: ['src/model/access.ts',
      'src/model/features/access.ts',
      'src/vocabulary/identity.ts',
      'src/dialects/istio/authorization-policy.ts',
      'src/dialects/contract/ip-block.ts',
      'test/oracle/access/arbitraries.ts',
      'test/oracle/access/intent.ts',
      'test/oracle/app/policy-props.ts'],
  },
  {
    file: 'src/model/access.ts',
    type: 'GatewaySource',
    field: 'listener',
    answer: ['src/model/access.ts',
      'src/model/exposure.ts',
      'src/model/features/access.ts',
      'src/vocabulary/identity.ts',
      'src/dialects/kubernetes/network-policy.ts',
      'src/dialects/kubernetes/second-layer.ts',
      'test/oracle/access/arbitraries.ts',
      'test/oracle/access/intent.ts',
      'test/oracle/app/policy-props.ts'],
  },
  // A source without a field has its first one with a feature of its own, for which each dialect then answers.
  {
    file: 'src/model/access.ts',
    type: 'AnyAuthenticatedSource',
    field: 'since',
    answer: ['src/model/access.ts', 'src/model/features/access.ts', 'src/vocabulary/identity.ts', 'test/oracle/access/arbitraries.ts'],
  },
  {
    file: 'src/model/access.ts',
    type: 'AnyoneSource',
    field: 'until',
    answer: ['src/model/access.ts', 'src/model/features/access.ts', 'src/vocabulary/identity.ts', 'test/oracle/access/arbitraries.ts'],
  },
  { file: 'src/model/access.ts', type: 'GatewayPods', field: 'addresses', answer: ['src/model/access.ts', 'test/oracle/access/arbitraries.ts'] },
  { file: 'src/model/exposure.ts', type: 'BackendTls', field: 'clientCertificate', answer: ['src/intents/exposure.ts', 'src/model/features/exposure.ts'] },
  {
    file: 'src/model/egress.ts',
    type: 'HostDestination',
    field: 'alias',
    answer: ['src/vocabulary/egress-destination.ts',
      'src/model/features/egress.ts',
      'src/dialects/istio/egress.ts',
      'src/dialects/istio/service-entry.ts',
      'src/dialects/istio/egress-handling.ts',
      'src/dialects/linkerd/egress.ts',
      'src/dialects/kuma/egress.ts',
      'src/dialects/cilium/egress.ts',
      'test/oracle/egress/intent.ts',
      'test/oracle/app/arbitraries/egress.ts',
      'test/oracle/app/build.ts'],
  },
  {
    file: 'src/model/egress.ts',
    type: 'CidrDestination',
    field: 'asn',
    answer: ['src/vocabulary/egress-destination.ts',
      'src/model/features/egress.ts',
      'src/dialects/istio/egress.ts',
      'src/dialects/istio/service-entry.ts',
      'src/dialects/linkerd/egress.ts',
      'src/dialects/kuma/egress.ts',
      'src/dialects/cilium/egress.ts',
      'src/dialects/kubernetes/egress.ts',
      'test/oracle/egress/intent.ts',
      'test/oracle/app/arbitraries/egress.ts',
      'test/oracle/app/build.ts'],
  },
  {
    file: 'src/model/egress.ts',
    type: 'ServiceDestination',
    field: 'mirror',
    answer: ['src/intents/egress-policy.ts', 'src/model/features/egress.ts', 'src/dialects/cilium/egress.ts', 'src/dialects/kubernetes/egress.ts',
      'test/oracle/egress/intent.ts', 'test/oracle/app/build.ts'],
  },
  {
    file: 'src/model/egress.ts',
    type: 'CalledPorts',
    field: 'names',
    answer: ['src/model/features/egress.ts', 'src/vocabulary/egress-destination.ts', 'test/oracle/egress/intent.ts', 'test/oracle/app/build.ts'],
  },
  { file: 'src/model/egress.ts', type: 'EgressWorkload', field: 'owner', answer: ['src/intents/egress-policy.ts', 'src/model/features/egress.ts'] },
  { file: 'src/model/egress.ts', type: 'OriginatedTls', field: 'versions', answer: ['src/model/features/egress.ts', 'src/dialects/istio/egress-handling.ts'] },
  { file: 'src/model/egress.ts', type: 'EgressPort', field: 'last', answer: ['src/model/features/egress.ts', 'test/oracle/egress/intent.ts', 'test/oracle/app/build.ts'] },
  { file: 'src/vocabulary/egress-destination.ts', type: 'EgressPods', field: 'serviceAccount', answer: ['src/vocabulary/egress-destination.ts'] },
  { file: 'src/intents/mesh-intent.ts', type: 'MeshIntentProps', field: 'owner', answer: ['src/intents/shapes.ts'] },
  { file: 'src/intents/route-intent.ts', type: 'RouteIntentProps', field: 'zone', answer: ['test/oracle/routes/written.ts', 'src/intents/shapes.ts'] },
  {
    file: 'src/intents/service-route.ts',
    type: 'ServiceRouteProps',
    field: 'otherwise',
    answer: ['test/oracle/routes/written.ts', 'src/intents/service-route.ts'],
  },
  { file: 'src/intents/canary-release.ts', type: 'CanaryReleaseProps', field: 'steps', answer: ['src/intents/canary-release.ts'] },
  { file: 'src/intents/canary-release.ts', type: 'CanaryVariant', field: 'pausing', answer: ['src/intents/canary-release.ts'] },
  { file: 'src/intents/ab-test.ts', type: 'AbTestProps', field: 'share', answer: ['src/intents/ab-test.ts'] },
  { file: 'src/intents/blue-green-release.ts', type: 'BlueGreenReleaseProps', field: 'switching', answer: ['src/intents/blue-green-release.ts'] },
  { file: 'src/intents/service-access-policy.ts', type: 'ServiceAccessPolicyProps', field: 'until', answer: ['src/intents/service-access-policy.ts'] },
  { file: 'src/intents/service-access-policy.ts', type: 'MetricsScraping', field: 'scheme', answer: ['src/intents/service-access-policy.ts'] },
  { file: 'src/vocabulary/access-call.ts', type: 'AccessCall', field: 'during', answer: ['src/intents/access-grant.ts'] },
  { file: 'src/vocabulary/access-allowance.ts', type: 'AccessAllowance', field: 'during', answer: ['src/intents/service-access-policy.ts'] },
  {
    file: 'src/intents/health-probes.ts',
    type: 'HealthProbe',
    field: 'host',
    answer: ['src/intents/service-access-policy.ts', 'src/intents/health-probes.ts'],
  },
  {
    file: 'src/model/release.ts',
    type: 'ReleaseModel',
    field: 'announcedIn',
    answer: [
      'src/intents/moved-release.ts', 'src/model/features/release.ts', 'src/dialects/flagger/release.ts', 'src/dialects/argo-rollouts/index.ts',
    ],
  },
  {
    file: 'src/model/release.ts',
    type: 'Workload',
    field: 'sidecars',
    answer: ['src/model/features/release.ts', 'src/dialects/flagger/canary.ts', 'src/dialects/argo-rollouts/rollout.ts'],
  },
  { file: 'src/model/delivery.ts', type: 'FlaggerModel', field: 'alerts', answer: ['src/dialects/flagger/canary.ts'] },
  { file: 'src/model/delivery.ts', type: 'ArgoRolloutsModel', field: 'dashboards', answer: ['src/dialects/argo-rollouts/index.ts'] },
  {
    file: 'src/vocabulary/progression.ts',
    type: 'Progression',
    field: 'announced',
    answer: ['src/vocabulary/progression.ts', 'src/intents/moved-release.ts', 'src/intents/canary-release.ts'],
  },
  {
    file: 'src/vocabulary/progression.ts',
    type: 'CanaryProgression',
    field: 'mirrored',
    answer: ['src/vocabulary/progression.ts', 'src/intents/canary-release.ts'],
  },
  {
    file: 'src/vocabulary/progression.ts',
    type: 'TrialProgression',
    field: 'longest',
    answer: ['src/vocabulary/progression.ts', 'src/intents/moved-release.ts'],
  },
  { file: 'src/vocabulary/workload.ts', type: 'WorkloadOptions', field: 'volumes', answer: ['src/vocabulary/workload.ts'] },
  { file: 'src/vocabulary/delivery.ts', type: 'FlaggerOptions', field: 'slack', answer: ['src/vocabulary/delivery.ts'] },
  { file: 'src/vocabulary/release-check.ts', type: 'LatencyOptions', field: 'jitter', answer: ['src/vocabulary/release-check.ts'] },
  { file: 'src/model/moving-field.ts', type: 'MovingField', field: 'since', answer: ['src/vocabulary/git-ops.ts'] },
  {
    file: 'src/model/gateway-access.ts',
    type: 'GatewayAccessModel',
    field: 'until',
    answer: [
      'src/intents/gateway-access-policy.ts', 'src/model/features/gateway-access.ts', 'src/dialects/istio/gateway-access.ts', 'test/oracle/access/gateways.ts',
    ],
  },
  {
    file: 'src/model/gateway-access.ts',
    type: 'GatewayRule',
    field: 'during',
    answer: [
      'src/intents/gateway-access-policy.ts', 'src/model/features/gateway-access.ts', 'src/dialects/istio/gateway-access.ts', 'test/oracle/access/gateways.ts',
    ],
  },
  {
    file: 'src/model/gateway-access.ts',
    type: 'RemoteIpBlockSource',
    field: 'hops',
    answer: ['src/model/gateway-access.ts', 'src/vocabulary/identity.ts', 'src/dialects/istio/authorization-policy.ts', 'test/oracle/access/gateways.ts'],
  },
  {
    file: 'src/model/gateway-access.ts',
    type: 'GatewayOfClass',
    field: 'zone',
    answer: ['src/intents/policed-gateway.ts', 'src/dialects/istio/policed-gateways.ts'],
  },
  { file: 'src/intents/gateway-access-policy.ts', type: 'GatewayAccessPolicyProps', field: 'until', answer: ['src/intents/gateway-access-policy.ts'] },
  { file: 'src/vocabulary/gateway-access-rule.ts', type: 'GatewayAccessRule', field: 'during', answer: ['src/intents/gateway-access-policy.ts'] },
  {
    file: 'src/model/external-authorization.ts',
    type: 'ExternalAuthorizationModel',
    field: 'required',
    answer: ['src/intents/external-authorization.ts', 'src/model/features/external-authorization.ts', 'src/dialects/istio/external-authorization.ts'],
  },
  {
    file: 'src/model/external-backend.ts',
    type: 'ExternalBackendModel',
    field: 'region',
    answer: ['src/intents/external-backend.ts', 'src/model/features/external-backend.ts', 'src/dialects/gateway-api/x-backend.ts'],
  },
  {
    file: 'src/model/external-backend.ts',
    type: 'ExternalTls',
    field: 'versions',
    answer: ['src/intents/external-backend.ts', 'src/model/features/external-backend.ts', 'src/dialects/gateway-api/x-backend.ts'],
  },
  {
    file: 'src/model/cluster-access.ts',
    type: 'ClusterAccessModel',
    field: 'priority',
    answer: ['src/intents/cluster-access-policy.ts', 'src/model/features/cluster-access.ts', 'src/dialects/cilium/cluster-access.ts', 'test/oracle/cluster/arbitraries.ts'],
  },
  {
    file: 'src/model/cluster-access.ts',
    type: 'ClusterRule',
    field: 'during',
    answer: ['src/intents/cluster-access-policy.ts', 'src/model/features/cluster-access.ts', 'src/dialects/cilium/cluster-access.ts', 'test/oracle/cluster/arbitraries.ts'],
  },
  { file: 'src/intents/cluster-access-policy.ts', type: 'ClusterAccessPolicyProps', field: 'until', answer: ['src/intents/cluster-access-policy.ts'] },
  {
    file: 'src/model/jwt-authentication.ts',
    type: 'JwtAuthenticationModel',
    field: 'required',
    answer: ['src/intents/jwt-authentication.ts', 'src/model/features/jwt-authentication.ts', 'src/dialects/istio/jwt-authentication.ts'],
  },
  {
    file: 'src/model/jwt-authentication.ts',
    type: 'TokenWorkload',
    field: 'owner',
    answer: ['src/intents/jwt-authentication.ts', 'src/model/features/jwt-authentication.ts'],
  },
  {
    file: 'src/model/jwt-authentication.ts',
    type: 'TokenIssuer',
    field: 'leeway',
    answer: ['src/intents/jwt-authentication.ts', 'src/model/features/jwt-authentication.ts', 'src/dialects/istio/jwt-authentication.ts'],
  },
  {
    file: 'src/model/end-user.ts',
    type: 'EndUser',
    field: 'device',
    answer: ['src/model/features/access.ts', 'test/oracle/access/arbitraries.ts', 'test/oracle/access/intent.ts', 'test/oracle/app/policy-props.ts'],
  },
  {
    file: 'src/model/end-user.ts',
    type: 'ClaimCondition',
    field: 'without',
    answer: ['src/model/features/access.ts', 'test/oracle/access/arbitraries.ts', 'test/oracle/access/intent.ts'],
  },
  {
    file: 'src/model/access.ts',
    type: 'PodsSource',
    field: 'expressions',
    answer: ['src/model/access.ts',
      'src/model/features/access.ts',
      'src/vocabulary/identity.ts',
      'test/oracle/access/arbitraries.ts',
      'test/oracle/access/intent.ts',
      'test/oracle/app/policy-props.ts'],
  },
  {
    file: 'src/model/access.ts',
    type: 'ApiServerSource',
    field: 'cluster',
    answer: ['src/model/access.ts', 'src/model/features/access.ts', 'test/oracle/access/arbitraries.ts'],
  },
  {
    file: 'src/model/access.ts',
    type: 'NodesSource',
    field: 'labels',
    answer: ['src/model/access.ts', 'src/model/features/access.ts', 'test/oracle/access/arbitraries.ts'],
  },
  { file: 'src/intents/service-access-denial.ts', type: 'ServiceAccessDenialProps', field: 'until', answer: ['src/intents/service-access-denial.ts'] },
  {
    file: 'src/intents/external-authorization.ts',
    type: 'ExternalAuthorizationProps',
    field: 'required',
    answer: ['src/intents/external-authorization.ts'],
  },
  { file: 'src/intents/jwt-authentication.ts', type: 'JwtAuthenticationProps', field: 'required', answer: ['src/intents/jwt-authentication.ts'] },
  { file: 'src/vocabulary/end-user.ts', type: 'EndUserOptions', field: 'device', answer: ['src/vocabulary/end-user.ts'] },
  { file: 'src/vocabulary/egress-destination.ts', type: 'EgressHttpOptions', field: 'mirrored', answer: ['src/vocabulary/egress-destination.ts'] },
  { file: 'src/vocabulary/egress-destination.ts', type: 'EgressTls', field: 'versions', answer: ['src/vocabulary/egress-destination.ts'] },
  { file: 'src/intents/mutual-tls.ts', type: 'MutualTlsProps', field: 'minimumVersion', answer: ['src/intents/mutual-tls.ts'] },
  { file: 'src/intents/mutual-tls.ts', type: 'MutualTlsPort', field: 'except', answer: ['src/intents/mutual-tls.ts'] },
  { file: 'src/intents/egress-policy.ts', type: 'EgressPolicyProps', field: 'through', answer: ['src/intents/egress-policy.ts'] },
  { file: 'src/intents/exposure.ts', type: 'ExposureProps', field: 'zipped', answer: ['test/oracle/routes/written.ts', 'src/intents/exposure.ts'] },
  { file: 'src/intents/exposure.ts', type: 'ExposureBackendTls', field: 'clientCertificate', answer: ['src/intents/exposure.ts'] },
  { file: 'src/intents/external-backend.ts', type: 'ExternalBackendProps', field: 'region', answer: ['src/intents/external-backend.ts'] },
  { file: 'src/intents/external-backend.ts', type: 'ExternalBackendTls', field: 'versions', answer: ['src/intents/external-backend.ts'] },
  { file: 'src/vocabulary/exposure-gateway.ts', type: 'OwnGatewayOptions', field: 'addresses', answer: ['src/vocabulary/exposure-gateway.ts'] },
  { file: 'src/vocabulary/mesh-service.ts', type: 'MeshServiceOptions', field: 'clusterIp', answer: ['src/vocabulary/mesh-service.ts'] },
  { file: 'src/targets/target-options.ts', type: 'KumaTargetOptions', field: 'zoneName', answer: ['src/targets/target-options.ts'] },
  {
    file: 'test/oracle/routes/written.ts',
    type: 'Written',
    field: 'writtenZone',
    answer: ['test/oracle/routes/written.ts', 'test/oracle/routes/arbitraries/routes.ts'],
  },
  {
    file: 'test/oracle/routes/written.ts',
    type: 'WrittenRule',
    field: 'writtenOrder',
    answer: ['test/oracle/routes/written.ts', 'test/oracle/routes/arbitraries/routes.ts'],
  },
];

/** A kind that is added to a union. */
interface NewKind {
  readonly file: string;
  readonly union: string;
  readonly kind: string;
  readonly answer: readonly string[];
}

const NEW_KINDS: readonly NewKind[] = [
  {
    file: 'src/model/access.ts',
    union: 'Source',
    kind: 'bearerToken',
    answer: ['src/model/access.ts',
      'src/model/features/access.ts',
      'src/dialects/istio/authorization-policy.ts',
      'src/dialects/linkerd/authorization-policy.ts',
      'src/dialects/linkerd/clients.ts',
      'src/dialects/consul/services.ts',
      'src/dialects/kuma/clients.ts',
      'src/dialects/cilium/peers.ts',
      'src/dialects/kubernetes/network-policy.ts',
      'src/dialects/kubernetes/second-layer.ts',
      'src/dialects/gateways/gateway-clients.ts',
      'test/oracle/access/arbitraries.ts',
      'test/oracle/access/intent.ts',
      'test/oracle/app/policy-props.ts'],
  },
  {
    file: 'src/model/egress.ts',
    union: 'EgressDestination',
    kind: 'autonomousSystem',
    answer: ['src/model/features/egress.ts',
      'src/dialects/istio/egress.ts',
      'src/dialects/linkerd/egress.ts',
      'src/dialects/kuma/egress.ts',
      'src/dialects/cilium/egress.ts',
      'src/dialects/kubernetes/egress.ts',
      'test/oracle/egress/intent.ts',
      'test/oracle/app/build.ts'],
  },
  {
    file: 'src/model/egress.ts',
    union: 'InsideDestination',
    kind: 'ingress',
    answer: ['src/model/features/egress.ts',
      'src/dialects/cilium/egress.ts',
      'src/dialects/kubernetes/egress.ts',
      'test/oracle/egress/intent.ts',
      'test/oracle/app/build.ts'],
  },
];

/** The text of a file, with the kinds that its unions get. */
function withKinds(file: string, text: string): string {
  return NEW_KINDS.filter(one => path.join(ROOT, one.file) === file).reduce((changed, { union, kind }) => {
    const head = `export type ${union} = `;
    expect(changed).toContain(head);
    return changed.replace(head, `${head}{ readonly kind: '${kind}' } | `);
  }, text);
}

/** The text of a file, with the fields that its types get. */
function withFields(file: string, text: string): string {
  return ADDITIONS.filter(addition => path.join(ROOT, addition.file) === file).reduce((changed, { type, field }) => {
    const head = new RegExp(`export interface ${type} [^{]*\\{`);
    expect(changed).toMatch(head);
    return changed.replace(head, start => `${start}\n  readonly ${field}?: readonly string[];`);
  }, text);
}

interface Change {
  readonly file: string;
  readonly answer: readonly string[];
}

/** What the compiler says of the files that have to answer, by file. */
function errors(changes: readonly Change[], changed: (file: string, text: string) => string): Map<string, string> {
  const { config } = ts.readConfigFile(path.join(ROOT, 'test/tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, path.join(ROOT, 'test'));
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  host.getSourceFile = (name, languageVersion, ...others) => changes.some(({ file }) => path.join(ROOT, file) === path.normalize(name))
    ? ts.createSourceFile(name, changed(path.normalize(name), ts.sys.readFile(name)!), languageVersion)
    : read(name, languageVersion, ...others);
  const files = [...new Set(changes.flatMap(({ answer }) => answer))].map(file => path.join(ROOT, file));
  const program = ts.createProgram({ rootNames: files, options: { ...options, isolatedModules: false }, host });
  return new Map(files.map(file => [
    path.relative(ROOT, file),
    program.getSemanticDiagnostics(program.getSourceFile(file)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')).join('\n'),
  ]));
}

// What a file says of a field may hide what it says of a kind, so each is added alone.
describe.each([
  ['field', errors(ADDITIONS, withFields), ADDITIONS.map(({ field, type, answer }) => ({ added: field, to: type, answer }))],
  ['kind', errors(NEW_KINDS, withKinds), NEW_KINDS.map(({ kind, union, answer }) => ({ added: kind, to: union, answer }))],
] as const)('a new %s', (_, found, additions) => {
  test.each(additions.flatMap(({ added, to, answer }) => answer.map(file => [added, to, file] as const)))(
    "'%s' of %s does not compile before it is answered for in %s", (added, __, file) => {
      expect(found.get(file)).toMatch(new RegExp(`\\b${added}\\b`));
    });
});
