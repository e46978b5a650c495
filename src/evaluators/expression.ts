import { Unknown } from './unknown';

/** A character that is escaped, a class of characters, a group that says of which kind it is, or a quantifier that gives nothing back. */
const PARTS = /\\.|\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\]|\(\?.?|[*+?}]\+/gs;
const compiled = new Map<string, RegExp>();

/** An expression as engines of meshes read it; that of others is not known here. */
export function expression(pattern: string): RegExp {
  const known = compiled.get(pattern) ?? compile(pattern);
  compiled.set(pattern, known);
  return known;
}

/** Whether an expression holds for the whole of a text. */
export function whole(pattern: string, text: string): boolean {
  return expression(`^(?:${pattern})$`).test(text);
}

/** Whether the first match of an expression is the whole of a text, as Linkerd reads it. */
export function foundWhole(pattern: string, text: string): boolean {
  return expression(pattern).exec(text)?.[0] === text;
}

function compile(pattern: string): RegExp {
  if ((pattern.match(PARTS) ?? []).some(isElsewhere)) throw new Unknown(`not known here: ${pattern}`);
  try {
    return new RegExp(pattern, 's');
  } catch {
    throw new Unknown(`no expression: ${pattern}`);
  }
}

/** Whether JavaScript reads a part in another way than RE2 and PCRE do, or not at all. */
function isElsewhere(part: string): boolean {
  switch (part[0]) {
    case '\\': return /[ACEGQXZzpPvhHRK]/.test(part[1]);
    case '[': return /^\[\^?\]|\[:/.test(part) || (part.match(/\\./gs) ?? []).some(isElsewhere);
    case '(': return part !== '(?:';
    default: return true;
  }
}
