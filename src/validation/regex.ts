import { RE2JS } from 're2js';

const compiled = new Map<string, RE2JS>();

/** Whether a regular expression, in the RE2 syntax of Kubernetes and in linear time, matches somewhere in a text. */
export function matches(pattern: string, text: string): boolean {
  return compile(pattern).test(text);
}

/** Throws if the expression is not RE2. */
export function compile(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const expression = RE2JS.compile(pattern);
  compiled.set(pattern, expression);
  return expression;
}
