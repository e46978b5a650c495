import * as fc from 'fast-check';
import { faultsOf, type Generated, generated, made, optionsFor, proofOf } from './generated';
import type { SmiMesh } from '../../../src/dialects/smi/read/meshes';
import { documentsIn } from '../../../src/manifests/documents';
import { migrate } from '../../../src/migrate/migrate';
import { prove } from '../../../src/migrate/prove';
import { TARGET_NAMES } from '../../../src/migrate/targets';
import { deployment, group, service, split, trafficTarget } from '../plan/setup';

// Warnings are the concern of whoever reads them.
beforeAll(() => void jest.spyOn(console, 'warn').mockReturnValue());

test('the same seed asks the same', () => {
  fc.assert(fc.property(generated(), fc.nat(), (world, seed) => {
    expect(proofOf(made(world), world.to, 50, seed)).toEqual(proofOf(made(world), world.to, 50, seed));
  }), { numRuns: 10 });
});

test('one of several targets lets in no more, whatever the others refuse', () => {
  const settings = { trustDomain: 'mesh.example', consulNamespaces: 'MIRRORED' } as const;
  fc.assert(fc.property(generated(), fc.constantFrom(...TARGET_NAMES), fc.nat(), (world, other, seed) => {
    const both = made(world, { ...settings, targets: [...new Set([world.to, other])] });

    expect(faultsOf(proofOf(both, world.to, 100, seed), world, both)).toEqual([]);
  }), { numRuns: 40 });
});

/** Without the fields of a name, wherever they stand. */
function without(value: any, name: string): any {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(one => without(one, name));
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name).map(([key, one]) => [key, without(one, name)]));
}

describe('what is wrong is found', () => {
  const matches = [
    { name: 'read', pathRegex: '/foo', methods: ['GET'] },
    { name: 'all', pathRegex: '/api/.*', methods: ['*'] },
    { name: 'beta', pathRegex: '/beta', methods: ['POST'], headers: { 'x-group': 'beta' } },
  ];
  const rules = [{ kind: 'HTTPRouteGroup', name: 'cart', matches: matches.map(({ name }) => name) }];
  const manifests = [
    ...['cart', 'books', 'books-v1', 'books-v2'].map(name => service(name)), deployment('cart'), group('cart', ...matches),
    trafficTarget('cart', 'cart', ['web'], ...rules), split('books', 'books', { 'books-v1': 90, 'books-v2': 10 }),
  ];
  const worldFor = (to: Generated['to'], from: SmiMesh = 'osm'): Generated => ({ from, to, texts: manifests.map(one => JSON.stringify(one)) });

  /** What is wrong with a migration whose manifests are changed. */
  function faults(to: Generated['to'], change: (manifest: any) => any): { readonly isChanged: boolean; readonly found: readonly string[] } {
    const all = made(worldFor(to));
    const changed = all.manifests.map(one => change(structuredClone(one)));
    const proof = proofOf({ ...all, manifests: changed }, to, 2000, 1);
    return { isChanged: JSON.stringify(changed) !== JSON.stringify(all.manifests), found: faultsOf(proof, worldFor(to), all) };
  }

  test.each(TARGET_NAMES)('to %s: nothing is wrong', to => {
    expect(faults(to, one => one)).toEqual({ isChanged: false, found: [] });
  });

  test.each([
    ['istio', 'methods'], ['istio', 'paths'], ['istio', 'when'], ['istio', 'from'], ['istio-ambient', 'paths'],
    ['cilium', 'method'], ['cilium', 'path'], ['cilium', 'headerMatches'], ['cilium', 'fromEndpoints'],
    ['consul', 'methods'], ['consul', 'pathExact'], ['consul', 'header'], ['linkerd', 'method'], ['linkerd', 'path'], ['linkerd', 'headers'],
  ] as const)('on %s, that the field %s got lost', (to, field) => {
    expect(faults(to, one => without(one, field))).toEqual({ isChanged: true, found: expect.arrayContaining([expect.stringMatching('"wider"')]) });
  });

  test.each(['istio', 'cilium'] as const)('on %s, that a policy is not there', to => {
    const policies = ['AuthorizationPolicy', 'CiliumNetworkPolicy'];
    const { found } = faults(to, one => policies.includes(one.kind) ? { ...one, kind: 'Absent' } : one);

    expect(found).toContainEqual(expect.stringMatching('"wider"'));
  });

  test.each(['istio', 'istio-ambient', 'linkerd', 'consul', 'kuma', 'cilium', 'gateway-api'] as const)('on %s, that shares are others', to => {
    const { found } = faults(to, one =>
      JSON.parse(JSON.stringify(one).replace(/"weight":9(0*)\b/g, '"weight":8$1').replace(/"weight":1(0*)\b/g, '"weight":2$1')));

    expect(found).toContainEqual(expect.stringMatching('"unsaid".*90 % to books-v1'));
  });

  test.each([['osm', 'spec', 'wider'], ['nginx', 'osm', 'unsaid']] as const)('that what %s read was read as %s reads it', (from, instead, comparison) => {
    const wrong = made(worldFor('linkerd', instead));
    const migration = { ...wrong.migration, options: { ...wrong.migration.options, from } };
    const found = faultsOf(proofOf({ ...wrong, migration }, 'linkerd', 2000, 1), worldFor('linkerd'), wrong);

    expect(found).toContainEqual(expect.stringMatching(`"${comparison}"`));
  });
});

test('what is not asked of policies is said: Gateway API has none', () => {
  const text = JSON.stringify({ apiVersion: 'split.smi-spec.io/v1alpha2', kind: 'TrafficSplit', metadata: { name: 's' }, spec: { service: 'a', backends: [{ service: 'b', weight: 1 }] } });
  const documents = [...documentsIn('a.yaml', text)];
  const migration = migrate(documents, { ...optionsFor('gateway-api'), from: 'osm', namespace: 'shop' });

  expect(prove(documents, migration, 'gateway-api', [], { requests: 10, seed: 1 })).toEqual({
    target: 'gateway-api',
    seed: 1,
    splits: { equal: 0, said: 10, unsaid: 0, wider: 0, unknown: 0 },
    witnesses: [{
      comparison: 'said',
      request: expect.stringMatching(/^(GET|POST|DELETE) \/.* to Service shop\/a:80$/),
      before: '100 % to b',
      after: '100 % to a',
      documents: [{ kind: 'TrafficSplit', name: 's', file: 'a.yaml', line: 1 }],
    }],
    unknown: [],
  });
});
