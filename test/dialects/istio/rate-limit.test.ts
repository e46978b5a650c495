import { Duration } from 'cdk8s';
import {
  HttpMatch, Identity, LocalRateLimit, MeshImplementation, MeshProtocol, MeshService, MeshTarget, RateLimitRule,
  ServiceAccessPolicy, ServiceRoute, StringMatch, TlsMatch, Unsupported,
} from '../../../src';
import { inYaml, ofKind, shop, synth } from '../../setup';

const podSelector = { app: 'cart' };
const cart = MeshService.of('cart', { ports: [{ port: 80, targetPort: 8080 }, { port: 6379, protocol: MeshProtocol.TCP }], podSelector });
const istio = () => shop(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }));

function limited(chart: ReturnType<typeof istio>, service = cart, rateLimit: LocalRateLimit = { requests: 100 }): void {
  new ServiceRoute(chart, service.name, { service, rateLimit, rules: [{ backends: [{ service: service.variant(`${service.name}-v1`) }] }] });
}

test('a rate limit is an EnvoyFilter', () => {
  const chart = istio();
  limited(chart);

  expect(inYaml(ofKind(synth(chart), 'EnvoyFilter'))).toMatchInlineSnapshot(`
"apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata:
  name: shop-cart-c85bff34
  namespace: shop
spec:
  configPatches:
    - applyTo: HTTP_FILTER
      match:
        context: SIDECAR_INBOUND
        listener:
          filterChain:
            destinationPort: 8080
            filter:
              name: envoy.filters.network.http_connection_manager
              subFilter:
                name: envoy.filters.http.router
      patch:
        operation: INSERT_BEFORE
        value:
          name: envoy.filters.http.local_ratelimit
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit
            filter_enabled:
              default_value:
                denominator: HUNDRED
                numerator: 100
            filter_enforced:
              default_value:
                denominator: HUNDRED
                numerator: 100
            rate_limited_as_resource_exhausted: true
            stat_prefix: http_local_rate_limiter
            token_bucket:
              fill_interval: 1s
              max_tokens: 100
              tokens_per_fill: 100
  workloadSelector:
    labels:
      app: cart
"
`);
});

test('one filter before the router, in the inbound chain of the port of the pods, with one bucket for all that comes there', () => {
  const chart = istio();
  limited(chart, cart, { requests: 30, interval: Duration.millis(1500) });
  const [filter, ...others] = ofKind(synth(chart), 'EnvoyFilter');

  expect(others).toEqual([]);
  expect(filter.metadata.namespace).toBe('shop');
  expect(filter.spec.workloadSelector).toEqual({ labels: podSelector });
  const [{ applyTo, match, patch }, ...more] = filter.spec.configPatches;
  expect(more).toEqual([]);
  expect([applyTo, patch.operation, match.context]).toEqual(['HTTP_FILTER', 'INSERT_BEFORE', 'SIDECAR_INBOUND']);
  expect(match.listener).toEqual({
    filterChain: { destinationPort: 8080, filter: { name: 'envoy.filters.network.http_connection_manager', subFilter: { name: 'envoy.filters.http.router' } } },
  });
  const all = { default_value: { numerator: 100, denominator: 'HUNDRED' } };
  expect(patch.value.typed_config).toMatchObject({
    token_bucket: { max_tokens: 30, tokens_per_fill: 30, fill_interval: '1.5s' }, filter_enabled: all, filter_enforced: all,
  });
});

test('what is beyond the limit gets the answer that is written', () => {
  const chart = istio();
  limited(chart, cart, { requests: 30, answer: { statusCode: 503, headers: { 'Retry-After': '1' } } });
  const [{ spec: { configPatches: [{ patch }] } }] = ofKind(synth(chart), 'EnvoyFilter');

  expect(patch.value.typed_config).toMatchObject({
    status: { code: 503 },
    response_headers_to_add: [{ header: { key: 'retry-after', value: '1' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }],
  });
});

test.each<[LocalRateLimit['answer'], RegExp]>([
  [{}, /MESH1401: nothing is answered/],
  [{ statusCode: 200 }, /`statusCode` is 200/],
  [{ headers: { 'retry after': '1' } }, /retry after/],
  [{ headers: { a: '100%' } }, /MESH1116/],
  [{ headers: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`x-${i}`, 'a'])) }, /`headers` is 11/],
])('no proxy answers with %j', (answer, message) => {
  expect(() => limited(istio(), cart, { requests: 1, answer })).toThrow(message);
});

test('a call of gRPC has no status of HTTP', () => {
  const calls = MeshService.of('calls', { port: 8080, protocol: MeshProtocol.GRPC, podSelector });

  expect(() => limited(istio(), calls, { requests: 1, answer: { statusCode: 503 } })).toThrow(/MESH1313: `rateLimit.answer.statusCode` is for HTTP, and port 8080 speaks GRPC/);
});

test('of two limits on a port of the same pods, the second is refused; on another port it counts by itself', () => {
  const chart = istio();
  limited(chart);
  limited(chart, MeshService.of('cart-admin', { port: 9090, podSelector }));
  expect(ofKind(synth(chart), 'EnvoyFilter')).toHaveLength(2);

  limited(chart, MeshService.of('cart-beta', { port: 8080, podSelector: { ...podSelector, version: 'beta' } }));
  expect(() => synth(chart)).toThrow(/shop\/cart-beta\].*the rate limit on port 8080 of the pods 'app=cart,version=beta'/);
});

test('it goes beside an access policy for the same pods', () => {
  const chart = istio();
  limited(chart);
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [{ sources: [Identity.anyAuthenticated()] }] });

  expect(ofKind(synth(chart), 'EnvoyFilter')).toHaveLength(1);
});

const refusals: [string, MeshService, LocalRateLimit, string][] = [
  [
    'pods that are unknown',
    MeshService.of('cart', { port: 80 }),
    { requests: 100 },
    'an EnvoyFilter selects the pods by their labels, which are unknown. Give the MeshService its `podSelector`',
  ],
  [
    'ports that would each have the limit',
    MeshService.of('cart', { ports: [{ port: 80 }, { port: 81 }], podSelector }),
    { requests: 100 },
    'Istio limits the rate of each port by itself',
  ],
  [
    'the clients of one namespace',
    MeshService.of('cart', { port: 80, namespace: 'next', podSelector }),
    { requests: 100 },
    'the pods count the requests of all clients',
  ],
  ['a time that Envoy does not take', cart, { requests: 1, interval: Duration.millis(49) }, 'Istio counts over at least 50 milliseconds'],
  ['less than a request in a year', cart, { requests: 2, interval: Duration.days(731) }, 'Envoy lets in at least one request a year'],
  [
    'a port that no sidecar sees',
    MeshService.of('cart', { ports: [{ port: 80, targetPort: 15020 }], podSelector }),
    { requests: 100 },
    'anything on port 15020 of pods: calls to it bypass the proxy of Istio',
  ],
];

test.each(refusals)('refuses %s', (_, service, rateLimit, reason) => {
  const chart = istio();
  limited(chart, service, rateLimit);

  expect(() => synth(chart)).toThrow(reason);
});

test('refuses the root namespace, where it would hold for the whole mesh', () => {
  const chart = shop(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }), 'istio-system');
  limited(chart);

  expect(() => synth(chart)).toThrow('it is the root namespace of Istio');
});

test('refuses ambient mode, where only waypoints count', () => {
  const chart = shop(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT }));
  limited(chart);

  expect(() => synth(chart)).toThrow('each pod of a waypoint would count for itself');
});

test('what is left out with a warning leaves the route', () => {
  const warned = jest.spyOn(console, 'warn').mockImplementation();
  const chart = shop(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, unsupported: Unsupported.WARN }));
  limited(chart, MeshService.of('cart', { port: 80 }));

  expect(synth(chart).map(({ kind }) => kind)).toEqual(['HTTPRoute']);
  expect(warned).toHaveBeenCalled();
  warned.mockRestore();
});

describe('rules', () => {
  const config = (rateLimit: LocalRateLimit) => {
    const chart = istio();
    limited(chart, cart, rateLimit);
    return ofKind(synth(chart), 'EnvoyFilter')[0].spec.configPatches[0].patch.value.typed_config;
  };
  const expression = (...rules: RateLimitRule[]) => config({ rules }).rate_limits[0].actions[0].extension.typed_config.text;

  test('each has a bucket, and an expression says which one is that of a request', () => {
    const { token_bucket: all, rate_limits: limits, descriptors } = config({
      requests: 100, interval: Duration.minutes(1), rules: [{ sources: [Identity.serviceAccount('web')], requests: 5 }, { matches: [HttpMatch.of({ methods: ['POST'] })], requests: 7 }],
    });
    const bucket = (tokens: number) => ({ max_tokens: tokens, tokens_per_fill: tokens, fill_interval: '60s' });

    expect(all).toEqual(bucket(100));
    expect(descriptors).toEqual([['1', 5], ['2', 7]].map(([value, tokens]) => ({ entries: [{ key: 'rule', value }], token_bucket: bucket(tokens as number) })));
    expect(limits).toEqual([{
      actions: [{
        extension: {
          name: 'envoy.rate_limit_descriptors.expr',
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.rate_limit_descriptors.expr.v3.Descriptor',
            'descriptor_key': 'rule',
            'text': 'connection.mtls && connection.uri_san_peer_certificate.endsWith("/ns/shop/sa/web") ? "1" : request.method == "POST" ? "2" : "0"',
          },
        },
      }],
    }]);
  });

  test('without `requests`, the bucket for all is as large as there can be', () => {
    expect(config({ rules: [{ sources: [Identity.namespace('ops')], requests: 5 }] }).token_bucket).toEqual({ max_tokens: 4294967295, tokens_per_fill: 4294967295, fill_interval: '1s' });
  });

  test.each<[string, RateLimitRule[], string]>([
    ['namespaces and SPIFFE ids', [{ sources: [Identity.namespace('ops'), Identity.spiffeId('spiffe://other/web')], requests: 1 }],
      'connection.mtls && (connection.uri_san_peer_certificate.contains("/ns/ops/sa/") || connection.uri_san_peer_certificate == "spiffe://other/web") ? "1" : "0"'],
    ['each of some clients', [{ sources: [Identity.serviceAccount('a'), Identity.serviceAccount('b')], perClient: true, requests: 1 }],
      'connection.mtls && connection.uri_san_peer_certificate.endsWith("/ns/shop/sa/a") ? "1" : connection.mtls && connection.uri_san_peer_certificate.endsWith("/ns/shop/sa/b") ? "2" : "0"'],
    ['all others', [{ matches: [HttpMatch.of({ path: '/a' })], requests: 1 }, { requests: 2 }], 'request.url_path == "/a" ? "1" : "2"'],
    ['paths and headers', [{ matches: [HttpMatch.of({ methods: ['GET', 'HEAD'], pathPrefix: '/a', headers: { 'X-Team': StringMatch.startsWith('"x"') } }), HttpMatch.of({ pathBelow: '/b' })], requests: 1 }],
      '((request.method == "GET" || request.method == "HEAD") && (request.url_path == "/a" || request.url_path.startsWith("/a/"))'
      + ' && "x-team" in request.headers && request.headers["x-team"].startsWith("\\"x\\"") || request.url_path.startsWith("/b/")) ? "1" : "0"'],
  ])('an expression for %s', (_, rules, wanted) => {
    expect(expression(...rules)).toBe(wanted);
  });

  test.each<[string, RateLimitRule, string]>([
    ['clients that are not named, one by one', { perClient: true, requests: 1 }, 'Envoy counts for each client by itself only if it is told its name'],
    ['the clients of a namespace one by one', { sources: [Identity.namespace('ops')], perClient: true, requests: 1 }, 'Envoy counts for each client by itself only if it is told its name'],
    ['regular expressions', { matches: [HttpMatch.of({ pathRegex: '/a.' })], requests: 1 }, 'cannot ask for templates, cookies and regular expressions'],
    ['query parameters', { matches: [HttpMatch.of({ query: { a: StringMatch.exact('b') } })], requests: 1 }, 'cannot ask for query parameters'],
    ['hosts', { matches: [TlsMatch.sni('a.example.com')], requests: 1 }, 'cannot ask for hosts'],
  ])('refuses %s', (_, rule, reason) => {
    expect(() => expression(rule)).toThrow(reason);
  });
});
