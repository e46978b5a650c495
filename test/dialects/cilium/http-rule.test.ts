import { httpRule, requestRefusals } from '../../../src/dialects/cilium/http-rule';
import { ANY_REQUEST } from '../../../src/model/match';

test('a header that has to be there has no value; one with a value is compared as a whole', () => {
  expect(httpRule({ ...ANY_REQUEST, headers: [{ name: 'x', type: 'exact', value: 'a b: c' }, { name: 'y', type: 'present', value: '' }] })).toEqual({
    headerMatches: [{ name: 'x', value: 'a b: c' }, { name: 'y' }],
  });
});

test('every request is a rule without conditions', () => {
  expect(httpRule(ANY_REQUEST)).toEqual({});
});

test('methods are alternatives, character by character', () => {
  expect(httpRule({ ...ANY_REQUEST, methods: ['GET', 'X*Y'] }).method).toBe('GET|X\\*Y');
});

const refusals = (type: 'exact' | 'regex', value: string) => requestRefusals({ ...ANY_REQUEST, path: { type, value } });

test('refuses an expression that may run into the query, and says what is fine', () => {
  expect(refusals('regex', '/a[?]')).toEqual([{
    what: "the path '/a[?]'",
    reason: expect.stringContaining("may match the '?'"),
    remedy: "Write it as a `pathTemplate`; or without '$', and without what matches a '?'; '.' and negated classes are fine",
  }]);
  expect(refusals('regex', '/a/.*/[^b]')).toEqual([]);
});

test('refuses a path whose expression the proxy would not take', () => {
  expect(refusals('exact', `/${'a'.repeat(80)}`)).toEqual([]);
  expect(refusals('exact', `/${'a'.repeat(81)}`)).toEqual([{
    what: `the path '/${'a'.repeat(81)}'`,
    reason: expect.stringContaining('more than 100 instructions'),
    remedy: 'Write a shorter one',
  }]);
  expect(refusals('regex', '/[a-z0-9-]{36}/items')).toHaveLength(1);
  expect(requestRefusals({ ...ANY_REQUEST, methods: ['GET'] })).toEqual([]);
});
