import { virtualService } from '../../../../src/dialects/istio/virtual-service/virtual-service';
import type { Handling } from '../../../../src/model/handling';
import type { RouteRule } from '../../../../src/model/route';
import { expectValid } from '../../../schema';
import { changes, prefix, retries, routeModel, rule } from '../../route-models';

function routes(...rules: RouteRule[]): any[] {
  const manifest = virtualService(routeModel(rules)) as any;
  expectValid(manifest);
  return manifest.spec.http;
}

const [backend] = rule().backends;
const destination = { host: 'cart-v1', port: { number: 80 } };
const requestHeaders = changes({ set: [{ name: 'a', value: '1' }], remove: ['b'] });
const responseHeaders = changes({ add: [{ name: 'c', value: '2' }] });
const HEADERS = { request: { set: { a: '1' }, remove: ['b'] }, response: { add: { c: '2' } } };

test.each<[string, Handling, object]>([
  ['faults', { faults: { delay: { percent: 12.5, delay: 1500 }, abort: { percent: 0, statusCode: 503 } } },
    { fault: { delay: { fixedDelay: '1.5s', percentage: { value: 12.5 } }, abort: { httpStatus: 503, percentage: { value: 0 } } } }],
  ['a time for the request', { timeouts: { request: 1500 } }, { timeout: '1.5s' }],
  ['a time for the only try', { timeouts: { request: 1500, backendRequest: 500 } }, { timeout: '0.5s' }],
  [
    'retries, also where a connection fails',
    { retries },
    { retries: { attempts: 2, retryOn: 'connect-failure,refused-stream,reset,retriable-status-codes,503' } },
  ],
  ['retries by response alone, and the times of tries', {
    retries: { ...retries, connectionFailures: false, backoff: 25 }, timeouts: { request: 3000, backendRequest: 1000 },
  },
  { retries: { attempts: 2, retryOn: 'retriable-status-codes,503', perTryTimeout: '1s', backoff: '0.025s' }, timeout: '3s' }],
  ['retries by gRPC status', { retries: { ...retries, statusCodes: [], grpcStatuses: ['cancelled', 'internal'], connectionFailures: false } },
    { retries: { attempts: 2, retryOn: 'cancelled,internal' } }],
  ['changes of headers', { requestHeaders, responseHeaders }, { headers: HEADERS }],
  ['mirrors', {
    mirrors: [
      { name: 'shadow', port: 81, fraction: { numerator: 100, denominator: 100 } },
      { name: 'audit', namespace: 'next', port: 80, fraction: { numerator: 5, denominator: 100 } },
    ],
  }, {
    mirrors: [
      { destination: { host: 'shadow', port: { number: 81 } } },
      { destination: { host: 'audit.next.svc.cluster.local', port: { number: 80 } }, percentage: { value: 5 } },
    ],
  }],
  ['CORS', {
    cors: {
      allowOrigins: ['https://shop.example.com', 'https://*.example.com'],
      allowMethods: ['GET'],
      allowHeaders: [],
      exposeHeaders: ['x'],
      allowCredentials: true,
      maxAge: 60,
    },
  }, {
    corsPolicy: {
      allowOrigins: [{ exact: 'https://shop.example.com' }, { regex: 'https://.*\\.example\\.com' }],
      allowMethods: ['GET'],
      exposeHeaders: ['x'],
      allowCredentials: true,
      maxAge: '60s',
      unmatchedPreflights: 'IGNORE',
    },
  }],
  ['another host and path', { rewrite: { hostname: 'next.example.com', path: { type: 'full', value: '/v2' } } },
    { rewrite: { authority: 'next.example.com', uriRegexRewrite: { match: '/.*', rewrite: '/v2' } } }],
])('says %s', (_, handling, expected) => {
  expect(routes(rule({ handling }))).toStrictEqual([{ match: [{ port: 80 }], ...expected, route: [{ destination }] }]);
});

test('what replaces a prefix stands in place of its elements, the longest prefix first', () => {
  const rewrites = (value: string) => routes(rule({ matches: [prefix('/api'), prefix('/api/v1')], handling: { rewrite: { path: { type: 'prefix', value } } } }))
    .map(({ match, rewrite }) => [match.map(({ uri }: any) => uri), rewrite.uriRegexRewrite]);

  expect(rewrites('/next/')).toEqual([
    [[{ exact: '/api/v1' }, { prefix: '/api/v1/' }], { match: '^/api/v1', rewrite: '/next' }],
    [[{ exact: '/api' }, { prefix: '/api/' }], { match: '^/api', rewrite: '/next' }],
  ]);
  expect(rewrites('/')[0][1]).toEqual({ match: '^/api/v1/?', rewrite: '/' });
});

test('a redirect keeps the port of the request, unless it says another scheme', () => {
  const redirect = (more: object) => {
    const [route] = routes(rule({ backends: [], handling: { redirect: { statusCode: 302, ...more } } }));
    expect(route.route).toBeUndefined();
    return route.redirect;
  };

  expect(redirect({ hostname: 'next.example.com' })).toEqual({ authority: 'next.example.com', derivePort: 'FROM_REQUEST_PORT', redirectCode: 302 });
  expect(redirect({ scheme: 'https' })).toEqual({ scheme: 'https', derivePort: 'FROM_PROTOCOL_DEFAULT', redirectCode: 302 });
  expect(redirect({ port: 8443, path: { type: 'full', value: '/v2' } })).toEqual({ port: 8443, uri: '/v2', redirectCode: 302 });
});

test('requests are split by weight, and change by destination', () => {
  expect(routes(rule({
    backends: [{ ...backend, weight: 90, requestHeaders, responseHeaders }, { ...backend, name: 'cart-v2', weight: 0 }],
  }))[0].route).toEqual([
    { destination, weight: 90, headers: HEADERS },
    { destination: { ...destination, host: 'cart-v2' }, weight: 0 },
  ]);
});

test('rules keep their order and their names', () => {
  expect(routes(rule({ name: 'api', matches: [prefix('/api')] }), rule()).map(({ name, match }) => [name, match.length])).toEqual([['api', 2], [undefined, 1]]);
});
