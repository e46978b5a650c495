import * as fc from 'fast-check';
import { CART, group, mayCall, service, trafficSplit, trafficTarget, workload, yaml } from './migrated';
import { documentsIn } from '../../src/manifests/documents';
import { manifestsOf, streamed } from '../../src/migrate/manifests';
import { migrate, type MigrateOptions } from '../../src/migrate/migrate';
import { print } from '../../src/migrate/program';

const SHOP = [
  CART, service('cart-v1'), service('cart-v2'), workload('cart'), workload('web'), workload('stock', 'stock', 'bank'), service('stock', 'bank'),
  mayCall('cart', 'web'), group({ name: 'read', pathRegex: '/cart', methods: ['GET'] }, { name: 'bots', headers: { 'user-agent': '.*bot.*' } }),
  trafficTarget('stock', 'bank', 'cart', { kind: 'TCPRoute', name: 'stock' }), trafficSplit({ 'cart-v1': 90, 'cart-v2': 10 }),
];

function migrationOf(files: readonly (readonly object[])[], options: Partial<MigrateOptions> = {}) {
  const documents = files.flatMap((manifests, i) => [...documentsIn(`${i}.yaml`, yaml(...manifests))]);
  return migrate(documents, { from: 'osm', targets: ['istio', 'linkerd'], ...options });
}

test('the order of files and documents changes neither manifests nor the program, but for places in its comments', () => {
  const said = (files: readonly (readonly object[])[]) => {
    const { program } = migrationOf(files);
    return { manifests: [...manifestsOf(program)], program: print(program).replace(/\d+\.yaml:\d+/g, 'PLACE') };
  };
  const whole = said([SHOP]);

  expect(whole.manifests.length).toBe(8);
  fc.assert(fc.property(fc.shuffledSubarray(SHOP, { minLength: SHOP.length }), fc.nat(SHOP.length), (shuffled, cut) => {
    expect(said([shuffled.slice(0, cut), shuffled.slice(cut)])).toEqual(whole);
  }), { numRuns: 10 });
});

test('a namespace may have the name that the chart of another has for a target', () => {
  const others = ['shop-istio', 'shop-default'].flatMap(name =>
    [workload('cart', 'cart', name), service('cart', name), trafficTarget('cart', name, 'web', { kind: 'TCPRoute', name: 'a' })]);
  const files = manifestsOf(migrationOf([[...others, ...SHOP]]).program);

  expect([...files.keys()].filter(file => file.includes('shop')).map(file => file.replace('.k8s.yaml', '')).sort()).toEqual([
    'shop-chart', 'shop-chart-istio', 'shop-chart-linkerd',
    'shop-default', 'shop-default-chart-istio', 'shop-default-default-istio', 'shop-default-istio', 'shop-default-linkerd',
    'shop-istio', 'shop-istio-default-istio', 'shop-istio-istio', 'shop-istio-linkerd',
  ]);
});

test('of several targets, a stream has the manifests of each behind its name, and all of them', () => {
  const files = manifestsOf(migrationOf([SHOP]).program);
  const parts = streamed(files, ['istio', 'linkerd']).split(/^# (?:istio|linkerd)\n/m);

  expect(parts).toHaveLength(3);
  expect(parts.join('').match(/^kind: /gm)).toHaveLength([...files.values()].join('').match(/^kind: /gm)!.length);
});
