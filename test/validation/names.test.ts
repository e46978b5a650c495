import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import { SERVED_KINDS } from '../../imports/schemas';
import { expressionOfNames } from '../../src/validation/names';

function patternsIn(schema: any, found: Set<string>): void {
  if (schema === null || typeof schema !== 'object') return;
  if (typeof schema.pattern === 'string') found.add(schema.pattern);
  Object.values(schema).forEach(below => patternsIn(below, found));
}

/** Of all CRDs. */
const PATTERNS = (() => {
  // And of a rule, for paths.
  const found = new Set(["^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$"]);
  SERVED_KINDS.forEach(({ load }) => patternsIn(load(), found));
  return [...found];
})();

const NAMES = PATTERNS.filter(pattern => expressionOfNames(pattern, '') !== undefined);

test('DNS names are names, and what may take JavaScript more than linear time is none', () => {
  expect(NAMES).toEqual(expect.arrayContaining([
    '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
    '^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
    '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$',
    "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$",
    "^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$",
  ]));
  expect(PATTERNS).toEqual(expect.arrayContaining(['^[!-~]+([\\t ]?[!-~]+)*$', '^([-a-zA-Z0-9_]+[.]?)+$']));
  expect(['^[!-~]+([\\t ]?[!-~]+)*$', '^([-a-zA-Z0-9_]+[.]?)+$', '^(a|a)*$', '^(a*)*$', '^(a?b?)+$', '(a+){9,99}', 'a*b*c*d*'].map(pattern => expressionOfNames(pattern, 'a')))
    .toEqual(Array(7).fill(undefined));
});

test.each(['.', '\\s', '\\pL', '[^a]', '[[:alpha:]]', '(?i)a', '\\Qa\\E', '[\\d]', 'ä', 'a{1000}', '\\z', '[!-~]', '[a&&b]x{,2}', '^*', '(?P<n>a)'])(
  '%s is nothing that both are known to read alike', pattern => {
    expect(expressionOfNames(pattern, 'a')).toBeUndefined();
  });

test('long texts are left to RE2', () => {
  expect(expressionOfNames('^[a-z]*$', 'a'.repeat(253))).toBeDefined();
  expect(expressionOfNames('^[a-z]*$', 'a'.repeat(254))).toBeUndefined();
});

/** Texts that an expression matches, with some of their characters changed, and texts of what expressions of names tell apart. */
const texts = (pattern: string) => fc.oneof(
  fc.tuple(fc.stringMatching(new RegExp(pattern, 'u'), { maxLength: 30 }), fc.nat(30), fc.constantFrom('', '-', '.', 'A', '\n', 'é', '_', '*', ' ', '\u2028'))
    .map(([text, at, character]) => text.slice(0, at) + character + text.slice(at + 1)),
  fc.string({ unit: fc.constantFrom(...'aZ09-._/:*+ \n\r\u2028é😀$^'), maxLength: 12 }),
);

test.each(NAMES)('%s: JavaScript matches what RE2 does', pattern => {
  const re2 = RE2JS.compile(pattern);
  fc.assert(fc.property(texts(pattern).filter(text => text.length < 254), text => {
    expect(expressionOfNames(pattern, text)!.test(text)).toBe(re2.test(text));
  }));
});
