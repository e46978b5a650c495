import { findings, type Subject } from '../../src/validation/across';
import { selects } from '../../src/validation/across/selectors';

jest.mock('../../src/validation/across/selectors', () => {
  const actual = jest.requireActual('../../src/validation/across/selectors');
  return { ...actual, selects: jest.fn(actual.selects) };
});

const found = (...manifests: any[]) =>
  findings(manifests.map((manifest): Subject => ({ manifest }))).map(({ check, path, message }) => `${check} ${path} ${message}`);

const named = (apiVersion: string, kind: string, name: string, spec: any, namespace = 'shop') => ({ apiVersion, kind, metadata: { name, namespace }, spec });
const service = (name: string, ...ports: number[]) => named('v1', 'Service', name, { ports: ports.map(port => ({ port })) });
const deployment = (app: string, serviceAccountName?: string) =>
  named('apps/v1', 'Deployment', app, { template: { metadata: { labels: { app } }, spec: { serviceAccountName } } });
const route = (backend: any, parent: any = { kind: 'Service', group: '', name: 'cart', port: 80 }, ...others: any[]) =>
  named('gateway.networking.k8s.io/v1', 'HTTPRoute', 'cart', { parentRefs: [parent, ...others], rules: [{ backendRefs: [{ port: 80, ...backend }] }] });
const split = (...backends: string[]) =>
  named('split.smi-spec.io/v1alpha4', 'TrafficSplit', 'cart', { service: 'cart', backends: backends.map(backend => ({ service: backend, weight: 1 })) });
const policy = (spec: any, name = 'cart') => named('security.istio.io/v1', 'AuthorizationPolicy', name, spec);

const CART = service('cart', 80);

test('what fits together says nothing', () => {
  expect(found(
    CART, service('cart-v2', 80), deployment('cart', 'cart'), route({ name: 'cart-v2' }), split('cart-v2'),
    policy({ selector: { matchLabels: { app: 'cart' } }, rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/cart'] } }] }] }),
  )).toEqual([]);
});

describe('Services', () => {
  test('a backend or a parent that does not exist', () => {
    expect(found(CART, route({ name: 'kart' })))
      .toEqual(["backend spec.rules[0].backendRefs[0] refers to Service 'kart', which the app does not have in namespace 'shop'"]);
    expect(found(CART, route({ name: 'cart' }, { kind: 'Service', name: 'kart' }))).toEqual([expect.stringMatching(/^parent spec\.parentRefs\[0\] .*'kart'/)]);
    expect(found(CART, split('kart'))).toEqual([expect.stringMatching(/^backend spec\.backends\[0\] .*'kart'/)]);
    expect(found(service('web', 80), split('web'))).toEqual([expect.stringMatching(/^parent spec\.service .*'cart'/)]);
  });

  test('that a VirtualService names', () => {
    const virtualService = (host: string, to: any, more: any = {}) =>
      named('networking.istio.io/v1', 'VirtualService', 'cart', {
        hosts: [host], http: [{ route: [{ destination: { port: { number: 80 }, ...to } }], ...more }],
      });

    expect(found(CART, virtualService('cart.shop.svc.cluster.local', { host: 'cart' }), virtualService('shop.example.com', { host: 'api.example.com' })))
      .toEqual([]);
    expect(found(CART, virtualService('kart', { host: 'kart.shop.svc.cluster.local' }))).toEqual([
      expect.stringMatching(/^parent spec\.hosts\[0\] .*'kart'/), expect.stringMatching(/^backend spec\.http\[0\]\.route\[0\]\.destination .*'kart'/),
    ]);
    expect(found(CART, virtualService('cart', { host: 'cart' }, { mirrors: [{ destination: { host: 'cart', port: { number: 81 } } }] })))
      .toEqual(["port spec.http[0].mirrors[0].destination refers to port 81 of Service 'cart', which has 80"]);
  });

  test('are not missed where the app has none', () => {
    expect(found(route({ name: 'kart' }), split('kart'))).toEqual([]);
    expect(found(named('v1', 'Service', 'web', {}, 'other'), route({ name: 'kart' }))).toEqual([]);
  });

  test('of another group or kind are not looked at', () => {
    expect(found(CART, route({ name: 'bucket', kind: 'Bucket', group: 'example.com' }, { kind: 'Gateway', name: 'edge' }))).toEqual([]);
  });

  test('an XBackend that does not exist, where the app has others', () => {
    const group = 'gateway.networking.x-k8s.io';
    const xBackend = (name: string, namespace?: string) => named(`${group}/v1alpha1`, 'XBackend', name, {}, namespace);
    const to = (name: string) => route({ group, kind: 'XBackend', name, port: undefined });

    expect(found(CART, xBackend('api'), to('api'))).toEqual([]);
    expect(found(CART, xBackend('other-api'), to('api')))
      .toEqual(["backend spec.rules[0].backendRefs[0] refers to XBackend 'api', which the app does not have in namespace 'shop'"]);
    expect(found(CART, xBackend('api', 'other'), to('api'))).toEqual([]);
    expect(found(CART, named('acme.io/v1', 'XBackend', 'other-api', {}), to('api'))).toEqual([]);
  });

  test('a port that the Service does not have', () => {
    expect(found(CART, route({ name: 'cart', port: 81 }))).toEqual(["port spec.rules[0].backendRefs[0] refers to port 81 of Service 'cart', which has 80"]);
  });

  test('a variant without a port of its root', () => {
    expect(found(service('cart', 80, 9090), service('cart-v2', 80), split('cart-v2'))).toEqual([
      "port spec.backends[0] has the traffic of port 9090 of 'cart', which Service 'cart-v2' does not have",
    ]);
  });
});

describe('a backend in another namespace', () => {
  const grant = (to: any) => named('gateway.networking.k8s.io/v1', 'ReferenceGrant', 'cart', {
    from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop' }], to: [{ group: '', kind: 'Service', ...to }],
  }, 'other');

  test('wants a ReferenceGrant there', () => {
    const missing = [expect.stringContaining("grant spec.rules[0].backendRefs[0] refers to Service 'cart' in namespace 'other'")];

    expect(found(route({ name: 'cart', namespace: 'other' }))).toEqual(missing);
    expect(found(route({ name: 'cart', namespace: 'other' }), grant({ name: 'web' }))).toEqual(missing);
    expect(found(route({ name: 'cart', namespace: 'other' }), grant({ name: 'cart' }))).toEqual([]);
    expect(found(route({ name: 'cart', namespace: 'other' }), grant({}))).toEqual([]);
  });

  test('wants none where the Service that is routed lives, unless a Gateway takes the route too', () => {
    const parent = { kind: 'Service', name: 'cart', namespace: 'other' };

    expect(found(route({ name: 'cart-v1', namespace: 'other' }, parent))).toEqual([]);
    expect(found(route({ name: 'cart-v1', namespace: 'third' }, parent))).toHaveLength(1);
    expect(found(route({ name: 'cart-v1', namespace: 'other' }, parent, { kind: 'Gateway', name: 'edge' }))).toHaveLength(1);
  });
});

describe('workloads', () => {
  test.each<[string, any]>([
    ['AuthorizationPolicy', policy({ selector: { matchLabels: { app: 'kart' } } })],
    [
      'Server',
      named('policy.linkerd.io/v1beta1', 'Server', 'cart', { podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['kart'] }] }, port: 80 }),
    ],
    [
      'NetworkPolicy',
      named('networking.k8s.io/v1', 'NetworkPolicy', 'cart', { podSelector: { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] } }),
    ],
  ])('the selector of a %s that matches no pod', (_, manifest) => {
    expect(found(deployment('cart'), manifest)).toEqual([expect.stringMatching(/^selector spec\.\w+ matches no pod of the app in namespace 'shop'/)]);
    expect(found(manifest)).toEqual([]);
  });

  test('selectors are not compared with all pods, even where these have a label in common', () => {
    const comparisons = (policies: number) => {
      jest.mocked(selects).mockClear();
      expect(found(...Array.from({ length: policies }, (_, i) => {
        const labels = { instance: 'shop', name: `s${i}` };
        return [
          named('apps/v1', 'Deployment', `s${i}`, { template: { metadata: { labels } } }),
          policy({ selector: { matchLabels: labels } }, `p${i}`),
        ];
      }).flat())).toEqual([]);
      return jest.mocked(selects).mock.calls.length;
    };
    const [few, many] = [comparisons(5), comparisons(20)];

    expect(few).toBeGreaterThan(0);
    expect(many).toBe(4 * few);
  });

  test('an empty selector matches all', () => {
    expect(found(deployment('cart'), policy({}), policy({ selector: {} }))).toEqual([]);
  });

  test.each<[string, any]>([
    ['TrafficTarget', named('access.smi-spec.io/v1alpha3', 'TrafficTarget', 'cart', { destination: { kind: 'ServiceAccount', name: 'kart' }, sources: [] })],
    ['AuthorizationPolicy', policy({ rules: [{ from: [{ source: { principals: ['*/ns/shop/sa/kart'] } }] }] })],
    [
      'MeshTLSAuthentication',
      named('policy.linkerd.io/v1alpha1', 'MeshTLSAuthentication', 'cart', { identityRefs: [{ kind: 'ServiceAccount', name: 'kart' }] }),
    ],
    ['MeshTLSAuthentication by identity', named('policy.linkerd.io/v1alpha1', 'MeshTLSAuthentication', 'cart', {
      identities: ['kart.shop.serviceaccount.identity.linkerd.cluster.local', '*'],
    })],
  ])('a ServiceAccount in a %s that no pod runs as', (_, manifest) => {
    expect(found(deployment('cart', 'cart'), manifest)).toEqual([expect.stringMatching(/^account spec\..* names ServiceAccount 'kart'/)]);
    expect(found(deployment('cart', 'kart'), manifest)).toEqual([]);
    expect(found(manifest)).toEqual([]);
  });

  test('ServiceAccounts that controllers make for gateways are run as by pods in no manifest', () => {
    const allowing = (account: string) => policy({ rules: [{ from: [{ source: { principals: [`cluster.local/ns/shop/sa/${account}`] } }] }] });
    const gateway = named('gateway.networking.k8s.io/v1', 'Gateway', 'public', { gatewayClassName: 'edge' });
    const closed = policy({ targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }] }, 'closed');
    const accounts = (...all: any[]) => found(deployment('cart', 'cart'), ...all).filter(line => line.startsWith('account'));

    expect(accounts(allowing('public-istio'))).toEqual([]);
    expect(accounts(allowing('public-edge'), gateway)).toEqual([]);
    expect(accounts(allowing('waypoint'), closed)).toEqual([]);
    expect(accounts(allowing('public-edge'))).toHaveLength(1);
    expect(accounts(allowing('waypoint'))).toHaveLength(1);
    expect(accounts(allowing('public-edge'), { ...gateway, metadata: { ...gateway.metadata, namespace: 'infra' } })).toHaveLength(1);
  });

  test('of every kind that has pods', () => {
    const template = { metadata: { labels: { app: 'kart' } } };
    const kinds = [
      named('apps/v1', 'StatefulSet', 'kart', { template }), named('batch/v1', 'CronJob', 'kart', { jobTemplate: { spec: { template } } }),
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'kart', namespace: 'shop', labels: { app: 'kart' } } },
    ];

    kinds.forEach(kind => expect(found(deployment('cart'), kind, policy({ selector: { matchLabels: { app: 'kart' } } }))).toEqual([]));
  });
});

describe('contradictions', () => {
  const rule = { from: [{ source: { principals: ['*'] } }] };
  const peer = (name: string, mode: string) =>
    named('security.istio.io/v1', 'PeerAuthentication', name, { selector: { matchLabels: { app: 'cart' } }, mtls: { mode } });
  const server = (name: string) => named('policy.linkerd.io/v1beta1', 'Server', name, { podSelector: { matchLabels: { app: 'cart' } }, port: 80 });

  test.each<[string, any, any, string | undefined]>([
    ['a DENY of what is allowed', policy({ rules: [rule] }), policy({ action: 'DENY', rules: [rule] }, 'no'), "denies what AuthorizationPolicy 'cart' allows"],
    ['an ALLOW of what is denied', policy({ action: 'DENY', rules: [{}] }), policy({ rules: [rule] }, 'yes'), "allows what AuthorizationPolicy 'cart' denies"],
    ['a DENY of something else', policy({ rules: [rule] }), policy({ action: 'DENY', rules: [{ to: [] }] }, 'no'), undefined],
    ['two modes', peer('a', 'STRICT'), peer('b', 'DISABLE'), "asks for another mode than PeerAuthentication 'a'"],
    ['one mode twice', peer('a', 'STRICT'), peer('b', 'STRICT'), undefined],
    ['two splits', split('a'), split('b'), "splits Service 'cart'"],
    ['two Servers', server('a'), server('b'), "selects the port that Server 'a' selects"],
  ])('%s', (_, first, second, expected) => {
    expect(found(first, second)).toEqual(expected === undefined ? [] : [expect.stringContaining(`contradiction spec ${expected}`)]);
  });

  test('are none between charts, or between objects that were rendered for targets', () => {
    const [a, b] = [{ manifest: peer('a', 'STRICT') }, { manifest: peer('b', 'DISABLE') }];

    expect(findings([{ ...a, chart: 1 }, { ...b, chart: 2 }])).toEqual([]);
    expect(findings([{ ...a, target: 'istio' }, { ...b, target: 'istio' }])).toEqual([]);
    expect(findings([{ ...a, target: 'istio' }, b])).toHaveLength(1);
  });
});

test('manifests need not be valid', () => {
  const nonsense = [null, 1, 'x', {}, [], [1]];
  const kinds = [route({}), split(), policy({}), CART, deployment('cart'), named('access.smi-spec.io/v1alpha3', 'TrafficTarget', 'a', {})];

  expect(() => kinds.forEach(kind => nonsense.forEach(spec => found(CART, deployment('cart'), { ...kind, spec })))).not.toThrow();
});

describe('a waypoint that denies what no policy allows', () => {
  const gateway = (name = 'waypoint') => ({ targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name }] });
  const used = (name: string, kind: string, waypoint: string) =>
    ({ ...named('v1', kind, name, {}), metadata: { name, ...(kind === 'Service' && { namespace: 'shop' }), labels: { 'istio.io/use-waypoint': waypoint } } });
  const closed = policy(gateway(), 'closed');
  const message = (...names: string[]) =>
    [expect.stringContaining(`waypoint spec.targetRefs makes the waypoint 'waypoint' deny all requests to ${names.join(', ')}, if behind it`)];

  test('closes Services without one', () => {
    expect(found(closed, service('web', 80), service('basket', 80))).toEqual(message("'basket'", "'web'"));
    expect(found(closed, used('web', 'Service', 'waypoint'))).toEqual(message("'web'"));
  });

  test('closes a Service to which a Gateway leads: who calls it from inside comes by the waypoint', () => {
    const exposed = named('gateway.networking.k8s.io/v1', 'HTTPRoute', 'exposed', {
      parentRefs: [{ name: 'public' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
    });

    expect(found(closed, exposed, service('web', 80))).toEqual(message("'web'"));
  });

  test('closes none that has one, is not behind it, or is called by another', () => {
    const own = policy({ targetRefs: [{ group: '', kind: 'Service', name: 'cart' }], rules: [{}] }, 'open');

    expect(found(closed, own, CART)).toEqual([]);
    expect(found(closed, used('web', 'Service', 'none'))).toEqual([]);
    expect(found(closed, used('shop', 'Namespace', 'other'), service('web', 80))).toEqual([]);
    expect(found(closed, named('v1', 'Service', 'web', {}, 'other'))).toEqual([]);
  });

  test('closes versions to who calls them by their own Services, whether the app has these or not', () => {
    const own = policy({ targetRefs: [{ group: '', kind: 'Service', name: 'cart' }], rules: [{}] }, 'open');
    const past = (...names: string[]) => [
      expect.stringContaining(`makes the waypoint 'waypoint' deny who calls ${names.join(', ')} and not the Service that is routed, if behind it`),
    ];
    const versions = named('gateway.networking.k8s.io/v1', 'HTTPRoute', 'cart', {
      parentRefs: [{ kind: 'Service', group: '', name: 'cart', port: 80 }],
      rules: [{
        backendRefs: [{ name: 'cart-v1', port: 80 }, { name: 'cart-v2', port: 80 }],
      }],
    });

    expect(found(closed, own, CART, service('cart-v1', 80), service('cart-v2', 80), versions)).toEqual(past("'cart-v1'", "'cart-v2'"));
    expect(found(closed, own, versions)).toEqual(past("'cart-v1'", "'cart-v2'"));
    expect(found(closed, own, policy({}, 'deny'), CART, service('cart-v1', 80), service('cart-v2', 80), versions)).toEqual(past("'cart-v1'", "'cart-v2'"));
    expect(found(closed, own, used('cart-v1', 'Service', 'none'), service('cart-v2', 80), CART, versions)).toEqual(expect.arrayContaining(past("'cart-v2'")));
  });

  test('is what a namespace that is closed wants', () => {
    expect(found(closed, policy({}, 'deny'), service('web', 80))).toEqual([]);
  });

  test('is no policy with rules, or that denies some', () => {
    expect(found(policy({ ...gateway(), rules: [{}] }), service('web', 80))).toEqual([]);
    expect(found(policy({ ...gateway(), action: 'DENY' }), service('web', 80))).toEqual([]);
  });
});
