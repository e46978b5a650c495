import * as fc from 'fast-check';
import { RE2JS } from 're2js';

/** Where engines part: operations on sets, names of classes, quotations, flags, counts, letters with a third form. */
const CHARACTERS = ['a', 'b', 'k', 's', 'K', 'S', '0', '7', '/', '&', '~', '-', ' ', '_', '%', '#', '?', '\n', '\r', 'é', 'ſ', 'K', '٣', '\u2003', '\u{1F600}'];

const literal = fc.constantFrom('a', 'b', 'k', 's', '0', '/', '&', '&&', '--', '~~', '-', '~', '#', ' ', '_', '{', '{,5}', '}', ']', 'é', '\u{1F600}');
const escape = fc.constantFrom(
  '\\.', '\\/', '\\-', '\\&', '\\~', '\\#', '\\_', '\\ ', '\\\\', '\\n', '\\t', '\\f', '\\v', '\\a', '\\x41', '\\x{e9}', '\\x{1F600}', '\\101', '\\0',
  '\\d', '\\D', '\\s', '\\S', '\\w', '\\W',
);
const member = fc.oneof(
  fc.constantFrom(
    'a', 'b', 'k', '-', '&', '&&', '--', '~~', '[', '^', '/', '?', ' ', 'é', 'a-k', '0-9', '+--', '!-~', '[:alpha:]', '[:^digit:]',
    '[:space:]', '[:word:]',
  ),
  escape,
);
const bracket = fc.tuple(
  fc.constantFrom('[', '[^', '[]', '[^]'),
  fc.array(member, { minLength: 1, maxLength: 4 }),
).map(([open, members]) => `${open}${members.join('')}]`);
const quotation = fc.constantFrom('\\Qa.b\\E', '\\Q[^\\E', '\\Qa*');
const word = fc.constantFrom('.', '^', '$', '\\A', '\\z', '\\b', '\\pN', '(?i)', '(?s)', '(?m)', '(?-i)', '(?U)');

/** Expressions of RE2's syntax, most of which tell texts apart. */
export const regexes: fc.Arbitrary<string> = fc.letrec<{ regex: string; item: string }>(tie => ({
  regex: fc.oneof({ weight: 4, arbitrary: fc.array(tie('item'), { minLength: 1, maxLength: 4 }).map(items => items.join('')) },
    { weight: 1, arbitrary: fc.tuple(tie('item'), tie('item')).map(options => options.join('|')) }),
  item: fc.oneof({ maxDepth: 3 },
    literal, escape, bracket, quotation, word,
    fc.tuple(fc.constantFrom('(', '(?:', '(?i:', '(?s:', '(?P<n>', '(?i-s:'), tie('regex')).map(([open, regex]) => `${open}${regex})`),
    fc.tuple(fc.oneof(literal, escape, bracket, tie('regex').map(regex => `(?:${regex})`)), fc.constantFrom(
      '*', '+', '?', '{2}', '{1,3}', '{0,2}', '{2,}', '*?', '+?',
    ))
      .map(([regex, count]) => `${regex}${count}`)),
})).regex.filter(isRe2);

/** Texts of the characters that the expressions speak of, and their like. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 6 }).map(all => all.join('')),
  fc.constantFrom('', 'a.b', '[^', 'ab', 'A', '{,5}', '&&', '--', '~~', 'a*', '\u00e9', '\x07', '\v'),
);

export function isRe2(pattern: string): boolean {
  try {
    RE2JS.compile(`^(?:${pattern})$`);
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}

/** Whether an expression holds for the whole of a text. */
export function holding(pattern: string): (text: string) => boolean {
  const compiled = RE2JS.compile(`^(?:${pattern})$`);
  return text => compiled.test(text);
}
