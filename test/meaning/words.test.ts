import * as fc from 'fast-check';
import { exactly, holdsFor, prefix, suffix } from '../../src/meaning/text';
import { wordIn, wordText } from '../../src/meaning/words';

const word = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '[', '\\', ':', '-'), minLength: 1, maxLength: 5 });
const condition = fc.tuple(fc.constantFrom(exactly, prefix, suffix), word).map(([of, text]) => of(text));

test('what one word of a text has to be is told by the text again', () => {
  fc.assert(fc.property(condition, is => expect(wordIn(wordText(is))).toEqual(is)));
  expect(wordIn(exactly('a b'))).toBeUndefined();
});

test('a text has the word if one of those in it is the word', () => {
  fc.assert(fc.property(condition, fc.array(word, { maxLength: 3 }), (is, words) => {
    expect(holdsFor(wordText(is), words.join(' '))).toBe(words.some(one => holdsFor(is, one) === 'yes') ? 'yes' : 'no');
  }));
});
