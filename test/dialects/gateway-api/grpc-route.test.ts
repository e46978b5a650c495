import { backend, handled, modelOf, refusals, rendered } from './models';
import { GatewayApiChannel } from '../../../src/dialects/gateway-api/extension/channel';
import type { Handling } from '../../../src/model/handling';
import { inYaml } from '../../setup';

const set = { set: [{ name: 'a', value: '1' }], add: [], remove: [] };

test('calls with a header are a match of the GRPCRoute', () => {
  expect(inYaml(rendered(handled({ requestHeaders: set }, 'GRPC')))).toMatchInlineSnapshot(`
"apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
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
    - filters:
        - type: RequestHeaderModifier
          requestHeaderModifier:
            set:
              - name: a
                value: "1"
      backendRefs:
        - weight: 1
          name: cart-v1
          port: 80
"
`);
});

test('says what a GRPCRoute can: headers, mirrors, names, sessions', () => {
  const mirrors = [{ name: 'copy', port: 80, fraction: { numerator: 5, denominator: 100 } }];
  const [{ kind, spec }] = rendered(modelOf([{
    name: 'all',
    matches: [],
    backends: [backend('v1', { requestHeaders: set })],
    handling: { requestHeaders: set, responseHeaders: set, mirrors, stickiness: { type: 'header', name: 'x' } },
  }], 'GRPC'), GatewayApiChannel.EXPERIMENTAL);

  expect(kind).toBe('GRPCRoute');
  expect(spec.rules[0]).toMatchObject({
    name: 'all',
    filters: [{ type: 'RequestHeaderModifier' }, { type: 'ResponseHeaderModifier' }, { type: 'RequestMirror', requestMirror: { percent: 5 } }],
    backendRefs: [{ name: 'v1', filters: [{ type: 'RequestHeaderModifier' }] }],
    sessionPersistence: { type: 'Header', header: { name: 'x' } },
  });
});

test.each<[Handling, string[]]>([
  [{ timeouts: { request: 1, backendRequest: 1 } }, ['HTTPRouteRequestTimeout', 'HTTPRouteBackendTimeout']],
  [{ retries: { attempts: 1, statusCodes: [], grpcStatuses: [], connectionFailures: true, backoff: 1 } }, ['HTTPRouteRetry', 'RetryBackoff']],
  [{ rewrite: { hostname: 'a', path: { type: 'full', value: '/' } } }, ['HTTPRouteHostRewrite', 'HTTPRoutePathRewrite']],
  [{ redirect: { hostname: 'a', statusCode: 302 } }, ['RequestRedirect']],
  [{ cors: { allowOrigins: ['*'], allowMethods: [], allowHeaders: [], exposeHeaders: [], allowCredentials: false } }, ['HTTPRouteCORS']],
])('refuses %j', (handling, features) => {
  expect(refusals(handled(handling, 'GRPC')).map(refusal => refusal.feature)).toEqual(features);
});
