import { backend, handled, modelOf, rendered } from './models';
import { GatewayApiChannel } from '../../../src/dialects/gateway-api/extension/channel';
import type { Handling } from '../../../src/model/handling';
import { inYaml } from '../../setup';

const rule = (handling: Handling, channel?: GatewayApiChannel) => rendered(handled(handling), channel)[0].spec.rules[0];
const changes = (more: object = {}) => ({ set: [], add: [], remove: [], ...more });
const of = (numerator: number, denominator: number, more = {}) => ({ name: 'copy', port: 80, fraction: { numerator, denominator }, ...more });
const cors = { allowOrigins: ['https://a.example.com'], allowMethods: ['PUT'], allowHeaders: ['x-a'], exposeHeaders: [], allowCredentials: false };

test('a timeout stands in the rule of the HTTPRoute', () => {
  expect(inYaml(rendered(handled({ timeouts: { request: 90_000 } })))).toMatchInlineSnapshot(`
"apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: cart
  namespace: shop
spec:
  parentRefs:
    - group: ""
      kind: Service
      name: cart
      port: 80
  rules:
    - backendRefs:
        - weight: 1
          name: cart-v1
          port: 80
      timeouts:
        request: 1m30s
"
`);
});

test.each<[string, Handling, object]>([
  ['timeouts', { timeouts: { request: 90_000, backendRequest: 1500 } }, { timeouts: { request: '1m30s', backendRequest: '1s500ms' } }],
  ['retries', { retries: { attempts: 2, statusCodes: [502, 503], grpcStatuses: [], connectionFailures: true, backoff: 25 } },
    { retry: { attempts: 2, codes: [502, 503], backoff: '25ms' } }],
  [
    'retries of failed connections alone',
    { retries: { attempts: 2, statusCodes: [], grpcStatuses: [], connectionFailures: true } },
    { retry: { attempts: 2 } },
  ],
  ['changes of headers', {
    requestHeaders: changes({ set: [{ name: 'a', value: '1' }], remove: ['b'] }), responseHeaders: changes({ add: [{ name: 'c', value: '2' }] }),
  }, {
    filters: [
      { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'a', value: '1' }], remove: ['b'] } },
      { type: 'ResponseHeaderModifier', responseHeaderModifier: { add: [{ name: 'c', value: '2' }] } },
    ],
  }],
  ['a rewrite', { rewrite: { hostname: 'a.example.com', path: { type: 'full', value: '/x' } } }, {
    filters: [{ type: 'URLRewrite', urlRewrite: { hostname: 'a.example.com', path: { type: 'ReplaceFullPath', replaceFullPath: '/x' } } }],
  }],
  ['mirrors: of all, of some percent, and of less', { mirrors: [of(100, 100), of(5, 100), of(1, 10_000)] }, {
    filters: [
      { type: 'RequestMirror', requestMirror: { backendRef: { name: 'copy', port: 80 } } },
      { type: 'RequestMirror', requestMirror: { backendRef: { name: 'copy', port: 80 }, percent: 5 } },
      { type: 'RequestMirror', requestMirror: { backendRef: { name: 'copy', port: 80 }, fraction: { numerator: 1, denominator: 10_000 } } },
    ],
  }],
  ['CORS', { cors: { ...cors, maxAge: 600 } }, {
    filters: [{ type: 'CORS', cors: { allowOrigins: ['https://a.example.com'], allowMethods: ['PUT'], allowHeaders: ['x-a'], maxAge: 600 } }],
  }],
  ['CORS with credentials', { cors: { ...cors, allowCredentials: true } }, {
    filters: [{ type: 'CORS', cors: { allowOrigins: ['https://a.example.com'], allowMethods: ['PUT'], allowHeaders: ['x-a'], allowCredentials: true } }],
  }],
])('says %s', (_, handling, expected) => {
  expect(rule(handling)).toStrictEqual({ ...expected, backendRefs: [{ name: 'cart-v1', port: 80, weight: 1 }] });
});

test('a redirect stands in place of backends', () => {
  expect(rule({ redirect: { scheme: 'https', hostname: 'a.example.com', port: 8443, path: { type: 'full', value: '/x' }, statusCode: 308 } })).toStrictEqual({
    filters: [{
      type: 'RequestRedirect',
      requestRedirect: {
        scheme: 'https', hostname: 'a.example.com', port: 8443, path: { type: 'ReplaceFullPath', replaceFullPath: '/x' }, statusCode: 308,
      },
    }],
  });
});

test('the experimental channel ties clients to pods', () => {
  expect(rule({ stickiness: { type: 'cookie', absoluteTimeout: 3_600_000 } }, GatewayApiChannel.EXPERIMENTAL).sessionPersistence)
    .toStrictEqual({ type: 'Cookie', cookie: {}, absoluteTimeout: '1h' });
  expect(rule({ stickiness: { type: 'header', name: 'x-session' } }, GatewayApiChannel.EXPERIMENTAL).sessionPersistence)
    .toStrictEqual({ type: 'Header', header: { name: 'x-session' } });
});

test('a backend changes the headers of its own requests', () => {
  const [{ spec }] = rendered(modelOf([{
    name: 'all',
    matches: [],
    handling: {},
    backends: [
      backend('v1', { requestHeaders: changes({ set: [{ name: 'v', value: '1' }] }) }),
      backend('v2', { responseHeaders: changes({ remove: ['v'] }) }),
    ],
  }]));

  expect(spec.rules[0].name).toBe('all');
  expect(spec.rules[0].backendRefs.map((ref: any) => ref.filters)).toEqual([
    [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'v', value: '1' }] } }],
    [{ type: 'ResponseHeaderModifier', responseHeaderModifier: { remove: ['v'] } }],
  ]);
});

test('a mirror elsewhere is granted there', () => {
  const [, grant] = rendered(handled({ mirrors: [of(100, 100, { namespace: 'lab' })] }));

  expect(grant).toMatchObject({ kind: 'ReferenceGrant', metadata: { namespace: 'lab' }, spec: { from: [{ kind: 'HTTPRoute' }], to: [{ name: 'copy' }] } });
});
