import { hasFormat } from '../../src/validation/formats';
import { normal } from '../../src/validation/normal';
import { prepared } from '../../src/validation/schema';
import { structuralViolations } from '../../src/validation/structure';

/** What an API server would say of a value, once it has set its defaults. */
const found = (schema: any, value: any) => {
  const ready = prepared(schema);
  return structuralViolations(ready, normal(ready, value), []).map(({ check, path }) => `${check} ${path}`.trim());
};

const object = (properties: any, more: any = {}) => ({ type: 'object', properties, ...more });
const text = { type: 'string' };

describe.each<[string, any, any[], [any, string][]]>([
  ['integers', { type: 'integer' }, [0, -1, 2 ** 53], [[1.5, 'type'], ['1', 'type'], [1e20, 'type'], [true, 'type'], [null, 'type']]],
  ['integers of 32 bits', { type: 'integer', format: 'int32' }, [2 ** 31 - 1, -(2 ** 31)], [[2 ** 31, 'range']]],
  ['numbers', { type: 'number', multipleOf: 0.5, minimum: 1, exclusiveMaximum: true, maximum: 3 }, [1, 2.5], [[3, 'range'], [0.5, 'range'], [1.2, 'range']]],
  ['integers or texts', { 'x-kubernetes-int-or-string': true }, [1, 'http'], [[1.5, 'type'], [[], 'type']]],
  ['nullable texts', { ...text, nullable: true }, ['', null], [[1, 'type']]],
  ['texts by length', { ...text, minLength: 2, maxLength: 2 }, ['ab', '\u{1f600}\u{1f600}'], [['\u{1f600}', 'length'], ['abc', 'length']]],
  ['texts by RE2', { ...text, pattern: '^(?i)ab' }, ['ABc'], [['cab', 'pattern']]],
  ['choices', { ...text, enum: ['a', 'b'] }, ['a'], [['c', 'enum']]],
  [
    'lists',
    { type: 'array', items: text, minItems: 1, maxItems: 2 },
    [['a']],
    [[[], 'length'], [['a', 'b', 'c'], 'length'], [['a', 1], 'type [1]'], [[null], 'type [0]']],
  ],
  ['sets', { 'type': 'array', 'items': text, 'x-kubernetes-list-type': 'set' }, [['a', 'b']], [[['a', 'a'], 'duplicate [1]']]],
  ['lists by keys', { 'type': 'array', 'items': object({ a: text, b: text }), 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a', 'b'] },
    [[{ a: 'x' }, { a: 'x', b: 'y' }]], [[[{ a: 'x', b: 'y' }, { b: 'y', a: 'x' }], 'duplicate [1]']]],
  ['objects', object({ a: text }, { required: ['a'] }), [{ a: '' }], [[{}, 'required a'], [{ a: null }, 'type a'], [{ a: '', b: 1 }, 'unknown b']]],
  ['open objects', object({ a: text }, { 'x-kubernetes-preserve-unknown-fields': true }), [{ b: { c: 1 } }, { b: null }], [[{ a: 1 }, 'type a']]],
  [
    'maps',
    { type: 'object', additionalProperties: text, maxProperties: 1 },
    [{ x: 'y' }],
    [[{ x: 1 }, 'type x'], [{ x: null }, 'type x'], [{ x: '', y: '' }, 'length']],
  ],
  ['defaults', object({ a: { ...text, default: 'x' } }, { required: ['a'] }), [{}, { a: null }], [[{ a: 1 }, 'type a']]],
  ['alternatives', object({ a: text, b: text }, { anyOf: [{ required: ['a'] }, { required: ['b'] }] }), [{ a: '' }, { a: '', b: '' }], [[{}, 'junctor']]],
  [
    'one of two',
    object({ a: text, b: text }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }),
    [{ a: '' }],
    [[{}, 'junctor'], [{ a: '', b: '' }, 'junctor']],
  ],
  ['all of two', { ...text, allOf: [{ minLength: 1 }, { pattern: '^a' }] }, ['a'], [['b', 'pattern']]],
  ['not', { ...text, not: { enum: ['a'] } }, ['b'], [['a', 'junctor']]],
])('%s', (_, schema, valid, invalid) => {
  test.each(valid.map(value => [value]))('%j fits', value => {
    expect(found(schema, value)).toEqual([]);
  });

  test.each(invalid)('%j does not', (value, expected) => {
    expect(found(schema, value)).toEqual([expected]);
  });
});

describe('formats', () => {
  test.each<[string, string[], string[]]>([
    ['date-time', ['2024-02-29T00:00:00Z', '2024-01-01t00:00:00.5+01:00'], ['2023-02-29T00:00:00Z', '2024-01-01', '2024-01-01T24:00:00Z']],
    ['duration', ['1h30m', '1.5s', '0', 'PT10S', '1 day'], ['soon', '', '1']],
    ['ipv4', ['10.0.0.1', '010.0.0.1', '::ffff:1.2.3.4'], ['10.0.0.256', '::1']],
    ['ipv6', ['::1'], ['10.0.0.1', 'fe80::1%eth0']],
    ['cidr', ['10.0.0.0/8', '::/0'], ['10.0.0.0', '10.0.0.0/33', '/8']],
    ['uuid', ['123e4567-E89B-12d3-a456-426614174000'], ['123']],
    ['uri', ['https://a/b', '/a'], ['a', '']],
    ['byte', ['aGVsbG8='], ['aGVsbG8', '']],
    ['hostname', ['cart.shop.svc'], ['-a', 'a_b']],
    ['k8s-short-name', ['cart'], ['a.b', 'Cart']],
  ])('%s', (format, valid, invalid) => {
    expect(valid.filter(value => !hasFormat(format, value))).toEqual([]);
    expect(invalid.filter(value => hasFormat(format, value))).toEqual([]);
  });

  test('one that API servers do not know is let pass', () => {
    expect(hasFormat('colour', 'mauve')).toBe(true);
  });
});
