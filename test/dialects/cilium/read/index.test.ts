import * as fc from 'fast-check';
import { allowedByCilium } from '../../../../src/evaluators/access/cilium';
import type { Client, Pod, Request } from '../../../../src/evaluators/access/request';
import { decidesAsWritten } from '../../../oracle/access/decide';
import { PLAIN } from '../../../oracle/access/targets';
import { answerTo, byReader, decided, misspelt, none, saysWhat } from '../../../reading/requests';
import { entering, reading } from '../../../reading/world';

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const KEYS = ['app', 'k8s:app', 'any:tier', 'k8s:io.kubernetes.pod.namespace', 'io.cilium.k8s.policy.serviceaccount', 'k8s:io.cilium.k8s.namespace.labels.team'];
const VALUES = ['web', 'cart', 'front', 'shop', 'ops'];

const selectorWith = (keys: readonly string[]) => fc.oneof(
  fc.constant({}),
  fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...VALUES), { maxKeys: 2 }).map(matchLabels => ({ matchLabels })),
  fc.record({ key: fc.constantFrom(...keys), operator: fc.constantFrom('Exists', 'DoesNotExist') }).map(one => ({ matchExpressions: [one] })),
  fc.record({ key: fc.constantFrom(...keys), operator: fc.constantFrom('In', 'NotIn'), values: fc.subarray(VALUES, { minLength: 1 }) })
    .map(one => ({ matchExpressions: [one] })),
);

const peers = fc.oneof(
  fc.record({
    fromEndpoints: fc.array(fc.oneof({ weight: 5, arbitrary: selectorWith(KEYS) }, {
      weight: 1, arbitrary: fc.constantFrom('host', 'world', 'remote-node', 'ingress').map(name => ({ matchLabels: { [`reserved:${name}`]: '' } })),
    }), { maxLength: 2 }),
  }),
  fc.record({ fromEntities: fc.subarray(['all', 'world', 'cluster', 'host', 'remote-node', 'kube-apiserver', 'ingress'], { minLength: 1, maxLength: 2 }) }),
  fc.record({ fromCIDR: fc.subarray(['10.0.0.0/8', '192.0.2.7', '0.0.0.0/0'], { minLength: 1 }) }),
  fc.record({ fromCIDRSet: fc.constantFrom([{ cidr: '192.0.2.0/24', except: ['192.0.2.128/25'] }], [{ cidr: '::/0' }, { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }]) }),
  fc.constant({}),
);

const PORTS = [
  { port: '8080' }, { port: 'HTTP', protocol: 'TCP' }, { port: '0' }, { port: '8000', endPort: 8100, protocol: 'TCP' }, { port: '6379', protocol: 'TCP' },
  { port: '5353', protocol: 'UDP' }, { port: 'dns', protocol: 'ANY' }, { port: '8080', protocol: 'SCTP' },
];
const ports = fc.subarray(PORTS, { minLength: 1, maxLength: 2 });

const http = fc.record({
  method: optional(fc.constantFrom('GET', 'GET|POST', '')),
  path: optional(fc.constantFrom(
    '/api', '/api/.*', '/api(\\?.*)?', '/a\\.b([/?].*)?', '/.*', '/api|/carts(\\?.*)?', '/carts/[0-9]+(\\?.*)?', '(?:/api|/carts)(\\?.*)?', '/carts/[^/?]+', '',
  )),
  headers: optional(fc.constantFrom(['X-Team shop'], ['x-version'])),
  headerMatches: optional(fc.constantFrom([{ name: 'X-Team', value: 'shop' }], [{ name: 'x-team' }])),
});

const allowing = fc.record({
  ports, rules: optional(fc.record({ http: fc.array(http, { minLength: 1, maxLength: 2 }) })),
}).map(({ ports: all, rules }) => rules === undefined ? { ports: all } : { ports: all.filter(({ protocol, port }) => protocol === 'TCP' && port !== '0'), rules })
  .filter(({ ports: all }) => all.length > 0);

const ruleOf = (opening: fc.Arbitrary<object>) => fc
  .tuple(peers, optional(fc.array(opening, { minLength: 1, maxLength: 2 })), fc.integer({ max: 9, min: 0 }))
  .map(([from, toPorts, n]) => n === 0 ? { ...from, icmps: [{ fields: [{ type: 8 }] }] } : { ...from, toPorts });

const spec = fc.record({
  endpointSelector: selectorWith(['app', 'k8s:tier', 'any:app']),
  ingress: optional(fc.array(ruleOf(allowing), { minLength: 1, maxLength: 3 })),
  ingressDeny: fc.option(fc.array(ruleOf(fc.record({ ports })), { minLength: 1, maxLength: 1 }), { nil: undefined, freq: 1 }),
  enableDefaultDeny: fc.option(fc.record({ ingress: fc.boolean() }), { nil: undefined, freq: 5 }),
}).filter(({ ingress, ingressDeny, enableDefaultDeny }) => enableDefaultDeny === undefined || (ingress ?? ingressDeny) !== undefined);

const manifests = fc.array(fc.record({
  isOfCluster: fc.boolean(), namespace: fc.constantFrom('shop', 'ops'), specs: fc.array(spec, { minLength: 1, maxLength: 2 }), isForNodes: fc.constantFrom(false, false, false, true),
}), { maxLength: 3 }).map(all => all.map(({ isOfCluster, namespace, specs, isForNodes }, i) => ({
  apiVersion: 'cilium.io/v2',
  kind: isOfCluster ? 'CiliumClusterwideNetworkPolicy' : 'CiliumNetworkPolicy',
  metadata: { name: `p${i}`, ...(!isOfCluster && { namespace }) },
  ...(specs.length === 1 ? { spec: specs[0] } : { specs }),
  ...(isForNodes && { specs: [{ nodeSelector: {}, ingress: [{ fromEntities: ['cluster'] }] }] }),
})));

const POD: Pod = {
  service: 'cart',
  namespace: 'shop',
  serviceAccount: 'cart',
  labels: { app: 'cart', tier: 'front' },
  ports: [{ port: 8080, name: 'http', protocol: 'HTTP' }, { port: 6379, protocol: 'TCP' }, { port: 5353, name: 'dns', protocol: 'UDP' }],
};

const client: fc.Arbitrary<Client> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pod' as const),
      ip: fc.constantFrom('10.1.0.5', '192.0.2.130'),
      namespace: fc.constantFrom('shop', 'ops'),
      namespaceLabels: fc.constantFrom<Record<string, string>>({}, { team: 'shop' }),
      labels: fc.constantFrom<Record<string, string>>({ app: 'web' }, { app: 'cart', tier: 'front' }, {}),
      serviceAccount: fc.constantFrom('web', 'cart'),
      meshed: fc.constant(false),
    }),
  },
  fc.record({
    kind: fc.constantFrom('outside' as const, 'kubelet' as const, 'node' as const, 'apiServer' as const, 'gateway' as const),
    ip: fc.constantFrom('10.1.0.5', '192.0.2.130', '192.0.2.7', '2001:db8::1'),
    meshed: fc.constant(false),
  }),
);

const requests: fc.Arbitrary<Request> = fc.record({
  client,
  pod: fc.constant(POD),
  port: fc.constantFrom(8080, 8080, 6379, 5353),
  method: fc.constantFrom('GET', 'POST', 'DELETE'),
  path: fc.constantFrom('/', '/api', '/api/v1', '/a.b', '/a.b/c', '/axb', '/carts', '/carts/7', '/carts/7/items'),
  headers: fc.dictionary(fc.constantFrom('x-team', 'x-version'), fc.constantFrom('shop', 'ops', ''), { maxKeys: 2 }),
  query: fc.constantFrom<Record<string, string>>({}, { v: '1' }),
});

test('a policy of Cilium, whoever wrote it, means what the evaluator says', () => {
  const counts = saysWhat(allowedByCilium, manifests, requests);

  expect(counts.allowed).toBeGreaterThan(400);
  expect(counts.denied).toBeGreaterThan(400);
  // Where the API server is, and what an empty list means.
  expect(counts.unknown).toBeLessThan(600);
});

test('what is misspelt leaves unknown what depends on it', () => {
  let unknown = 0;
  fc.assert(fc.property(misspelt(manifests), requests, ({ before, after }, request) => {
    const answer = answerTo(reading(after), request);
    if (answer === 'unknown') unknown++;
    else expect(answer).toBe(decided(allowedByCilium, before, request) ?? answer);
  }), { numRuns: 800 });
  expect(unknown).toBeGreaterThan(100);
});

test('what is rendered for Cilium, read again, is what was written', () => {
  const counts = none();
  const [target, evaluate, options] = PLAIN.Cilium;
  decidesAsWritten(2000, target, byReader(evaluate, counts), options);

  expect(counts.unknown).toBeLessThan((counts.allowed + counts.denied) / 20);
});

const CALLED = { pod: { namespace: 'shop', labels: { app: 'cart' }, serviceAccount: 'cart' }, port: 8080, name: 'http', protocol: 'HTTP', entrances: [] } as const;
const POLICY = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'p', namespace: 'shop' } };
const WEB = { kind: 'pod', namespace: 'shop', labels: { app: 'web' }, serviceAccount: 'web', namespaceLabels: {}, meshed: false, address: '10.1.0.5' } as const;

test('Cilium enforces NetworkPolicies beside its own: what one of them allows, passes; what a rule of Cilium denies, does not', () => {
  const forJob = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'n', namespace: 'shop' }, spec: { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'job' } } }] }] } };
  const forWeb = { ...POLICY, spec: { endpointSelector: {}, ingress: [{ fromEndpoints: [{ matchLabels: { app: 'web' } }] }] } };
  const denied = { ...POLICY, metadata: { name: 'd', namespace: 'shop' }, spec: { endpointSelector: {}, ingressDeny: [{ fromEndpoints: [{ matchLabels: { app: 'job' } }] }], enableDefaultDeny: { ingress: false } } };
  const answers = (...all: object[]) => ['web', 'job', 'other'].map(app => entering(reading(all), CALLED, { ...WEB, labels: { app } }));

  expect(answers(forJob)).toEqual(['denied', 'allowed', 'denied']);
  expect(answers(forWeb)).toEqual(['allowed', 'denied', 'denied']);
  expect(answers(forJob, forWeb)).toEqual(['allowed', 'allowed', 'denied']);
  expect(answers(forJob, forWeb, denied)).toEqual(['allowed', 'denied', 'denied']);
  expect(answers(denied)).toEqual(['allowed', 'denied', 'allowed']);
});
