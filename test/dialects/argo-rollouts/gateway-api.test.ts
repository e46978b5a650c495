import { canary, CHECKED, DELIVERY, rendered, rolloutIn, WORKLOAD } from './release';
import { CanaryRelease, GatewayApiChannel, HttpMatch, MeshImplementation, MeshProtocol, MeshService, MeshTarget, ReleaseApproval } from '../../../src';

const { ISTIO, ISTIO_AMBIENT, LINKERD, CILIUM, KUMA } = MeshImplementation;
const linkerd = () => MeshTarget.gatewayApi({ mesh: LINKERD, delivery: DELIVERY });
const stepsIn = (manifests: readonly any[]) => rolloutIn(manifests).spec.strategy.canary.steps;

test('a route at 100 and 0, and a Rollout that moves it step by step', () => {
  const [route, rollout, analysis] = rendered(linkerd(), chart => canary(chart, { progression: CHECKED }));

  expect(route).toMatchObject({
    kind: 'HTTPRoute',
    metadata: { name: 'shop-release-c84fe534', namespace: 'shop' },
    spec: { rules: [{ backendRefs: [{ name: 'cart-stable', port: 8080, weight: 100 }, { name: 'cart-canary', port: 8080, weight: 0 }] }] },
  });
  expect(rollout).toEqual({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: {
      replicas: 3,
      progressDeadlineAbort: true,
      workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart', scaleDown: 'onsuccess' },
      strategy: {
        canary: {
          stableService: 'cart-stable',
          canaryService: 'cart-canary',
          trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': { httpRoutes: [{ name: 'shop-release-c84fe534', useHeaderRoutes: false }] } } },
          steps: [
            { setWeight: 10 }, { analysis: { templates: [{ templateName: 'cart' }] } },
            { setWeight: 25 }, { analysis: { templates: [{ templateName: 'cart' }] } },
            { setWeight: 50 }, { analysis: { templates: [{ templateName: 'cart' }] } },
          ],
        },
      },
    },
  });
  expect(analysis).toMatchObject({ kind: 'AnalysisTemplate', metadata: { name: 'cart', namespace: 'shop' } });
});

test.each([ISTIO, ISTIO_AMBIENT, LINKERD, CILIUM, KUMA, undefined])('routes of a Service are moved in %s', mesh => {
  const target = MeshTarget.gatewayApi({ mesh, ...(mesh === KUMA && { trustDomain: 'default.zone-1.mesh.local' }), delivery: DELIVERY });

  expect(rendered(target, chart => canary(chart)).map(({ kind }) => kind)).toEqual(['HTTPRoute', 'Rollout']);
});

test('without checks, each step is a pause', () => {
  expect(stepsIn(rendered(linkerd(), chart => canary(chart, { progression: { workload: WORKLOAD, weights: [5, 100] } }))))
    .toEqual([{ setWeight: 5 }, { pause: { duration: '60s' } }, { setWeight: 100 }, { pause: { duration: '60s' } }]);
});

test.each<[ReleaseApproval, (steps: object[]) => object[]]>([
  [ReleaseApproval.START, steps => [{ pause: {} }, ...steps]],
  [ReleaseApproval.PROMOTION, steps => [...steps, { pause: {} }]],
])('an approval at the %s is a pause until somebody promotes it', (approval, expected) => {
  expect(stepsIn(rendered(linkerd(), chart => canary(chart, { progression: { workload: WORKLOAD, weights: [50], approval } }))))
    .toEqual(expected([{ setWeight: 50 }, { pause: { duration: '60s' } }]));
});

test('requests that always go to the new version find as many pods as the others, and none of an aborted one', () => {
  const manifests = rendered(linkerd(), chart => canary(chart, { matches: [HttpMatch.header('x-beta', '1')] }));

  expect(manifests[0].spec.rules.map(({ backendRefs }: any) => backendRefs.map(({ name }: any) => name))).toEqual([['cart-canary'], ['cart-stable', 'cart-canary']]);
  expect(stepsIn(manifests)[0]).toEqual({ setCanaryScale: { weight: 100 } });
  expect(rolloutIn(manifests).spec.strategy.canary.abortScaleDownDelaySeconds).toBe(1);
});

test('each port has its route, and all of them move', () => {
  const cart = MeshService.of('cart', {
    ports: [{ port: 8080, name: 'http' }, { port: 9090, name: 'grpc', protocol: MeshProtocol.GRPC }, { port: 7070, name: 'tcp', protocol: MeshProtocol.TCP }],
    podSelector: { app: 'cart' },
  });
  const [stable, fresh] = ['cart-stable', 'cart-canary'].map(name => cart.variant(name, { podSelector: { app: 'cart' } }));
  const target = MeshTarget.gatewayApi({ mesh: LINKERD, channel: GatewayApiChannel.EXPERIMENTAL, delivery: DELIVERY });
  const props = { service: cart, stable, canary: fresh, progression: { workload: WORKLOAD } };
  const manifests = rendered(target, chart => new CanaryRelease(chart, 'release', props), []);
  const namesOf = (kind: string) => manifests.filter(manifest => manifest.kind === kind)
    .map(({ metadata: { name } }) => ({ name, useHeaderRoutes: false }));

  expect(rolloutIn(manifests).spec.strategy.canary.trafficRouting.plugins['argoproj-labs/gatewayAPI'])
    .toEqual({ httpRoutes: namesOf('HTTPRoute'), grpcRoutes: namesOf('GRPCRoute'), tcpRoutes: namesOf('TCPRoute') });
  expect([namesOf('HTTPRoute'), namesOf('GRPCRoute'), namesOf('TCPRoute')].map(({ length }) => length)).toEqual([1, 1, 1]);
});

test('what moves is left to the controller', () => {
  const releases: CanaryRelease[] = [];
  rendered(linkerd(), chart => releases.push(canary(chart, { matches: [HttpMatch.header('x-beta', '1')] })));

  expect(releases[0].movingFields()).toEqual([
    { group: 'apps', kind: 'Deployment', name: 'cart', namespace: 'shop', jsonPointers: ['/spec/replicas'] },
    { group: '', kind: 'Service', name: 'cart-stable', namespace: 'shop', jsonPointers: ['/spec/selector/rollouts-pod-template-hash'] },
    { group: '', kind: 'Service', name: 'cart-canary', namespace: 'shop', jsonPointers: ['/spec/selector/rollouts-pod-template-hash'] },
    {
      group: 'gateway.networking.k8s.io',
      kind: 'HTTPRoute',
      name: 'shop-release-c84fe534',
      namespace: 'shop',
      jsonPointers: [
        '/metadata/labels/rollouts.argoproj.io~1gatewayapi-canary', '/spec/rules/1/backendRefs/0/weight', '/spec/rules/1/backendRefs/1/weight',
      ],
    },
  ]);
});
