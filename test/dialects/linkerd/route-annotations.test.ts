import { annotationRefusals, routeAnnotations } from '../../../src/dialects/linkerd/route-annotations';
import type { Handling, Retries } from '../../../src/model/handling';
import type { PortRoute, RouteModel, RouteRule } from '../../../src/model/route';

const retries: Retries = { attempts: 3, statusCodes: [], grpcStatuses: [], connectionFailures: true };
const rule = (handling: Handling): RouteRule => ({ matches: [], backends: [{ name: 'cart-v1', port: 80, weight: 1 }], handling });
const redirect: RouteRule = { matches: [], backends: [], handling: { redirect: { hostname: 'a.example.com', statusCode: 302 } } };
const port = (rules: readonly RouteRule[], protocol: PortRoute['protocol'] = 'HTTP'): PortRoute => ({ port: 80, protocol, rules });
const annotations = (handling: Handling, protocol?: PortRoute['protocol']) => routeAnnotations(port([rule(handling)], protocol));
const refusals = (...ports: PortRoute[]) => {
  const model: RouteModel = { name: 'cart', namespace: 'shop', service: { name: 'cart' }, traffic: {}, ports };
  return annotationRefusals(model).map(({ feature, ruleIndex: index }) => index === undefined ? feature : `${feature} of ${index}`);
};

test('a route that says nothing has none', () => {
  expect(annotations({})).toEqual({});
  expect(routeAnnotations(port([]))).toEqual({});
});

test('requests are tried again by status, or where they reached no pod alone', () => {
  expect(annotations({ retries: { ...retries, statusCodes: [429, 503] } })).toEqual({ 'retry.linkerd.io/limit': '3', 'retry.linkerd.io/http': '429,503' });
  expect(annotations({ retries: { ...retries, grpcStatuses: ['internal', 'unavailable'] } }, 'GRPC'))
    .toEqual({ 'retry.linkerd.io/limit': '3', 'retry.linkerd.io/grpc': 'internal,unavailable' });
  expect(annotations({ retries })).toEqual({ 'retry.linkerd.io/limit': '3' });
});

test('a try that takes too long is cut off, and tried again where there are retries', () => {
  const timeouts = { request: 10_000, backendRequest: 2500 };

  expect(annotations({ timeouts })).toEqual({ 'timeout.linkerd.io/request': '10s', 'timeout.linkerd.io/response': '2500ms' });
  expect(annotations({ timeouts, retries })).toEqual({
    'timeout.linkerd.io/request': '10s', 'timeout.linkerd.io/response': '2500ms', 'retry.linkerd.io/limit': '3', 'retry.linkerd.io/timeout': '2500ms',
  });
});

test('rules of a port that differ are refused, but for those that answer by themselves', () => {
  expect(refusals(port([rule({ retries }), rule({})]))).toEqual(['HTTPRouteRetry']);
  expect(refusals(port([rule({ timeouts: { request: 1 } }), rule({ timeouts: { request: 2 } })]))).toEqual(['HTTPRouteRequestTimeout']);
  expect(refusals(port([rule({ timeouts: { backendRequest: 1 } }), rule({ timeouts: {} })], 'GRPC'))).toEqual(['HTTPRouteBackendTimeout']);
  expect(refusals(port([rule({ retries }), rule({ retries }), redirect]))).toEqual([]);
  expect(refusals(port([rule({ retries })]), { ...port([rule({})]), port: 81 })).toEqual([]);
  expect(routeAnnotations(port([redirect, rule({ retries })]))).toEqual(annotations({ retries }));
});

test('a status that the port does not speak is refused', () => {
  const both: Handling = { retries: { ...retries, statusCodes: [503], grpcStatuses: ['unavailable'] } };

  expect(refusals(port([rule(both)]))).toEqual(['RetryGRPCStatus of 0']);
  expect(refusals(port([rule(both)], 'GRPC'))).toEqual(['HTTPRouteRetry of 0']);
});
