import type { CharRange, CharSet } from './char-set';
import { charSet, charsOf, codePoints, negated } from './char-set';
import { flatMap } from './lists';

/** What a regular expression means, whichever way it is written. Which of several matches comes first is not among it. */
export type Regex =
  /** One character of these. */
  | { readonly type: 'set'; readonly set: CharSet }
  /** One after the other; none at all is the empty string. */
  | { readonly type: 'sequence'; readonly items: readonly Regex[] }
  | { readonly type: 'choice'; readonly options: readonly Regex[] }
  | { readonly type: 'repeat'; readonly item: Regex; readonly least: number; readonly most?: number }
  /** The start, or the end, of the whole text. */
  | { readonly type: 'start' | 'end' };

/**
 * Reads an expression that RE2 takes. Undefined for what we do not follow it in: word boundaries, starts and ends of lines,
 * classes of Unicode, and letters beyond ASCII whatever their case.
 *
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function parseRegex(pattern: string): Regex | undefined {
  try {
    return new Parser(pattern).parse();
  } catch (error) {
    if (error instanceof Beyond) {
      return undefined;
    }
    throw error;
  }
}

class Beyond extends Error {}

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
}

const DIGIT = charSet([0x30, 0x39]);
const UPPER = charSet([0x41, 0x5a]);
const LOWER = charSet([0x61, 0x7a]);
const ALPHA = charSet(...UPPER, ...LOWER);
const ALNUM = charSet(...DIGIT, ...ALPHA);
const WORD = charSet(...ALNUM, [0x5f, 0x5f]);
const ASCII = charSet([0, 0x7f]);

const PERL: Readonly<Record<string, CharSet>> = { d: DIGIT, s: charsOf('\t\n\f\r '), w: WORD };

const POSIX: Readonly<Record<string, CharSet>> = {
  alnum: ALNUM,
  alpha: ALPHA,
  ascii: ASCII,
  blank: charsOf('\t '),
  cntrl: charSet([0, 0x1f], [0x7f, 0x7f]),
  digit: DIGIT,
  graph: charSet([0x21, 0x7e]),
  lower: LOWER,
  print: charSet([0x20, 0x7e]),
  punct: charSet([0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e]),
  space: charsOf('\t\n\v\f\r '),
  upper: UPPER,
  word: WORD,
  xdigit: charSet(...DIGIT, [0x41, 0x46], [0x61, 0x66]),
};

const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** Letters of ASCII that have a third form. */
const KELVIN = 0x212a;
const LONG_S = 0x17f;

/** The same characters whatever their case. */
function folded(set: CharSet): CharSet {
  if (set.some(([, to]) => to > 0x7f)) {
    throw new Beyond();
  }
  const shifted = (letters: CharSet, by: number): CharRange[] => flatMap(set, ([from, to]) => flatMap(letters, ([first, last]) => {
    const [a, b] = [Math.max(from, first), Math.min(to, last)];
    return a <= b ? [[a + by, b + by] as const] : [];
  }));
  const all = charSet(...set, ...shifted(UPPER, 32), ...shifted(LOWER, -32));
  const third = (letter: number, form: number): CharRange[] => all.some(([from, to]) => from <= letter && letter <= to) ? [[form, form]] : [];
  return charSet(...all, ...third(0x6b, KELVIN), ...third(0x73, LONG_S));
}

class Parser {
  private at = 0;
  private flags: Flags = { i: false, m: false, s: false };

  public constructor(private readonly text: string) {}

  public parse(): Regex {
    const regex = this.choice();
    if (this.at < this.text.length) {
      throw new Beyond();
    }
    return regex;
  }

  /** Takes what a sticky expression matches right here. */
  private take(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.at;
    const match = sticky.exec(this.text) ?? undefined;
    this.at += match?.[0].length ?? 0;
    return match;
  }

  private choice(): Regex {
    const options = [this.sequence()];
    while (this.take(/\|/yu)) {
      options.push(this.sequence());
    }
    return options.length === 1 ? options[0] : { type: 'choice', options };
  }

  private sequence(): Regex {
    const items: Regex[] = [];
    while (this.at < this.text.length && !/[|)]/.test(this.text[this.at])) {
      const repetition = this.repetition();
      const item = items.at(-1);
      if (repetition === undefined) {
        items.push(...this.items());
      } else if (item === undefined) {
        throw new Beyond();
      } else {
        items[items.length - 1] = { type: 'repeat', item, ...repetition };
      }
    }
    const flat = flatMap(items, item => item.type === 'sequence' ? item.items : [item]);
    return flat.length === 1 ? flat[0] : { type: 'sequence', items: flat };
  }

  private repetition(): { readonly least: number; readonly most?: number } | undefined {
    const [, sign, least, comma, most] = this.take(/(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/yu) ?? [];
    switch (sign) {
      case '*': return { least: 0 };
      case '+': return { least: 1 };
      case '?': return { least: 0, most: 1 };
      default: return least === undefined ? undefined
        : { least: Number(least), ...(comma === undefined ? { most: Number(least) } : most === '' ? {} : { most: Number(most) }) };
    }
  }

  /** What can be repeated; or nothing, where only flags are set; or the characters of a quotation. */
  private items(): Regex[] {
    const flags = this.take(/\(\?([imsU]*)(-[imsU]+)?\)/yu);
    if (flags !== undefined) {
      this.set(flags[1], flags[2]);
      return [];
    }
    const quotation = this.take(/\\Q([^]*?)(?:\\E|$)/yu);
    if (quotation !== undefined) {
      return codePoints(quotation[1]).map(code => this.literal(code));
    }
    return [this.group() ?? this.anchor() ?? { type: 'set', set: this.characterClass() ?? this.dot() ?? this.perl() ?? this.cased(this.character()) }];
  }

  private set(on: string, off = ''): void {
    const is = (flag: keyof Flags) => off.includes(flag) ? false : on.includes(flag) || this.flags[flag];
    this.flags = { i: is('i'), m: is('m'), s: is('s') };
  }

  private group(): Regex | undefined {
    const open = this.take(/\((?:\?(?:P?<\w+>|([imsU]*)(-[imsU]+)?:))?/yu);
    if (open === undefined) {
      return undefined;
    }
    const outside = this.flags;
    this.set(open[1] ?? '', open[2]);
    const regex = this.choice();
    this.flags = outside;
    if (!this.take(/\)/yu)) {
      throw new Beyond();
    }
    return regex;
  }

  private anchor(): Regex | undefined {
    const [anchor] = this.take(/[$^]|\\[AzbB]/yu) ?? [];
    if (anchor === '\\b' || anchor === '\\B' || (anchor?.length === 1 && this.flags.m)) {
      throw new Beyond();
    }
    return anchor === undefined ? undefined : { type: anchor === '^' || anchor === '\\A' ? 'start' : 'end' };
  }

  private dot(): CharSet | undefined {
    return this.take(/\./yu) && negated(this.flags.s ? [] : charsOf('\n'));
  }

  private perl(): CharSet | undefined {
    const [, negation, name] = this.take(/\\(?:([DSW])|([dsw]))/yu) ?? [];
    return negation !== undefined ? negated(this.cased(PERL[negation.toLowerCase()])) : name === undefined ? undefined : this.cased(PERL[name]);
  }

  private posix(): CharSet | undefined {
    const [, negation, name] = this.take(/\[:(\^?)(\w+):\]/yu) ?? [];
    return name === undefined ? undefined : negation === '' ? this.cased(POSIX[name]) : negated(this.cased(POSIX[name]));
  }

  private characterClass(): CharSet | undefined {
    const open = this.take(/\[(\^?)/yu);
    if (open === undefined) {
      return undefined;
    }
    const ranges: CharRange[] = [];
    do {
      ranges.push(...this.posix() ?? this.perl() ?? this.cased(this.range()));
    } while (!this.take(/\]/yu));
    const set = charSet(...ranges);
    return open[1] === '' ? set : negated(set);
  }

  private range(): CharSet {
    const [from] = this.character();
    return this.take(/-(?!\])/yu) ? charSet([from[0], this.character()[0][0]]) : [from];
  }

  /** One character, or the escape that stands for it. */
  private character(): CharSet {
    const [, hex, byte, octal, escape, character] =
      this.take(/\\x(?:\{([\da-fA-F]+)\}|([\da-fA-F]{2}))|\\(0[0-7]{0,2}|[1-7][0-7]{1,2})|\\([^])|([^])/yu) ?? [];
    if (hex !== undefined || byte !== undefined) {
      const code = parseInt(hex ?? byte, 16);
      if (code >= 0xd800 && code < 0xe000) {
        throw new Beyond();
      }
      return point(code);
    }
    if (octal !== undefined) {
      return point(parseInt(octal, 8));
    }
    if (character !== undefined) {
      return charsOf(character);
    }
    if (escape !== undefined && escape in CONTROLS) {
      return point(CONTROLS[escape]);
    }
    if (escape === undefined || !/^[!-/:-@[-`{-~ \x00-\x1f\x7f]$/.test(escape)) {
      throw new Beyond();
    }
    return charsOf(escape);
  }

  private literal(character: number): Regex {
    return { type: 'set', set: this.cased(point(character)) };
  }

  private cased(set: CharSet): CharSet {
    return this.flags.i ? folded(set) : set;
  }
}

function point(character: number): CharSet {
  return [[character, character]];
}
