import * as fc from 'fast-check';
import { documentsIn } from '../../../src/manifests/documents';
import { around, betweenNamespaces, graphOf, insideOf } from '../../../src/reading/map/graph';
import { worldOf } from '../../../src/reading/world';
import { entering, reading } from '../world';

const app = (name: string, namespace = 'shop', labels: Record<string, string> = { app: name }) => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: {selector: ${JSON.stringify(labels)}, ports: [{port: 80, targetPort: 8080, name: http}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {matchLabels: ${JSON.stringify(labels)}}
  template:
    metadata: {labels: ${JSON.stringify(labels)}}
    spec: {serviceAccountName: ${name}, containers: [{name: main, image: a, ports: [{containerPort: 8080}]}]}
---`;

const policy = (name: string, ingress: unknown) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: shop}
spec: {podSelector: {matchLabels: {app: ${name}}}, ingress: ${JSON.stringify(ingress)}}
---`;

const gateway = (name: string) => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: infra}
spec: {gatewayClassName: any, listeners: [{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: ${name}, namespace: shop}
spec: {parentRefs: [{name: edge, namespace: infra}], rules: [{backendRefs: [{name: ${name}, port: 80}]}]}
---`;

const graph = (text: string) => graphOf(worldOf(documentsIn('a.yaml', text), 'default'));

const edges = (text: string) => graph(text).edges.map(({ kind, from, to, port, reach, rules }) =>
  [kind, from, to, port, reach, ...rules.map(({ percent, host, source }) => percent ?? host ?? `line ${source?.place.line}`)].join(' '));

const others = (text: string) => Object.fromEntries(graph(text).nodes.map(({ id, ports }) => [id, ports.map(port => port.others).join()]));

test('who is named by a policy may call, and others may not', () => {
  const text = `${app('web')}${app('cart')}${app('job')}${policy('cart', [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }])}`;
  expect(edges(text)).toEqual(['calls Service shop/web Service shop/cart 80 all line 47']);
  expect(others(text)).toEqual({ 'Service shop/cart': 'none', 'Service shop/job': 'all', 'Service shop/web': 'all' });
});

test('a host outside that a gateway sends requests to is outside, whatever the object is called', () => {
  const text = `${gateway('cart').replace('{name: cart, port: 80}', '{group: gateway.networking.x-k8s.io, kind: XBackend, name: api}')}
apiVersion: gateway.networking.x-k8s.io/v1alpha1
kind: XBackend
metadata: {name: api, namespace: shop}
spec: {type: ExternalHostname, externalHostname: {hostname: api.example.com}, port: {number: 443}}
`;

  expect(edges(text)).toEqual(['enters Gateway infra/edge Outside api.example.com 80  line 10']);
  expect(graph(text).nodes.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['Gateway edge', 'Outside api.example.com']);
});

test('where nothing is said of anyone, nobody is named', () => {
  const text = `${app('web')}${app('cart')}${policy('cart', [{}])}`;
  expect(edges(text)).toEqual([]);
  expect(others(text)).toEqual({ 'Service shop/cart': 'all', 'Service shop/web': 'all' });
});

test('what may be called outside the cluster is an exit, by the name that the rule has for it', () => {
  const egress = (name: string, some: unknown) => `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: ${name}, namespace: shop}
spec: {endpointSelector: {matchLabels: {app: ${name}}}, egress: ${JSON.stringify(some)}}
---`;
  const ports = [{ ports: [{ port: '443', protocol: 'TCP' }] }];
  const text = `${app('web')}${app('cart')}${app('job')}${egress('cart', [{ toFQDNs: [{ matchName: 'api.example.com' }, { matchPattern: '*.pay.example' }], toPorts: ports }])}
${egress('web', [{ toCIDR: ['203.0.113.0/24'] }, { toEntities: ['cluster'] }])}`;
  expect(graph(text).edges.filter(({ kind }) => kind === 'leaves').map(({ from, to }) => `${from} ${to}`)).toEqual([
    'Service shop/cart Outside *.pay.example', 'Service shop/cart Outside api.example.com', 'Service shop/web Outside 203.0.113.0/24',
  ]);
  expect(graph(text).nodes.find(({ id }) => id === 'Outside api.example.com')).toMatchObject({ kind: 'Outside', namespace: 'outside the cluster' });
});

test.each([
  ['a ServiceEntry', `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: shop}
spec: {hosts: [api.example.com], ports: [{number: 80, name: http, protocol: HTTP}], resolution: DNS}`],
  ['an Egress', `
apiVersion: policy.openservicemesh.io/v1alpha1
kind: Egress
metadata: {name: api, namespace: shop}
spec: {sources: [{kind: ServiceAccount, name: web, namespace: shop}], hosts: [api.example.com], ports: [{number: 443, protocol: https}]}`],
])('requests and TLS leave by the name that %s has for them', (_, text) => {
  const leaving = graph(`${app('web')}${text}`).edges.filter(({ kind }) => kind === 'leaves');
  expect(leaving.map(({ from, to }) => `${from} ${to}`)).toContain('Service shop/web Outside api.example.com');
});

test('what is not understood is not known', () => {
  const text = `${app('web')}${app('cart')}${policy('cart', [{ from: [{ podSelectors: {} }] }])}`;
  expect(others(text)['Service shop/cart']).toBe('unknown');
});

test('who gets the requests of a Service has a share, and its callers are said once', () => {
  const text = `${app('web')}${app('cart-v1', 'shop', { app: 'cart', version: 'v1' })}${app('cart-v2', 'shop', { app: 'cart', version: 'v2' })}
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{port: 80, targetPort: 8080, name: http}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs: [{group: "", kind: Service, name: cart, port: 80}]
  rules: [{backendRefs: [{name: cart-v1, port: 80, weight: 9}, {name: cart-v2, port: 80, weight: 1}]}]
---${policy('cart', [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }])}`;
  expect(edges(text)).toEqual([
    'share Service shop/cart Service shop/cart-v1 80  90',
    'share Service shop/cart Service shop/cart-v2 80  10',
    expect.stringMatching('^calls Service shop/web Service shop/cart 80 all line'),
  ]);
});

test('a workload without a Service stands for itself', () => {
  const text = `${app('cart')}
apiVersion: apps/v1
kind: Deployment
metadata: {name: job, namespace: shop}
spec: {template: {metadata: {labels: {app: job}}, spec: {containers: [{name: main, image: a}]}}}
---${policy('cart', [{ from: [{ podSelector: { matchLabels: { app: 'job' } } }] }])}`;
  expect(edges(text)).toEqual([expect.stringMatching('^calls Deployment shop/job Service shop/cart 80 all')]);
});

test('a client that only a rule speaks of is shown, too', () => {
  const from = [
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } }, podSelector: { matchLabels: { app: 'prometheus' } } },
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ops' } } },
  ];
  const text = `${app('web')}${app('cart')}${policy('cart', [{ from }])}
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: web, namespace: shop}
spec: {selector: {matchLabels: {app: web}}, rules: [{from: [{source: {principals: [cluster.local/ns/ingress/sa/gateway]}}]}]}
`;
  expect(edges(text)).toEqual([
    expect.stringMatching('^calls Namespace ops/any other pod Service shop/cart 80 all line'),
    expect.stringMatching('^calls Pods monitoring/app=prometheus Service shop/cart 80 all line'),
    expect.stringMatching('^calls ServiceAccount ingress/gateway Service shop/web 80 all line'),
  ]);
});

test('whoever may not leave for a Service does not call it', () => {
  const egress = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web-egress, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: []}
---`;
  const text = `${app('web')}${app('job')}${app('cart')}${policy('cart', [{ from: [{ podSelector: {} }] }])}${egress}`;
  expect(edges(text).map(edge => edge.split(' ')[2])).toEqual(['shop/any', 'shop/job']);
});

const APPS = ['a', 'b', 'c', 'd'];

const peers = fc.array(fc.oneof(
  fc.constantFrom(...APPS).map(name => ({ podSelector: { matchLabels: { app: name } } })),
  fc.constantFrom(...APPS).map(name => ({ podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: [name] }] } })),
  fc.constant({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }),
  fc.constant({ podSelector: {} }),
), { minLength: 1, maxLength: 2 });

test('an edge is there for whoever may call, where others may not', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...APPS), peers), { maxLength: 4 }), policies => {
    const text = `${APPS.map(name => app(name)).join('')}
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---${policies.map(([name, from], i) => policy(name, [{ from }]).replace(`name: ${name}`, `name: ${name}-${i}`)).join('')}`;
    const world = worldOf(documentsIn('a.yaml', text), 'default');
    const found = new Set(graphOf(world).edges.map(({ from, to }) => `${from} ${to}`));
    const ports = new Map(world.cluster.workloads.map(workload => [workload.name, world.cluster.portsOf(workload)[0]]));
    for (const to of APPS) {
      const port = ports.get(to) ?? ports.values().next().value;
      const isClosed = policies.some(([name]) => name === to);
      for (const from of APPS.filter(name => name !== to)) {
        const client = { kind: 'pod' as const, namespace: 'shop', labels: { app: from }, serviceAccount: from, namespaceLabels: { 'kubernetes.io/metadata.name': 'shop' } };
        const isAllowed = port !== undefined && entering(world, port, client) === 'allowed';
        expect(found.has(`Service shop/${from} Service shop/${to}`)).toBe(isClosed && isAllowed);
      }
    }
  }), { numRuns: 100 });
});

test('a part has what calls it and what it calls, and namespaces stand for what is in them', () => {
  const whole = graph(`${app('web', 'front')}${app('cart')}${app('job')}${policy('cart', [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'web' } } }] }])}`);
  expect(around(whole, ({ name }) => name === 'cart').nodes.map(({ id }) => id)).toEqual(['Service front/web', 'Service shop/cart']);
  expect(betweenNamespaces(whole).edges.map(({ from, to, count }) => [from, to, count])).toEqual([['front', 'shop', 1]]);
});

test('in a namespace, what is beyond it is named', () => {
  const whole = graph(['web', 'job'].map(name => app(name, 'front')).join('') + [app('cart'), app('cron')].join('')
    + policy('cart', [{ from: [{ podSelector: { matchLabels: { app: 'cron' } } }] }])
    + policy('cron', [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'web' } } }, { namespaceSelector: {}, podSelector: { matchLabels: { app: 'job' } } }] }])
    + gateway('cart'));
  const shop = insideOf(whole).get('shop');
  expect(shop?.nodes.map(({ id }) => id)).toEqual(['Service shop/cart', 'Service shop/cron']);
  expect(shop?.edges.filter(({ from }) => !shop.beyond.has(from))).toEqual([]);
  expect([...shop?.beyond ?? []]).toEqual([
    ['Service shop/cart', { from: ['gateway edge'], to: [] }],
    ['Service shop/cron', { from: ['front'], to: [] }],
  ]);
  expect([...insideOf(whole).get('front')?.beyond ?? []]).toEqual([
    ['Service front/job', { from: [], to: ['shop'] }],
    ['Service front/web', { from: [], to: ['shop'] }],
  ]);
});

test('inside all namespaces, and between them, is every edge', () => {
  const [name, namespace] = [fc.constantFrom(...APPS), fc.constantFrom('front', 'shop', 'back')];
  fc.assert(fc.property(fc.array(fc.tuple(name, namespace, name), { maxLength: 6 }), policies => {
    const apps = ['front', 'shop', 'back'].flatMap(home => APPS.map(one => app(one, home)));
    const whole = graph(apps.join('') + policies.map(([to, home, from], i) =>
      policy(to, [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: from } } }] }])
        .replace(`name: ${to}, namespace: shop`, `name: p-${i}, namespace: ${home}`)).join(''));
    const inside = [...insideOf(whole).values()];
    const homes = new Map(whole.nodes.map(node => [node.id, node.namespace]));
    const isInside = ({ from, to }: typeof whole.edges[number]) => homes.get(from) === homes.get(to);
    expect(inside.flatMap(part => part.edges).sort(byEnds)).toEqual(whole.edges.filter(isInside).sort(byEnds));
    const beyond = new Map(inside.flatMap(part => [...part.beyond]));
    for (const { from, to } of whole.edges.filter(edge => !isInside(edge))) {
      expect(beyond.get(from)?.to).toContain(homes.get(to));
      expect(beyond.get(to)?.from).toContain(homes.get(from));
    }
  }), { numRuns: 50 });
});

const byEnds = (a: { readonly from: string; readonly to: string }, b: typeof a) => `${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1;

test('the order of documents says nothing', () => {
  const manifests = [app('web'), app('cart'), policy('cart', [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }])];
  const bare = (text: string) => JSON.stringify(graph(text), (key, value: unknown) => key === 'line' || key === 'place' ? undefined : value);
  expect(bare([...manifests].reverse().join(''))).toBe(bare(manifests.join('')));
  expect(reading([]).readings).toEqual([]);
});
