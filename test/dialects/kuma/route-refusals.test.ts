import { kumaNativeRoutes } from '../../../src/dialects/kuma/native-routes';
import type { Handling, Stickiness } from '../../../src/model/handling';
import type { PortRoute, RouteModel } from '../../../src/model/route';
import { backend, changes, match, prefix, retries, routeModel, rule } from '../route-models';

const refused = (model: RouteModel) => kumaNativeRoutes('default.zone.mesh.local').render(model).refusals.map(({ feature, what, reason }) => [feature ?? what, reason]);
const handled = (handling: Handling, protocol: PortRoute['protocol'] = 'HTTP', names = ['a']) =>
  refused(routeModel([rule({ handling, backends: names.map(name => backend(name)) })], protocol));
const says = (text: string) => expect.stringContaining(text);

test('refuses a Service whose namespace is unknown: labels would find it in all', () => {
  expect(refused(routeModel([rule()], 'HTTP', { namespace: undefined }))).toEqual([["a route of 'cart'", says('the namespace is unknown')]]);
});

test('refuses rules that leave requests over, which Kuma would send to the Service', () => {
  expect(refused(routeModel([rule({ matches: [prefix('/api')] })]))).toEqual([['OrderedRules', says('to the Service itself')]]);
});

test('refuses rules whose order is lost', () => {
  const regex = (value: string) => match({ path: { type: 'regex', value } });

  expect(refused(routeModel([rule({ matches: [regex('/a.*')], backends: [backend('b')] }), rule({ matches: [regex('/.*aaaa')] }), rule()])))
    .toEqual([['OrderedRules', says('rules 1 and 2 may match the same request')]]);
});

test('refuses what differs between the rules of a port, and takes it from redirects', () => {
  const timeouts = { request: 1000 };
  const other = (handling: Handling, backends = [backend('b')]) =>
    routeModel([rule({ matches: [prefix('/api')], handling, backends }), rule({ handling: { timeouts } })]);

  expect(refused(other({ timeouts: { request: 2000 } })))
    .toEqual([1, 2].map(() => ['HTTPRouteRequestTimeout', 'a policy of Kuma holds for all requests to a port']));
  expect(refused(other({}))).toEqual([['HTTPRouteRequestTimeout', expect.anything()]]);
  expect(refused(other({ timeouts }))).toEqual([]);
  expect(refused(other({ redirect: { port: 81, statusCode: 302 } }, []))).toEqual([]);
});

test.each<[string, Stickiness, string[], string]>([
  ['by a header', { type: 'header' }, ['a'], 'not a header'],
  ['since the last request', { type: 'cookie', idleTimeout: 1000 }, ['a'], 'counts from when it was set'],
  ['over several backends', { type: 'cookie' }, ['a', 'b'], 'anew for each request'],
])('refuses stickiness %s', (_, stickiness, names, reason) => {
  expect(handled({ stickiness }, 'HTTP', names)).toEqual([['SessionPersistence', says(reason)]]);
});

test('refuses stickiness to a port that it cannot name, of a Service that has others', () => {
  const sticky = (more: object) => refused(routeModel([rule({ handling: { stickiness: { type: 'cookie' } }, backends: [backend('a', 1, more)] })]));

  expect(sticky({ isOneOfSeveral: true })).toEqual([['SessionPersistence', says("port 80 of 'a' is one of several")]]);
  expect(sticky({ isOneOfSeveral: true, portName: 'web' })).toEqual([]);
});

test.each<[string, Handling['retries'], PortRoute['protocol'], string, string]>([
  ['gRPC statuses over HTTP', { ...retries, grpcStatuses: ['internal'] }, 'HTTP', 'RetryGRPCStatus', 'on ports that speak gRPC'],
  ['status codes without a name', { ...retries, statusCodes: [499, 503] }, 'HTTP', 'HTTPRouteRetry', '499 has none'],
  ['HTTP statuses over gRPC', { ...retries, connectionFailures: false, grpcStatuses: ['internal'] }, 'GRPC', 'HTTPRouteRetry', 'by gRPC status only'],
  ['failed connections over gRPC', { ...retries, statusCodes: [] }, 'GRPC', 'HTTPRouteRetry', 'by gRPC status only'],
  [
    'the status that Kuma misspells',
    { ...retries, statusCodes: [], connectionFailures: false, grpcStatuses: ['cancelled'] },
    'GRPC',
    'RetryGRPCStatus',
    "'canceled'",
  ],
])('refuses retries by %s', (_, given, protocol, feature, reason) => {
  expect(handled({ retries: given }, protocol)).toEqual([[feature, says(reason)]]);
});

test('refuses more changes of headers than the CRD takes', () => {
  const headers = Array.from({ length: 17 }, (_, i) => `x-${i}`);

  expect(handled({ requestHeaders: changes({ remove: headers }) })).toEqual([['17 changes of a kind to headers', says('allows 16')]]);
  expect(handled({ requestHeaders: changes({ remove: headers.slice(1) }) })).toEqual([]);
});

test('refuses policies on backends elsewhere', () => {
  const model = (circuitBreaking: object, ...backends: any[]) => routeModel([rule({ backends })], 'HTTP', { traffic: { circuitBreaking } });

  expect(refused(model({ maxConnections: 1 }, backend('a'), backend('b')))).toEqual([]);
  expect(refused(model({ consecutiveErrors: 1 }, backend('a', 1, { namespace: 'next' })))).toEqual([['OutlierDetection', says('of its own namespace')]]);
});

test.each<[object, string]>([
  [
    { consecutiveErrors: 2 ** 31 }, 'OutlierDetection',
  ], [{ consecutiveGatewayErrors: 2 ** 31 }, 'OutlierDetection'], [{ maxRetries: 2 ** 31 }, 'ConnectionLimits'], [{ maxConnections: 2 ** 31 }, 'ConnectionLimits'], [{ maxPendingRequests: 1, maxRequests: 2 ** 31 }, 'ConnectionLimits'],
])('refuses numbers that the CRD does not take: %p', (circuitBreaking, feature) => {
  const refusedOf = (breaking: object) => refused(routeModel([rule()], 'HTTP', { traffic: { circuitBreaking: breaking } }));

  expect(refusedOf(circuitBreaking)).toEqual([[feature, says('numbers up to 2147483647')]]);
  expect(refusedOf(Object.fromEntries(Object.entries(circuitBreaking).map(([name, count]) => [name, Math.min(count, 2 ** 31 - 1)])))).toEqual([]);
});

test('refuses times that Kuma does not read of connections to some ports', () => {
  const refusedOf = (protocol: 'HTTP' | 'GRPC' | 'TCP', connections: object) => refused(routeModel([rule()], protocol, { traffic: { connections } }));

  expect(refusedOf('HTTP', { connectTimeout: 1000, idleTimeout: 1000, maxDuration: 1000 })).toEqual([]);
  expect(refusedOf('TCP', { connectTimeout: 1000, idleTimeout: 1000 })).toEqual([]);
  expect(refusedOf('GRPC', { connectTimeout: 1000 })).toEqual([]);
  expect(refusedOf('GRPC', { idleTimeout: 1000 })).toEqual([['IdleTimeout', says('a port that speaks GRPC')]]);
  expect(refusedOf('TCP', { maxDuration: 1000 })).toEqual([['MaxConnectionDuration', says('a port that speaks TCP')]]);
});
