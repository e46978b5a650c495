import * as fc from 'fast-check';
import { allowedByKuma } from '../../../../src/evaluators/access/kuma';
import type { Client, Pod, Request } from '../../../../src/evaluators/access/request';
import { decidesAsWritten } from '../../../oracle/access/decide';
import { PLAIN } from '../../../oracle/access/targets';
import { answerTo, byReader, decided, misspelt, none, saysWhat } from '../../../reading/requests';
import { entering, reading } from '../../../reading/world';

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const D = 'spiffe://cluster.local';
const spiffeID = fc.oneof(
  fc.record({ type: fc.constant('Exact'), value: fc.constantFrom(`${D}/ns/shop/sa/web`, `${D}/ns/ops/sa/web`, 'spiffe://partner.example/ns/shop/sa/web') }),
  fc.record({ type: fc.constant('Prefix'), value: fc.constantFrom(`${D}/ns/shop`, `${D}/ns`, D, 'spiffe://partner.example', `${D}/ns/shop/sa/we`) }),
);
const matches = optional(fc.array(spiffeID.map(id => ({ spiffeID: id })), { minLength: 1, maxLength: 2 }));

const targetRef = fc.oneof(
  fc.constantFrom(undefined, { kind: 'Mesh' }, { kind: 'Dataplane' }),
  fc.record({
    kind: fc.constant('Dataplane'),
    labels: optional(fc.constantFrom<Record<string, string>>({ app: 'cart' }, { app: 'web' }, { 'app': 'cart', 'k8s.kuma.io/namespace': 'shop' })),
    sectionName: optional(fc.constantFrom('http', '6379', '8080')),
  }),
);
const head = fc.record({
  namespace: fc.constantFrom('shop', 'ops', 'kuma-system'), effect: fc.constantFrom(undefined, undefined, undefined, 'shadow'),
}).map(({ namespace, effect }) => ({ namespace, ...effect && { labels: { 'kuma.io/effect': effect } } }));

const conf = fc.record({ allow: matches, deny: matches, allowWithShadowDeny: matches });
const permission = fc.record({
  metadata: head,
  spec: fc.record({
    targetRef,
    rules: fc.array(fc.record({ default: conf }), { minLength: 1, maxLength: 2 }),
  }),
}).map(one => ({ kind: 'MeshTrafficPermission', ...one }));
const tls = fc.record({
  metadata: head,
  spec: fc.record({ targetRef, rules: fc.constantFrom('Strict', 'Permissive', undefined).map(mode => [{ default: { mode, tlsVersion: { min: 'TLS13' } } }]) }),
}).map(one => ({ kind: 'MeshTLS', ...one }));

const manifests = fc.array(fc.oneof({ weight: 2, arbitrary: permission }, { weight: 1, arbitrary: tls }), { minLength: 1, maxLength: 4 })
  .map(all => all.map(({ kind, metadata, spec }, i) => ({ apiVersion: 'kuma.io/v1alpha1', kind, metadata: { name: `p${i}`, ...metadata }, spec })));

const POD: Pod = {
  service: 'cart', namespace: 'shop', serviceAccount: 'cart', labels: { app: 'cart' }, ports: [{ port: 8080, name: 'http', protocol: 'HTTP' }, { port: 6379, protocol: 'TCP' }],
};
const client: fc.Arbitrary<Client> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('pod' as const),
      ip: fc.constant('10.1.0.5'),
      namespace: fc.constantFrom('shop', 'ops'),
      serviceAccount: fc.constantFrom('web', 'web-admin'),
      meshed: fc.constantFrom(true, true, false),
      partner: fc.constantFrom(false, false, true),
    }).map(({ partner, ...one }) => partner && one.meshed ? { ...one, trustDomain: 'partner.example' } : one),
  },
  fc.record({ kind: fc.constantFrom('outside' as const, 'node' as const, 'kubelet' as const), ip: fc.constant('192.0.2.7'), meshed: fc.constant(false) }),
);
const requests: fc.Arbitrary<Request> = fc.record({
  client, pod: fc.constant(POD), port: fc.constantFrom(8080, 6379), method: fc.constant('GET'), path: fc.constant('/'), headers: fc.constant({}), query: fc.constant({}),
});

test('policies of Kuma, whoever wrote them, mean what the evaluator says', () => {
  const counts = saysWhat(allowedByKuma, manifests, requests);

  expect(counts.allowed).toBeGreaterThan(400);
  expect(counts.denied).toBeGreaterThan(400);
  // Clients that are known by another trust domain than the usual one, and meshes without a permission.
  expect(counts.unknown).toBeLessThan(900);
});

test('what is misspelt leaves unknown what depends on it', () => {
  let unknown = 0;
  fc.assert(fc.property(misspelt(manifests), requests, ({ before, after }, request) => {
    const answer = answerTo(reading(after), request);
    if (answer === 'unknown') unknown++;
    else expect(answer).toBe(decided(allowedByKuma, before, request) ?? answer);
  }), { numRuns: 800 });
  expect(unknown).toBeGreaterThan(100);
});

test('what is rendered for Kuma, read again, is what was written', () => {
  const counts = none();
  const [target, evaluate, options] = PLAIN.Kuma;
  decidesAsWritten(2000, target, byReader(evaluate, counts), options);

  expect(counts.unknown).toBeLessThan((counts.allowed + counts.denied) / 20);
});

test('the forms of older releases, and other meshes, are not known', () => {
  const to = { pod: { namespace: 'shop', labels: { app: 'cart' } }, port: 80, protocol: 'HTTP', entrances: [] } as const;
  const web = { kind: 'pod', namespace: 'shop', serviceAccount: 'web', meshed: true } as const;
  const policy = (spec: object, labels = {}) => ({ apiVersion: 'kuma.io/v1alpha1', kind: 'MeshTrafficPermission', metadata: { name: 'p', namespace: 'kuma-system', labels }, spec });
  const rules = [{ default: { allow: [{ spiffeID: { type: 'Prefix', value: D } }] } }];

  expect(entering(reading([policy({ rules })]), to, web)).toBe('allowed');
  expect(entering(reading([policy({ from: [{ targetRef: { kind: 'Mesh' }, default: { action: 'Allow' } }] })]), to, web)).toBe('unknown');
  expect(entering(reading([policy({ targetRef: { kind: 'MeshSubset', tags: { app: 'cart' } }, rules })]), to, web)).toBe('unknown');
  expect(entering(reading([policy({ rules }, { 'kuma.io/mesh': 'a' }), { ...policy({ rules }, { 'kuma.io/mesh': 'b' }), kind: 'MeshTLS' }]), to, web)).toBe('unknown');
  // Of a mesh whose trust domain is not said.
  const zone = [{ default: { allow: [{ spiffeID: { type: 'Exact', value: 'spiffe://default.east.mesh.local/ns/shop/sa/web' } }] } }];
  expect(entering(reading([policy({ rules: zone })]), to, web)).toBe('unknown');
  expect(entering(reading([policy({ rules: zone })]), to, { ...web, trustDomain: 'default.east.mesh.local' })).toBe('allowed');
  expect(entering(reading([policy({ rules: zone })]), to, { ...web, serviceAccount: 'job' })).toBe('denied');
});
