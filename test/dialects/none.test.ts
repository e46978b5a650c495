import { App, Chart, Duration } from 'cdk8s';
import type { RequestHandling } from '../../src';
import { ConsulNamespaces, MeshImplementation, MeshService, MeshTarget, MeshTargets, ServiceRoute } from '../../src';
import { ofKind, synth } from '../setup';

/** `attempts: 0` and a time of 0 are words: none at all, whatever a mesh has by itself. */

const TARGETS = {
  'Gateway API': () => MeshTarget.gatewayApi(),
  'Istio': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }),
  'Istio ambient': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT }),
  'Linkerd': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD }),
  'Cilium': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.CILIUM }),
  'Consul': () => MeshTarget.consul({ namespaces: ConsulNamespaces.SINGLE }),
  'Kuma': () => MeshTarget.kuma({ trustDomain: 'default.zone.mesh.local' }),
  'Gateway API, Kuma': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.KUMA, trustDomain: 'default.zone.mesh.local' }),
  'SMI': () => MeshTarget.smi(),
} as const;

function route(target: keyof typeof TARGETS, handling: RequestHandling): any[] | string {
  const app = new App();
  MeshTargets.of(app).add(TARGETS[target]());
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const cart = MeshService.of('cart', { port: 80, podSelector: { app: 'cart' } });
  new ServiceRoute(chart, 'route', { service: cart, rules: [{ backends: [{ service: cart.variant('cart-v1') }] }], ...handling });
  const errors = chart.node.root.node.findAll().flatMap(({ node }) => node.validate());
  return errors.length > 0 ? errors.join('\n') : synth(chart);
}

const ruleOf = (manifests: any[] | string) => ofKind(manifests as any[], 'HTTPRoute')[0].spec.rules[0];

test.each(['Gateway API', 'Istio', 'Istio ambient', 'Cilium'] as const)('%s says it in an HTTPRoute', target => {
  expect(ruleOf(route(target, { retries: { attempts: 0 } })).retry).toEqual({ attempts: 0 });
  expect(ruleOf(route(target, { timeouts: { request: Duration.millis(0) } })).timeouts).toEqual({ request: '0s' });
});

test('in a VirtualService there are no retries, and no timeout is none', () => {
  const [{ spec }] = ofKind(route('Istio', {
    retries: { attempts: 0 }, timeouts: { request: Duration.millis(0) }, faults: { abort: { percent: 1, statusCode: 503 } },
  }) as any[], 'VirtualService');

  expect(spec.http[0]).toMatchObject({ retries: { attempts: 0 } });
  expect(spec.http[0].retries).toEqual({ attempts: 0 });
  expect(spec.http[0]).not.toHaveProperty('timeout');
});

test('Linkerd has none by default', () => {
  const [{ metadata, spec }] = ofKind(route('Linkerd', { retries: { attempts: 0 }, timeouts: { request: Duration.millis(0) } }) as any[], 'HTTPRoute');

  expect(metadata).not.toHaveProperty('annotations');
  expect(Object.keys(spec.rules[0])).toEqual(['backendRefs', 'matches']);
});

test('Consul tries nothing again, and a time of less than nothing takes away that of Envoy', () => {
  const [{ spec }] = ofKind(route('Consul', { retries: { attempts: 0 }, timeouts: { request: Duration.millis(0) } }) as any[], 'ServiceRouter');

  expect(spec.routes[0].destination).toMatchObject({ requestTimeout: '-1s' });
  expect(spec.routes[0].destination).not.toHaveProperty('numRetries');
});

test('Kuma says it in its policies', () => {
  const manifests = route('Kuma', { retries: { attempts: 0 }, timeouts: { request: Duration.millis(0) } }) as any[];

  expect(ofKind(manifests, 'MeshRetry')[0].spec.to[0].default).toEqual({ http: { numRetries: 0 } });
  expect(ofKind(manifests, 'MeshTimeout')[0].spec.to[0].default).toEqual({ http: { requestTimeout: '0s' } });
});

test.each(['Gateway API, Kuma', 'SMI'] as const)('%s has no word for it', target => {
  expect(route(target, { retries: { attempts: 0 } })).toContain('cannot express no retries');
  expect(route(target, { timeouts: { request: Duration.millis(0) } })).toContain('cannot express requests without a timeout');
  expect(route(target, { timeouts: { backendRequest: Duration.millis(0) } })).toContain('cannot express single tries without a timeout');
});

test.each(['Istio', 'Istio ambient', 'Kuma'] as const)('%s would lose the time of a try that is the only one', target => {
  const handling = { retries: { attempts: 0 }, timeouts: { backendRequest: Duration.seconds(1) } };

  expect(route(target, handling)).toContain('Use `request`');
  expect(typeof route(target, { ...handling, timeouts: { request: Duration.seconds(1) } })).toBe('object');
});

test('Cilium would take 0 for the shorter of two times', () => {
  const zero = Duration.millis(0);

  expect(route('Cilium', { timeouts: { request: zero, backendRequest: Duration.seconds(1) } })).toContain('Leave out the one that is 0');
  expect(route('Cilium', { timeouts: { request: Duration.seconds(1), backendRequest: zero } })).toContain('Leave out the one that is 0');
  expect(typeof route('Cilium', { timeouts: { request: zero, backendRequest: zero } })).toBe('object');
});

test('there is nothing to say of retries that are not made', () => {
  expect(() => route('Istio', { retries: { attempts: 0, statusCodes: [503], backoff: Duration.seconds(1) } }))
    .toThrow('MESH1403: no request is retried. Leave out `statusCodes` and `backoff`, or give more `attempts` than 0');
});

test('with credentials, the origin is that of the request; names are refused where the proxy answers with a star', () => {
  const credentials = { allowCredentials: true };

  expect(ruleOf(route('Istio', { cors: { allowOrigins: ['*'], ...credentials } })).filters[0].cors).toMatchObject({ allowOrigins: ['*'], ...credentials });
  expect(typeof route('Gateway API', { cors: { allowOrigins: ['*'], allowMethods: ['*'], allowHeaders: ['*'], ...credentials } })).toBe('object');
  (['Istio', 'Istio ambient', 'Cilium'] as const).forEach(target => [{ allowMethods: ['*'] }, { allowHeaders: ['*'] }].forEach(names =>
    expect(route(target, { cors: { allowOrigins: ['https://a.example.com'], ...names, ...credentials } })).toContain('browsers read that as a name')));
  expect(() => route('Gateway API', { cors: { allowOrigins: ['*'], exposeHeaders: ['*'], ...credentials } })).toThrow('MESH1408');
});
