import { App, Chart } from 'cdk8s';
import { MeshImplementation, MeshTarget, MeshTargets } from '../src';
import * as changes from './oracle/routes/conformance/changes';
import { expectExchange, requestOf } from './oracle/routes/conformance/exchange';
import * as matching from './oracle/routes/conformance/matching';
import * as mesh from './oracle/routes/conformance/mesh';
import * as redirects from './oracle/routes/conformance/redirects';
import * as resilience from './oracle/routes/conformance/resilience';
import type { Mesh, Scenario } from './oracle/routes/conformance/scenario';
import { NAMESPACE } from './oracle/routes/conformance/scenario';
import { synth } from './setup';
import { routedByGatewayApi } from '../src/evaluators/routes/gateway-api';
import { READINGS } from '../src/evaluators/routes/gateway-api-readings';

/**
 * Gateway API's conformance suite for meshes, and its tests of timeouts, retries and mirrors, said with the constructs of
 * this library: what becomes of upstream's requests, as each implementation reads the manifests.
 *
 * By the names of kubernetes-sigs/gateway-api, `conformance/tests/mesh` and `conformance/tests/httproute-{timeout,retry,
 * request-mirror,request-multiple-mirrors,request-percentage-mirror}*`, as of August 2026 (1.7).
 */
const SCENARIOS = {
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

const MESHES: Readonly<Record<Mesh, () => MeshTarget>> = {
  'specification': () => MeshTarget.gatewayApi(),
  'istio': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }),
  'istio-ambient': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT }),
  'linkerd': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD }),
  'cilium': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.CILIUM }),
  'kuma': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.KUMA, trustDomain: 'default.zone.mesh.local' }),
};

/** What a mesh gets, or nothing where it is refused. */
function synthesized({ namespace = NAMESPACE, build }: Scenario, target: MeshTarget): any[] | undefined {
  const app = new App();
  MeshTargets.of(app).add(target);
  const chart = new Chart(app, 'chart', { namespace });
  build(chart);
  return chart.node.root.node.findAll().some(({ node }) => node.validate().length > 0) ? undefined : synth(chart);
}

describe.each(Object.entries<Scenario>(SCENARIOS))('%s', (_, scenario) => {
  test.each(Object.keys(MESHES) as Mesh[])('%s', name => {
    const manifests = synthesized(scenario, MESHES[name]());

    expect(manifests === undefined).toBe(scenario.refusedBy?.includes(name) ?? false);
    if (manifests !== undefined) {
      expect(scenario.exchanges.length).toBeGreaterThan(0);
      scenario.exchanges.forEach(exchange => expectExchange(routedByGatewayApi(READINGS[name])(manifests, requestOf(exchange.ask)), exchange));
    }
  });
});
