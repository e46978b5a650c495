import { linkerdAccess } from '../../../src/dialects/linkerd/access';
import type { AccessModel, AccessRule, Source, WorkloadPort } from '../../../src/model/access';
import { ANY_REQUEST } from '../../../src/model/match';
import { expectValid } from '../../schema';
import { inYaml, ofKind } from '../../setup';

const http: WorkloadPort = { port: 8080, protocol: 'HTTP' };
const tcp: WorkloadPort = { port: 6379, protocol: 'TCP' };
const web: Source = { kind: 'serviceAccount', name: 'web', namespace: 'shop' };
const getting = [{ ...ANY_REQUEST, methods: ['GET'] }];

const rule = (sources: Source[], more: Partial<AccessRule> = {}): AccessRule =>
  ({ sources, exceptSources: [], exceptRequests: [], endUsers: [], ports: [http], requests: [], ...more });

function policy(rules: AccessRule[], more: Partial<AccessModel> = {}): AccessModel {
  return {
    name: 'cart',
    namespace: 'shop',
    destination: { service: 'cart', podSelector: { app: 'cart' }, ports: [http, tcp] },
    rules,
    denials: [],
    leavesRest: false,
    healthProbes: [],
    audit: false,
    ...more,
  };
}

function render(model: AccessModel): readonly any[] {
  expect(linkerdAccess.render(model).refusals).toEqual([]);
  const manifests = linkerdAccess.render(model).manifests;
  expectValid(...manifests);
  return manifests;
}

/** What each AuthorizationPolicy of a target requires. */
function required(manifests: readonly any[], target: string): any[] {
  return ofKind(manifests, 'AuthorizationPolicy').filter(({ spec }) => spec.targetRef.name === target)
    .map(({ spec }) => spec.requiredAuthenticationRefs.map(({ kind, name }: any) =>
      manifests.find(m => m.kind === kind && m.metadata.name === name).spec));
}

test('a client that may GET is let in by the AuthorizationPolicy of an HTTPRoute', () => {
  expect(inYaml(linkerdAccess.render(policy([rule([web], { requests: getting })])).manifests)).toMatchInlineSnapshot(`
"apiVersion: policy.linkerd.io/v1beta1
kind: Server
metadata:
  name: cart-8080
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: cart
  port: 8080
  proxyProtocol: unknown
---
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata:
  name: cart-8080-920c3261
  namespace: shop
spec:
  parentRefs:
    - group: policy.linkerd.io
      kind: Server
      name: cart-8080
  rules:
    - matches:
        - method: GET
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata:
  name: cart-8080-920c3261
  namespace: shop
spec:
  targetRef:
    group: policy.linkerd.io
    kind: HTTPRoute
    name: cart-8080-920c3261
  requiredAuthenticationRefs:
    - group: policy.linkerd.io
      kind: MeshTLSAuthentication
      name: cart-920c3261
---
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata:
  name: cart-920c3261
  namespace: shop
spec:
  identityRefs:
    - kind: ServiceAccount
      name: web
      namespace: shop
---
apiVersion: policy.linkerd.io/v1beta1
kind: Server
metadata:
  name: cart-6379
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: cart
  port: 6379
  proxyProtocol: opaque
"
`);
});

test('every governed port has a Server, and nobody is let in where nothing is allowed', () => {
  const manifests = render(policy([]));

  expect(ofKind(manifests, 'Server').map(({ spec }) => [spec.port, spec.podSelector])).toEqual([
    [8080, { matchLabels: { app: 'cart' } }], [6379, { matchLabels: { app: 'cart' } }],
  ]);
  expect(ofKind(manifests, 'AuthorizationPolicy')).toEqual([]);
});

test('identities and addresses are alternatives, so each has a policy of its own', () => {
  const manifests = render(policy([rule([
    web, { kind: 'namespace', name: 'ops' },
    { kind: 'ipBlock', cidr: '10.20.0.0/16', except: ['10.20.5.0/24'] }, { kind: 'ipBlock', cidr: '2001:db8::/32', except: [] },
  ])]));

  expect(required(manifests, 'cart-8080')).toEqual([
    [{ identityRefs: [{ kind: 'Namespace', name: 'ops' }, { kind: 'ServiceAccount', name: 'web', namespace: 'shop' }] }],
    [{ networks: [{ cidr: '10.20.0.0/16', except: ['10.20.5.0/24'] }, { cidr: '2001:db8::/32' }] }],
  ]);
  expect(required(manifests, 'cart-6379')).toEqual([]);
});

test('anyone is every address, and makes all other sources moot', () => {
  const manifests = render(policy([rule([web, { kind: 'anyone' }, { kind: 'ipBlock', cidr: '10.0.0.0/8', except: [] }])]));

  expect(required(manifests, 'cart-8080')).toEqual([[{ networks: [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }] }]]);
});

test('any authenticated client makes other identities moot, and no addresses', () => {
  const manifests = render(policy([rule([web, { kind: 'anyAuthenticated' }, { kind: 'ipBlock', cidr: '10.0.0.0/8', except: [] }])]));

  expect(required(manifests, 'cart-8080')).toEqual([[{ identities: ['*'] }], [{ networks: [{ cidr: '10.0.0.0/8' }] }]]);
});

test('where requests are told apart, only routes have policies: those of a Server would hold for all its routes', () => {
  const manifests = render(policy([rule([web], { requests: getting }), rule([{ kind: 'anyone' }], { requests: [{ ...ANY_REQUEST, methods: ['PUT'] }] })]));

  expect(required(manifests, 'cart-8080')).toEqual([]);
  const routes = ofKind(manifests, 'HTTPRoute');
  expect(routes.map(({ spec }) => spec.parentRefs)).toEqual([1, 2].map(() => [{ group: 'policy.linkerd.io', kind: 'Server', name: 'cart-8080' }]));
  expect(Object.fromEntries(routes.map(({ metadata, spec }) => [spec.rules[0].matches[0].method, required(manifests, metadata.name)]))).toEqual({
    GET: [[{ identityRefs: [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }] }]],
    PUT: [[{ networks: [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }] }]],
  });
});

test('ports that let in the same clients share their authentication, and another port renames nothing', () => {
  const names = (model: AccessModel) => render(model).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  const one = names(policy([rule([web])]));
  const both = names(policy([rule([web], { ports: [http, tcp] })]));

  expect(both.filter(name => name.startsWith('MeshTLSAuthentication'))).toHaveLength(1);
  expect(both).toEqual(expect.arrayContaining(one));
});

test('health checks get a route for anyone where requests are told apart, and none where Linkerd adds it by itself', () => {
  const healthProbes = [{ path: '/healthz', port: 8080 }];
  const manifests = render(policy([rule([web], { requests: [{ ...ANY_REQUEST, methods: ['PUT'] }] })], { healthProbes }));

  const [route] = ofKind(manifests, 'HTTPRoute').filter(({ spec }) => spec.rules[0].matches[0].method === 'GET');
  expect(route.spec.rules).toEqual([{ matches: [{ method: 'GET', path: { type: 'Exact', value: '/healthz' } }] }]);
  expect(required(manifests, route.metadata.name)).toEqual([[{ networks: [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }] }]]);
  expect(ofKind(render(policy([rule([web])], { healthProbes })), 'HTTPRoute')).toEqual([]);
});

test('a health check over gRPC gets a route too where none are told apart, which Linkerd does not add by itself', () => {
  const port = { port: 9090, protocol: 'GRPC' as const };
  const model = (...rules: AccessRule[]) =>
    policy(rules, { healthProbes: [{ kind: 'grpc', port: 9090 }], destination: { ...policy([]).destination, ports: [port] } });
  const check = { path: { type: 'Exact', value: '/grpc.health.v1.Health/Check' }, method: 'POST' };

  for (const rules of [[], [rule([web], { ports: [port] })]]) {
    const manifests = render(model(...rules));
    const [route] = ofKind(manifests, 'HTTPRoute').filter(({ spec }) => spec.rules[0].matches.some((match: any) => match.method === 'POST'));

    expect(route.spec.rules).toEqual([{ matches: [check] }]);
    expect(required(manifests, route.metadata.name)).toEqual([[{ networks: [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }] }]]);
  }
});

test('a health check over TCP needs nothing, since the proxy takes the connection', () => {
  const healthProbes = [{ kind: 'tcp' as const, port: 8080 }];

  expect(render(policy([rule([web])], { healthProbes }))).toEqual(render(policy([rule([web])])));
});

test('requests beyond what a rule of a route can hold go into further rules', () => {
  const requests = Array.from({ length: 9 }, (_, i) => ({ ...ANY_REQUEST, path: { type: 'exact' as const, value: `/${i}` } }));
  const [route] = ofKind(render(policy([rule([web], { requests })])), 'HTTPRoute');

  expect(route.spec.rules.map((r: any) => r.matches.length)).toEqual([8, 1]);
});

test('where policies only report, a request that no route is for is let in too, and none is reported that a route lets in', () => {
  const reporting = (rules: AccessRule[]) =>
    render(policy(rules, { audit: true, destination: { service: 'cart', podSelector: { app: 'cart' }, ports: [http] } }));
  const manifests = reporting([rule([web], { requests: getting })]);

  expect(ofKind(manifests, 'Server').map(({ spec }) => spec.accessPolicy)).toEqual(['audit']);
  const routes = ofKind(manifests, 'HTTPRoute');
  const byMatch = Object.fromEntries(routes.map(({ metadata, spec }) => [JSON.stringify(spec.rules[0].matches), required(manifests, metadata.name)]));
  expect(byMatch['[{"path":{"type":"PathPrefix","value":"/"}}]']).toEqual([]);
  expect(byMatch['[{"method":"GET"}]']).toHaveLength(1);

  // Policies of a Server have no order, so that of the audit might come first.
  const [route, ...others] = ofKind(reporting([rule([web])]), 'HTTPRoute');
  expect(others).toEqual([]);
  expect(required(reporting([rule([web])]), route.metadata.name)).toHaveLength(1);
  expect(ofKind(reporting([]), 'HTTPRoute')).toEqual([]);
});

test('refuses to report on ports without requests, where clients would be reported that a policy allows', () => {
  const [refusal, ...others] = linkerdAccess.render(policy([rule([web], { ports: [tcp] })], { audit: true })).refusals;

  expect(others).toEqual([]);
  expect(refusal).toMatchObject({ what: 'audit of TCP port 6379', reason: expect.stringContaining('in no order') });
  expect(linkerdAccess.render(policy([rule([web])], { audit: true })).refusals).toEqual([]);
});

test('refuses a workload whose labels are unknown', () => {
  expect(linkerdAccess.render(policy([], { destination: { service: 'cart', ports: [http] } })).refusals).toEqual([{
    what: "a policy for 'cart'",
    reason: 'a Server selects the pods by their labels, which are unknown',
    remedy: 'Give the MeshService its `podSelector`',
  }]);
});

test('refuses requests that Linkerd cannot keep apart', () => {
  const requests = (value: string) => [{ ...ANY_REQUEST, path: { type: 'regex' as const, value } }];
  const [refusal] = linkerdAccess.render(policy([
    rule([web], { requests: requests('/a.*') }), rule([{ kind: 'anyone' }], { requests: requests('/.*b') }),
  ])).refusals;

  expect(refusal).toMatchObject({ what: 'these rules on port 8080', remedy: expect.stringMatching(/so that no request matches both/) });
});

test.each([
  ['/files/.*', '^(?:/files/(?:'],
  ['/carts/[^/]+/items', '^(?:/carts/(?:'],
  ['/v[0-9]+', '^(?:/v[0-9]+)$'],
  ['/\\d+', '^(?:/[0-9]+)$'],
])("writes the expression %s for Rust, and without '..'", (value, start) => {
  const model = policy([rule([web], { requests: [{ ...ANY_REQUEST, path: { type: 'regex', value } }] })]);
  const [route] = linkerdAccess.render(model).manifests.filter(({ kind }) => kind === 'HTTPRoute') as any[];

  expect(linkerdAccess.render(model).refusals).toEqual([]);
  expect(route.spec.rules[0].matches[0].path.value.slice(0, start.length)).toBe(start);
});

test.each([
  ['.*\\./items', /servers resolve '\.\.'/, /pathTemplate/],
  ['/[a-z.]+/x', /servers resolve '\.\.'/, /pathBelow/],
  ['/\\bcart', /another engine for expressions than Envoy/, /plain classes/],
  ['/\\pL+', /another engine for expressions than Envoy/, /plain classes/],
])('refuses the expression %s', (value, reason, remedy) => {
  expect(linkerdAccess.render(policy([rule([web], { requests: [{ ...ANY_REQUEST, path: { type: 'regex', value } }] })])).refusals).toEqual([
    expect.objectContaining({ reason: expect.stringMatching(reason), remedy: expect.stringMatching(remedy) }),
  ]);
});

test.each(['./x', 'e./b', '2F', './(x'])('refuses the end %s, in which paths with dots end too', value => {
  expect(linkerdAccess.render(policy([rule([web], { requests: [{ ...ANY_REQUEST, path: { type: 'end', value } }] })])).refusals).toEqual([{
    what: `the end of a path '${value}'`,
    reason: "Linkerd compares paths as they come, and servers resolve '..', encoded or not: some paths that end so lead elsewhere",
    remedy: "Write it from a slash on, such as '/items.json'; or use `pathPrefix`, `pathBelow`, `pathStartsWith` or `pathTemplate`",
  }]);
});

test('refuses what is too long for a route once it takes no dots', () => {
  const path = { type: 'template' as const, value: `/{*}${'/{*}'.repeat(20)}` };

  expect(linkerdAccess.render(policy([rule([web], { requests: [{ ...ANY_REQUEST, path }] })])).refusals).toEqual([
    expect.objectContaining({ reason: expect.stringMatching(/more than the 1024 characters/) }),
  ]);
});

test('refuses more than a route can hold', () => {
  const header = (i: number) => ({ name: `x-${String(i).padStart(2, '0')}`, type: 'exact' as const, value: '1' });
  const paths = Array.from({ length: 129 }, (_, i) => ({ ...ANY_REQUEST, path: { type: 'exact' as const, value: `/${i}` } }));
  const headers = Array.from({ length: 17 }, (_, i) => header(i));

  expect(linkerdAccess.render(policy([rule([web], { requests: [{ ...ANY_REQUEST, headers }] })])).refusals)
    .toMatchObject([{ what: '17 conditions of a kind in one match on port 8080', reason: 'the CRD of HTTPRoute allows 16' }]);
  expect(linkerdAccess.render(policy([rule([web], { requests: paths })])).refusals).not.toEqual([]);
});
