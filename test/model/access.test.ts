import { isDeepStrictEqual } from 'util';
import * as fc from 'fast-check';
import type { Source } from '../../src/model/access';
import { admitsUnauthenticated, sourceKey } from '../../src/model/access';

const name = fc.constantFrom('a', 'b', 'a/b', '');
const labels = fc.dictionary(fc.constantFrom('app', 'tier', 'zone'), fc.constantFrom('a', 'b'), { maxKeys: 2, noNullPrototype: true });
const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
// Names of Kubernetes have no slash.
const plain = fc.constantFrom('a', 'b');

const SOURCES: { readonly [Kind in Source['kind']]: fc.Arbitrary<Omit<Extract<Source, { kind: Kind }>, 'kind'>> } = {
  serviceAccount: fc.record({ name: plain, namespace: plain }),
  namespace: fc.record({ name: plain }),
  spiffeId: fc.record({ id: name }),
  gateway: fc.record({
    name: plain,
    namespace: plain,
    className: maybe(plain),
    pods: fc.record({ serviceAccount: maybe(plain), namespace: maybe(plain), podSelector: maybe(labels) }, { noNullPrototype: true }),
  }),
  namespaceLabels: fc.record({ labels }),
  pods: fc.record({ labels, namespace: maybe(plain), namespaceLabels: maybe(labels), cluster: maybe(plain) }),
  uninitialized: fc.constant({}),
  trustDomain: fc.record({ name }),
  apiServer: fc.constant({}),
  nodes: fc.constant({}),
  nodeLabels: fc.record({ labels }),
  ipBlock: fc.record({ cidr: fc.constantFrom('10.0.0.0/8', '10.0.0.0/16'), except: fc.subarray(['10.1.0.0/16', '10.2.0.0/16']) }),
  anyAuthenticated: fc.constant({}),
  anyone: fc.constant({}),
};
const source = fc.oneof(...Object.entries(SOURCES).map(([kind, of]) => (of as fc.Arbitrary<object>).map(fields => ({ kind, ...fields }) as Source)));

test('sources have the same key if they say the same, and only then', () => {
  let same = 0;
  fc.assert(fc.property(source, source, (a, b) => {
    const equal = isDeepStrictEqual(a, b);
    same += Number(equal);
    expect(sourceKey(a) === sourceKey(b)).toBe(equal);
  }), { numRuns: 3000 });
  expect(same).toBeGreaterThan(50);
});

test.each(Object.keys(SOURCES) as Source['kind'][])('sources of the kind %s differ by each thing they say', kind => {
  const ofKind = (SOURCES[kind] as fc.Arbitrary<object>).map(fields => ({ kind, ...fields }) as Source);
  fc.assert(fc.property(ofKind, ofKind, (a, b) => {
    expect(sourceKey(a) === sourceKey(b)).toBe(isDeepStrictEqual(a, b));
  }), { numRuns: 300 });
});

test('keys of sources in their order, which is that of rules', () => {
  expect([
    { kind: 'serviceAccount', name: 'web', namespace: 'shop' } as const,
    { kind: 'namespace', name: 'shop' } as const,
    { kind: 'spiffeId', id: 'td/ns/shop/sa/web' } as const,
    { kind: 'gateway', name: 'public', namespace: 'edge', pods: {} } as const,
    { kind: 'gateway', name: 'public', namespace: 'edge', className: 'nginx', pods: { podSelector: { b: '2', a: '1' } } } as const,
    { kind: 'namespaceLabels', labels: { b: '2', a: '1' } } as const,
    { kind: 'ipBlock', cidr: '10.0.0.0/8', except: ['10.2.0.0/16', '10.1.0.0/16'] } as const,
    { kind: 'anyAuthenticated' } as const,
    { kind: 'anyone' } as const,
  ].map(sourceKey)).toEqual([
    'serviceAccount/shop/web',
    'namespace/shop',
    'spiffeId/td/ns/shop/sa/web',
    'gateway/edge/public',
    'gateway/edge/public ["nginx",null,null,[["a","1"],["b","2"]]]',
    'namespaceLabels/[["a","1"],["b","2"]]',
    'ipBlock/10.0.0.0/8/["10.1.0.0/16","10.2.0.0/16"]',
    'anyAuthenticated',
    'anyone',
  ]);
});

test('addresses, and anyone, need no identity', () => {
  const kinds = Object.keys(SOURCES) as Source['kind'][];
  expect(kinds.filter(kind => admitsUnauthenticated({ kind } as Source))).toEqual(['uninitialized', 'apiServer', 'nodes', 'nodeLabels', 'ipBlock', 'anyone']);
});
