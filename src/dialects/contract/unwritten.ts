/** In place of what would write a field: the dialect, or the intent, refuses it, so that there is none. */
export function refused(): never {
  throw new Error('unreachable: what is refused is not written');
}

/** In place of what would write a field: another object says it, or another field. */
export function elsewhere(): Record<never, never> {
  return {};
}
