import { RE2JS } from 're2js';
import type { PathCondition } from '../../model/path';
import { ANY_ELEMENT } from '../../model/path';
import { escapeRegex } from '../../model/regex';

/** Envoy refuses larger programs, and with one of them every policy of the pods. Cilium has no setting for it. */
export const MAX_PROGRAM_SIZE = 100;

const QUERY = '(\\?.*)?';

/**
 * An expression for `:path`, which Cilium compares as a whole: the path, and the query with its `?` if there is one. A
 * path holds no `?`. Undefined where an expression may match one, and so would run into the query.
 */
export function pathExpression({ type, value }: PathCondition): string | undefined {
  switch (type) {
    case 'exact': return `${escapeRegex(value)}${QUERY}`;
    case 'prefix': return `${escapeRegex(value)}([/?].*)?`;
    case 'template': return `${value.split('/').map(element => element === ANY_ELEMENT ? '[^/?]+' : escapeRegex(element)).join('/')}${QUERY}`;
    case 'regex': {
      const path = withoutQuestionMark(value);
      return path === undefined ? undefined : `(?:${path})${QUERY}`;
    }
  }
}

/** The tokens of RE2's syntax: what stands for characters, then repetitions, anchors, and what makes groups. */
const TOKENS = new RegExp([
  /(?<atom>\\Q[^]*?(?:\\E|$)|\[\^?\]?(?:\[:\^?\w+:\]|\\[^]|[^\]\\])*\]|\\[pP](?:\{\^?\w+\}|\w)|\\x(?:\{\w+\}|\w\w)|\\[0-7]{1,3}|\\[^AzbB])/,
  /(?<repetition>[*+?]\??|\{\d+(?:,\d*)?\}\??)/,
  /(?<end>\$|\\z)/,
  /(?<rest>\(\?P?<\w+>|\(\?[imsU-]*[:)]|[()|^]|\\[AbB])/,
  /(?<character>[^])/,
].map(({ source }) => source).join('|'), 'gu');

/** The same expression for texts without `?`, and for no others; undefined where that takes more than a look at each token. */
function withoutQuestionMark(pattern: string): string | undefined {
  const tokens = [...pattern.matchAll(TOKENS)];
  const rewritten = tokens.map(({ 0: token, groups }, i) => {
    if (groups!.end !== undefined) {
      // The end is implied, but there it is the end of the path, not of the query.
      return i === tokens.length - 1 ? '' : undefined;
    }
    return groups!.atom !== undefined || groups!.character !== undefined ? characterExpression(token) : token;
  });
  return rewritten.includes(undefined) ? undefined : rewritten.join('');
}

function characterExpression(token: string): string | undefined {
  if (token === '.') {
    return '[^?]';
  }
  if (token.startsWith('[^')) {
    return `[^?${token.slice(2).replace(/^[\]-]/, '\\$&')}`;
  }
  if (/^\\[DSW]$/.test(token)) {
    return `[^?${token.toLowerCase()}]`;
  }
  if (token.startsWith('\\Q')) {
    // Its end may be left out, and would then take in what follows.
    return token.includes('?') ? undefined : escapeRegex(token.slice(2).replace(/\\E$/, ''));
  }
  return RE2JS.compile(token).matches('?') ? undefined : token;
}

/**
 * What RE2 compiles an expression to, in instructions: one for each byte and each range of bytes, and some for what holds
 * them together. It is somewhat more than that, unless it is beyond the most there may be.
 */
export function programSize(pattern: string): number {
  const caseless = /\(\?[a-zA-Z]*i/.test(pattern);
  const tokens = [...pattern.matchAll(TOKENS)].map(({ 0: token, groups }) =>
    ({ token, weight: groups!.atom !== undefined || groups!.character !== undefined ? weightOf(token, caseless) : 0 }));
  const least = tokens.reduce((sum, { weight }) => sum + weight, 0);
  if (least > MAX_PROGRAM_SIZE) {
    return least;
  }
  // A character for each instruction; distinct ones, so that no two tokens are taken for the same.
  const weighted = tokens.map(({ token, weight }, i) => weight > 1 ? `(?:${String.fromCodePoint(0xf0000 + i).repeat(weight)})` : token);
  return RE2JS.compile(weighted.join('')).programSize() + 4;
}

/** The bytes and ranges of bytes that a token stands for, or more. */
function weightOf(token: string, caseless: boolean): number {
  if (/[^\x00-\x7f]|\\[pPxDSW]|\[:\^/.test(token)) {
    return MAX_PROGRAM_SIZE;
  }
  const [, negation, members] = /^\[(\^?)([^]*)\]$/.exec(token) ?? (token === '.' ? ['', '^', ''] : ['', '', token]);
  const ranges = members.replace(/\[:\w+:\]|\\[ws]/g, '....').replace(/\\[^]/g, '.').replace(/.-./g, '.').length;
  const folded = caseless && (token.length > 1 || /[ks]/i.test(token)) ? 2 * ranges + 10 : ranges;
  // All but the members is most of Unicode, in bytes.
  return negation === '' ? folded : 8 + folded;
}
