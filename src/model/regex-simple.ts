import type { Plain } from './regex-plain';
import type { Reach } from './regex-whole';

/** Characters that stand for themselves, with anything before or behind: what most people write. */
const SIMPLE = /^(\^?)((?:\.\*)?)([\w/ ~%@:,;=&!#'"<>-]*)((?:\.\*)?)(\$?)$/;

/** What such an expression means; undefined for any other. It is what `plainly` finds for it, without a parser and automata. */
export function simply(pattern: string, reach: Reach): Plain | undefined {
  const [, start, before, value, behind, end] = SIMPLE.exec(pattern) ?? [];
  if (value === undefined) return undefined;
  const startsOpen = before !== '' || (reach === 'part' && start === '');
  const endsOpen = behind !== '' || (reach !== 'whole' && end === '');
  if (value === '' && (startsOpen || endsOpen)) return { type: 'everything' };
  if (startsOpen && endsOpen) return { type: 'expression', value: `.*${value}.*` };
  return { type: startsOpen ? 'end' : endsOpen ? 'start' : 'exact', value };
}
