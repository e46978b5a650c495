import { coded } from './coded';
import type { Code } from './codes';

/** Something was written that has no meaning, whatever the target. Thrown where it is written. */
export function misuse(code: Code, where: string, sentence: string, remedy: string): Error {
  return Object.assign(new Error(`[${where}] ${coded({ code, sentence: `${sentence}. ${remedy}` })}`), { code });
}
