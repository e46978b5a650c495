import * as changes from './changes';
import * as matching from './matching';
import * as mesh from './mesh';
import * as redirects from './redirects';
import * as resilience from './resilience';
import type { Scenario } from './scenario';

/**
 * Gateway API's conformance suite for meshes, and its tests of timeouts, retries and mirrors, said with the constructs of
 * this library: what becomes of upstream's requests, as each implementation reads the manifests.
 *
 * By the names of kubernetes-sigs/gateway-api, `conformance/tests/mesh` and `conformance/tests/httproute-{timeout,retry,
 * request-mirror,request-multiple-mirrors,request-percentage-mirror}*`, as of August 2026 (1.7).
 */
export const MESH_SCENARIOS = {
  MeshBasic: mesh.basic,
  MeshConsumerRoute: mesh.consumerRoute,
  MeshFrontend: mesh.frontend,
  MeshFrontendHostname: mesh.frontendHostname,
  MeshPorts: mesh.ports,
  MeshTrafficSplit: mesh.split,
  MeshHTTPRouteSimpleSameNamespace: mesh.simpleSameNamespace,
  MeshHTTPRouteWeight: mesh.weight,
  MeshHTTPRouteNamedRule: mesh.namedRule,
  MeshHTTPRouteMatching: matching.matching,
  MeshHTTPRouteQueryParamMatching: matching.queryParamMatching,
  MeshHTTPRouteRedirectHostAndStatus: redirects.hostAndStatus,
  MeshHTTPRouteRedirectPath: redirects.path,
  MeshHTTPRouteRedirectPort: redirects.port,
  MeshHTTPRouteSchemeRedirect: redirects.scheme,
  MeshHTTPRoute303Redirect: redirects.sentBack('/redirect', 303),
  MeshHTTPRoute307Redirect: redirects.sentBack('/temporary', 307),
  MeshHTTPRoute308Redirect: redirects.sentBack('/permanent', 308),
  MeshHTTPRouteRewritePath: changes.rewritePath,
  MeshHTTPRouteRequestHeaderModifier: changes.requestHeaders,
  MeshHTTPRouteBackendRequestHeaderModifier: changes.backendRequestHeaders,
  MeshGRPCRouteWeight: mesh.grpcWeight,
  MeshGRPCRouteRequestHeaderModifier: changes.grpcRequestHeaders,
  HTTPRouteRequestMirror: changes.mirror,
  HTTPRouteRequestMultipleMirrors: changes.multipleMirrors,
  HTTPRouteRequestPercentageMirror: changes.percentageMirror,
  HTTPRouteTimeoutRequest: resilience.requestTimeout,
  HTTPRouteTimeoutBackendRequest: resilience.backendTimeout,
  HTTPRouteRetry: resilience.retry,
  HTTPRouteRetryConnectionError: resilience.retryConnectionError,
  HTTPRouteRetryWithTimeouts: resilience.retryWithTimeouts,
} satisfies Record<string, Scenario>;
