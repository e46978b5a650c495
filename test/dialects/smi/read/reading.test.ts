import * as fc from 'fast-check';
import { allowedBySmi } from '../../../../src/evaluators/access/smi';
import type { ReadMesh } from '../../../../src/reading/mesh';
import { decidesAsWritten } from '../../../oracle/access/decide';
import { PLAIN } from '../../../oracle/access/targets';
import { ACCOUNTS, choices, NAMESPACES, PATHS, PORTS, VALUES, worlds, written } from '../../../oracle/smi/worlds';
import { byReader, none, saysWhat } from '../../../reading/requests';
import { entering, reading } from '../../../reading/world';

const READERS = { smi: 'spec', osm: 'osm', nginx: 'nginx', traefik: 'traefik', consul: 'consul', istio: 'istio-adapter' } as const;

/** As they are written in all versions and spellings, in Lists too. */
const manifests = fc.tuple(worlds, choices).map(([world, how]) => written(world, how)
  .flatMap(text => text.split('\n---\n').map(one => JSON.parse(one))).flatMap(one => one.kind === 'List' ? one.items : [one])
  .map(one => ({ ...one, metadata: { namespace: 'shop', ...one.metadata } })));

const requests = fc.record({
  account: fc.constantFrom(...ACCOUNTS),
  client: fc.record({
    kind: fc.constant('pod' as const),
    ip: fc.constant('10.0.0.1'),
    meshed: fc.constantFrom(true, true, true, false),
    namespace: fc.constantFrom(...NAMESPACES),
    serviceAccount: fc.constantFrom(...ACCOUNTS),
  }),
  port: fc.constantFrom(...PORTS),
  protocol: fc.constantFrom('HTTP' as const, 'HTTP' as const, 'TCP' as const, 'UDP' as const),
  method: fc.constantFrom('GET', 'POST', 'PUT'),
  path: fc.constantFrom(...PATHS),
  headers: fc.dictionary(fc.constantFrom('x-a', 'x-b'), fc.constantFrom(...VALUES), { noNullPrototype: true }),
  query: fc.constant({}),
}).map(({ account, protocol, ...rest }) => ({
  ...rest, pod: { service: account, namespace: 'shop', serviceAccount: account, labels: {}, ports: [{ port: rest.port, protocol }] },
}));

test.each(Object.entries(READERS))('TrafficTargets, whoever wrote them, mean what the evaluator says: %s', (mesh, by) => {
  const counts = saysWhat(allowedBySmi(by), manifests, requests, all => reading(all, 'shop', mesh as ReadMesh), 100);

  expect(counts.allowed + counts.denied).toBeGreaterThan(200);
  expect(counts.unknown).toBeLessThan(400);
});

test.each([
  ['SMI, as the specification has it', 'smi'], ['SMI, as Open Service Mesh has it', 'osm'],
] as const)('what is rendered, read again, is what was written: %s', (title, mesh) => {
  const counts = none();
  const [target, evaluate, options] = PLAIN[title];
  const asRead = byReader(evaluate, counts, all => reading(all, 'default', mesh));
  // Where nothing is allowed, nothing is written.
  decidesAsWritten(1000, target, (all, request) => (all.some(({ kind }) => kind === 'TrafficTarget') ? asRead : evaluate)(all, request), options);

  expect(counts.unknown).toBeLessThan((counts.allowed + counts.denied) / 5);
});

const TARGET = {
  apiVersion: 'access.smi-spec.io/v1alpha3',
  kind: 'TrafficTarget',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: {
    destination: { kind: 'ServiceAccount', name: 'cart', namespace: 'shop' },
    sources: [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }],
    rules: [{ kind: 'HTTPRouteGroup', name: 'all', matches: ['read'] }, { kind: 'TCPRoute', name: 'all' }],
  },
};
const SPECS = [
  {
    apiVersion: 'specs.smi-spec.io/v1alpha4',
    kind: 'HTTPRouteGroup',
    metadata: { name: 'all', namespace: 'shop' },
    spec: { matches: [{ name: 'read', pathRegex: '/api', methods: ['GET'] }] },
  },
  { apiVersion: 'specs.smi-spec.io/v1alpha4', kind: 'TCPRoute', metadata: { name: 'all', namespace: 'shop' } },
];

test('where nobody says which mesh reads them, only that is known in which all agree', () => {
  const to = {
    pod: { namespace: 'shop', serviceAccount: 'cart', labels: {} }, port: 80, protocol: 'HTTP' as const, entrances: [{ namespace: 'shop', service: 'cart', port: 80 }],
  };
  const web = { kind: 'pod', namespace: 'shop', serviceAccount: 'web', meshed: true } as const;
  const answers = (mesh?: ReadMesh) => ['/api', '/api/v1', '/x/api'].map(path =>
    entering(reading([TARGET, ...SPECS], 'shop', mesh), to, web, { request: { method: 'GET', path, headers: {}, query: {} } }));

  expect(answers('osm')).toEqual(['allowed', 'denied', 'denied']);
  expect(answers('smi')).toEqual(['allowed', 'allowed', 'denied']);
  expect(answers('nginx')).toEqual(['allowed', 'allowed', 'allowed']);
  expect(answers('cilium')).toEqual(['allowed', 'allowed', 'allowed']);
  // They read none of it, and what they do without policies of their own is up to those who installed them.
  expect(answers('linkerd')).toEqual(['unknown', 'unknown', 'unknown']);
  expect(answers('kuma')).toEqual(['unknown', 'unknown', 'unknown']);
  expect(answers()).toEqual(['unknown', 'unknown', 'unknown']);
  expect(entering(reading([TARGET, ...SPECS]), to, { kind: 'kubelet', meshed: false }, {})).toBe('allowed');
});

test('without a TrafficTarget, it is not known what a mesh of SMI does', () => {
  const to = { pod: { namespace: 'shop', serviceAccount: 'cart', labels: {} }, port: 80, protocol: 'HTTP' as const, entrances: [] };
  const web = { kind: 'pod', namespace: 'shop', serviceAccount: 'web', meshed: true } as const;

  expect([undefined, 'osm' as const, 'smi' as const].map(mesh => entering(reading([], 'shop', mesh), to, web))).toEqual(['allowed', 'unknown', 'unknown']);
});
