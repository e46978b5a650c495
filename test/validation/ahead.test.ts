import * as fc from 'fast-check';
import { SERVED_KINDS } from '../../imports/schemas';
import { RULES } from '../../imports/schemas/rules';
import { evaluate as byCel } from '../../src/validation/cel/evaluate';
import { spending } from '../../src/validation/cost';
import { evaluate } from '../../src/validation/evaluate';
import { prepared, type Schema } from '../../src/validation/schema';
import { named, scalar } from '../../src/validation/values';

/** Whether the rules that are JavaScript already say what CEL says, on values of the schemas where they stand, and on others. */

const BUDGET = 10_000_000;

const schemasOf = (schema: Schema): Schema[] =>
  [schema, ...[...schema.properties.values(), schema.items, schema.additional].flatMap(below => below === undefined ? [] : schemasOf(below))];

const SCHEMAS = SERVED_KINDS.flatMap(({ load }) => schemasOf(prepared(load()))).filter(({ rules }) => rules.length > 0);

const WRONG = fc.constantFrom<unknown>(null, true, 1n, 1.5, 'x', [], ['x'], {}, new Map([['constructor', 'x']]));

/** Only CEL finds these broken, or 129 matches break them, or a field under a name that none has. */
const NEVER_FALSE = /duration\(|substring\(7|self\[15\]|r\.namespace/;

/** Values as rules see them, of the fields that a rule names. */
function valuesOf(schema: Schema | undefined, rule: string): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 40, arbitrary: rightOf(schema, rule) }, { weight: 1, arbitrary: WRONG });
}

function rightOf(schema: Schema | undefined, rule: string): fc.Arbitrary<unknown> {
  const compared = [...textsOf(rule), ...schema?.is.enum ?? []];
  const texts = fc.oneof(fc.constantFrom('', 'a', 'b', 'a.b', 'a.b/c', '.x', '*.x', '\u{1f600}'.repeat(40)), fc.constantFrom('', ...compared), fc.constantFrom('a', ...compared).map(text => `${text}a`));
  if (schema?.items) {
    return fc.tuple(fc.array(valuesOf(schema.items, rule), { maxLength: 2 }), fc.nat({ max: 11 }))
      .map(([list, n]) => n < 4 ? list : [...list, ...list.map(item => without(item, n - 4))]);
  }
  if (schema?.additional) return fc.dictionary(texts, valuesOf(schema.additional, rule), { maxKeys: 3 });
  const mentioned = [...schema?.properties ?? []].filter(([key]) => new RegExp(`\\b${named(key)}\\b`).test(rule));
  if (mentioned.length > 0) {
    const fields = mentioned.map(([key, below]) => fc.tuple(fc.constant(named(key)), fc.option(valuesOf(below, rule), { nil: undefined, freq: 4 })));
    return fc.tuple(...fields).map(entries => Object.fromEntries(entries.filter(([, value]) => value !== undefined)));
  }
  switch (schema?.types?.join()) {
    case 'object': return fc.constant({});
    case 'integer': return fc.constantFrom(0n, 1n, 2n, 65535n, 65536n);
    case 'boolean': return fc.boolean();
    case 'string': return texts.map(text => scalar(schema, text));
    case undefined: return WRONG;
    default: return fc.oneof(fc.constantFrom(1n, 2n), texts);
  }
}

/** The same without one of its fields, or all the same. */
function without(item: unknown, n: number): unknown {
  return (item as any)?.constructor === Object ? Object.fromEntries(Object.entries(item as any).filter((_, i) => i !== n)) : item;
}

/** What a rule compares with. */
function textsOf(rule: string): string[] {
  return [...rule.matchAll(/'([^']*)'|"([^"]*)"/g)].map(([, single, double]) => single ?? double);
}

function withoutCel(rule: string, self: unknown): { readonly value: boolean; readonly left: number } | undefined {
  const budget = { left: BUDGET };
  try {
    return { value: spending(budget, () => RULES.get(rule)!(self)), ...budget };
  } catch {
    return undefined;
  }
}

test.each([...RULES.keys()].map(rule => [rule]))('%s', rule => {
  const values = fc.oneof(...SCHEMAS.filter(({ rules }) => rules.some(other => other.rule === rule)).map(schema => valuesOf(schema, rule)));

  fc.assert(fc.property(values, self => {
    const found = withoutCel(rule, self);
    if (found === undefined) return;
    const budget = { left: BUDGET };
    expect(byCel(rule, self, budget)).toEqual({ value: found.value });
    expect(budget.left).toBe(found.left);
  }), { numRuns: 300 });

  const seen = fc.sample(values, { seed: 1, numRuns: 3000 }).map(self => withoutCel(rule, self)?.value);
  expect(new Set(seen)).toEqual(new Set(NEVER_FALSE.test(rule) ? [true, undefined] : [true, false, undefined]));
});

test('most rules need no CEL', () => {
  const all = new Set(SCHEMAS.flatMap(({ rules }) => rules.map(({ rule }) => rule)));

  expect([...RULES.keys()].filter(rule => !all.has(rule))).toEqual([]);
  expect([...all].filter(rule => !RULES.has(rule)).sort()).toEqual([
    "!(duration(self) < duration('1s') || duration(self) > duration('1h'))",
    "!(duration(self) == duration('0s') || duration(self) > duration('1h'))",
    "duration(self) >= duration('1ms')",
    "self > duration('0s')",
    "self > duration('50ms')",
    'self.all(h, !isIP(h))',
    'self.all(key, !format.qualifiedName().validate(key).hasValue())',
    'self.all(key, 0 < int(key) && int(key) <= 65535)',
    'self.all(key, key.split("/")[0].size() < 253)',
    'url(self).getScheme() in ["http", "https"]',
  ]);
});

test('CEL decides where a rule comes to what needs it', () => {
  const rule = "self.type == 'ReplaceFullPath' ? has(self.replaceFullPath) : true";
  const budget = { left: BUDGET };

  expect(withoutCel(rule, {})).toBeUndefined();
  expect(evaluate(rule, {}, budget)).toEqual({ failure: 'No such key: type' });
  expect(evaluate(rule, { type: 'ReplaceFullPath' }, budget)).toEqual({ value: false });
});

test('a rule that costs too much fails as it does with CEL', () => {
  const rule = '!self.contains("*")';
  const matching = [...RULES.keys()].find(other => /^self\.type == 'Hostname' \? self\.value\.matches/.test(other))!;
  const budget = { left: 10 };

  expect(evaluate(matching, { type: 'Hostname', value: 'a'.repeat(200) }, budget)).toEqual({ failure: 'it costs more than an API server allows' });
  expect(budget).toEqual({ left: 0 });
  expect(evaluate(rule, 'a', budget)).toEqual({ value: true });
});
