/** Whether a value of a manifest has fields. */
export function isMap(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether it is a whole number that keeps all its digits. */
export function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
