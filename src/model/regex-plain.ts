import { onlyChar } from './char-set';
import { flatMap } from './lists';
import { ANY_ELEMENT, ANY_ELEMENTS, pathRegex } from './path';
import { escapeRegex } from './regex';
import { regexRelation } from './regex-relation';
import type { Regex } from './regex-syntax';
import { parseRegex } from './regex-syntax';

/** What an expression says of whole texts, in the plainest words that mean the same. */
export type Plain =
  | { readonly type: 'everything' }
  | { readonly type: 'exact'; readonly value: string }
  /** `/api` and what is below it. */
  | { readonly type: 'prefix'; readonly value: string }
  /** All texts that begin with these characters. */
  | { readonly type: 'start'; readonly value: string }
  | { readonly type: 'end'; readonly value: string }
  /** As `PathCondition` has them. */
  | { readonly type: 'template'; readonly value: string }
  | { readonly type: 'expression'; readonly value: string };

/**
 * What an expression for whole texts means, said plainly: only in words for which automata tell that they hold for the same texts.
 * Prefixes by element and templates are for paths.
 */
export function plainly(pattern: string, texts: 'path' | 'header'): Plain {
  const known = found[texts].get(pattern);
  if (known !== undefined) return known;
  const parsed = parseRegex(pattern);
  const plain = parsed && candidates(parsed, texts).find(one => regexRelation(pattern, plainRegex(one), texts) === 'equal');
  const result = plain ?? { type: 'expression', value: pattern };
  found[texts].set(pattern, result);
  return result;
}

const found: Readonly<Record<'path' | 'header', Map<string, Plain>>> = { path: new Map(), header: new Map() };

/** The expression for the whole of a text that says the same. */
export function plainRegex(plain: Plain): string {
  switch (plain.type) {
    case 'everything': return '.*';
    case 'exact': return escapeRegex(plain.value);
    case 'prefix': return pathRegex(plain);
    case 'start': return `${escapeRegex(plain.value)}.*`;
    case 'end': return `.*${escapeRegex(plain.value)}`;
    case 'template': return pathRegex(plain);
    case 'expression': return plain.value;
  }
}

function candidates(regex: Regex, texts: 'path' | 'header'): Plain[] {
  const { text, isWhole } = beginning(regex);
  if (isWhole) return [{ type: 'exact', value: text }];
  const end = beginning(reversed(regex));
  const templates = texts === 'path' ? templatesFor(regex) : [];
  const element = text.replace(/\/$/, '');
  return [
    ...text === '' && end.text === '' ? [{ type: 'everything' } as const] : [],
    ...text === '' ? [] : [{ type: 'start', value: text } as const],
    ...texts === 'path' && element.startsWith('/') ? [{ type: 'prefix', value: element } as const] : [],
    ...end.text === '' ? [] : [{ type: 'end', value: [...end.text].reverse().join('') } as const],
    ...templates.map(value => ({ type: 'template', value } as const)),
  ];
}

interface Beginning {
  readonly text: string;
  /** Whether nothing else is matched. */
  readonly isWhole: boolean;
}

/** What each text begins with, as far as that is told. */
function beginning(regex: Regex): Beginning {
  switch (regex.type) {
    case 'start': case 'end': return { text: '', isWhole: true };
    case 'set': {
      const only = onlyChar(regex.set);
      return only === undefined ? { text: '', isWhole: false } : { text: String.fromCodePoint(only), isWhole: true };
    }
    case 'sequence': return inSequence(regex.items);
    case 'choice': {
      const options = regex.options.map(beginning);
      const [first] = options;
      const isSame = options.every(({ text, isWhole }) => isWhole && text === first.text);
      return isSame ? first : { text: options.map(({ text }) => text).reduce(common), isWhole: false };
    }
    case 'repeat': {
      const item = beginning(regex.item);
      const isSame = item.isWhole && regex.least === regex.most;
      return { text: isSame ? item.text.repeat(Math.min(regex.least, 100)) : regex.least > 0 ? item.text : '', isWhole: isSame && regex.least <= 100 };
    }
  }
}

function inSequence(items: readonly Regex[]): Beginning {
  let text = '';
  for (const item of items) {
    const next = beginning(item);
    text += next.text;
    if (!next.isWhole) return { text, isWhole: false };
  }
  return { text, isWhole: true };
}

function common(a: string, b: string): string {
  const [few, many] = [[...a], [...b]];
  const differs = few.findIndex((character, i) => character !== many[i]);
  return differs === -1 ? a : few.slice(0, differs).join('');
}

function reversed(regex: Regex): Regex {
  switch (regex.type) {
    case 'sequence': return { type: 'sequence', items: [...regex.items].reverse().map(reversed) };
    case 'choice': return { type: 'choice', options: regex.options.map(reversed) };
    case 'repeat': return { ...regex, item: reversed(regex.item) };
    default: return regex;
  }
}

/** The templates that may be meant by an expression, where not every reader takes the same characters for an element of a path. */
export function templatesOf(pattern: string): readonly string[] {
  const parsed = parseRegex(pattern);
  return parsed === undefined ? [] : templatesFor(parsed);
}

/** Templates whose elements are said in full, or are anything that is not said in full: the last of these, any number of elements, too. */
function templatesFor(regex: Regex): readonly string[] {
  let last = { text: '', isWhole: true };
  const elements = [last];
  for (const item of flat(regex)) {
    const next = beginning(item);
    if (next.isWhole) {
      const [first, ...others] = next.text.split('/');
      last.text += first;
      for (const text of others) elements.push(last = { text, isWhole: true });
    } else {
      last.isWhole = false;
    }
  }
  const template = elements.map(({ text, isWhole }) => isWhole ? text : ANY_ELEMENT);
  const open = template.lastIndexOf(ANY_ELEMENT);
  return template[0] !== '' || open === -1 ? [] : [template, template.map((element, i) => i === open ? ANY_ELEMENTS : element)].map(all => all.join('/'));
}

function flat(regex: Regex): readonly Regex[] {
  return regex.type === 'sequence' ? flatMap(regex.items, flat) : [regex];
}
