import { Chart, Duration } from 'cdk8s';
import {
  GatewayApiChannel, HttpMatch, Identity, LocalRateLimit, MeshImplementation, MeshProtocol, MeshService, MeshTarget, MutualTls, MutualTlsMode,
  RateLimitRule,
  ServiceAccessPolicy, ServiceRoute, Unsupported,
} from '../../../src';
import { inYaml, ofKind, shop, synth } from '../../setup';

const cart = MeshService.of('cart', { ports: [{ port: 80, targetPort: 8080 }], podSelector: { app: 'cart' } });
const linkerd = () => shop(MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD }));

function limited(chart: Chart, rateLimit: LocalRateLimit = { requests: 100 }, service = cart): void {
  new ServiceRoute(chart, 'route', { service, rateLimit, rules: [{ backends: [{ service: service.variant('cart-v1') }] }] });
}

const allow = [{ sources: [Identity.anyone()] }];

test('a rate limit is an HTTPLocalRateLimitPolicy', () => {
  const chart = linkerd();
  limited(chart);
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow });

  expect(inYaml(ofKind(synth(chart), 'HTTPLocalRateLimitPolicy'))).toMatchInlineSnapshot(`
"apiVersion: policy.linkerd.io/v1alpha1
kind: HTTPLocalRateLimitPolicy
metadata:
  name: shop-route-c8fc4890
  namespace: shop
spec:
  targetRef:
    group: policy.linkerd.io
    kind: Server
    name: cart-8080
  total:
    requestsPerSecond: 100
"
`);
});

test('the limit is for the Server of the access policy, by the port of the pods, and renders none of its own', () => {
  const chart = linkerd();
  limited(chart);
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow });
  const manifests = synth(chart);

  const [server, ...others] = ofKind(manifests, 'Server');
  expect(others).toEqual([]);
  expect(ofKind(manifests, 'HTTPLocalRateLimitPolicy').map(({ metadata, spec }) => [metadata.namespace, spec])).toEqual([['shop', {
    targetRef: { group: 'policy.linkerd.io', kind: 'Server', name: server.metadata.name }, total: { requestsPerSecond: 100 },
  }]]);
  expect(server.spec).toMatchObject({ port: 8080, podSelector: { matchLabels: { app: 'cart' } } });
});

test('mutual TLS says who may call too', () => {
  const chart = linkerd();
  new MutualTls(chart, 'mtls', { workload: cart, mode: MutualTlsMode.STRICT });
  limited(chart);

  expect(ofKind(synth(chart), 'HTTPLocalRateLimitPolicy')).toHaveLength(1);
});

test('a limit does not change what the policy renders', () => {
  const rendered = (withLimit: boolean) => {
    const chart = linkerd();
    if (withLimit) {
      limited(chart);
    }
    new ServiceAccessPolicy(chart, 'access', { destination: cart, allow });
    return synth(chart).filter(({ kind }) => kind !== 'HTTPRoute' && kind !== 'HTTPLocalRateLimitPolicy');
  };

  expect(rendered(true)).toEqual(rendered(false));
});

test('without a policy of who may call it is refused: a Server would shut everyone out', () => {
  const chart = linkerd();
  limited(chart);
  const other = MeshService.of('orders', { port: 8080, podSelector: { app: 'orders' } });
  new ServiceAccessPolicy(chart, 'access', { destination: other, allow });

  expect(() => synth(chart))
    .toThrow(/shop\/route\].*rate limits of the pods of 'cart'.*no construct says who may call. Write a ServiceAccessPolicy for 'cart'/);
});

const refusals: [string, LocalRateLimit, MeshService, string][] = [
  ['another time than a second', { requests: 100, interval: Duration.minutes(1) }, cart, 'Linkerd limits the requests of a second'],
  ['ports that would each have the limit', { requests: 100 }, MeshService.of('cart', { ports: [{ port: 80 }, { port: 81 }] }), 'has 2 ports for requests'],
  ['a Service without requests', { requests: 100 }, MeshService.of('cart', { port: 6379, protocol: MeshProtocol.TCP }), 'has no port for requests'],
  ['the clients of one namespace', { requests: 100 }, MeshService.of('cart', { port: 80, namespace: 'next' }), 'the pods count the requests of all clients'],
];

const unlimited: [string, MeshService][] = [
  ['on another port', MeshService.of('cart-v1', { ports: [{ port: 80, targetPort: 9090 }] })],
  ['in another namespace', cart.variant('cart-v1', { namespace: 'next' })],
  ['with other labels', MeshService.of('search', { ports: [{ port: 80, targetPort: 8080 }], podSelector: { app: 'search' } })],
];

test.each(unlimited)('refuses backends whose pods are %s: they would have no limit', (_, backend) => {
  const chart = linkerd();
  new ServiceRoute(chart, 'route', { service: cart, rateLimit: { requests: 100 }, rules: [{ backends: [{ service: cart }, { service: backend }] }] });

  expect(() => synth(chart)).toThrow(`'${backend.name}' gets its requests on other pods or on another port`);
});

test('versions of the Service, and the Service itself, have its pods', () => {
  const chart = linkerd();
  const versions = ['v1', 'v2'].map(version =>
    MeshService.of(`cart-${version}`, { ports: [{ port: 80, targetPort: 8080 }], podSelector: { app: 'cart', version } }));
  new ServiceRoute(chart, 'route', { service: cart, rateLimit: { requests: 100 }, rules: [{ backends: [cart, ...versions].map(service => ({ service })) }] });
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow });

  expect(ofKind(synth(chart), 'HTTPLocalRateLimitPolicy')).toHaveLength(1);
});

test.each(refusals)('refuses %s', (_, rateLimit, service, reason) => {
  const chart = shop(MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD, channel: GatewayApiChannel.EXPERIMENTAL }));
  limited(chart, rateLimit, service);

  expect(() => synth(chart)).toThrow(reason);
});

test('refuses a namespace that is unknown', () => {
  const chart = new Chart(linkerd().node.scope!, 'nowhere');
  limited(chart);

  expect(() => synth(chart)).toThrow('stands in the namespace of the pods, which is unknown');
});

test('what is left out with a warning needs no policy', () => {
  const warned = jest.spyOn(console, 'warn').mockImplementation();
  const chart = shop(MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD, unsupported: Unsupported.WARN }));
  limited(chart, { requests: 100, interval: Duration.minutes(1) });

  expect(ofKind(synth(chart), 'HTTPLocalRateLimitPolicy')).toEqual([]);
  expect(warned).toHaveBeenCalled();
  warned.mockRestore();
});

describe('rules', () => {
  const spec = (rateLimit: LocalRateLimit) => {
    const chart = linkerd();
    limited(chart, rateLimit);
    new ServiceAccessPolicy(chart, 'access', { destination: cart, allow });
    const { targetRef: _, ...said } = ofKind(synth(chart), 'HTTPLocalRateLimitPolicy')[0].spec;
    return said;
  };
  const account = (name: string, namespace = 'shop') => ({ kind: 'ServiceAccount', name, namespace });

  test('are overrides, and one for each other client is for identities', () => {
    expect(spec({
      requests: 100,
      rules: [
        { sources: [Identity.serviceAccount('web'), Identity.serviceAccount('batch', 'ops')], requests: 20 },
        { sources: [Identity.serviceAccount('a'), Identity.serviceAccount('b'), Identity.serviceAccount('web')], perClient: true, requests: 7 },
        { perClient: true, requests: 5 },
      ],
    })).toEqual({
      total: { requestsPerSecond: 100 },
      identity: { requestsPerSecond: 5 },
      overrides: [
        { requestsPerSecond: 20, clientRefs: [account('batch', 'ops'), account('web')] },
        { requestsPerSecond: 7, clientRefs: [account('a')] }, { requestsPerSecond: 7, clientRefs: [account('b')] },
      ],
    });
    expect(spec({ rules: [{ perClient: true, requests: 5 }] })).toEqual({ identity: { requestsPerSecond: 5 } });
  });

  test.each<[string, RateLimitRule, string]>([
    ['a namespace', { sources: [Identity.namespace('ops')], requests: 1 }, "knows clients by their ServiceAccounts, and not namespace 'ops'"],
    ['a SPIFFE id', { sources: [Identity.spiffeId('spiffe://other/web')], requests: 1 }, "and not SPIFFE id 'spiffe://other/web'"],
    ['all others together', { requests: 1 }, 'counts clients that it does not name one by one, or all clients together'],
    ['some requests', { matches: [HttpMatch.of({ path: '/a' })], requests: 1 }, 'an HTTPLocalRateLimitPolicy counts all requests to a Server'],
  ])('refuses %s', (_, rule, reason) => {
    expect(() => spec({ rules: [rule] })).toThrow(reason);
  });
});
