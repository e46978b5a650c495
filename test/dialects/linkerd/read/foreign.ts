import * as fc from 'fast-check';
import type { Client, Pod, Request } from '../../../../src/evaluators/access/request';

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
export const G = 'policy.linkerd.io';
const LABELS = fc.constantFrom<Record<string, string>>({ app: 'cart' }, { app: 'cart', tier: 'back' }, { tier: 'back' }, { app: 'web' }, {});
const selector = fc.oneof(LABELS.map(matchLabels => ({ matchLabels })), fc.record({
  key: fc.constantFrom('app', 'tier'), operator: fc.constantFrom('In', 'NotIn'), values: fc.subarray(['cart', 'back'], { minLength: 1 }),
}).map(one => ({ matchExpressions: [one] })), fc.constantFrom({ matchExpressions: [{ key: 'tier', operator: 'Exists' }] }));

const serverAt = (...ports: (number | string)[]) => fc.record({
  podSelector: selector,
  port: fc.constantFrom(...ports),
  proxyProtocol: optional(fc.constantFrom('unknown', 'HTTP/1', 'HTTP/2', 'opaque', 'TLS')),
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

export const manifests = fc.record({
  servers: fc.oneof(serverAt(8080, 'http').map(one => [one]), fc.tuple(serverAt(8080, 'http'), serverAt(6379, 9443, 'http'))),
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
  ports: [{ port: 8080, name: 'http', protocol: 'HTTP' }, { port: 6379, protocol: 'TCP' }, { port: 9443, protocol: 'TLS' }],
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

export const requests: fc.Arbitrary<Request> = fc.oneof({
  weight: 5,
  arbitrary: fc.record({
    client,
    pod: fc.constant(POD),
    port: fc.constantFrom(8080, 8080, 8080, 6379, 9443),
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
