import { ruleViolations } from '../../src/validation/rules';
import { prepared, type Rule } from '../../src/validation/schema';

const found = (rule: Rule, value: any, schema: any = {}) =>
  ruleViolations(prepared({ 'type': 'object', ...schema, 'x-kubernetes-validations': [rule] }), value);

const NAMED = { properties: { 'name': { type: 'string' }, 'a-b': { type: 'integer' } } };

test('a rule that holds says nothing', () => {
  expect(found({ rule: "self.name == 'cart'" }, { name: 'cart' }, NAMED)).toEqual([]);
});

test('a broken rule has its message, or else itself', () => {
  expect(found({ rule: "self.name == 'cart'", message: 'must be the cart' }, { name: 'x' }, NAMED)).toEqual([
    { check: 'rule', path: '', message: 'must be the cart', value: '{"name":"x"}', rule: "self.name == 'cart'" },
  ]);
  expect(found({ rule: "self.name == 'cart'" }, { name: 'x' }, NAMED)[0].message).toBe("breaks the rule self.name == 'cart'");
});

test('messageExpression and fieldPath tell more', () => {
  const rule = { rule: 'false', message: 'no', messageExpression: "'not ' + self.name", fieldPath: '.name' };

  expect(found(rule, { name: 'x' }, NAMED)).toEqual([{ check: 'rule', path: 'name', message: 'not x', value: '"x"', rule: 'false' }]);
});

test.each(["''", "'a\\nb'", '1', 'self.absent'])('a messageExpression that has no sentence (%s) gives way to the message', messageExpression => {
  expect(found({ rule: 'false', message: 'no', messageExpression }, { name: 'x' }, NAMED)[0].message).toBe('no');
});

test('rules that compare with a former self are for updates, unless they say otherwise', () => {
  expect(found({ rule: 'self == oldSelf' }, { name: 'x' }, NAMED)).toEqual([]);
  expect(found({ rule: 'oldSelf.hasValue()', optionalOldSelf: true }, { name: 'x' }, NAMED)).toHaveLength(1);
});

test('a rule that cannot be evaluated is a violation', () => {
  expect(found({ rule: 'self.name > 1', message: 'm' }, { name: 'x' }, NAMED)).toEqual([
    { check: 'evaluation', path: '', message: expect.stringContaining('cannot evaluate the rule m'), rule: 'self.name > 1' },
  ]);
  expect(found({ rule: 'self.name' }, { name: 'x' }, NAMED)[0].check).toBe('evaluation');
});

test('rules see fields under escaped names, integers as such, and nothing that the schema does not name', () => {
  expect(found({ rule: "self.a__dash__b / 2 == 2 && !('x' in self)" }, { 'a-b': 5, 'x': 1 }, NAMED)).toEqual([]);
});

test('rules see durations and times as such', () => {
  const schema = { properties: { wait: { type: 'string', format: 'duration' }, since: { type: 'string', format: 'date-time' } } };

  expect(found({ rule: "self.wait < duration('2h') && self.since.getFullYear() == 2024" }, { wait: '1h', since: '2024-01-01T00:00:00Z' }, schema)).toEqual([]);
  // As an API server reads it, this is less than nothing.
  expect(found({ rule: "self.wait < duration('0s')" }, { wait: '9999999h', since: '2024-01-01T00:00:00Z' }, schema)).toEqual([]);
});

test('a list of scalars has paths with indexes', () => {
  const list = { type: 'array', items: { 'type': 'string', 'x-kubernetes-validations': [{ rule: "self != 'b'", message: 'no b' }] } };

  expect(ruleViolations(prepared(list), ['a', 'b'])).toEqual([{ check: 'rule', path: '[1]', message: 'no b', value: '"b"', rule: "self != 'b'" }]);
});
