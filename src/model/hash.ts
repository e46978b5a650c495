import { createHash } from 'crypto';

/** Eight hexadecimal digits that stand for a value, for names that follow content. */
export function shortHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8);
}
