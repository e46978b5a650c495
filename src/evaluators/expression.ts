import { Unknown } from './unknown';

/** What JavaScript reads in another way than RE2 and PCRE do, or not at all. */
const ELSEWHERE = /\(\?(?!:)|\[\[:|\\[ACEGQXZzpPvhHRK]|[*+?}]\+/;
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
  if (ELSEWHERE.test(pattern)) throw new Unknown(`not known here: ${pattern}`);
  try {
    return new RegExp(pattern, 's');
  } catch {
    throw new Unknown(`no expression: ${pattern}`);
  }
}
