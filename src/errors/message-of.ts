import { types } from 'node:util';

/** The message of what was thrown, which may be an error of another realm. */
export function messageOf(thrown: unknown): string {
  return types.isNativeError(thrown) ? thrown.message : String(thrown);
}
