import * as fc from 'fast-check';
import { matchesRegex } from '../../src/model/regex';
import { fewTexts } from '../../src/model/regex-texts';

const said = (pattern: string) => {
  const few = fewTexts(pattern, 'header');
  return few && `${few.type} ${few.values.join(' ')}`;
};

test.each<[string, string | undefined]>([
  ['/(cart|items)', 'exact /cart /items'], ['^v[12]$', 'exact v1 v2'], ['a{0,2}b?', 'exact  b a ab aa aab'], ['^a$|b', 'exact a b'], ['(?i)no', 'exact NO No nO no'],
  ['/(cart|items)/.*', 'start /cart/ /items/'], ['/cart.*|/items.*', 'start /cart /items'], ['(?:a|b)(?s:.*)', 'start a b'],
  ['/[a-z]+', undefined], ['a*', undefined], ['.', undefined], ['a^b', undefined], ['(?:a|b).*c', undefined], ['[a-f]{2}', undefined], ['\\pL', undefined],
])('%j holds for %j', (pattern, few) => {
  expect(said(pattern)).toBe(few);
});

const piece = fc.oneof(
  fc.constantFrom('a', 'b', '[ab]', '(?:a|b)', '(?:ab|b)', '(?:a|)', 'b?', 'a{1,2}'), fc.constantFrom('.*', '.+', '^', '$', 'a*'),
);

test('what is said of an expression is true of each text', () => {
  let known = 0;
  fc.assert(fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), fc.stringMatching(/^[abc]{0,5}$/), (pieces, text) => {
    const pattern = pieces.join('');
    const few = fewTexts(pattern, 'header');
    if (few === undefined) return;
    known++;
    expect([pattern, text, few.values.some(value => few.type === 'exact' ? text === value : text.startsWith(value))]).toEqual([pattern, text, matchesRegex(pattern, text)]);
  }), { numRuns: 400 });
  expect(known).toBeGreaterThan(50);
});
