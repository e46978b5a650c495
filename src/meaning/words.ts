import { exactly, oneOf, prefix, regex, suffix, type Text } from './text';
import { escapeRegex } from '../model/regex';

/** Whether a claim of a token is a list of the words of its text, as those of OAuth are. */
export function isListOfWords(path: readonly string[]): boolean {
  return path.length === 1 && ['scope', 'permission'].includes(path[0]);
}

const [BEFORE, AFTER, REST] = ['(?:(?s:.*) )?', '(?: (?s:.*))?', '[^ ]*'];

/** A text, of which one word is this. */
export function wordText(is: Text): Text {
  switch (is.type) {
    case 'exact': return is.value.includes(' ') || is.value === '' ? oneOf([]) : regex(`${BEFORE}${escapeRegex(is.value)}${AFTER}`);
    case 'prefix': return regex(`${BEFORE}${escapeRegex(is.value)}${REST}${AFTER}`);
    case 'suffix': return regex(`${BEFORE}${REST}${escapeRegex(is.value)}${AFTER}`);
    default: return regex('(?s:.*)[^ ](?s:.*)');
  }
}

/** What one word of a text has to be; undefined where something else is said of the text. */
export function wordIn(text: Text): Text | undefined {
  if (text.type !== 'regex') return undefined;
  const value = text.value.replace(BEFORE, '').replace(AFTER, '').replace(REST, '').replace(/\\(.)/g, '$1');
  const all: readonly Text[] = [exactly(value), prefix(value), suffix(value), regex('.+')];
  return all.find(one => JSON.stringify(wordText(one)) === JSON.stringify(text));
}
