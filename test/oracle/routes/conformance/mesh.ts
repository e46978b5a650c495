import type { Scenario } from './scenario';
import { cart, CONSUMER_NAMESPACE, NAMESPACE, to, v1, v2, v3 } from './scenario';
import { CanaryRelease, HttpMatch, MeshService, ServiceRoute } from '../../../../src';

/** Everything stays as it is. */
export const basic: Scenario = {
  build: () => undefined,
  exchanges: [{ ask: {}, expect: { to: 'cart' } }],
};

export const simpleSameNamespace: Scenario = {
  build: chart => new ServiceRoute(chart, 'route', { service: cart, ports: [80], rules: [{ backends: to(v1) }] }),
  exchanges: [{ ask: {}, expect: { to: 'cart-v1' } }],
};

export const split: Scenario = {
  build: chart => new ServiceRoute(chart, 'route', {
    service: cart,
    ports: [80, 8080],
    rules: [v1, v2].map((service, i) => ({ matches: [HttpMatch.of({ path: `/v${i + 1}` })], backends: [{ service, port: 80 }] })),
  }),
  exchanges: ['/v1', '/v2'].map(path => ({ ask: { path }, expect: { to: `cart-${path.slice(1)}` } })),
  // It sends what no rule matches to the Service.
  refusedBy: ['kuma'],
};

export const weight: Scenario = {
  build: chart => new CanaryRelease(chart, 'release', { service: cart, ports: [80], stable: v1, canary: v2, weight: 30 }),
  exchanges: [{ ask: {}, expect: { to: { 'cart-v1': 70, 'cart-v2': 30 } } }],
};

export const grpcWeight: Scenario = {
  build: chart => new ServiceRoute(chart, 'route', {
    service: cart, ports: [7070], rules: [{ backends: [{ service: v1, weight: 70 }, { service: v2, weight: 30 }, { service: v3, weight: 0 }] }],
  }),
  exchanges: [{ ask: { port: 7070 }, expect: { to: { 'cart-v1': 70, 'cart-v2': 30 } } }],
  refusedBy: ['kuma'],
};

export const namedRule: Scenario = {
  build: chart => new ServiceRoute(chart, 'route', {
    service: cart,
    ports: [80],
    rules: [
      { name: 'named-rule', matches: [HttpMatch.of({ pathPrefix: '/named' })], backends: to(v1) },
      { matches: [HttpMatch.of({ pathPrefix: '/unnamed' })], backends: to(v2) },
    ],
  }),
  exchanges: [
    { ask: { path: '/named' }, expect: { to: 'cart-v1', path: '/named' } },
    { ask: { path: '/unnamed' }, expect: { to: 'cart-v2' } },
  ],
  refusedBy: ['kuma'],
};

const marked = (value: string) => ({ responseHeaders: { set: { 'X-Header-Set': value } } });

/** A route in the namespace of the clients, and for them alone. */
export const consumerRoute: Scenario = {
  namespace: CONSUMER_NAMESPACE,
  build: chart => new ServiceRoute(chart, 'route', { service: v1, ports: [80], rules: [{ ...marked('set'), backends: [{ service: v1, port: 80 }] }] }),
  exchanges: [
    { ask: { service: 'cart-v1', from: CONSUMER_NAMESPACE }, expect: { to: 'cart-v1', response: { 'x-header-set': 'set' } } },
    { ask: { service: 'cart-v1', from: NAMESPACE }, expect: { to: 'cart-v1', responseWithout: ['x-header-set'] } },
  ],
  refusedBy: ['istio-ambient', 'cilium'],
};

const onlyV2 = (chart: Parameters<Scenario['build']>[0]) =>
  new ServiceRoute(chart, 'route', { service: v2, ports: [80], rules: [{ ...marked('set'), backends: [{ service: v2, port: 80 }] }] });

/** A route is for its Service, and not for its pods. */
export const frontend: Scenario = {
  build: onlyV2,
  exchanges: [
    { ask: { service: 'cart-v2' }, expect: { to: 'cart-v2', response: { 'x-header-set': 'set' } } },
    { ask: { service: null, port: 8080 }, expect: { responseWithout: ['x-header-set'] } },
  ],
};

/** The address decides which Service it is, not the host that the client writes. */
export const frontendHostname: Scenario = {
  build: onlyV2,
  exchanges: [
    { ask: { service: 'cart-v2', host: 'cart-v1' }, expect: { to: 'cart-v2', response: { 'x-header-set': 'set' } } },
    { ask: { service: 'cart-v1', host: 'cart-v2' }, expect: { to: 'cart-v1', responseWithout: ['x-header-set'] } },
  ],
};

/** One port of a Service, or all of them. */
export const ports: Scenario = {
  build: chart => {
    const of = (name: string) => MeshService.of(name, { namespace: NAMESPACE, ports: [{ port: 80 }, { port: 8080 }] });
    const [one, all] = [of('cart-v1'), of('cart-v2')];
    new ServiceRoute(chart, 'one', { service: one, ports: [80], rules: [{ ...marked('v1'), backends: [{ service: one, port: 80 }] }] });
    new ServiceRoute(chart, 'all', { service: all, rules: [{ ...marked('v2'), backends: [{ service: all, port: 80 }] }] });
  },
  exchanges: [
    { ask: { service: 'cart-v1' }, expect: { to: 'cart-v1', response: { 'x-header-set': 'v1' } } },
    { ask: { service: 'cart-v1', port: 8080 }, expect: { to: 'cart-v1', responseWithout: ['x-header-set'] } },
    { ask: { service: 'cart-v2' }, expect: { to: 'cart-v2', response: { 'x-header-set': 'v2' } } },
    { ask: { service: 'cart-v2', port: 8080 }, expect: { to: 'cart-v2', response: { 'x-header-set': 'v2' } } },
  ],
};
