import { flatMap } from './lists';
import { writeRegex } from './regex-portable';
import type { Regex } from './regex-syntax';
import { parseRegex } from './regex-syntax';

/** Which part of a text an expression has to match: all of it, its start, or any part. */
export type Reach = 'whole' | 'start' | 'part';

/**
 * An expression that matches the whole of exactly those texts that another one matches in its way, without starts and ends of the
 * text. Undefined where we do not follow it, such as where a start stands behind something else. For texts without ends of lines.
 */
export function wholeRegex(pattern: string, reach: Reach): string | undefined {
  const parsed = parseRegex(pattern);
  const options = parsed && unfolded(parsed);
  const whole = options?.map(items => reaching(items, reach));
  if (whole === undefined || whole.includes(undefined)) return undefined;
  return whole.length === 1 ? whole[0] : whole.map(one => `(?:${one})`).join('|');
}

const ANYTHING = '.*';

/** More than this no people write. */
const MOST_OPTIONS = 100;

function reaching(items: readonly Regex[], reach: Reach): string | undefined {
  const first = items.findIndex(({ type }) => type !== 'start');
  const last = items.map(({ type }) => type !== 'end').lastIndexOf(true);
  const middle = first === -1 ? items.slice(items.length) : items.slice(first, last + 1);
  // `^` and `$` alone, in whichever order, hold for the empty text.
  const isAnchor = items.every(({ type }) => type === 'start' || type === 'end');
  if (!isAnchor && middle.some(hasAnchors)) return undefined;
  const startsOpen = reach === 'part' && items[0]?.type !== 'start';
  const endsOpen = reach !== 'whole' && items.at(-1)?.type !== 'end';
  const text = writeRegex({ type: 'sequence', items: isAnchor ? [] : middle });
  return `${startsOpen && !text.startsWith(ANYTHING) ? ANYTHING : ''}${text}${endsOpen && !endsWithAnything(middle) ? ANYTHING : ''}`;
}

function endsWithAnything(items: readonly Regex[]): boolean {
  const last = items.at(-1);
  return last !== undefined && writeRegex(last) === ANYTHING;
}

function hasAnchors(regex: Regex): boolean {
  switch (regex.type) {
    case 'start': case 'end': return true;
    case 'set': return false;
    case 'sequence': return regex.items.some(hasAnchors);
    case 'choice': return regex.options.some(hasAnchors);
    case 'repeat': return hasAnchors(regex.item);
  }
}

/** The alternatives of an expression, each a flat sequence: choices are taken apart where starts or ends stand in them. */
function unfolded(regex: Regex): (readonly Regex[])[] | undefined {
  if (regex.type === 'choice') return some(regex.options.map(unfolded).reduce(both, []));
  if (regex.type !== 'sequence') return [[regex]];
  if (!regex.items.some(isFolded)) return [regex.items];
  return regex.items.reduce<(readonly Regex[])[] | undefined>((all, item) => {
    const next = isFolded(item) ? unfolded(item) : [[item]];
    return all && next && some(flatMap(all, before => next.map(after => [...before, ...after])));
  }, [[]]);
}

function isFolded(item: Regex): boolean {
  return item.type === 'sequence' || (item.type === 'choice' && hasAnchors(item));
}

function both(all: (readonly Regex[])[] | undefined, more: (readonly Regex[])[] | undefined): (readonly Regex[])[] | undefined {
  return all && more && [...all, ...more];
}

function some(options: (readonly Regex[])[] | undefined): (readonly Regex[])[] | undefined {
  return options === undefined || options.length > MOST_OPTIONS ? undefined : options;
}
