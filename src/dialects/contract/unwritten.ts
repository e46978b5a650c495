/** In place of a writer of the field: the dialect, or the intent, refuses the field, so a model never has it. */
export function refused(): never {
  throw new Error('unreachable: what is refused is not written');
}

/** In place of a writer of the field: another object, or another field, expresses it. */
export function elsewhere(): Record<never, never> {
  return {};
}
