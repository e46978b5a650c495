import { foundWhole, whole } from '../../src/evaluators/expression';
import { Unknown } from '../../src/evaluators/unknown';

test('an expression holds for the whole of a text', () => {
  expect(whole('a|b', 'b')).toBe(true);
  expect(whole('a|b', 'ab')).toBe(false);
});

test('Linkerd takes the first match, and no longer one', () => {
  expect(foundWhole('ab|a', 'ab')).toBe(true);
  expect(foundWhole('a|ab', 'ab')).toBe(false);
});

test.each([
  '(?i:a)', '(?=a)', '[[:alpha:]]', '\\pL', '[\\pL]', '\\Aa', 'a++', 'a*+', 'a?+', 'a{1}+', '(?:a)++', '[a]++', 'a\\\\++', '\\+++', '[]a]', '[^]b]', '[',
])('what %s says, JavaScript does not read as the meshes do', pattern => {
  expect(() => whole(pattern, 'a')).toThrow(Unknown);
  expect(() => foundWhole(pattern, 'a')).toThrow(Unknown);
});

test.each([
  ['a\\++', 'a++'], ['\\*+', '**'], ['a\\?+', 'a??'], ['[*+]', '+'], ['[?+*]+', '*+?'], ['[^*+]', 'a'], ['[\\]*+]', ']'], ['\\(?a', '(a'], ['[(?=]', '='],
  ['\\\\A', '\\A'], ['[\\\\A]', 'A'],
])('in %s, what is escaped or in a class is no quantifier and no group', (pattern, text) => {
  expect(whole(pattern, text)).toBe(true);
  expect(whole(pattern, 'none')).toBe(false);
});
