import { violation, type Violation } from './violation';

/** What an API server reads at most. @see https://github.com/kubernetes/apiserver, MaxRequestBodyBytes */
const MAX_BYTES = 3 * 1024 * 1024;

/** Deeper JSON is refused by its decoder. */
const MAX_DEPTH = 10_000;

/**
 * Checks that a manifest is JSON which an API server would read, before anything else looks at it. A value with several references
 * counts once for each of them, so that a few aliases of YAML cannot stand for more than fits into memory. Nothing here recurses, and the
 * limits bound the work.
 */
export function sizeViolation(manifest: unknown): Violation | undefined {
  if (manifest === null || typeof manifest !== 'object') return refused('is no object');
  let bytes = 0;
  const pending: object[] = [manifest];
  const depths = [1];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    const depth = depths.pop() ?? 1;
    if (!isPlain(value)) return refused(`holds an instance of ${value.constructor?.name ?? 'a class'}, which is not JSON`);
    if (depth > MAX_DEPTH) return refused(`is nested more than ${MAX_DEPTH} levels deep`);
    const keys = Array.isArray(value) ? undefined : Object.keys(value);
    const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
    bytes += 2 + items.length;
    for (let i = 0; i < items.length && bytes <= MAX_BYTES; i++) {
      const item = items[i];
      if (keys !== undefined) bytes += 3 + keys[i].length;
      if (item !== null && typeof item === 'object') {
        pending.push(item);
        depths.push(depth + 1);
      } else {
        const scalar = scalarBytes(item);
        if (scalar === undefined) return refused(`holds ${typeof item === 'string' ? 'half of a character' : String(item)}, which is not JSON`);
        bytes += scalar;
      }
    }
    if (bytes > MAX_BYTES) return refused(`is bigger than the ${MAX_BYTES} bytes that an API server reads`);
  }
  return undefined;
}

function scalarBytes(value: unknown): number | undefined {
  switch (typeof value) {
    case 'string': return textBytes(value);
    case 'number': return Number.isFinite(value) ? 1 : undefined;
    case 'boolean': case 'undefined': return 4;
    default: return value === null ? 4 : undefined;
  }
}

function textBytes(text: string): number | undefined {
  if (text.length >= MAX_BYTES) return text.length;
  const bytes = Buffer.byteLength(text);
  return bytes > text.length && HALF_CHARACTER.test(text) ? undefined : 2 + bytes;
}

/** A surrogate whose other half is missing. */
const HALF_CHARACTER = /\p{Surrogate}/u;

function refused(message: string): Violation {
  return violation('size', [], message);
}

/** Whether it is a plain object or a list, of any realm: a test runner has its own `Object`. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Array.isArray(value) || Object.getPrototypeOf(prototype) === null;
}
