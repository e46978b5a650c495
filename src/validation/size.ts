import { violation, type Violation } from './violation';

/** What an API server reads at most: https://github.com/kubernetes/apiserver, MaxRequestBodyBytes. */
const MAX_BYTES = 3 * 1024 * 1024;

/** Deeper JSON is refused by its decoder. */
const MAX_DEPTH = 10_000;

/**
 * Checks that a manifest is JSON which an API server would read, before anything else looks at it. What several references
 * share counts as often as it is referred to, so that a few aliases of YAML cannot stand for more than can be held. Nothing
 * here recurses, and the work is bounded by the limits.
 */
export function sizeViolation(manifest: unknown): Violation | undefined {
  let bytes = 0;
  const pending: unknown[] = [manifest];
  const depths = [1];
  while (pending.length > 0) {
    const value = pending.pop();
    const depth = depths.pop()!;
    if (value !== null && typeof value === 'object') {
      const isList = Array.isArray(value);
      if (!isList && !isPlain(value)) return violation('size', '', `holds an instance of ${value.constructor?.name ?? 'a class'}, which is not JSON`);
      if (depth > MAX_DEPTH) return violation('size', '', `is nested more than ${MAX_DEPTH} levels deep`);
      const keys = isList ? undefined : Object.keys(value);
      const size = isList ? value.length : keys!.length;
      bytes += 2 + size;
      if (bytes > MAX_BYTES) return tooBig();
      for (let i = 0; i < size; i++) {
        if (keys !== undefined) bytes += 3 + keys[i].length;
        pending.push(isList ? value[i] : (value as Record<string, unknown>)[keys![i]]);
        depths.push(depth + 1);
      }
    } else {
      const scalar = scalarBytes(value);
      if (scalar === undefined) return violation('size', '', `holds ${String(value)}, which is not JSON`);
      bytes += scalar;
    }
    if (bytes > MAX_BYTES) return tooBig();
  }
  return undefined;
}

function scalarBytes(value: unknown): number | undefined {
  switch (typeof value) {
    case 'string': return value.length < MAX_BYTES ? 2 + Buffer.byteLength(value) : value.length;
    case 'number': return Number.isFinite(value) ? 1 : undefined;
    case 'boolean': case 'undefined': return 4;
    default: return value === null ? 4 : undefined;
  }
}

function tooBig(): Violation {
  return violation('size', '', `is bigger than the ${MAX_BYTES} bytes that an API server reads`);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  // A manifest may come from another realm, such as a test runner's.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
