import { hash } from 'crypto';

/** Eight hexadecimal digits that stand for a value, for names that follow content. */
export function shortHash(value: unknown): string {
  return hash('sha256', JSON.stringify(value)).slice(0, 8);
}
