/**
 * Most expressions of CRDs are of names: `^[a-z0-9]([-a-z0-9]*[a-z0-9])?$` and the like. JavaScript reads those as RE2 does, and has them compiled
 * before RE2 is loaded. Undefined for others, and for long texts, where JavaScript may take more than linear time.
 */
export function expressionOfNames(pattern: string, text: string): RegExp | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  if (!expressions.has(pattern)) expressions.set(pattern, isOfNames(pattern) ? new RegExp(pattern, 'u') : undefined);
  return expressions.get(pattern);
}

/** Names of objects are no longer. */
const MAX_LENGTH = 253;

const expressions = new Map<string, RegExp | undefined>();

const CLASS = /\[(?!\^)-?(?:\w-\w|[\w!#$%&'()*+./:,;=@|~^]|\\[-./]|\\x\d\d)+-?\]/;
const REPEATED = /[*+?]|\{\d\d?(?:,\d\d?)?\}/;

/** Characters, classes of them, groups and ends. */
const PLAIN = new RegExp(`^(?:(?:[\\w/:-]|\\\\[./*+?]|${CLASS.source}|\\))(?:${REPEATED.source})?|\\((?:\\?:)?|[|^$])*$`);

/** Groups that are repeated: labels, each after a dot, and the characters of a path, of which `%` is none. There is one way to split a text. */
const REPEATED_GROUPS = ['(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*', "(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+"];

/** No other group may be repeated: there may be more ways to split a text than anyone can try. */
function isOfNames(pattern: string): boolean {
  const rest = REPEATED_GROUPS.reduce((text, group) => text.replaceAll(group, ''), pattern);
  const repetitions = rest.replaceAll(CHARACTER, '').match(/[*+]/g)?.length ?? 0;
  return PLAIN.test(pattern) && !/\)[*+{]/.test(rest) && repetitions <= MAX_REPETITIONS;
}

const CHARACTER = new RegExp(`\\\\.|${CLASS.source}`, 'g');

/** For each place where one may end, all the others may be tried again. */
const MAX_REPETITIONS = 3;
