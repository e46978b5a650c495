/**
 * Gives objects that have no text one: where a name is asked for, a manifest may have `{ toString: null }`, which nothing can be compared
 * with, or put into a sentence. Other objects stay as they are.
 */
export function giveTexts(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const key in value) giveTexts((value as Readonly<Record<string, unknown>>)[key]);
  if (typeof value.toString !== 'function') Object.defineProperty(value, Symbol.toPrimitive, { value: () => '[object]', configurable: true });
}
