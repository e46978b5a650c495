import * as fc from 'fast-check';
import { verdict, violations } from '../../src/validation';
import { evaluate } from '../../src/validation/cel/evaluate';
import { counted } from '../../src/validation/cost';
import { unlessStuck } from '../unless-stuck';

const metadata = { name: 'cart' };
const route = (spec: any, meta: any = metadata) => ({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: meta, spec });
const policy = (spec: any) => ({ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata, spec });
const checks = (manifest: any) => violations(manifest).map(({ check }) => check);

test('a text of 10 MB is refused, and not shown', () => {
  const found = unlessStuck(() => violations(route({ hostnames: ['a'.repeat(10_000_000)] })));

  expect(found.map(({ check }) => check)).toEqual(['size']);
  expect(JSON.stringify(found).length).toBeLessThan(500);
});

test('a long text within the limits is shortened where it is shown', () => {
  const [found] = unlessStuck(() => violations(route({ hostnames: ['A'.repeat(1_000_000)] })));

  expect(found.check).toBe('length');
  expect(found.value!.length).toBeLessThan(100);
});

test.each([
  ['a value', { note: 'half a \ud83d' }],
  ['a value, the other half', { note: '\ude00' }],
])('half of a character is refused as %s', (_, annotations) => {
  expect(checks(route({}, { name: 'cart', annotations }))).toEqual(['size']);
  expect(checks(route({}, { name: 'cart', annotations: { note: '\ud83d\ude00' } }))).toEqual([]);
});

test('deep nesting is refused', () => {
  let deep: any = {};
  for (let i = 0; i < 200_000; i++) deep = { spec: deep };

  expect(unlessStuck(() => checks(route(deep)))).toEqual(['size']);
});

test('nesting within the limits, where the schema knows nothing, is an unknown field', () => {
  let deep: any = {};
  for (let i = 0; i < 9_000; i++) deep = [deep];

  expect(unlessStuck(() => checks(route({ deep })))).toEqual(['unknown']);
});

test('aliases that stand for a billion are refused', () => {
  let bomb: any = ['lol'];
  for (let i = 0; i < 30; i++) bomb = [bomb, bomb, bomb, bomb];

  expect(unlessStuck(() => checks(route({ rules: bomb })))).toEqual(['size']);
});

test('what refers to itself is refused', () => {
  const rules: any[] = [];
  rules.push({ rules });

  expect(unlessStuck(() => checks(route({ rules })))).toEqual(['size']);
});

test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])('the key %s is a key like any other', key => {
  const spec = JSON.parse(`{"${key}": {"polluted": true}, "rules": [{"${key}": 1}]}`);

  expect(violations(route(spec)).map(({ check, path }) => `${check} ${path}`).sort()).toEqual([`unknown spec.${key}`, `unknown spec.rules[0].${key}`].sort());
  expect(checks(policy(JSON.parse(`{"selector": {"matchLabels": {"${key}": "x"}}}`)))).toEqual([]);
  expect(({} as any).polluted).toBeUndefined();
});

test.each([[new Date()], [new Map()], [() => 1], [Symbol('x')], [1n], [NaN], [Infinity]])('%p is not JSON', value => {
  expect(checks(route({ rules: [{ name: value }] }))).toEqual(['size']);
});

test('patterns take linear time', () => {
  const value = `${'a'.repeat(250)}!`;

  expect(unlessStuck(() => checks(route({ parentRefs: [{ name: value }], hostnames: [value] })))).toContain('pattern');
});

test('an expression that explodes runs out of its budget', () => {
  const list = counted(Array.from({ length: 100_000 }, (_, i) => BigInt(i)));
  const budget = { left: 10_000_000 };
  const result = unlessStuck(() => evaluate('self.all(a, self.exists(b, b == a + 1) || true)', list, budget));

  expect(result).toEqual({ failure: 'it costs more than an API server allows' });
  expect(budget.left).toBe(0);
});

test('a regular expression in a rule costs by the lengths of both', () => {
  expect(unlessStuck(() => evaluate("self.matches('(a+)+(b+)+(c+)+$')", 'a'.repeat(3_000_000), { left: 10_000_000 }))).toEqual({
    failure: 'it costs more than an API server allows',
  });
});

test('many matches in many rules end', () => {
  const matches = Array.from({ length: 64 }, (_, i) => ({ path: { value: `/${i}` }, headers: [{ name: 'a', value: 'b' }] }));

  expect(unlessStuck(() => checks(route({ rules: Array.from({ length: 16 }, () => ({ matches })) })))).toEqual(['rule']);
});

test('any JSON has a verdict, always the same, and is left as it is', () => {
  const kinds = [route({}), policy({}), { apiVersion: 'split.smi-spec.io/v1alpha4', kind: 'TrafficSplit', metadata }];
  const keys = fc.constantFrom('rules', 'matches', 'backendRefs', 'name', 'port', 'selector', 'matchLabels', 'service', 'backends', 'weight', '__proto__', 'x');
  const { json } = fc.letrec(tie => ({
    json: fc.oneof({ depthSize: 'medium' }, fc.constantFrom('', 'cart', '/', '*', null, 0, 1, -1, 1.5, 2 ** 40, true), fc.array(tie('json'), { maxLength: 4 }),
      fc.dictionary(keys, tie('json'), { maxKeys: 5 })),
  }));

  fc.assert(fc.property(fc.constantFrom(...kinds), json, json, (kind, spec, meta) => {
    const manifest = { ...kind, spec, metadata: meta };
    const before = JSON.stringify(manifest);
    const first = verdict(manifest);

    expect(verdict(manifest)).toEqual(first);
    expect(JSON.stringify(manifest)).toBe(before);
  }), { numRuns: 500 });
});
