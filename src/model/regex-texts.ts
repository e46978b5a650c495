import type { CharSet } from './char-set';
import { flatMap } from './lists';
import { escapeRegex } from './regex';
import { regexRelation } from './regex-relation';
import type { Regex } from './regex-syntax';
import { parseRegex } from './regex-syntax';

/** Texts, or what texts begin with. */
export interface FewTexts {
  readonly type: 'exact' | 'start';
  readonly values: readonly string[];
}

/** With more, an expression is shorter. */
const MOST = 20;

/** All of what an expression for whole texts holds for, where that is little to say; otherwise undefined. */
export function fewTexts(pattern: string, texts: 'path' | 'header'): FewTexts | undefined {
  const parsed = parseRegex(pattern);
  if (parsed === undefined) return undefined;
  const candidates = [{ type: 'exact', values: valuesOf(parsed) }, { type: 'start', values: valuesOf(beginning(parsed)) }] as const;
  for (const { type, values } of candidates) {
    if (values === undefined || values.length === 0) continue;
    const same = values.map(value => `${escapeRegex(value)}${type === 'start' ? '.*' : ''}`).join('|');
    if (regexRelation(pattern, same, texts) === 'equal') return { type, values: [...new Set(values)] };
  }
  return undefined;
}

/** What stands before the last part. */
function beginning(regex: Regex): Regex {
  if (regex.type === 'choice') return { type: 'choice', options: regex.options.map(beginning) };
  if (regex.type !== 'sequence') return regex;
  const items = regex.items.filter(({ type }) => type !== 'end');
  const last = items.at(-1);
  if (last === undefined) return regex;
  return { type: 'sequence', items: [...items.slice(0, -1), ...last.type === 'sequence' || last.type === 'choice' ? [beginning(last)] : []] };
}

/** Starts and ends of texts are taken to be where they belong: whether that is so, automata tell. */
function valuesOf(regex: Regex): readonly string[] | undefined {
  switch (regex.type) {
    case 'start': case 'end': return [''];
    case 'set': return characters(regex.set);
    case 'sequence': return regex.items.reduce<readonly string[] | undefined>((values, item) => joined(values, valuesOf(item)), ['']);
    case 'choice': {
      const options = regex.options.map(valuesOf);
      return options.includes(undefined) ? undefined : few(flatMap(options, values => values ?? []));
    }
    case 'repeat': {
      const { item, least, most = Infinity } = regex;
      if (most > MOST) return undefined;
      const values = valuesOf(item);
      const times: (readonly string[] | undefined)[] = [['']];
      while (times.length <= most) times.push(joined(times.at(-1), values));
      return times.includes(undefined) ? undefined : few(flatMap(times.slice(least), some => some ?? []));
    }
  }
}

function characters(set: CharSet): readonly string[] | undefined {
  const count = set.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  return count > MOST ? undefined
    : flatMap(set, ([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)));
}

function joined(starts: readonly string[] | undefined, ends: readonly string[] | undefined): readonly string[] | undefined {
  return starts === undefined || ends === undefined ? undefined : few(flatMap(starts, start => ends.map(end => start + end)));
}

function few(values: readonly string[]): readonly string[] | undefined {
  return values.length > MOST ? undefined : values;
}
