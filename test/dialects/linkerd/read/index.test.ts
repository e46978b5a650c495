import * as fc from 'fast-check';
import { allowedByLinkerd } from '../../../../src/evaluators/access/linkerd';
import type { Client, Pod, Request } from '../../../../src/evaluators/access/request';
import { decidesAsWritten } from '../../../oracle/access/decide';
import { PLAIN } from '../../../oracle/access/targets';
import { answerTo, byReader, decided, misspelt, none, saysWhat } from '../../../reading/requests';
import { entering, reading } from '../../../reading/world';

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const G = 'policy.linkerd.io';
const LABELS = fc.constantFrom<Record<string, string>>({ app: 'cart' }, { app: 'cart', tier: 'back' }, { tier: 'back' }, { app: 'web' }, {});
const selector = fc.oneof(LABELS.map(matchLabels => ({ matchLabels })), fc.record({
  key: fc.constantFrom('app', 'tier'), operator: fc.constantFrom('In', 'NotIn'), values: fc.subarray(['cart', 'back'], { minLength: 1 }),
}).map(one => ({ matchExpressions: [one] })), fc.constantFrom({ matchExpressions: [{ key: 'tier', operator: 'Exists' }] }));

const serverAt = (...ports: (number | string)[]) => fc.record({
  podSelector: selector,
  port: fc.constantFrom(...ports),
  accessPolicy: optional(fc.constantFrom('deny', 'audit', 'all-unauthenticated', 'all-authenticated', 'cluster-authenticated', 'cluster-unauthenticated')),
});

const IDENTITIES = [
  '*', 'web.shop.serviceaccount.identity.linkerd.cluster.local', '*.shop.serviceaccount.identity.linkerd.cluster.local', '*.cluster.local',
  'spiffe://partner.example/ns/shop/sa/web', 'spiffe://cluster.local/ns/shop/sa/web',
];
const identityRef = fc.oneof(
  fc.record({ kind: fc.constant('ServiceAccount'), name: fc.constantFrom('web', 'cart'), namespace: optional(fc.constantFrom('shop', 'ops')) }),
  fc.record({ kind: fc.constant('Namespace'), name: fc.constantFrom('shop', 'ops') }),
);
const meshTls = fc.oneof(
  fc.record({ identities: fc.subarray(IDENTITIES, { minLength: 1, maxLength: 2 }) }),
  fc.record({ identityRefs: fc.array(identityRef, { minLength: 1, maxLength: 2 }) }),
);
const network = fc.constantFrom({ cidr: '10.0.0.0/8' }, { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }, { cidr: '192.0.2.7' }, { cidr: '::/0' });

const AUTHENTICATIONS = [
  { group: G, kind: 'MeshTLSAuthentication', name: 'tls' }, { group: G, kind: 'MeshTLSAuthentication', name: 'tls', namespace: 'ops' },
  { group: G, kind: 'NetworkAuthentication', name: 'net' }, { kind: 'ServiceAccount', name: 'web' }, { kind: 'ServiceAccount', name: 'web', namespace: 'ops' },
];
const refs = fc.tuple(fc.constantFrom([], [0], [1], [3], [4]), fc.boolean())
  .map(([identity, net]) => [...identity, ...net ? [2] : []].map(i => AUTHENTICATIONS[i]));

const match = fc.record({
  path: optional(fc.record({ type: fc.constantFrom('Exact', 'PathPrefix'), value: fc.constantFrom('/api', '/api/v1', '/', '/healthz') })
    .chain(path => fc.constantFrom(path, { type: 'RegularExpression', value: '/api/[0-9]+' }, { type: 'RegularExpression', value: '/api|/api/v1' }))),
  method: optional(fc.constantFrom('GET', 'POST')),
  headers: optional(fc.constantFrom([{ name: 'X-Team', value: 'shop' }], [{ name: 'x-team', type: 'RegularExpression', value: 'sh.*' }])),
  queryParams: optional(fc.constant([{ name: 'v', value: '1' }])),
});
const route = fc.record({
  apiVersion: fc.constantFrom(`${G}/v1beta3`, 'gateway.networking.k8s.io/v1'),
  on: fc.subarray([0, 1], { minLength: 1 }),
  rules: fc.array(fc.record({ matches: optional(fc.array(match, { minLength: 1, maxLength: 2 })) }), { minLength: 1, maxLength: 2 }),
});

const manifests = fc.record({
  servers: fc.oneof(serverAt(8080, 'http').map(one => [one]), fc.tuple(serverAt(8080, 'http'), serverAt(6379, 'http'))),
  routes: fc.array(route, { maxLength: 2 }),
  policies: fc.array(fc.record({ target: fc.constantFrom('Server', 'Server', 'Route', 'Namespace'), i: fc.nat(1), requiredAuthenticationRefs: refs }), { maxLength: 3 }),
  older: optional(fc.record({
    server: fc.oneof(fc.record({ name: fc.constantFrom('s0', 's1') }), LABELS.map(matchLabels => ({ selector: { matchLabels } }))),
    client: fc.oneof(
      fc.record({ unauthenticated: fc.constant(true), networks: optional(fc.array(network, { minLength: 1, maxLength: 1 })) }),
      fc.record({
        meshTLS: fc.oneof(fc.constant({ unauthenticatedTLS: true }), fc.record({ identities: fc.subarray(IDENTITIES, { minLength: 1 }) }),
          fc.record({ serviceAccounts: fc.constantFrom([{ name: 'web' }], [{ name: 'web', namespace: 'ops' }]) })),
      }),
    ),
  })),
  tls: fc.tuple(meshTls, meshTls),
  networks: fc.array(network, { minLength: 1, maxLength: 2 }),
  standard: optional(fc.constantFrom('deny', 'all-authenticated', 'all-unauthenticated')),
  inNamespace: optional(fc.constantFrom('deny', 'all-unauthenticated')),
}).map(({ servers, routes, policies, older, tls, networks, standard, inNamespace }) => {
  const named = (name: string, namespace = 'shop') => ({ name, namespace });
  const annotations = (value: string | undefined) => value === undefined ? {} : { annotations: { 'config.linkerd.io/default-inbound-policy': value } };
  return [
    ...servers.map((spec, i) => ({ apiVersion: `${G}/v1beta3`, kind: 'Server', metadata: { ...named(`s${i}`), labels: { app: 'cart' } }, spec })),
    ...routes.map(({ apiVersion, on, rules }, i) => ({
      apiVersion, kind: 'HTTPRoute', metadata: named(`r${i}`), spec: { parentRefs: on.map(n => ({ group: G, kind: 'Server', name: `s${n}` })), rules },
    })),
    ...policies.map(({ target, i, requiredAuthenticationRefs }, n) => ({
      apiVersion: `${G}/v1alpha1`,
      kind: 'AuthorizationPolicy',
      metadata: named(`p${n}`),
      spec: {
        targetRef: target === 'Server' ? { group: G, kind: 'Server', name: `s${i}` }
          : target === 'Namespace' ? { kind: 'Namespace', name: 'shop' } : { group: (routes[i]?.apiVersion ?? G).split('/')[0], kind: 'HTTPRoute', name: `r${i}` },
        requiredAuthenticationRefs,
      },
    })),
    ...older === undefined ? [] : [{ apiVersion: `${G}/v1beta1`, kind: 'ServerAuthorization', metadata: named('a'), spec: older }],
    ...['shop', 'ops'].map((namespace, i) => ({ apiVersion: `${G}/v1alpha1`, kind: 'MeshTLSAuthentication', metadata: named('tls', namespace), spec: tls[i] })),
    { apiVersion: `${G}/v1alpha1`, kind: 'NetworkAuthentication', metadata: named('net'), spec: { networks } },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', ...annotations(inNamespace) } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: named('cart'),
      spec: {
        template: {
          metadata: { labels: { app: 'cart', tier: 'back' }, ...annotations(standard) },
          spec: { containers: [{ ports: [{ containerPort: 8080, name: 'http' }], livenessProbe: { httpGet: { path: '/healthz', port: 8080 } } }] },
        },
      },
    },
  ];
});

const POD: Pod = {
  service: 'cart',
  namespace: 'shop',
  serviceAccount: 'cart',
  labels: { app: 'cart', tier: 'back' },
  ports: [{ port: 8080, name: 'http', protocol: 'HTTP' }, { port: 6379, protocol: 'TCP' }],
};

const client: fc.Arbitrary<Client> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('pod' as const),
      ip: fc.constantFrom('10.1.0.5', '192.0.2.7'),
      namespace: fc.constantFrom('shop', 'ops'),
      namespaceLabels: fc.constant({}),
      labels: fc.constant({ app: 'web' }),
      serviceAccount: fc.constantFrom('web', 'cart'),
      meshed: fc.constantFrom(true, true, false),
      partner: fc.constantFrom(false, false, true),
    }).map(({ partner, ...one }) => partner && one.meshed ? { ...one, trustDomain: 'partner.example' } : one),
  },
  fc.record({ kind: fc.constantFrom('outside' as const, 'node' as const), ip: fc.constantFrom('192.0.2.7', '198.51.100.1', '2001:db8::1'), meshed: fc.constant(false) }),
);

const requests: fc.Arbitrary<Request> = fc.oneof({
  weight: 5,
  arbitrary: fc.record({
    client,
    pod: fc.constant(POD),
    port: fc.constantFrom(8080, 8080, 8080, 6379),
    method: fc.constantFrom('GET', 'POST', 'DELETE'),
    path: fc.constantFrom('/', '/api', '/api/', '/api/v1', '/api/7', '/apis', '/healthz'),
    headers: fc.dictionary(fc.constant('x-team'), fc.constantFrom('shop', 'ops')),
    query: fc.constantFrom<Record<string, string>>({}, { v: '1' }),
  }),
}, {
  weight: 1,
  arbitrary: fc.constant({
    client: { kind: 'kubelet' as const, ip: '10.9.0.1', meshed: false }, pod: POD, port: 8080, method: 'GET', path: '/healthz', headers: {}, query: {},
  }),
});

/** Names of headers are in lower case for the evaluator. */
const lower = (all: readonly any[]) => JSON.parse(JSON.stringify(all).replaceAll('X-Team', 'x-team'));
const evaluate = (all: readonly any[], request: Request) => allowedByLinkerd(lower(all), request);

test('policies of Linkerd, whoever wrote them, mean what the evaluator says', () => {
  const counts = saysWhat(evaluate, manifests, requests);

  expect(counts.allowed).toBeGreaterThan(400);
  expect(counts.denied).toBeGreaterThan(400);
  // Which of two Servers, or routes, is older; what are the networks of the cluster, and what an expression finds first.
  expect(counts.unknown).toBeLessThan(400);
});

test('what is misspelt leaves unknown what depends on it', () => {
  let unknown = 0;
  fc.assert(fc.property(misspelt(manifests.map(all => all.filter(({ kind }) => kind !== 'Deployment'))), requests, ({ before, after }, request) => {
    const answer = answerTo(reading(after), request);
    if (answer === 'unknown') unknown++;
    else expect(answer).toBe(decided(evaluate, before, request) ?? answer);
  }), { numRuns: 800 });
  expect(unknown).toBeGreaterThan(100);
});

test('what is rendered for Linkerd, read again, is what was written', () => {
  const counts = none();
  const [target, of, options] = PLAIN.Linkerd;
  decidesAsWritten(2000, target, byReader(of, counts), options);

  expect(counts.unknown).toBeLessThan((counts.allowed + counts.denied) / 20);
});

/** What linkerd.io has in its tutorials: a Server for gRPC, and who may call it. */
const VOTING = [
  { apiVersion: `${G}/v1beta3`, kind: 'Server', metadata: { namespace: 'emojivoto', name: 'voting-grpc' }, spec: { podSelector: { matchLabels: { app: 'voting-svc' } }, port: 'grpc', proxyProtocol: 'gRPC' } },
  {
    apiVersion: `${G}/v1alpha1`,
    kind: 'AuthorizationPolicy',
    metadata: { namespace: 'emojivoto', name: 'voting' },
    spec: { targetRef: { group: G, kind: 'Server', name: 'voting-grpc' }, requiredAuthenticationRefs: [{ kind: 'ServiceAccount', name: 'web' }] },
  },
];
const TO = { pod: { namespace: 'emojivoto', labels: { app: 'voting-svc' }, serviceAccount: 'voting' }, port: 8080, name: 'grpc', protocol: 'GRPC', entrances: [] } as const;
const web = { kind: 'pod', namespace: 'emojivoto', serviceAccount: 'web', labels: {}, namespaceLabels: {}, meshed: true, address: '10.1.0.5' } as const;
const call = (path: string, method = 'POST') => ({ request: { method, path, headers: {}, query: {} } });
const grpcRoute = (name: string, method: object) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'GRPCRoute',
  metadata: { namespace: 'emojivoto', name },
  spec: { parentRefs: [{ group: G, kind: 'Server', name: 'voting-grpc' }], rules: [{ matches: [{ method }] }] },
});

test('a Server of gRPC takes calls, and of GRPCRoutes the one that names the call more closely decides', () => {
  const world = reading(VOTING);
  expect([
    entering(world, TO, web, call('/emojivoto.v1.VotingService/VoteDoughnut')),
    entering(world, TO, web, call('/emojivoto.v1.VotingService/VoteDoughnut', 'GET')),
    entering(world, TO, { ...web, serviceAccount: 'vote-bot' }, call('/emojivoto.v1.VotingService/VoteDoughnut')),
    entering(world, TO, { ...web, meshed: false }, call('/emojivoto.v1.VotingService/VoteDoughnut')),
    entering(world, { ...TO, port: 9090, name: 'other' }, web, call('/a/b')),
  ]).toEqual(['allowed', 'denied', 'denied', 'denied', 'unknown']);

  const routed = reading([...VOTING, grpcRoute('all', { service: 'emojivoto.v1.VotingService' }), grpcRoute('poop', { service: 'emojivoto.v1.VotingService', method: 'VotePoop' }), {
    ...VOTING[1],
    metadata: { namespace: 'emojivoto', name: 'poop' },
    spec: { targetRef: { group: 'gateway.networking.k8s.io', kind: 'GRPCRoute', name: 'poop' }, requiredAuthenticationRefs: [{ kind: 'ServiceAccount', name: 'vote-bot' }] },
  }]);
  const bot = { ...web, serviceAccount: 'vote-bot' };
  const paths = ['/emojivoto.v1.VotingService/VotePoop', '/emojivoto.v1.VotingService/VoteDoughnut', '/other.Service/VotePoop'];
  expect([web, bot].map(who => paths.map(path => entering(routed, TO, who, call(path))))).toEqual([['allowed', 'allowed', 'denied'], ['allowed', 'denied', 'denied']]);
});

test('ports without a Server follow the annotation of their pods, that of their namespace, or nobody knows', () => {
  const world = reading(VOTING);
  const standard = (annotations?: Record<string, string>, namespaceAnnotations?: Record<string, string>) => [web, { ...web, meshed: false } as const]
    .map(who => entering(world, {
      ...TO, port: 80, name: 'x', pod: { ...TO.pod, ...annotations && { annotations }, ...namespaceAnnotations && { namespaceAnnotations } },
    }, who, call('/')));
  const by = (policy: string) => ({ 'config.linkerd.io/default-inbound-policy': policy });

  expect(standard()).toEqual(['unknown', 'unknown']);
  expect(standard(by('deny'))).toEqual(['denied', 'denied']);
  expect(standard(by('all-authenticated'), by('deny'))).toEqual(['allowed', 'denied']);
  expect(standard({}, by('all-unauthenticated'))).toEqual(['allowed', 'allowed']);
  expect(standard({ ...by('all-unauthenticated'), 'config.linkerd.io/proxy-require-identity-inbound-ports': '79-80' })).toEqual(['allowed', 'denied']);
  expect(standard(by('nothing'))).toEqual(['unknown', 'unknown']);
  expect(standard({ ...by('deny'), 'config.linkerd.io/skip-inbound-ports': '80' })).toEqual(['allowed', 'allowed']);
});

test('what an EgressNetwork lets out is not known, unless it lets out everything', () => {
  const egress = (namespace: string, trafficPolicy: string) => ({
    apiVersion: `${G}/v1alpha1`, kind: 'EgressNetwork', metadata: { name: 'all', namespace }, spec: { trafficPolicy },
  });
  const gates = (one: object) => reading([one]).readings[0].reading.leaving!(web, { isOutside: true, protocol: 'TCP' })
    .map(({ decision }) => decision.otherwise.value);
  const unknown = [{ unknown: 'what an EgressNetwork lets out is not known here' }];

  expect([gates(egress('emojivoto', 'Deny')), gates(egress('linkerd-egress', 'Deny'))]).toEqual([unknown, unknown]);
  expect([gates(egress('emojivoto', 'Allow')), gates(egress('other', 'Deny'))]).toEqual([[], []]);
});
