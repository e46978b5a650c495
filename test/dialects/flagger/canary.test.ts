import { ApiObject, App, Chart, Duration } from 'cdk8s';
import {
  AbTest, BlueGreen, BlueGreenRelease, CanaryRelease, Delivery, HttpMatch, MeshImplementation, MeshService, MeshTarget, MeshTargets, ReleaseApproval,
  ReleaseCheck, ServiceAccessPolicy, SmiImplementation, StringMatch, WithoutRequests, Workload, WorkloadAutoscaler,
} from '../../../src';
import type { CanaryReleaseProps, FlaggerOptions } from '../../../src';
import { inYaml, shop, synth } from '../../setup';

afterEach(() => jest.restoreAllMocks());

const PROMETHEUS = 'http://prometheus.monitoring:9090';
const cart = MeshService.of('cart', { port: 8080, podSelector: { 'app.kubernetes.io/part-of': 'cart' } });
const workload = Workload.deployment('cart', { selector: { app: 'cart' } });

function flagger(more: Partial<FlaggerOptions> = {}): Delivery {
  return Delivery.flagger({ prometheus: PROMETHEUS, ...more });
}

function released(target: MeshTarget, more: Partial<CanaryReleaseProps> = {}): any[] {
  const chart = shop(target);
  new CanaryRelease(chart, 'release', {
    service: cart, stable: cart.variant('cart-primary'), canary: cart.variant('cart-canary'), progression: { workload }, ...more,
  });
  return synth(chart);
}

const linkerd = (more?: Partial<FlaggerOptions>) => MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD, delivery: flagger(more) });

test('a Canary says all of a release, and there is no route beside it', () => {
  const manifests = released(linkerd({ gate: 'http://flagger-loadtester.test/' }), {
    timeouts: { request: Duration.seconds(5) },
    requestHeaders: { set: { 'x-version': 'next' } },
    progression: {
      workload: Workload.deployment('cart', { selector: { app: 'cart' }, autoscaler: WorkloadAutoscaler.horizontal('cart') }),
      weights: [5, 50],
      interval: Duration.seconds(30),
      tolerance: 3,
      approval: ReleaseApproval.PROMOTION,
      checks: [ReleaseCheck.successRate({ atLeast: 99.5, window: Duration.minutes(5) })],
    },
  });

  expect(inYaml(manifests)).toBe(`\
apiVersion: flagger.app/v1beta1
kind: Canary
metadata:
  name: shop-release-c84fe534
  namespace: shop
spec:
  analysis:
    interval: 30s
    metrics:
      - interval: 300s
        name: success-rate
        templateRef:
          name: shop-release-c84fe534-success-rate
        thresholdRange:
          min: 99.5
    stepWeights:
      - 5
      - 50
    threshold: 3
    webhooks:
      - name: promotion
        type: confirm-promotion
        url: http://flagger-loadtester.test/gate/check
  autoscalerRef:
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    name: cart
  provider: gatewayapi:v1
  revertOnDeletion: true
  service:
    apex:
      annotations:
        timeout.linkerd.io/request: 5s
    gatewayRefs:
      - group: ""
        kind: Service
        name: cart
        port: 8080
    headers:
      request:
        set:
          x-version: next
    name: cart
    port: 8080
    portName: http
  targetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: cart
---
apiVersion: flagger.app/v1beta1
kind: MetricTemplate
metadata:
  name: shop-release-c84fe534-success-rate
  namespace: shop
spec:
  provider:
    address: http://prometheus.monitoring:9090
    type: prometheus
  query: 100 * (sum(rate(outbound_http_route_backend_response_statuses_total{parent_name="cart", parent_namespace="shop", backend_name="cart-canary", http_status!~"5..", error=""}[300s])) or vector(0)) / sum(rate(outbound_http_route_backend_response_statuses_total{parent_name="cart", parent_namespace="shop", backend_name="cart-canary"}[300s]))
`);
});

/** Of the Canary alone. */
function specOf(manifests: any[]): any {
  return manifests.find(({ kind }) => kind === 'Canary').spec;
}

test.each([
  ['the waypoint of ambient mode, in the labels of the Service', MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT, waypoint: 'gate', delivery: flagger() }), {
    provider: 'gatewayapi:v1',
    service: {
      name: 'cart',
      port: 8080,
      portName: 'http',
      apex: { labels: { 'istio.io/use-waypoint': 'gate' } },
      gatewayRefs: [{ group: '', kind: 'Service', name: 'cart', port: 8080 }],
    },
  }],
  ['what Kuma takes for HTTP', MeshTarget.gatewayApi({ mesh: MeshImplementation.KUMA, trustDomain: 'x', delivery: flagger() }), {
    provider: 'gatewayapi:v1',
    service: { name: 'cart', port: 8080, portName: 'http', appProtocol: 'http', gatewayRefs: [{ group: '', kind: 'Service', name: 'cart', port: 8080 }] },
  }],
  ['a TrafficSplit of Open Service Mesh', MeshTarget.smi({ implementation: SmiImplementation.OSM, delivery: flagger() }), {
    provider: 'osm', service: { name: 'cart', port: 8080, portName: 'http' },
  }],
  ['a TrafficSplit of Linkerd', MeshTarget.smi({ implementation: SmiImplementation.LINKERD, delivery: flagger() }), {
    provider: 'linkerd', service: { name: 'cart', port: 8080, portName: 'http' },
  }],
])('%s', (_, target, said) => {
  expect(specOf(released(target))).toEqual({
    ...said,
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' },
    analysis: { interval: '60s', threshold: 2, stepWeights: [10, 25, 50] },
    revertOnDeletion: true,
  });
});

test('without a mesh, the Service changes over to other pods after some rounds of checks', () => {
  const chart = shop(MeshTarget.networkPolicy({ delivery: flagger() }));
  new BlueGreenRelease(chart, 'release', {
    service: cart,
    blue: cart.variant('cart-primary'),
    green: cart.variant('cart-canary'),
    active: BlueGreen.BLUE,
    progression: { workload, rounds: 3 },
  });

  expect(specOf(synth(chart))).toEqual({
    provider: 'kubernetes',
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' },
    service: { name: 'cart', port: 8080, portName: 'http' },
    analysis: { interval: '60s', threshold: 2, iterations: 3 },
    revertOnDeletion: true,
  });
});

test('who wants the Service down with the Canary is told so', () => {
  const warnings = jest.spyOn(console, 'warn').mockImplementation();

  expect(specOf(released(linkerd({ revertOnDeletion: false })))).not.toHaveProperty('revertOnDeletion');
  expect(warnings.mock.calls.flat()).toEqual([expect.stringContaining('MESH5110')]);
});

test('an audience is told by one header, and one query parameter, in each match', () => {
  const chart = shop(linkerd());
  new AbTest(chart, 'test', {
    service: cart,
    a: cart.variant('cart-primary'),
    b: cart.variant('cart-canary'),
    audience: [HttpMatch.cookie('group', 'beta'), HttpMatch.of({ headers: { 'x-group': StringMatch.exact('beta') }, query: { v: StringMatch.exact('2') } })],
    progression: { workload, rounds: 3 },
  });

  expect(specOf(synth(chart)).analysis).toEqual({
    interval: '60s',
    threshold: 2,
    iterations: 3,
    match: [
      { headers: { cookie: { regex: '^(?:(?:.*; *)?group=beta(?: *;.*)?)$' } } },
      { headers: { 'x-group': { exact: 'beta' } }, queryParams: { v: { exact: '2' } } },
    ],
  });
});

test('the other ports of the Service are those of the containers', () => {
  const ports = MeshService.of('cart', { ports: [{ port: 80, targetPort: 8080, name: 'web' }, { port: 9090, name: 'admin' }] });
  const [{ spec: { service } }] = released(linkerd(), { service: ports, stable: ports.variant('cart-primary'), canary: ports.variant('cart-canary'), ports: [80] });

  expect(service).toMatchObject({ port: 80, portName: 'web', targetPort: 8080, portDiscovery: true, gatewayRefs: [{ port: 80 }] });
});

test('without a namespace, Flagger fills it into the queries; without requests, a check may hold', () => {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, delivery: flagger() }));
  const chart = new Chart(app, 'shop');
  new CanaryRelease(chart, 'release', {
    service: cart,
    stable: cart.variant('cart-primary'),
    canary: cart.variant('cart-canary'),
    progression: {
      workload,
      withoutRequests: WithoutRequests.PASS,
      checks: [
        ReleaseCheck.successRate({ atLeast: 99 }),
        ReleaseCheck.latency({ quantile: 0.5, atMost: Duration.millis(500), window: Duration.minutes(2) }),
        ReleaseCheck.promql('errors', { query: 'sum(errors)', atMost: 1 }),
      ],
    },
  });
  const requests = 'reporter="source", destination_service_namespace="{{ namespace }}", destination_service_name="cart-canary"';

  expect(synth(chart).slice(1).map(({ spec: { query } }) => query)).toEqual([
    `(100 * (sum(rate(istio_requests_total{${requests}, response_code!~"5.*"}[60s])) or vector(0)) / sum(rate(istio_requests_total{${requests}}[60s]))) >= 0 or on() vector(100)`,
    `(histogram_quantile(0.5, sum by (le) (rate(istio_request_duration_milliseconds_bucket{${requests}}[120s])))) >= 0 or on() vector(0)`,
    'sum(errors)',
  ]);
});

test('the pods of both versions are protected by the policy of the Service, and nothing in the app is in the way', () => {
  const chart = shop(linkerd());
  const pods = { 'app': 'cart', 'app.kubernetes.io/part-of': 'cart' };
  const deployment = new ApiObject(chart, 'cart', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: {
      selector: { matchLabels: { app: 'cart' } },
      template: { metadata: { labels: pods }, spec: { serviceAccountName: 'cart', containers: [{ name: 'cart', image: 'cart:2' }] } },
    },
  });
  const service = MeshService.of('cart', { port: 8080, serviceAccount: 'cart', podSelector: { 'app.kubernetes.io/part-of': 'cart' } });
  const web = MeshService.of('web', { port: 80, serviceAccount: 'web', namespace: 'shop' });
  new CanaryRelease(chart, 'release', {
    service, stable: service.variant('cart-primary'), canary: service.variant('cart-canary'), progression: { workload: Workload.fromKubeDeployment(deployment) },
  });
  new ServiceAccessPolicy(chart, 'policy', { destination: service, allow: [service.allowFrom(web)] });
  const warnings = jest.spyOn(console, 'warn').mockImplementation();

  const manifests = synth(chart);

  expect(manifests.filter(({ kind }) => kind === 'Server').map(({ spec }) => spec.podSelector)).toEqual([{ matchLabels: { 'app.kubernetes.io/part-of': 'cart' } }]);
  expect(warnings.mock.calls.flat().filter(text => text.includes('MESH51'))).toEqual([]);
});

test('what Flagger writes of the objects in Git', () => {
  const chart = shop(linkerd());
  const release = new CanaryRelease(chart, 'release', {
    service: cart,
    stable: cart.variant('cart-primary'),
    canary: cart.variant('cart-canary'),
    progression: { workload: Workload.deployment('cart', { selector: { app: 'cart' }, autoscaler: WorkloadAutoscaler.keda('cart') }) },
  });

  expect(release.movingFields()).toEqual([
    { group: 'apps', kind: 'Deployment', name: 'cart', namespace: 'shop', jsonPointers: ['/spec/replicas'] },
    { group: '', kind: 'Service', name: 'cart', namespace: 'shop', jsonPointers: ['/spec/selector', '/spec/ports'] },
    {
      group: 'keda.sh', kind: 'ScaledObject', name: 'cart', namespace: 'shop', jsonPointers: ['/metadata/annotations/autoscaling.keda.sh~1paused-replicas'],
    },
  ]);
});
