import { types } from 'node:util';

/** What was thrown says of itself, be it an error of another realm. */
export function messageOf(thrown: unknown): string {
  return types.isNativeError(thrown) ? thrown.message : String(thrown);
}
