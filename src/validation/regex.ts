import type { RE2JS } from 're2js';
import { expressionOfNames } from './names';

const compiled = new Map<string, RE2JS>();

/** Whether a regular expression, in the RE2 syntax of Kubernetes and in linear time, matches somewhere in a text. */
export function matches(pattern: string, text: string): boolean {
  return (expressionOfNames(pattern, text) ?? compile(pattern)).test(text);
}

/** Throws if the expression is not RE2. */
export function compile(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const expression = re2().compile(pattern);
  compiled.set(pattern, expression);
  return expression;
}

/** Loaded with the first expression that is not of names. */
function re2(): typeof RE2JS {
  return (require('re2js') as typeof import('re2js')).RE2JS;
}
