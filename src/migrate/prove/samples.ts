import type { Random } from './random';
import type { CharSet } from '../../model/char-set';
import { parseRegex, type Regex } from '../../model/regex-syntax';

/** What stands for a set of characters, the plain ones first. */
const CHARACTERS = [...'axbz109AZ-_.~:@!,;/ '];
const MOST_REPEATS = 2;

/** A text that an expression matches. Where we do not follow the expression, a text that is much like it. */
export function matching(pattern: string, random: Random): string {
  const parsed = parseRegex(pattern);
  return parsed === undefined ? pattern.replace(/[\\^$.*+?()[\]{}|]/g, '') : textOf(parsed, random);
}

function textOf(regex: Regex, random: Random): string {
  switch (regex.type) {
    case 'start': case 'end': return '';
    case 'set': return characterOf(regex.set, random);
    case 'sequence': return regex.items.map(item => textOf(item, random)).join('');
    case 'choice': return textOf(random.one(regex.options), random);
    case 'repeat': {
      const more = random.below(Math.min((regex.most ?? Infinity) - regex.least, MOST_REPEATS) + 1);
      return Array.from({ length: Math.min(regex.least, 50) + more }, () => textOf(regex.item, random)).join('');
    }
  }
}

function characterOf(set: CharSet, random: Random): string {
  const plain = CHARACTERS.filter(character => set.some(([from, to]) => from <= character.charCodeAt(0) && character.charCodeAt(0) <= to));
  if (plain.length > 0) return plain[Math.min(random.below(plain.length), random.below(plain.length))];
  return set.length === 0 ? '' : String.fromCodePoint(set[0][0]);
}

/** Texts that are nearly the same: more, less, of another case, with a slash, or behind something else. */
const NEAR: readonly ((text: string, random: Random) => string)[] = [
  (text, random) => text + random.one(['x', '0', '-']),
  text => text.slice(0, -1),
  text => `${text}/`,
  (text, random) => `${text}/${random.one(['x', '1', 'a/b'])}`,
  text => text.replace(/\/$/, ''),
  text => text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase(),
  text => `/x${text}`,
  text => `x${text}`,
  text => text.slice(1),
  (text, random) => {
    const at = random.below(text.length + 1);
    return `${text.slice(0, at)}${random.one(['x', '/', '.'])}${text.slice(at + 1)}`;
  },
];

export function nearTo(text: string, random: Random): string {
  return random.one(NEAR)(text, random);
}
