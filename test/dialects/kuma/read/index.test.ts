import * as fc from 'fast-check';
import { certified, D, manifests, requests } from './foreign';
import { allowedByKuma } from '../../../../src/evaluators/access/kuma';
import { isUndecided } from '../../../../src/meaning/decision';
import { pass } from '../../../../src/meaning/passage';
import { decidesAsWritten } from '../../../oracle/access/decide';
import { PLAIN } from '../../../oracle/access/targets';
import { answerTo, byReader, decided, misspelt, none, saysWhat } from '../../../reading/requests';
import { entering, reading } from '../../../reading/world';

test('policies of Kuma, whoever wrote them, mean what the evaluator says', () => {
  const counts = saysWhat(allowedByKuma, manifests, requests);

  expect(counts.allowed).toBeGreaterThan(400);
  expect(counts.denied).toBeGreaterThan(400);
  // Clients that are known by another trust domain than the usual one, and meshes without a permission.
  expect(counts.unknown).toBeLessThan(900);
});

test('so do they where a MeshIdentity says who has a certificate', () => {
  const counts = saysWhat(allowedByKuma, certified, requests);

  expect(counts.allowed).toBeGreaterThan(400);
  expect(counts.denied).toBeGreaterThan(400);
  // Two identities with different trust domains, or one of a zone that is not known.
  expect(counts.unknown).toBeLessThan(1200);
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

const PLAIN_MESH = { meshServices: { mode: 'Exclusive' }, skipCreatingInitialPolicies: ['*'], metrics: { enabledBackend: 'p' }, networking: { outbound: { passthrough: true } } };

test('a Mesh changes nothing of what policies say, but for pods of another one', () => {
  const to = { pod: { namespace: 'shop', labels: { app: 'cart' } }, port: 80, protocol: 'HTTP', entrances: [] } as const;
  const permission = { apiVersion: 'kuma.io/v1alpha1', kind: 'MeshTrafficPermission', metadata: { name: 'p', namespace: 'kuma-system' }, spec: { rules: [{ default: { allow: [{ spiffeID: { type: 'Prefix', value: D } }] } }] } };
  const mesh = (name: string) => ({ apiVersion: 'kuma.io/v1alpha1', kind: 'Mesh', metadata: { name }, spec: PLAIN_MESH });
  const answer = (...all: object[]) => entering(reading([permission, ...all]), to, { kind: 'pod', namespace: 'shop', serviceAccount: 'web', meshed: true });

  expect([answer(), answer(mesh('default')), answer(mesh('default'), mesh('prod'))]).toEqual(['allowed', 'allowed', 'unknown']);
});

test('where a Mesh is here and no MeshIdentity, it is not known whether policies are in force', () => {
  const to = { pod: { namespace: 'shop', labels: { app: 'cart' } }, port: 80, protocol: 'HTTP', entrances: [] } as const;
  const [web, outside] = [{ kind: 'pod', namespace: 'shop', serviceAccount: 'web', labels: {}, meshed: true }, { kind: 'outside', meshed: false }] as const;
  const of = (kind: string, spec: object) => ({ apiVersion: 'kuma.io/v1alpha1', kind, metadata: { name: 'default', ...kind !== 'Mesh' && { namespace: 'kuma-system' } }, spec });
  const permission = of('MeshTrafficPermission', { rules: [{ default: { allow: [{ spiffeID: { type: 'Prefix', value: `${D}/ns/ops` } }] } }] });
  const identity = (matchLabels: object) => of('MeshIdentity', { selector: { dataplane: { matchLabels } }, provider: { type: 'Spire', spire: {} }, spiffeID: { trustDomain: 'cluster.local' } });
  const mesh = of('Mesh', PLAIN_MESH);
  const ask = (...all: object[]) => [web, outside].map(client => entering(reading([permission, ...all]), to, client));

  expect(ask()).toEqual(['denied', 'denied']);
  expect(ask(mesh)).toEqual(['unknown', 'unknown']);
  expect(ask(mesh, identity({}))).toEqual(['denied', 'denied']);
  // Of the pods of another workload only; before 3.0, a Mesh may give certificates.
  expect(ask(mesh, identity({ app: 'web' }))).toEqual(['allowed', 'allowed']);
  expect(ask(identity({ app: 'web' }))).toEqual(['unknown', 'unknown']);
  // Who calls has no certificate, and plain text is not taken.
  expect(ask(identity({ app: 'cart' }))).toEqual(['denied', 'denied']);
});

test.each([
  ['another path', { spiffeID: { path: '/{{ .ServiceAccount }}' } }, {}, 'spec.spiffeID.path: ids of other forms are not read'],
  ['a trust domain by a label', { spiffeID: { trustDomain: '{{ label "team" }}' } }, {}, 'spec.spiffeID.trustDomain: which trust domain'],
  ['no provider', { provider: undefined }, {}, 'spec.provider: Kuma has no such provider'],
  ['another namespace', {}, { namespace: 'shop' }, 'metadata: Kuma takes it only in kuma-system'],
])('a MeshIdentity with %s is not understood', (_, more, head, why) => {
  const identity = { apiVersion: 'kuma.io/v1alpha1', kind: 'MeshIdentity', metadata: { name: 'i', namespace: 'kuma-system', ...head }, spec: { selector: { dataplane: {} }, provider: { type: 'Spire' }, ...more } };

  expect(reading([identity]).unread.map(one => one.why)).toEqual([expect.stringContaining(why)]);
});

test('hosts below mesh.local are none of Services, and others may be', () => {
  const of = (kind: string, spec: object) => ({ apiVersion: 'kuma.io/v1alpha1', kind, metadata: { name: 'a', namespace: 'kuma-system' }, spec });
  const external = of('MeshExternalService', { match: { type: 'HostnameGenerator', port: 443 }, endpoints: [{ address: 'api.example.com', port: 443 }] });
  const generator = (template: string) => of('HostnameGenerator', { template, selector: { meshExternalService: {} } });
  const world = reading([external, generator('{{ .DisplayName }}.extsvc.mesh.local')], 'default', 'kuma');
  const client = { kind: 'pod', namespace: 'shop', labels: {}, meshed: true } as const;
  const leaving = (host: string) => {
    const gates = world.readings.flatMap(({ reading: one }) => one.leaving?.(client, { isOutside: true, protocol: 'TLS' }) ?? []);
    const { passage } = pass(gates, { client, pod: { namespace: '' }, port: 443, protocol: 'TLS', outside: { host } });
    return isUndecided(passage) ? 'unknown' : passage;
  };

  expect(world.unread).toEqual([]);
  expect(world.elsewhere.map(({ why }) => why)).toEqual([expect.stringContaining('what becomes of calls to a host below mesh.local'), expect.stringContaining('which hosts there are')]);
  expect(['api.extsvc.mesh.local', 'api.example.com'].map(leaving)).toEqual(['unknown', 'allowed']);
  expect(reading([generator('{{ .DisplayName }}.shop.svc.cluster.local')]).unread.map(({ why }) => why)).toEqual([expect.stringContaining('these hosts may be those of Services')]);
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

test('of two policies for the same, the closest decides whether plain text is taken, then that of the zone, of the namespace, and the first by name', () => {
  const to = { pod: { namespace: 'shop', labels: { app: 'cart' } }, port: 80, protocol: 'HTTP', entrances: [] } as const;
  const tls = (mode: string, name: string, { namespace = 'shop', labels = {}, kind = 'Mesh' } = {}) =>
    ({ apiVersion: 'kuma.io/v1alpha1', kind: 'MeshTLS', metadata: { name, namespace, labels }, spec: { targetRef: { kind }, rules: [{ default: { mode } }] } });
  const ask = (...all: object[]) => [all, all.reverse()].map(some => entering(reading(some), to, { kind: 'outside', meshed: false }));

  expect(ask(tls('Strict', 'a'), tls('Permissive', 'b'))).toEqual(['denied', 'denied']);
  expect(ask(tls('Permissive', 'a'), tls('Strict', 'b'))).toEqual(['allowed', 'allowed']);
  expect(ask(tls('Strict', 'a', { namespace: 'kuma-system' }), tls('Permissive', 'b'))).toEqual(['allowed', 'allowed']);
  expect(ask(tls('Strict', 'a', { labels: { 'kuma.io/origin': 'global' } }), tls('Permissive', 'b'))).toEqual(['allowed', 'allowed']);
  expect(ask(tls('Strict', 'a'), tls('Permissive', 'b', { kind: 'Dataplane' }))).toEqual(['allowed', 'allowed']);
  expect(ask(tls('Strict', 'x', { labels: { 'kuma.io/display-name': 'a' } }), tls('Permissive', 'b'))).toEqual(['denied', 'denied']);
});
