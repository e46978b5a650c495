import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runs } from './run';
import { EXPLAIN } from '../../src/cli/explain-command';

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'explain-')));
const home = process.cwd();
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(home);
  fs.rmSync(folder, { recursive: true });
});

const run = runs(EXPLAIN);
const write = (file: string, ...manifests: readonly object[]) => fs.writeFileSync(file, manifests.map(manifest => JSON.stringify(manifest)).join('\n---\n'));

const service = (name: string, ...ports: readonly object[]) =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec: { selector: { app: name }, ports } });
const workload = (name: string, namespace = 'shop', labels: object = { app: name }) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: { template: { metadata: { labels }, spec: { serviceAccountName: name, containers: [{ ports: [{ containerPort: 8080 }] }] } } },
});
const policy = <Spec extends object>(spec: Spec) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'cart', namespace: 'shop' }, spec });
const HTTP = { name: 'http', port: 80, targetPort: 8080 };
const FROM_WEB = policy({ podSelector: { matchLabels: { app: 'cart' } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }] });

beforeEach(() => write('shop.yaml', service('cart', HTTP), workload('cart'), workload('web'), workload('reports'), FROM_WEB));

const ask = (from: string, ...more: readonly string[]) => run('--from', from, '--to', 'shop/cart:80', 'shop.yaml', 'GET /cart', ...more);

test('what a rule lets in is allowed, and the answer says by which', () => {
  const { status, stdout, stderr } = ask('shop/web');

  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toBe([
    'allowed: GET /cart from shop/web to shop/cart:80',
    '',
    'where it goes',
    '  to shop/cart:80, as no route is for it',
    '',
    'at shop/cart:80: allowed',
    '  leaves: nothing stands in its way',
    '  arrives: NetworkPolicy: allowed',
    '    NetworkPolicy shop/cart, shop.yaml:9, spec.ingress[0]: a rule allows it',
    '',
  ].join('\n'));
});

test('what is denied exits with 1, and the answer says which rules would have to change', () => {
  const { status, stdout } = ask('shop/reports');

  expect(status).toBe(1);
  expect(stdout).toContain('    one of these would have to take it:\n    - NetworkPolicy shop/cart, shop.yaml:9, spec.ingress[0]: it takes a pod of namespace shop with app=web\n');
  expect(ask('outside').status).toBe(1);
});

test.each([
  ['multicluster.x-k8s.io', 'ServiceImport', 'ServiceImport shop/cart', "the pods of ServiceImport 'cart' may be in any cluster"],
  ['acme.io', 'Bucket', 'Bucket.acme.io shop/cart', "what Bucket.acme.io 'cart' makes of it, whoever reads that kind knows"],
])('of what is sent to no Service it is not known who lets it in: %s', (group, kind, words, why) => {
  const spec = { parentRefs: [{ name: 'public' }], rules: [{ backendRefs: [{ group, kind, name: 'cart', port: 80 }] }] };
  write('route.yaml', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'public', namespace: 'shop' },
    spec: { gatewayClassName: 'any', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  }, { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'cart', namespace: 'shop' }, spec });
  const { status, stdout } = run('--from', 'gateway', '--to', 'shop/cart:80', 'shop.yaml', 'route.yaml', 'GET /cart');

  expect(status).not.toBe(0);
  expect(stdout).toContain(`  to ${words}:80\n`);
  expect(stdout).toContain(`at ${words}:80: unknown: ${why}`);
});

test('what is sent to a host outside leaves the cluster, by the policies of whoever sends it', () => {
  const group = 'gateway.networking.x-k8s.io';
  const parentRefs = [{ name: 'public' }];
  write('shop.yaml', service('cart', HTTP), workload('web'));
  write('route.yaml', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'public', namespace: 'shop' },
    spec: { gatewayClassName: 'any', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  }, {
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'cart', namespace: 'shop' }, spec: { parentRefs, rules: [{ backendRefs: [{ group, kind: 'XBackend', name: 'api' }] }] },
  }, {
    apiVersion: `${group}/v1alpha1`,
    kind: 'XBackend',
    metadata: { name: 'api', namespace: 'shop' },
    spec: {
      type: 'ExternalHostname', externalHostname: { hostname: 'api.example.com' }, port: { number: 443 }, protocol: 'HTTP11', tls: { mode: 'ServerOnly', validation: { hostname: 'api.example.com', wellKnownCACertificates: 'System' } },
    },
  });
  const by = (...more: readonly string[]) => run('--from', 'gateway', '--to', 'shop/cart:80', 'shop.yaml', 'route.yaml', 'GET /cart', ...more);
  const backend = 'XBackend.gateway.networking.x-k8s.io shop/api:443, which is api.example.com outside the cluster, called by HTTP11, within TLS for the name api.example.com, wellKnownCACertificates "System"';
  const { status, stdout } = by();

  expect(status).toBe(0);
  expect(stdout).toContain(`at ${backend}: allowed: it leaves the cluster, for api.example.com:443\n`);
  expect(JSON.parse(by('--output', 'json').stdout).backends[0]).toMatchObject({ outside: 'api.example.com', port: 443, outcome: 'allowed' });

  write('route.yaml', {
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'cart', namespace: 'shop' }, spec: { parentRefs: [{ group: '', kind: 'Service', name: 'cart' }], rules: [{ backendRefs: [{ group, kind: 'XBackend', name: 'api' }] }] },
  });
  // No mesh that is known here reads it.
  expect(run('--from', 'shop/web', '--to', 'shop/cart:80', 'shop.yaml', 'route.yaml', 'GET /cart').status).toBe(3);
});

describe('by a gateway, its own policies are asked before the routes', () => {
  const gateway = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'public', namespace: 'infra' },
    spec: { gatewayClassName: 'istio', listeners: [{ name: 'http', protocol: 'HTTP', port: 80, allowedRoutes: { namespaces: { from: 'All' } } }] },
  };
  const route = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { parentRefs: [{ name: 'public', namespace: 'infra' }], rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }] },
  };
  const guard = (spec: object, namespace = 'infra') => ({ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'guard', namespace }, spec });
  const to = [{ operation: { paths: ['/admin'] } }];
  const targetRefs = [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }];
  const come = (spec: object, request: string, more: readonly object[] = []) => {
    write('gateway.yaml', service('cart', HTTP), workload('cart'), gateway, route, guard(spec), ...more);
    return run('--from', 'gateway', '--to', 'shop/cart:80', '--host', 'shop.example.com', 'gateway.yaml', request);
  };

  test.each([
    ['by its name', { targetRefs, action: 'DENY', rules: [{ to }] }],
    ['by the label of its pods', { selector: { matchLabels: { 'gateway.networking.k8s.io/gateway-name': 'public' } }, action: 'DENY', rules: [{ to }] }],
    ['of its namespace', { action: 'DENY', rules: [{ to }] }],
  ])('%s', (_, spec) => {
    expect(come(spec, 'GET /').status).toBe(0);
    const { status, stdout } = come(spec, 'GET /admin');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^denied: GET \/admin [^\n]*\n\nat the gateway\n  arrives: AuthorizationPolicy of Istio: denied\n    AuthorizationPolicy infra\/guard, gateway\.yaml:9/);
  });

  test('with no policy for it, nothing is said of it', () => {
    const { status, stdout } = come({ targetRefs: [{ ...targetRefs[0], name: 'other' }], action: 'DENY', rules: [{ to }] }, 'GET /admin');
    expect(status).toBe(0);
    expect(stdout).not.toContain('at the gateway');
  });

  test('what depends on the address of the client is not known', () => {
    expect(come({ targetRefs, action: 'ALLOW', rules: [{ from: [{ source: { ipBlocks: ['203.0.113.0/24'] } }] }] }, 'GET /').status).toBe(3);
  });

  test('what shuts the pods of the gateway out of the network, too', () => {
    const closed = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'closed', namespace: 'infra' }, spec: { podSelector: {} } };
    expect(come({ action: 'DENY', rules: [{ to }] }, 'GET /', [closed]).status).toBe(1);
  });

  test('in JSON, it is a part of its own', () => {
    come({ targetRefs, action: 'DENY', rules: [{ to }] }, 'GET /');
    const { stdout } = run('--from', 'gateway', '--to', 'shop/cart:80', '--host', 'shop.example.com', '--output', 'json', 'gateway.yaml', 'GET /admin');
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'denied', atGateway: [{ gate: 'AuthorizationPolicy of Istio', passage: 'denied' }] });
  });
});

describe('by a Gateway of Istio whose pods are not in the files', () => {
  const gateway = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: 'public', namespace: 'infra' },
    spec: { selector: { istio: 'ingress' }, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }] },
  };
  const route = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { hosts: ['*'], gateways: ['infra/public'], http: [{ route: [{ destination: { host: 'cart.shop.svc.cluster.local', port: { number: 80 } } }] }] },
  };
  const pods = workload('ingress', 'infra', { istio: 'ingress' });
  const come = (...more: readonly object[]) => {
    write('gateway.yaml', service('cart', HTTP), workload('cart'), gateway, route, ...more);
    return run('--from', 'gateway', '--to', 'shop/cart:80', '--host', 'shop.example.com', 'gateway.yaml', 'GET /');
  };
  const network = (direction: string, podSelector: object = {}, namespace = 'infra') => ({
    apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'closed', namespace }, spec: { podSelector, policyTypes: [direction] },
  });
  const cilium = (endpointSelector: object = {}, namespace?: string) => ({
    apiVersion: 'cilium.io/v2',
    kind: namespace === undefined ? 'CiliumClusterwideNetworkPolicy' : 'CiliumNetworkPolicy',
    metadata: { name: 'closed', ...namespace !== undefined && { namespace } },
    spec: { endpointSelector, egress: [{ toCIDR: ['192.0.2.0/24'] }] },
  });
  const chosen = { matchLabels: { istio: 'ingress' } };

  test('without policies, it comes in', () => {
    expect(come().status).toBe(0);
    expect(come(pods).status).toBe(0);
  });

  test.each([
    ['a NetworkPolicy for what leaves', network('Egress')],
    ['a NetworkPolicy for what leaves some pods', network('Egress', chosen)],
    ['a NetworkPolicy for what comes to it', network('Ingress')],
    ['a policy of Cilium', cilium({}, 'infra')],
    ['a policy of Cilium for some pods', cilium(chosen, 'infra')],
    ['a policy of Cilium for some pods of the cluster', cilium(chosen)],
  ])('%s may be for them, and is where they are known', (_, one) => {
    expect(come(one)).toMatchObject({ status: 3, stdout: expect.stringContaining('it is not known whether the policy is for these pods') });
    expect(come(one, pods).status).toBe(1);
  });

  test('a Server of Linkerd may be for them', () => {
    const server = {
      apiVersion: 'policy.linkerd.io/v1beta3', kind: 'Server', metadata: { name: 'http', namespace: 'infra' }, spec: { podSelector: {}, port: 80, proxyProtocol: 'HTTP/1' },
    };

    expect(come(server)).toMatchObject({ status: 3, stdout: expect.stringContaining('it is not known whether this Server is that of the port') });
    expect(come(server, pods).status).toBe(1);
  });

  test('what is for all pods of the cluster is for these', () => {
    expect(come(cilium()).status).toBe(1);
  });

  test('what is for others is not for them, where they are known', () => {
    expect(come(network('Egress', { matchLabels: { app: 'web' } }), pods).status).toBe(0);
    expect(come(network('Egress', {}, 'bank'), pods).status).toBe(0);
    expect(come(cilium({}, 'bank'), pods).status).toBe(0);
  });
});

test('labels that no manifest says are not known, and exit with 3', () => {
  const { status, stdout } = ask('shop/batch');

  expect(status).toBe(3);
  expect(stdout).toContain('it is not known whether this is so: a pod of namespace shop with app=web');
});

test('labels choose a workload, or are those of a pod that is not there', () => {
  write('shop.yaml', service('cart', HTTP), workload('cart'), workload('web', 'shop', { app: 'web', tier: 'front' }), FROM_WEB);

  expect(ask('shop/tier=front').status).toBe(0);
  expect(ask('tier=front', '--namespace', 'shop').status).toBe(0);
  expect(ask('shop/tier=back').status).toBe(1);
  expect(ask('shop/app=web,tier=back').status).toBe(0);
});

test('a Service whose pods are not in the files is not known', () => {
  const some = { ...FROM_WEB.spec, podSelector: { matchLabels: { app: 'cart', tier: 'back' } } };
  write('shop.yaml', service('cart', HTTP), policy(some));

  expect(ask('shop/app=web')).toMatchObject({
    status: 3, stdout: expect.stringContaining('it is not known whether the policy is for these pods: give the workload that makes them'),
  });
});

test('of a Service whose pods are not in the files, the labels are known that it selects', () => {
  write('shop.yaml', service('cart', HTTP), FROM_WEB);

  expect(ask('shop/app=web').status).toBe(0);
  expect(ask('shop/app=reports').status).toBe(1);
});

test('one of several groups of pods that denies it is enough', () => {
  write('shop.yaml', service('cart', HTTP), workload('cart'), workload('cart-v2', 'shop', { app: 'cart', version: 'v2' }), workload('web'),
    policy({ podSelector: { matchLabels: { version: 'v2' } }, ingress: [] }));

  expect(ask('shop/web')).toMatchObject({ status: 1, stdout: expect.stringMatching(/pods with app=cart: allowed\n[^]*pods with app=cart,version=v2: denied\n/) });
});

test('a policy of the client may keep it from leaving', () => {
  write('shop.yaml', service('cart', HTTP), workload('cart'), workload('web'),
    policy({ podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: { matchLabels: { app: 'dns' } } }] }] }));

  expect(ask('shop/web')).toMatchObject({ status: 1, stdout: expect.stringContaining('  leaves: NetworkPolicy: denied\n') });
});

test('a field that is not understood is unknown, and named with its line', () => {
  fs.writeFileSync('shop.yaml', `${[service('cart', HTTP), workload('cart'), workload('web')].map(one => JSON.stringify(one)).join('\n---\n')}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: cart, namespace: shop }
spec:
  podSelector: {}
  ingress:
    - from: [{ podSelector: { matchLabels: { app: web } } }]
      form: [{ podSelector: {} }]
`);

  expect(ask('shop/web')).toMatchObject({ status: 3, stdout: expect.stringContaining('shop.yaml:14, spec.ingress[0].form (it is not known here)') });
});

test('a document that cannot be read may say anything: the rest is answered, and it is not known', () => {
  fs.appendFileSync('shop.yaml', '\n---\na: [1\n');
  const { status, stdout, stderr } = ask('shop/web');

  expect(status).toBe(3);
  expect(stdout).toMatch(/^unknown: [^]*\nBy what is read, this is allowed; a document is not read, and may change that\.\n$/);
  expect(stderr).toContain('shop.yaml:12: error MESH6003: ');
});

test('a document that cannot be read is named, also where the command is called wrongly', () => {
  fs.appendFileSync('shop.yaml', '\n---\na: [1\n');

  expect(run('--from', 'shop/web', '--to', 'shop/carts:80', 'shop.yaml', 'GET /cart')).toMatchObject({ status: 2, stderr: expect.stringMatching(/^shop.yaml:12: error MESH6003: /) });
});

describe('a client that no workload in the files is', () => {
  const HINT = 'No workload in the files is such a client';

  test.each(['shop/wbe', 'shops/web', 'shop/app=wbe', 'outside', 'shop/web', 'shop/app=web'])('%s', from => {
    const isThere = ['outside', 'shop/web', 'shop/app=web'].includes(from);

    expect(ask(from).stdout.includes(HINT)).toBe(!isThere);
    expect(JSON.parse(ask(from, '--output', 'json').stdout)).toMatchObject({ isClientThere: isThere });
  });

  test('nothing is said of it where there are no workloads', () => {
    write('shop.yaml', service('cart', HTTP), FROM_WEB);

    expect(ask('shop/app=wbe').stdout).not.toContain(HINT);
  });
});

describe('some of the pods of a Service, and what is said of all that is sent there', () => {
  beforeEach(() => write('shop.yaml', service('cart', HTTP), workload('web'), workload('cart', 'shop', { app: 'cart', version: 'v1' }), {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: {
      host: 'cart',
      trafficPolicy: { connectionPool: { tcp: { connectTimeout: '2s' } } },
      subsets: ['v1', 'v2'].map(version => ({ name: version, labels: { version } })),
    },
  }, {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { hosts: ['cart'], http: [{ route: [{ destination: { host: 'cart', subset: 'v1' }, weight: 90 }, { destination: { host: 'cart', subset: 'v2' }, weight: 10 }] }] },
  }));

  test('as text', () => {
    const { stdout } = ask('shop/web', '--mesh', 'istio');

    expect(stdout).toContain('  to shop/cart:80 pods with version=v1, 90 % of it\n  to shop/cart:80 pods with version=v2, 10 % of it\n');
    expect(stdout).toMatch(/\nat shop\/cart:80 pods with version=v1 \(90 %\): allowed\n {2}sent: connected within 2000 ms\n {4}Routes of Istio: DestinationRule shop\/cart, shop.yaml:/);
  });

  test('in JSON', () => {
    expect(JSON.parse(ask('shop/web', '--mesh', 'istio', '--output', 'json').stdout).backends).toMatchObject([
      { share: 0.9, subset: { version: 'v1' }, traffic: [{ api: 'Routes of Istio', handling: ['connected within 2000 ms'], said: [{ source: { kind: 'DestinationRule' } }] }] },
      { share: 0.1, subset: { version: 'v2' } },
    ]);
  });
});

test('a connection to a Service that the route at a gateway may not name is closed', () => {
  const listener = { name: 'tls', protocol: 'TLS', port: 443, tls: { mode: 'Passthrough' } };
  write('shop.yaml', { ...service('cart', { name: 'tls', port: 443 }), metadata: { name: 'cart', namespace: 'ops' } }, workload('cart', 'ops'),
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'public', namespace: 'shop' }, spec: { gatewayClassName: 'any', listeners: [listener] } },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'TLSRoute',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: { parentRefs: [{ name: 'public' }], hostnames: ['a.example.com'], rules: [{ backendRefs: [{ name: 'cart', namespace: 'ops', port: 443 }] }] },
    });

  expect(run('--from', 'gateway:shop/public', '--to', 'ops/cart:443', '--host', 'a.example.com', '--mesh', 'istio', 'shop.yaml'))
    .toMatchObject({ status: 1, stdout: expect.stringContaining('\nat ops/cart:443: denied: the connection is closed\n') });
});

test.each([
  ['no route is for its name', 'b.example.com', /\n {2}Gateway API: no route is for the name\n {2}no backend gets it\n/],
  ['its route sends it nowhere', 'a.example.com', /\n {2}Gateway API: TLSRoute shop\/cart, .*: TLSRoute 'cart' is for it\n {2}no backend gets it\n/],
])('a connection is closed, and has no status, where %s', (_, host, said) => {
  const route = (name: string, hostname: string, backend: object) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'TLSRoute',
    metadata: { name, namespace: 'shop' },
    spec: { parentRefs: [{ group: '', kind: 'Service', name: 'cart' }], hostnames: [hostname], rules: [{ backendRefs: [backend] }] },
  });
  write('shop.yaml', service('cart', { name: 'tls', port: 443, appProtocol: 'tls' }), workload('cart'), workload('web'),
    route('cart', 'a.example.com', { name: 'cart', port: 443, weight: 0 }));
  const { status, stdout } = run('--from', 'shop/web', '--to', 'shop/cart:443', '--host', host, '--mesh', 'linkerd', 'shop.yaml');

  expect(status).toBe(1);
  expect(stdout).toMatch(said);
  expect(stdout).not.toContain('answers with');
});

test('an object of a mesh that nobody reads may change anything', () => {
  write('filter.yaml', { apiVersion: 'networking.istio.io/v1alpha3', kind: 'EnvoyFilter', metadata: { name: 'cart', namespace: 'shop' }, spec: {} });

  expect(ask('shop/web', 'filter.yaml')).toMatchObject({ status: 3, stderr: expect.stringContaining('filter.yaml:1: EnvoyFilter shop/cart is of a kind that is not read') });
});

describe('what is said to controllers that are not read', () => {
  beforeEach(() => write('shop.yaml', service('cart', HTTP), workload('cart'), workload('web')));

  const route = (parentRef: object) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { parentRefs: [parentRef], rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }] },
  });
  const gateway = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'public', namespace: 'shop' },
    spec: { gatewayClassName: 'eg', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  };
  const object = (apiVersion: string, kind: string, spec: object) => ({ apiVersion, kind, metadata: { name: 'more', namespace: 'shop' }, spec });
  const toRoute = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'cart' };
  const byGateway = ({ kind }: { kind: string }) =>
    `more.yaml:1: ${kind} shop/more is of a kind that is not read, so it may change what comes in by gateways\n`;

  test.each([
    object('gateway.envoyproxy.io/v1alpha1', 'SecurityPolicy', { targetRefs: [toRoute], authorization: { defaultAction: 'Deny' } }),
    object('gateway.envoyproxy.io/v1alpha1', 'SecurityPolicy', { targetSelectors: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', matchLabels: {} }] }),
    object('policies.example.com/v1', 'RateLimit', { targetRef: { ...toRoute, kind: 'Gateway', name: 'public' } }),
    object('traefik.io/v1alpha1', 'IngressRoute', { routes: [] }),
    object('projectcontour.io/v1', 'HTTPProxy', { routes: [] }),
    object('route.openshift.io/v1', 'Route', { to: { kind: 'Service', name: 'cart' } }),
  ])('at gateways, and not between pods: $kind', more => {
    write('more.yaml', more);
    write('gateway.yaml', gateway, route({ name: 'public' }));

    expect(ask('gateway', 'gateway.yaml')).toMatchObject({ status: 0, stderr: '' });
    expect(ask('gateway', 'gateway.yaml', 'more.yaml')).toMatchObject({ status: 3, stdout: expect.stringMatching(/^unknown: /), stderr: byGateway(more) });
    expect(ask('shop/web', 'gateway.yaml', 'more.yaml')).toMatchObject({ status: 0, stderr: '' });
  });

  test.each<[string, object]>([
    ['what is attached to a Service', object('policies.example.com/v1', 'RateLimit', { targetRef: { group: '', kind: 'Service', name: 'cart' } })],
    ['what is attached to a route of a Service', object('policies.example.com/v1', 'RateLimit', { targetRef: toRoute })],
    ['what is attached to a route that is not in the files', object('policies.example.com/v1', 'RateLimit', { targetRef: { ...toRoute, name: 'other' } })],
    ['intents of which policies are written', object('k8s.otterize.com/v2beta1', 'ClientIntents', { targets: [] })],
    ...[
      ['network.openshift.io/v1', 'NetNamespace'], ['network.openshift.io/v1', 'EgressNetworkPolicy'], ['k8s.ovn.org/v1', 'EgressFirewall'],
      ['isovalent.com/v1', 'IsovalentNetworkPolicy'], ['nsx.vmware.com/v1alpha1', 'SecurityPolicy'], ['neuvector.com/v1', 'NvSecurityRule'],
      ['security.kubearmor.com/v1', 'KubeArmorPolicy'], ['maistra.io/v2', 'ServiceMeshControlPlane'], ['policy.flomesh.io/v1alpha1', 'AccessControl'],
      ['security.policy.gloo.solo.io/v2', 'AccessPolicy'], ['security.tsb.tetrate.io/v2', 'ServiceSecuritySetting'], ['networking.k8s.aws/v1alpha1', 'PolicyEndpoint'],
      ['policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy'], ['crd.projectcalico.org/v1', 'GlobalNetworkPolicy'], ['crd.antrea.io/v1beta1', 'ClusterNetworkPolicy'],
    ].map(([apiVersion, kind]): [string, object] => [`${kind} of ${apiVersion}`, object(apiVersion, kind, {})]),
    ['a release of Flagger', object('flagger.app/v1beta1', 'Canary', { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' } })],
  ])('%s', (_, more) => {
    write('more.yaml', more, route({ group: '', kind: 'Service', name: 'cart' }));

    expect(ask('shop/web', 'more.yaml')).toMatchObject({ status: 3, stderr: expect.stringMatching(/ is of a kind that is not read, so it may change anything( in its namespace)?\n$/) });
  });

  test.each([
    ['a release of Flagger in another namespace', { ...object('flagger.app/v1beta1', 'Canary', {}), metadata: { name: 'more', namespace: 'bank' } }],
    ['metrics of Flagger', object('flagger.app/v1beta1', 'MetricTemplate', {})],
    ['a scaler, which has a target too', object('autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' } })],
    ['an application of Argo CD', object('argoproj.io/v1alpha1', 'Application', {})],
  ])('%s changes nothing', (_, more) => {
    write('more.yaml', more);

    expect(ask('shop/web', 'more.yaml')).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('what is left out', () => {
  test('a Service whose port has a name, without its workload, and a Service without a selector', () => {
    write('shop.yaml', service('cart', { ...HTTP, targetPort: 'http' }), FROM_WEB);
    expect(ask('shop/web')).toMatchObject({ status: 3, stdout: expect.stringContaining("no workload in the files has the pods behind port 80 of Service 'cart'") });

    write('shop.yaml', { ...service('cart'), spec: { ports: [HTTP] } }, workload('cart'), workload('web'));
    expect(ask('shop/web').status).toBe(3);
  });

  test.each([
    ['a policy without a name', { ...FROM_WEB, metadata: { namespace: 'shop' } }, 'more.yaml:1: NetworkPolicy: the object has no name, so nobody knows what it changes'],
    ['a policy without a version', { ...FROM_WEB, apiVersion: 'networking.k8s.io' }, 'NetworkPolicy: apiVersion: it is not a version of an API'],
    ['a workload without a name', { ...workload('cart'), metadata: {} }, 'Deployment: the object has no name'],
    ['a workload that is not understood', { ...workload('other', 'shop', { app: true }) }, 'Deployment shop/other: spec.template.metadata.labels.app: it must be a text'],
  ])('%s: not known after all', (_, lost, why) => {
    write('more.yaml', lost);

    expect(ask('shop/web', 'more.yaml')).toMatchObject({ status: 3, stderr: expect.stringContaining(why) });
  });

  test('what is not understood in a namespace that the call does not meet changes nothing', () => {
    write('more.yaml', workload('other', 'bank', { app: true }));

    expect(ask('shop/web', 'more.yaml')).toMatchObject({ status: 0, stderr: '' });
  });
});

test('JSON has the same', () => {
  const { status, stdout } = ask('shop/reports', '--output', 'json');

  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: 'denied',
    client: { kind: 'pod', namespace: 'shop', serviceAccount: 'reports' },
    to: { namespace: 'shop', service: 'cart', port: 80 },
    request: { method: 'GET', path: '/cart' },
    backends: [{
      service: 'cart',
      share: 1,
      pods: [{
        port: 8080,
        gates: [{
          at: 'entering',
          gate: 'NetworkPolicy',
          passage: 'denied',
          asked: expect.arrayContaining([{
            source: { kind: 'NetworkPolicy', namespace: 'shop', name: 'cart', file: 'shop.yaml', line: 9, field: 'spec.ingress[0]' },
            holds: 'no',
            decides: 'allowed',
            unmet: ['a pod of namespace shop with app=web'],
          }]),
        }],
      }],
    }],
  });
});

test.each([
  [['--to', 'shop/cart:80', 'shop.yaml', 'GET /'], "'--from' is missing"],
  [['--from', 'shop/web', 'shop.yaml', 'GET /'], "'--to' is missing"],
  [['--from', 'shop/web', '--to', 'shop/cart:80', 'shop.yaml'], 'there is no request'],
  [['--from', 'shop/web', '--to', 'shop/cart:80', 'GET /'], 'there is no file to read'],
  [['--from', 'shop/web', '--to', 'shop/cart:80', 'shop.yaml', 'GET /a/../b'], 'is not plain'],
  [['--from', 'shop/web', '--to', 'shop/cart:80', 'shop.yaml', 'GET cart'], 'is no request'],
  [['--from', 'shop/web', '--to', 'shop/cart:81', 'shop.yaml', 'GET /'], "Service 'shop/cart' has no port 81: it has 80"],
  [['--from', 'shop/web', '--to', 'shop/cards:80', 'shop.yaml', 'GET /'], "there is no Service 'shop/cards'"],
  [['--from', 'a/b/c', '--to', 'shop/cart:80', 'shop.yaml', 'GET /'], 'which is nobody'],
  [['--from', 'gateway', '--to', 'shop/cart:80', 'shop.yaml', 'GET /'], 'there is no gateway in the files'],
  [['--from', 'outside:here', '--to', 'shop/cart:80', 'shop.yaml', 'GET /'], "'here' is no address"],
  [['--from', 'shop/web', '--to', 'shop/cart:80', 'shop.yaml', 'GET /', '-H', 'x'], "'x' is no header"],
  [['--from', 'shop/web', '--to', 'shop/cart:80', 'shop.yaml', 'GET /', '--claims', '[1]'], 'which is no JSON object'],
  [['--from', 'shop/web', '--to', 'shop/cart:80', 'shop.yaml', 'GET /', '--mesh', 'envoy'], "'--mesh' is 'envoy'"],
])('%j is no usage', (args, sentence) => {
  expect(run(...args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(sentence) });
});

test('a port without requests is asked about connections', () => {
  write('shop.yaml', service('cart', { port: 80, targetPort: 8080, appProtocol: 'mysql' }), workload('cart'), workload('web'), FROM_WEB);

  expect(run('--from', 'shop/web', '--to', 'shop/cart', 'shop.yaml')).toMatchObject({ status: 0, stdout: expect.stringContaining('allowed: a connection from shop/web') });
  expect(ask('shop/web')).toMatchObject({ status: 2, stderr: expect.stringContaining('there are no requests to tell apart') });
});

const istio = (kind: string, name: string, spec: object) => ({ apiVersion: 'networking.istio.io/v1', kind, metadata: { name, namespace: 'shop' }, spec });
const ONLY_OWN = istio('Sidecar', 'default', { egress: [{ hosts: ['./*'] }], outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } });
const API = istio('ServiceEntry', 'api', { hosts: ['api.example.com'], ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], resolution: 'DNS' });

test('what is outside is let out where the proxy knows it', () => {
  write('shop.yaml', workload('web'), ONLY_OWN, API);
  const out = (to: string, ...more: readonly string[]) => run('--from', 'shop/web', '--to', to, 'shop.yaml', ...more);

  expect(out('api.example.com:443')).toMatchObject({
    status: 0,
    stdout: [
      'allowed: a connection from shop/web to api.example.com:443 outside the cluster',
      '',
      'leaves: ServiceEntry of Istio: allowed',
      '  ServiceEntry shop/api, shop.yaml:5: the ServiceEntry names it',
      '',
    ].join('\n'),
  });
  expect(out('api.example.com:80', 'GET /')).toMatchObject({
    status: 1, stdout: expect.stringContaining('Sidecar shop/default, shop.yaml:3: no ServiceEntry that the proxy knows names it, and what the proxy does not know it does not let pass (REGISTRY_ONLY)'),
  });
  expect(out('203.0.113.7:443').status).toBe(3);
  expect(out('203.0.113.7:8443').status).toBe(1);
  expect(out('tcp://[2001:db8::1]:5432', '--unmeshed').status).toBe(0);
  expect(JSON.parse(out('203.0.113.7:8443', '--output', 'json').stdout)).toMatchObject({ outcome: 'denied', to: { address: '203.0.113.7', port: 8443, protocol: 'TCP' }, gates: [{ at: 'leaving', passage: 'denied' }] });
  write('shop.yaml', workload('web'), API);
  expect(out('evil.example:443')).toMatchObject({ status: 3, stdout: expect.stringContaining('ConfigMap `istio`, which is not in the files') });
});

test('past the mesh, the Service is called by a client without a certificate', () => {
  const strict = { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'default', namespace: 'shop' }, spec: { mtls: { mode: 'STRICT' } } };
  const sidecar = (mode: string) => istio('Sidecar', 'default', { egress: [{ hosts: ['ops/*'] }], outboundTrafficPolicy: { mode } });
  const call = (...more: readonly object[]) => {
    write('shop.yaml', service('cart', HTTP), workload('cart'), workload('web'), ...more);
    return run('--from', 'shop/web', '--to', 'shop/cart:80', 'shop.yaml', 'GET /cart');
  };

  expect(call(sidecar('ALLOW_ANY'))).toMatchObject({ status: 0, stdout: expect.stringContaining('leaves: Sidecar of Istio: past the mesh') });
  expect(call(sidecar('ALLOW_ANY'), strict)).toMatchObject({ status: 1, stdout: expect.stringContaining('clients need a certificate of the mesh') });
  expect(call(strict).status).toBe(0);
  expect(call(sidecar('REGISTRY_ONLY')).status).toBe(1);
});

test.each([
  ['a gateway', ['--from', 'gateway:shop/public', '--to', 'api.example.com:443'], 'only a pod calls what is outside the cluster'],
  ['a Service by its name', ['--from', 'shop/web', '--to', 'cart.shop.svc.cluster.local:80'], 'which is a Service. Write it as shop/cart:8080'],
  ['a host twice', ['--from', 'shop/web', '--to', 'api.example.com:80', '--host', 'b.example.com'], "'--host' is for an address"],
])('%s is no way outside', (_, args, message) => {
  write('shop.yaml', workload('web'), API);
  expect(run(...args, 'shop.yaml')).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
});

test('past the mesh, a rule for a certificate says that the client lacks it', () => {
  write('shop.yaml', service('cart', HTTP), workload('cart'), workload('web'), {
    apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'cart', namespace: 'shop' }, spec: { host: 'cart', trafficPolicy: { tls: { mode: 'DISABLE' } } },
  }, {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] }] },
  });
  const unmet = 'a client whose SPIFFE id is spiffe://cluster.local/ns/shop/sa/web';

  expect(ask('shop/web', '--mesh', 'istio')).toMatchObject({ status: 1, stdout: expect.stringContaining(`spec.rules[0]: it takes ${unmet}\n`) });
  expect(ask('shop/web', '--mesh', 'istio', '--output', 'json').stdout).toContain(unmet);
});

test('what the annotations of a pod lead past its proxy has no certificate, or is not known', () => {
  const past = (annotations: object) => {
    const web = workload('web');
    const { template } = web.spec;
    write('shop.yaml', service('cart', HTTP), workload('cart'), API, { ...web, spec: { template: { ...template, metadata: { ...template.metadata, annotations } } } });
    return [run('--from', 'shop/web', '--to', 'shop/cart:80', 'shop.yaml', 'GET /cart').stdout, run('--from', 'shop/web', '--to', 'api.example.com:443', 'shop.yaml').status];
  };

  expect(past({})).toEqual([expect.stringContaining('leaves: nothing stands in its way'), 0]);
  expect(past({ 'traffic.sidecar.istio.io/excludeOutboundPorts': '80' })).toEqual([expect.stringContaining('leaves: proxy of the client: past the mesh'), 0]);
  expect(past({ 'traffic.sidecar.istio.io/includeOutboundIPRanges': '10.0.0.0/8' })).toEqual([expect.stringContaining('leaves: proxy of the client: not known'), 3]);
});
