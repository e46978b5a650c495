import * as fc from 'fast-check';
import { hostileText } from './programs';
import { commentLines, fieldName, quoted } from '../../../src/migrate/program/text';

const evaluated = (code: string): unknown => new Function(`"use strict"; return ${code};`)();

/** Whether everything shows as what it is. */
const PLAIN = /^[^\p{C}\p{Zl}\p{Zp}\u00a0]*$/u;

test('a text in quotes is that text, in one line in which everything shows', () => {
  fc.assert(fc.property(hostileText, text => {
    expect(quoted(text)).toMatch(PLAIN);
    expect(evaluated(quoted(text))).toBe(text);
  }), { numRuns: 1000 });
  expect(quoted("it's \\ a\nb \u202e\u{1f600}")).toBe("'it\\'s \\\\ a\\nb \\u202e\u{1f600}'");
});

test('whatever its name, a field is one', () => {
  fc.assert(fc.property(fc.oneof(hostileText, fc.constantFrom('__proto__', 'a', '1', 'a-b', '$', '')), name => {
    const object = evaluated(`({ ${fieldName(name)}: 1 })`) as object;
    expect(Object.entries(object)).toEqual([[name, 1]]);
  }), { numRuns: 1000 });
  expect(['app', 'a_1', 'client-app', '1st', '__proto__'].map(fieldName)).toEqual(['app', 'a_1', "'client-app'", "'1st'", "['__proto__']"]);
});

test('nothing ends a comment, and no line of it is an instruction for a compiler', () => {
  fc.assert(fc.property(hostileText, fc.integer({ min: 20, max: 140 }), (text, width) => {
    for (const line of commentLines(text, width)) {
      expect(line).toMatch(PLAIN);
      expect(line).toMatch(/^\/\/(?: [^@ ].*)?$/u);
      if (line.length > width) expect(line.slice(3)).not.toContain(' ');
    }
  }), { numRuns: 1000 });
  expect(commentLines('one two\nthree @ts-ignore', 12)).toEqual(['// one', '// two\\nthree', '// \\u0040ts-ignore']);
});
