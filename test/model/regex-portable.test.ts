import * as fc from 'fast-check';
import { holding, regexes, texts } from './regexes';
import { portableRegex } from '../../src/model/regex-portable';

test('what is written means to RE2 what was written', () => {
  let compared = 0;
  fc.assert(fc.property(regexes, fc.array(texts, { minLength: 8, maxLength: 8 }), (pattern, samples) => {
    const portable = portableRegex(pattern);
    if (portable !== undefined) {
      compared++;
      expect(samples.map(holding(portable))).toEqual(samples.map(holding(pattern)));
    }
  }), { numRuns: 500 });
  expect(compared).toBeGreaterThan(200);
});

test('what is written once stays as it is', () => {
  fc.assert(fc.property(regexes, pattern => {
    const portable = portableRegex(pattern);
    fc.pre(portable !== undefined);
    expect(portableRegex(portable)).toBe(portable);
  }));
});

test('what is written has no words that engines read differently', () => {
  fc.assert(fc.property(regexes, pattern => {
    const portable = portableRegex(pattern);
    fc.pre(portable !== undefined);
    const bare = portable.replace(/\\[\\.+*?()|[\]{}^$&~-]|\\x\{[0-9A-F]+\}|\\[tnfr]|\[\^?\\s\\S\]/g, 'x');
    expect(bare).not.toMatch(/\\|\(\?[^:]|[^\x20-\x7e]|\[[^\]]*(\[|&&|--|~~)/);
  }));
});

test.each([
  ['/api/v[0-9]+', '/api/v[0-9]+'],
  ['/api/.*', '/api/.*'],
  ['[^/&&?]+', '[^\\&/?]+'],
  ['[^a&&b]', '[^\\&ab]'],
  ['[+--b]', '[+-\\-b]'],
  ['[a~~b]', '[ab\\~]'],
  ['[a[b]', '[\\[ab]'],
  ['\\d{2}', '[0-9]{2}'],
  ['[\\w.-]+', '[\\-.0-9A-Z_a-z]+'],
  ['\\Q/a.b\\E', '/a\\.b'],
  ['(?i)ok', '[Oo][Kk\\x{212A}]'],
  ['a{,5}', 'a\\{,5\\}'],
  ['(?s).', '[\\s\\S]'],
  ['(?P<id>[0-9]+)', '[0-9]+'],
  ['((?s))(a|b)', 'a|b'],
])('%s is written as %s', (pattern, portable) => {
  expect(portableRegex(pattern)).toBe(portable);
});

test.each(['\\bcart', '\\pN+', '\\p{Greek}', '(?m)^a$', '(?i)é', '.{1000}'.repeat(11)])(
  'leaves %s as it is: no words for it are known to mean the same everywhere', pattern => {
    expect(portableRegex(pattern)).toBeUndefined();
  });
