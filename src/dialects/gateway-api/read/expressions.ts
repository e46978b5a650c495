import { ALWAYS, type Condition, type Doubt } from '../../../meaning/condition';

/**
 * Whether the first match that is found in a text is the whole of it, wherever there is a match of the whole: Linkerd takes the first that it
 * finds, and asks only then (`linkerd/http/route/src/http/match/path.rs` of linkerd2-proxy).
 */
export function findsWhole(pattern: string): boolean {
  return isFixed(pattern) || isForced(pattern);
}

/** With an end that holds at the end of the text only, there is no other match. */
function isForced(pattern: string): boolean {
  return /(?<!\\)(?:\\\\)*\$$/.test(pattern) && !hasChoiceAtTop(pattern);
}

/** Without any choice, or with one at its end alone that takes as much as it can. */
function isFixed(pattern: string): boolean {
  return !/[|*+?{]/.test(pattern.replace(/\\./g, 'a').replace(/(?:\.|\[[^\][]*\])[*+]$/, ''));
}

function hasChoiceAtTop(pattern: string): boolean {
  let [depth, isClass] = [0, false];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === '\\') i++;
    else if (isClass) isClass = character !== ']';
    else if (character === '[') isClass = true;
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === '|' && depth === 0) return true;
  }
  return false;
}

/** What is left open where an expression may find something else first. */
export function leftOpen(pattern: string, doubt: Omit<Doubt, 'type' | 'why'>): Condition {
  return findsWhole(pattern) ? ALWAYS : { type: 'unknown', why: `it is not known here whether Linkerd finds '${pattern}' as a whole`, ...doubt };
}
