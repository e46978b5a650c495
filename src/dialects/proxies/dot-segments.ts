import type { PathCondition } from '../../model/path';
import { pathRegex, templateRegex } from '../../model/path';
import { escapeRegex } from '../../model/regex';
import { portableRegex } from '../../model/regex-portable';
import { regexRelation } from '../../model/regex-relation';

/*
 * A proxy that compares paths as they come finds the prefix `/public` in `/public/../admin`, of which the server behind it
 * makes `/admin`. There, conditions on paths hold for none that leads elsewhere.
 */

/** What servers take for a slash, and for a dot. */
const SLASH = '(?:[/\\\\]|%2[fF]|%5[cC])';
const DOT = '(?:\\.|%2[eE])';
const REST = '(?:(?:[/;\\\\]|%2[fF]|%5[cC]).*)?';

/** Paths with `..` among their elements, in any spelling that servers resolve. */
export const PARENT_SEGMENTS = `.*${SLASH}${DOT}{2}${REST}`;

/** The same, and `.`, which is harmless after a prefix only. */
const DOT_SEGMENTS = `.*${SLASH}${DOT}{1,2}${REST}`;

/** What is before a text, in the same element of the path. */
type Before = 'nothing' | 'dot' | 'dots' | 'others';

/** How to write those texts that bring no dot segment into a path. */
interface Words {
  /** Paths that they leave out. */
  readonly leftOut: string;
  readonly rest: { readonly [B in Before]: Rest };
  /** Behind texts of which some end in one of these ways, and some in another. */
  readonly restOfMany?: Rest;
  /** An element that is not empty. */
  readonly element: string;
  /** What may stand before the last characters of a path, the most first. */
  readonly heads: (end: string) => readonly string[];
}

interface Rest {
  readonly anything: string;
  readonly something: string;
}

/** A character that is no dot, slash or semicolon, encoded or not. */
const OTHER = '(?:[^%./;\\\\]|%(?:[^%./25;\\\\]|2[^%./;\\\\EFef]|5[^%./;\\\\Cc]))';

/** What begins an element that is no dot segment, or goes on with any element. */
const PART = `(?:${DOT}{0,2}${OTHER}|;|${DOT}{3})${DOT}*`;
const PARTS = `(?:${PART}|${SLASH})`;
const ANYTHING = `${DOT}*${PARTS}*`;

/**
 * Exactly the texts that bring no dot segment, as long as every `%` has its two digits. An element is `.` or `..` up to its end, or up
 * to a semicolon.
 */
const EXACT: Words = {
  leftOut: DOT_SEGMENTS,
  rest: {
    nothing: { anything: `${PARTS}*`, something: `${PARTS}+` },
    dot: completing(`(?:${DOT}?${OTHER}|${DOT}{2})${DOT}*${PARTS}*`),
    dots: completing(`(?:${OTHER}|${DOT})${DOT}*${PARTS}*`),
    others: { anything: ANYTHING, something: `(?:${DOT}+${PARTS}*|${PARTS}+)` },
  },
  element: `(?:${PART}|\\\\|%2[fF]|%5[cC])+`,
  // Dots may stand before other characters of their element; and the last digits of an encoded character may be the first of these.
  heads: end => [
    `${ANYTHING}(?:${SLASH}${DOT}{1,2})?(?:%[0-9A-Fa-f]?)?`,
    // Not those that make a slash of it.
    `${ANYTHING}(?:(?:${SLASH}${DOT}{1,2})?(?:%[0-46-9A-Fa-f]?)?|%5)`,
    `${ANYTHING}(?:(?:${SLASH}${DOT}{1,2})?(?:%[013-9A-Fa-f]?)?|%2)`,
    ...(/^[0-9A-Fa-f]/.test(end) ? [] : [ANYTHING]),
  ],
};

/** Behind what would be a dot segment, something has to come. */
function completing(something: string): Rest {
  return { anything: something, something };
}

/** Without two dots in a row, and without an encoded dot: few instructions, since Envoy compiles no large expressions. */
const NO_DOT = '(?:[!-$&-\\-/-~]|%(?:[013-9A-Fa-f]|2[0-9a-dfA-DF]))';
const FEW: Rest = { anything: `(?:\\.?${NO_DOT})*\\.?`, something: `(?:\\.?${NO_DOT})+\\.?` };
// A dot before it is the first of two.
const FEW_BEHIND_DOT: Rest = { anything: `(?:${NO_DOT}${FEW.anything})?`, something: `${NO_DOT}${FEW.anything}` };
const SHORT: Words = {
  leftOut: PARENT_SEGMENTS,
  restOfMany: FEW,
  rest: { nothing: FEW, others: FEW, dot: FEW_BEHIND_DOT, dots: FEW_BEHIND_DOT },
  // As for the exact words, of which only these keep it short.
  heads: end => [...(/^[0-9A-Fa-f]/.test(end) ? ['(?:%[0-9A-Fa-f]?)?', '(?:%[013-9A-Fa-f]?)?'].map(cut => FEW.anything + cut) : []), FEW.anything],
  element: '(?:\\.?(?:[!-$&-\\-0-~]|%(?:[013-9A-Fa-f]|2[0-9a-dfA-DF])))+\\.?',
};

/** Why an expression or an end that `undotted` cannot write is refused, for meshes that compare paths as they come. */
export function takesParents({ type, value }: PathCondition, whoCompares: string): Record<'what' | 'reason' | 'remedy', string> {
  return type === 'end' ? {
    what: `the end of a path '${value}'`,
    reason: `${whoCompares} paths as they come, and servers resolve '..', encoded or not: some paths that end so lead elsewhere`,
    remedy: "Write it from a slash on, such as '/items.json'; or use `pathPrefix`, `pathBelow`, `pathStartsWith` or `pathTemplate`",
  } : {
    what: `the path expression '${value}'`,
    reason: `${whoCompares} paths as they come, and servers resolve '..': a request for '/public/../admin' would pass for one below '/public'`,
    remedy: "Use `pathPrefix`, `pathBelow`, `pathStartsWith` or `pathTemplate`; or an expression that takes no '..', such as '/files/[a-z]+' or '/files/.*'",
  };
}

/** An expression for exactly those paths of a condition that have no dot segments; undefined if none is known. */
export function undotted(path: PathCondition): string | undefined {
  return written(path, EXACT);
}

/** One that Envoy compiles, for some of them: those without two dots in a row, and without one that is all that `.+` stands for. */
export function shortUndotted(path: PathCondition): string | undefined {
  return written(path, SHORT);
}

function written(path: PathCondition, words: Words): string | undefined {
  const { type, value } = path;
  const { nothing } = words.rest;
  switch (type) {
    case 'exact': return pathRegex(path);
    case 'prefix': return `${escapeRegex(value)}(?:/${nothing.anything})?`;
    case 'below': return `${escapeRegex(value)}/${nothing.anything}`;
    case 'template': return templateRegex(value, { one: `/${words.element}`, more: `(?:/(?:${words.element})?)+` });
    case 'start':
    case 'end':
    case 'regex': return undottedRegex(pathRegex(path), words);
  }
}

/** Parts that match any end, or any element of a path, or all before an end, are rewritten; no other part may match dots. */
function undottedRegex(pattern: string, words: Words): string | undefined {
  const portable = portableRegex(pattern);
  const [, end] = ENDING.exec(portable ?? '') ?? [];
  if (end !== undefined) return words.heads(end).map(head => `${head}${end}`).find(one => regexRelation(one, words.leftOut, 'path') === 'disjoint');
  if (portable === undefined) return undefined;
  const isGood = (one: string | undefined) =>
    one !== undefined && regexRelation(one, words.leftOut, 'path') === 'disjoint' && isInside(one, portable);
  const one = endingInAnything(portable, words);
  if (isGood(one)) return one;
  const other = anythingAmidOthers(portable, words);
  return isGood(other) ? other : undefined;
}

function endingInAnything(portable: string, words: Words): string | undefined {
  if (regexRelation(replaced(portable, 'x', 'x', 'x'), DOT_SEGMENTS, 'path') !== 'disjoint') return undefined;
  const before = endOf(replaced(portable, '', '', 'x'));
  const rest = before === undefined ? words.restOfMany : words.rest[before];
  return rest && replaced(portable, rest.anything, rest.something, words.element);
}

/** Each part that matches anything, written in the same way whatever stands before and behind it. */
function anythingAmidOthers(portable: string, { restOfMany: rest, element }: Words): string | undefined {
  return rest && replaced(portable, rest.anything, rest.something, element)
    .replace(/(?<!\\)\.([*+])/g, (_, count) => count === '*' ? rest.anything : rest.something);
}

/** All texts that end in some characters. */
const ENDING = /^\.\*((?:[^\\.+*?()|[\]{}^$]|\\[^A-Za-z0-9])+)$/;

function replaced(portable: string, anything: string, something: string, element: string): string {
  return portable
    .replace(/(?<!\\)\.([*+])$/, (_, count) => count === '*' ? anything : something)
    .replace(/(?<=\/)\[\^\/\]\+(?=[/|)]|$)/g, () => element);
}

/** How all texts of an expression end; undefined where some end in another way, or nobody knows. */
function endOf(head: string): Before | undefined {
  if (regexRelation(head, `.*${SLASH}${DOT}{0,2}`, 'path') === 'disjoint') return 'others';
  return ENDS.find(([, end]) => isInside(head, end))?.[0];
}

const ENDS: readonly (readonly [Before, string])[] = [['nothing', `.*${SLASH}`], ['dot', `.*${SLASH}${DOT}`], ['dots', `.*${SLASH}${DOT}{2}`]];

function isInside(narrow: string, wide: string): boolean {
  return ['inside', 'equal'].includes(regexRelation(narrow, wide, 'path'));
}
