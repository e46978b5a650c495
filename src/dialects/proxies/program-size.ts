import { re2 } from '../../model/re2';

/** Envoy rejects larger programs, and with them the whole update, unless a setting of the mesh says otherwise. */
export const MAX_PROGRAM_SIZE = 100;

/** The tokens of RE2's syntax: what stands for characters, then repetitions, anchors, and what makes groups. */
const TOKENS = new RegExp([
  /(?<atom>\\Q[^]*?(?:\\E|$)|\[\^?\]?(?:\[:\^?\w+:\]|\\[^]|[^\]\\])*\]|\\[pP](?:\{\^?\w+\}|\w)|\\x(?:\{\w+\}|\w\w)|\\[0-7]{1,3}|\\[^AzbB])/,
  /(?<repetition>[*+?]\??|\{\d+(?:,\d*)?\}\??)/,
  /(?<end>\$|\\z)/,
  /(?<rest>\(\?P?<\w+>|\(\?[imsU-]*[:)]|[()|^]|\\[AbB])/,
  /(?<character>[^])/,
].map(({ source }) => source).join('|'), 'gu');

export interface Token {
  readonly token: string;
  /** Whether it stands for characters. */
  readonly isCharacters: boolean;
  /** Whether it is the end of the text. */
  readonly isEnd: boolean;
}

export function tokensOf(pattern: string): Token[] {
  return [...pattern.matchAll(TOKENS)].map(({ 0: token, groups: { atom, character, end } = {} }) =>
    ({ token, isCharacters: atom !== undefined || character !== undefined, isEnd: end !== undefined }));
}

/**
 * What RE2 compiles an expression to, in instructions: one for each byte and each range of bytes, and some for what holds them
 * together. An upper bound, unless it is beyond the maximum.
 */
export function programSize(pattern: string): number {
  const caseless = /\(\?[a-zA-Z]*i/.test(pattern);
  const tokens = tokensOf(pattern).map(({ token, isCharacters }) => ({ token, weight: isCharacters ? weightOf(token, caseless) : 0 }));
  const least = tokens.reduce((sum, { weight }) => sum + weight, 0);
  if (least > MAX_PROGRAM_SIZE) {
    return least;
  }
  // A character for each instruction; distinct ones, so that no two tokens are taken for the same.
  const weighted = tokens.map(({ token, weight }, i) => weight > 1 ? `(?:${String.fromCodePoint(0xf0000 + i).repeat(weight)})` : token);
  return re2().compile(weighted.join('')).programSize() + 4;
}

/** The bytes and ranges of bytes that a token stands for, or more. */
function weightOf(token: string, caseless: boolean): number {
  if (/[^\x00-\x7f]|\\[pPxDSW]|\[:\^/.test(token)) {
    return MAX_PROGRAM_SIZE;
  }
  const [, negation, members] = /^\[(\^?)([^]*)\]$/.exec(token) ?? (token === '.' ? ['', '^', ''] : ['', '', token]);
  const ranges = members.replace(/\[:\w+:\]|\\[ws]/g, '....').replace(/\\[^]/g, '.').replace(/.-./g, '.').length;
  const folded = caseless && (token.length > 1 || /[ks]/i.test(token)) ? 2 * ranges + 10 : ranges;
  // A negated class is most of Unicode, in bytes.
  return negation === '' ? folded : 8 + folded;
}
