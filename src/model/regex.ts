import type { RE2JS } from 're2js';
import { re2 } from './re2';

/** An expression for exactly this text. */
export function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The same expression, held to the whole string where the reader would be content with a part of it. */
export function wholeMatch(pattern: string): string {
  return `^(?:${pattern})$`;
}

const compiled = new Map<string, RE2JS>();

/** Whether an expression holds for the whole of a text. The same few are asked again and again, so each is compiled once. */
export function matchesRegex(pattern: string, text: string): boolean {
  const known = compiled.get(pattern) ?? re2().compile(pattern);
  compiled.set(pattern, known);
  return known.testExact(text);
}

/** Whether RE2 takes an expression. */
export function isRegex(pattern: string): boolean {
  if (compiled.has(pattern)) return true;
  try {
    compiled.set(pattern, re2().compile(pattern));
    return true;
  } catch {
    return false;
  }
}
