import type { Kind, Kinds } from '../src/model/kinds';
import { KINDS } from '../src/model/kinds';

/** A kind of model, or one of its features, as the markers of a page name them. */
type Rendered = { [K in Kind]: K | `${K} ${Kinds[K]['feature']}` }[Kind];

/** Whose description in API.md has the lines of the targets beneath it: constructs by their name, and members by that of their class. */
export const RENDERED: Readonly<Record<string, Rendered | readonly Rendered[]>> = {
  'AbTest': 'routes',
  'AccessGrant': 'access Grant',
  'BlueGreenRelease': 'routes',
  'CanaryRelease': 'routes',
  'ClusterAccessPolicy': 'clusterAccess',
  'ClusterPort.ping': 'clusterAccess ClusterPing',
  'ClusterPort.protocol': 'clusterAccess ClusterIpProtocol',
  'ClusterSubject': ['clusterAccess NodesSubject', 'clusterAccess ClusterPodsSubject'],
  'EgressPolicy': 'egress',
  'Exposure': 'exposure',
  'ExternalBackend': 'externalBackend',
  'ExternalBackend.property.service': 'routes ExternalBackend',
  'SharedGateway': 'gateway',
  'SharedListenerSet': 'gateway',
  'GatewayAccessPolicy': 'gatewayAccess',
  'ExternalAuthorization': 'externalAuthorization',
  'JwtAuthentication': 'jwtAuthentication',
  'MeshAccessDefault': 'namespaceDefault',
  'MeshPods': 'access PodsPolicy',
  'MutualTls': 'authentication',
  'NamespaceAccessDefault': 'namespaceDefault',
  'NamespaceAccessDefaultProps.property.allow': 'namespaceDefault AllowanceForAll',
  'ServiceAccessDenial': 'access LoneDenial',
  'ServiceAccessPolicy': 'access',
  'ServiceRoute': 'routes',

  'AccessGrantProps.property.policyElsewhere': 'access GrantElsewhere',
  'AccessAllowance.property.exceptRequests': 'access ExceptRequests',
  'HashKey.sourceAddress': 'routes SourceAddressHash',
  'LeastRequestOptions.property.choices': 'routes LeastRequestChoices',
  'LoadBalancing': 'routes LoadBalancing',
  'LoadBalancing.maglev': 'routes ConsistentHash',
  'LoadBalancing.ringHash': 'routes ConsistentHash',
  'RoundRobinOptions.property.warmUp': 'routes WarmUp',
  'MeshService.serviceImport': ['routes ServiceImportBackend', 'routes ServiceImportRoute'],
  'MeshService.ofKind': 'routes OtherBackend',
  'CircuitBreaking.property.consecutiveErrors': 'routes OutlierDetection',
  'ConnectionSettings.property.connectTimeout': 'routes ConnectTimeout',
  'ConnectionSettings.property.idleTimeout': 'routes IdleTimeout',
  'ConnectionSettings.property.maxDuration': 'routes MaxConnectionDuration',
  'ConnectionSettings.property.keepalive': 'routes TCPKeepalive',
  'ConnectionSettings.property.maxRequestsPerConnection': 'routes MaxRequestsPerConnection',
  'ConnectionSettings.property.maxConcurrentStreams': 'routes MaxConcurrentStreams',
  'ConnectionSettings.property.http2': 'routes HTTP2ToPods',
  'EgressDestination.cidr': 'egress EgressCidr',
  'EgressDestination.cidrExcept': 'egress EgressExcept',
  'EgressDestination.host': 'egress EgressHost',
  'EgressDestination.anyPod': 'egress EgressAnyPod',
  'EgressDestination.apiServer': 'egress EgressApiServer',
  'EgressDestination.namespace': 'egress EgressNamespace',
  'EgressPort.ping': 'egress EgressPing',
  'EgressDestination.outside': 'egress EgressOutside',
  'EgressDestination.namespaceLabels': 'egress EgressNamespaceLabels',
  'EgressDestination.nodes': 'egress EgressNodes',
  'EgressDestination.ownNode': 'egress EgressOwnNode',
  'EgressPods.property.cluster': 'egress EgressOtherCluster',
  'EgressDestination.pods': 'egress EgressPods',
  'EgressDestination.service': 'egress EgressService',
  'EgressHttpOptions.property.requests': 'egress MethodMatching',
  'EgressHttpOptions.property.retries': 'egress EgressRetries',
  'EgressHttpOptions.property.timeouts': 'egress EgressTimeouts',
  'EgressHttpOptions.property.tls': 'egress EgressTLSOrigination',
  'EgressTls.property.clientSecret': 'egress EgressClientCertificate',
  'EgressPolicyProps.property.closeCluster': 'egress ClosedCluster',
  'EgressPolicyProps.property.deny': 'egress EgressDenial',
  'EgressPolicyProps.property.gateway': 'egress EgressGateway',
  'EgressPort.any': 'egress EgressAnyPort',
  'EgressPort.serverFirst': 'egress EgressServerFirst',
  'EgressPort.tcpRange': 'egress EgressPortRange',
  'EgressPort.udpRange': 'egress EgressPortRange',
  'EndUser': 'access EndUsers',
  'HealthProbe': ['access HealthProbe', 'access HTTPSHealthProbe', 'access GRPCHealthProbe'],
  'HttpMatchOptions.property.pathBelow': ['routes PathBelowMatching', 'access PathBelowMatching'],
  'HttpMatchOptions.property.pathTemplate': ['routes PathTemplateMatching', 'access PathTemplateMatching'],
  'Identity.anyAuthenticated': 'access AnyAuthenticatedSource',
  'Identity.anyone': 'access AnyoneSource',
  'Identity.gateway': 'access GatewaySource',
  'Identity.ipBlock': 'access IpBlockSource',
  'Identity.namespace': 'access NamespaceSource',
  'Identity.nodes': ['access NodesSource', 'access NodeLabelsSource'],
  'Identity.pods': 'access PodsSource',
  'Identity.trustDomain': 'access TrustDomainSource',
  'Identity.uninitializedPods': 'access UninitializedSource',
  'PodsOptions.property.cluster': 'access OtherClusterSource',
  'Identity.namespaceLabels': 'access NamespaceLabelsSource',
  'Identity.remoteIpBlock': 'gatewayAccess RemoteIpBlockSource',
  'Identity.serviceAccount': 'access ServiceAccountSource',
  'Identity.spiffeId': 'access SpiffeIdSource',
  'RequestHandling.property.cors': 'routes HTTPRouteCORS',
  'RequestHandling.property.faults': 'routes FaultInjection',
  'RequestHandling.property.mirrors': 'routes HTTPRouteRequestMirror',
  'RequestHandling.property.requestHeaders': 'routes RequestHeaderModification',
  'RequestHandling.property.responseHeaders': 'routes HTTPRouteResponseHeaderModification',
  'RequestHandling.property.retries': 'routes HTTPRouteRetry',
  'RequestHandling.property.stickiness': 'routes SessionPersistence',
  'DirectResponse': 'routes DirectResponse',
  'DirectResponse.property.statusCode': 'routes DirectResponseStatus',
  'RequestRedirect': 'routes RequestRedirect',
  'RouteRetries.property.attempts': 'routes NoRetries',
  'RouteRetries.property.connectionFailures': 'routes RetryResponsesOnly',
  'RouteRetries.property.grpcStatuses': 'routes RetryGRPCStatus',
  'RouteTimeouts.property.backendRequest': 'routes HTTPRouteBackendTimeout',
  'RouteTimeouts.property.request': 'routes HTTPRouteRequestTimeout',
  'LocalRateLimit': 'routes LocalRateLimit',
  'RateLimitAnswer': 'routes RateLimitAnswer',
  'RateLimitRule': ['routes RateLimitByClient', 'routes RateLimitByRequest'],
  'RetryBudget': 'routes RetryBudget',
  'RouteBackend.property.service': 'routes SubsetBackends',
  'FailoverTarget.property.service': 'routes ServiceFailover',
  'FailoverTarget.property.cluster': 'routes ClusterFailover',
  'ServiceRouteProps.property.failoverPriority': 'routes LocalityFailover',
  'ServiceRouteProps.property.failoverRegions': 'routes RegionFailover',
  'ServiceRouteRule.property.clients': 'routes ClientMatching',
  'ServiceRouteProps.property.portTraffic': 'routes PortTraffic',
  'TlsMatch.sni': 'routes TLSRoute',
  'ServiceAccessPolicyProps.property.deny': 'access Denial',
  'ServiceAccessPolicyProps.property.mode': 'access Audit',
  'UrlRewrite': 'routes HTTPRoutePathRewrite',
};

const BLOCK = /\*What each target renders[^*]*\*\n\n<!-- targets: [^]*?<!-- end -->\n\n/g;

/** API.md as jsii-docgen writes it, with the markers of `renderPage` beneath the descriptions. It may have them already. */
export function withMarkers(api: string): string {
  return Object.entries(RENDERED).reduce((page, [name, rendered]) => {
    const heading = page.indexOf(`id="cdk8s-mesh.${name}"></a>\n`);
    if (heading < 0) {
      throw new Error(`API.md has no '${name}', which RENDERED in projenrc/api.ts names`);
    }
    const end = heading + page.slice(heading).search(/\n(#|---\n)/) + 1;
    return `${page.slice(0, end)}${[rendered].flat().map(block).join('')}${page.slice(end)}`;
  }, api.replace(BLOCK, ''));
}

function block(rendered: Rendered): string {
  const [kind, feature] = rendered.split(' ') as [Kind, string?];
  const features: Readonly<Record<string, string>> = KINDS[kind].features;
  return `*What each target renders${feature === undefined ? '' : ` (${features[feature]})`}:*\n\n<!-- targets: ${rendered} -->\n<!-- end -->\n\n`;
}
