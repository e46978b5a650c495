import { Duration } from 'cdk8s';
import { HttpMatch, Identity, LocalRateLimit, MeshImplementation, MeshProtocol, MeshService, MeshTarget, ServiceRoute } from '../../../src';
import { inYaml, ofKind, shop, synth } from '../../setup';

const trustDomain = 'default.zone.mesh.local';
const TARGETS: [string, () => MeshTarget][] = [
  ['Kuma', () => MeshTarget.kuma({ trustDomain })],
  ['Gateway API, Kuma', () => MeshTarget.gatewayApi({ mesh: MeshImplementation.KUMA, trustDomain })],
];
const podSelector = { app: 'cart' };
const cart = MeshService.of('cart', { ports: [{ port: 80, targetPort: 8080, containerPortName: 'web' }], podSelector });

function limited(chart: ReturnType<typeof shop>, service = cart, rateLimit: LocalRateLimit = { requests: 100 }): void {
  new ServiceRoute(chart, service.name, { service, rateLimit, rules: [{ backends: [{ service: service.variant(`${service.name}-v1`) }] }] });
}

test('what is beyond the limit gets the answer that is written, but for values that Kuma splits', () => {
  const answered = (value: string) => {
    const chart = shop(TARGETS[0][1]());
    limited(chart, cart, { requests: 1, answer: { statusCode: 503, headers: { 'Retry-After': value } } });
    return ofKind(synth(chart), 'MeshRateLimit').map(({ spec }) => spec.rules[0].default.local.http.onRateLimit);
  };

  expect(answered('1')).toEqual([{ status: 503, headers: { set: [{ name: 'retry-after', value: '1' }] } }]);
  expect(() => answered('1, 2')).toThrow(/Kuma splits the values of headers at commas, and keeps the last part of 'retry-after'/);
});

test('a rate limit is a MeshRateLimit', () => {
  const chart = shop(TARGETS[0][1]());
  limited(chart);

  expect(inYaml(ofKind(synth(chart), 'MeshRateLimit'))).toMatchInlineSnapshot(`
"apiVersion: kuma.io/v1alpha1
kind: MeshRateLimit
metadata:
  name: shop-cart-c85bff34
  namespace: shop
spec:
  rules:
    - default:
        local:
          http:
            requestRate:
              interval: 1s
              num: 100
  targetRef:
    kind: Dataplane
    labels:
      app: cart
    sectionName: web
"
`);
});

describe.each(TARGETS)('%s', (_, target) => {
  test.each<[string, MeshService, string]>([
    ['by the name that its container gives it', cart, 'web'],
    [
      'by its number in the pods, where it has no name there',
      MeshService.of('cart', { ports: [{ port: 80, name: 'http', targetPort: 8080 }], podSelector }),
      '8080',
    ],
  ])('one policy for the port of the pods, %s', (_how, service, sectionName) => {
    const chart = shop(target());
    limited(chart, service, { requests: 30, interval: Duration.millis(1500) });
    const [policy, ...others] = ofKind(synth(chart), 'MeshRateLimit');

    expect(others).toEqual([]);
    expect(policy.metadata.namespace).toBe('shop');
    expect(policy.spec).toEqual({
      targetRef: { kind: 'Dataplane', labels: podSelector, sectionName },
      rules: [{ default: { local: { http: { requestRate: { num: 30, interval: '1s500ms' } } } } }],
    });
  });

  test('of two limits on a port of the same pods, the second is refused', () => {
    const chart = shop(target());
    limited(chart);
    limited(chart, MeshService.of('cart-admin', { port: 9090, podSelector }));
    expect(ofKind(synth(chart), 'MeshRateLimit')).toHaveLength(2);

    limited(chart, MeshService.of('cart-beta', { port: 8080, podSelector: { ...podSelector, version: 'beta' } }));
    expect(() => synth(chart)).toThrow("the rate limit on port 8080 of the pods 'app=cart,version=beta'");
  });

  test.each<[string, MeshService, LocalRateLimit, string]>([
    [
      'pods that are unknown',
      MeshService.of('cart', { port: 80 }),
      { requests: 100 },
      'a MeshRateLimit selects the pods by their labels, which are unknown. Give the MeshService its `podSelector`',
    ],
    [
      'ports that would each have the limit',
      MeshService.of('cart', { ports: [{ port: 80 }, { port: 81 }], podSelector }),
      { requests: 100 },
      'Kuma limits the rate of each port by itself',
    ],
    [
      'the clients of one namespace',
      MeshService.of('cart', { port: 80, namespace: 'next', podSelector }),
      { requests: 100 },
      'the pods count the requests of all clients',
    ],
    ['a time that its webhook does not take', cart, { requests: 1, interval: Duration.millis(50) }, 'Kuma counts over at least 51 milliseconds'],
    ['more requests than its CRD takes', cart, { requests: 2_147_483_648 }, 'a MeshRateLimit allows at most 2147483647 requests'],
  ])('refuses %s', (_what, service, rateLimit, reason) => {
    const chart = shop(target());
    limited(chart, service, rateLimit);

    expect(() => synth(chart)).toThrow(reason);
  });
});

test('refuses a Service without requests', () => {
  const chart = shop(MeshTarget.kuma({ trustDomain }));
  limited(chart, MeshService.of('cart', { port: 6379, protocol: MeshProtocol.TCP, podSelector }));

  expect(() => synth(chart)).toThrow('the Service has no port for requests');
});

describe('rules', () => {
  const written = (rateLimit: LocalRateLimit, target = TARGETS[0][1]()) => {
    const chart = shop(target);
    limited(chart, cart, rateLimit);
    return ofKind(synth(chart), 'MeshRateLimit')[0].spec.rules.map(({ matches, default: { local: { http } } }: any) =>
      [matches?.map(({ spiffeID: { type, value } }: any) => `${type} ${value}`), http.requestRate.num, http.onRateLimit?.status]);
  };

  test('have the SPIFFE ids of their clients, and the last one is for all others', () => {
    expect(written({
      rules: [
        { sources: [Identity.serviceAccount('web'), Identity.serviceAccount('batch', 'ops')], perClient: true, requests: 7 }, { sources: [Identity.namespace('ops')], requests: 5 },
        { sources: [Identity.spiffeId('spiffe://other/web')], requests: 3 }, { requests: 100 },
      ],
      answer: { statusCode: 503 },
    })).toEqual([
      [['Exact spiffe://default.zone.mesh.local/ns/ops/sa/batch'], 7, 503], [['Exact spiffe://default.zone.mesh.local/ns/shop/sa/web'], 7, 503],
      [['Prefix spiffe://default.zone.mesh.local/ns/ops/sa'], 5, 503], [['Exact spiffe://other/web'], 3, 503], [undefined, 100, 503],
    ]);
  });

  test.each<[string, LocalRateLimit, string]>([
    ['all requests beside rules', { requests: 100, rules: [{ sources: [Identity.serviceAccount('web')], requests: 7 }] }, 'Write `requests` as a last rule, without `sources`, for the others'],
    ['clients together', { rules: [{ sources: [Identity.serviceAccount('a'), Identity.serviceAccount('b')], requests: 7 }] }, 'Kuma counts each of the clients that a rule names by itself'],
    ['the clients of a namespace one by one', { rules: [{ sources: [Identity.namespace('ops')], perClient: true, requests: 7 }] }, 'Kuma counts the clients of a namespace together'],
    ['other clients one by one', { rules: [{ perClient: true, requests: 7 }] }, 'Kuma counts the clients of a namespace together, and so those that no rule names'],
    ['some requests', { rules: [{ matches: [HttpMatch.of({ path: '/a' })], requests: 7 }] }, 'a MeshRateLimit tells requests apart by their clients only'],
    ['more requests than its CRD takes', { rules: [{ sources: [Identity.serviceAccount('a')], requests: 2_147_483_648 }] }, 'a MeshRateLimit allows at most 2147483647 requests'],
    ['a client in two rules', {
      rules: [{ sources: [Identity.serviceAccount('a')], requests: 7 }, { sources: [Identity.spiffeId('spiffe://default.zone.mesh.local/ns/shop/sa/a')], requests: 7 }],
    }, 'Kuma counts a client by the rule that names it most closely, and one is in two rules'],
  ])('refuses %s', (_, rateLimit, reason) => {
    expect(() => written(rateLimit)).toThrow(reason);
  });

  test('need the trust domain', () => {
    const rateLimit = { rules: [{ sources: [Identity.serviceAccount('web')], requests: 7 }] };
    expect(() => written(rateLimit, MeshTarget.gatewayApi({ mesh: MeshImplementation.KUMA }))).toThrow("Give the target the `trustDomain` of the MeshIdentity, such as 'default.zone.mesh.local'");
  });
});
