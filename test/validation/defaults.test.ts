import * as fc from 'fast-check';
import { SERVED_KINDS } from '../../imports/schemas';
import { withDefaults } from '../../src/validation/defaults';
import { kindOf } from '../../src/validation/kinds';
import { normal } from '../../src/validation/normal';

test('references, weights and matches of a route', () => {
  const route = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'cart' },
    spec: { parentRefs: [{ name: 'shop' }], rules: [{ backendRefs: [{ name: 'cart', port: 80, weight: 0 }] }, { matches: [{ headers: [{ name: 'x', value: 'y' }] }] }] },
  };

  expect(withDefaults(route)).toEqual({
    ...route,
    spec: {
      parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'shop' }],
      rules: [
        { backendRefs: [{ group: '', kind: 'Service', name: 'cart', port: 80, weight: 0 }], matches: [{ path: { type: 'PathPrefix', value: '/' } }] },
        { matches: [{ headers: [{ name: 'x', type: 'Exact', value: 'y' }], path: { type: 'PathPrefix', value: '/' } }] },
      ],
    },
  });
  expect(route.spec.parentRefs).toEqual([{ name: 'shop' }]);
});

test('what no CRD serves stays as it is', () => {
  const manifest = { apiVersion: 'v1', kind: 'constructor', spec: {} };

  expect(withDefaults(manifest)).toBe(manifest);
});

/** Some value that fits a schema, whatever its formats and rules say. */
function some({ type, properties = {}, items, additionalProperties: additional, enum: allowed }: any, draw: fc.GeneratorValue): any {
  const isThere = () => draw(fc.nat, 3) === 0;
  if (allowed) return draw(fc.constantFrom, ...allowed);
  switch (type) {
    case 'object': return Object.fromEntries([
      ...Object.entries(properties).filter(([key]) => key === 'spec' || isThere()),
      ...typeof additional === 'object' && isThere() ? [['other', additional] as const] : [],
    ].map(([key, below]) => [key, some(below, draw)]));
    case 'array': return Array.from({ length: draw(fc.nat, 2) }, () => some(items, draw));
    case 'boolean': return true;
    case 'string': return 'x';
    default: return 1;
  }
}

test.each(SERVED_KINDS.map(served => [`${served.apiVersion} ${served.kind} ${served.channel ?? ''}`, served] as const))(
  'the defaults of %s are those that its schema has', (_, { apiVersion, kind, channel, load }) => {
    const { spec } = load().properties;
    const { schema } = kindOf(apiVersion, kind, channel)!;

    fc.assert(fc.property(fc.gen(), draw => {
      const manifest = { apiVersion, kind, metadata: { name: 'x' }, spec: some(spec ?? {}, draw) };
      expect(withDefaults(manifest)).toEqual(normal(schema, manifest));
    }), { numRuns: 20 });
  });
