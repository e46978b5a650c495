import { messageOf } from '../errors/message-of';
import { misuse } from '../errors/misuse';
import { re2 } from '../model/re2';
import { wholeMatch } from '../model/regex';

/** One of these is up to ten instructions of Envoy. A larger program than an installation of Envoy takes costs all other routes too. */
const MAX_SIZE = 2000;

/** Refuses what RE2 refuses: RE2 is the syntax of Envoy, and syntax that other engines take beside it is not portable. */
export function checkRegex(where: string, pattern: string): void {
  if (pattern === '' || pattern.length > 1000) {
    throw misuse('MESH1015', where, `the regular expression has ${pattern.length} characters`, 'Give one of 1 to 1000 characters for the whole value');
  }
  if (/[\x00-\x1f\x7f]/.test(pattern)) {
    throw misuse('MESH1015', where, 'the regular expression has control characters', 'Write them as escapes, like `\\t`');
  }
  let size: number;
  try {
    size = re2().compile(pattern).programSize();
    // As it is rendered: a `\Q` without its end would quote what comes after it.
    re2().compile(wholeMatch(pattern));
  } catch (error) {
    throw misuse('MESH1015', where, `'${pattern}' is not a regular expression in RE2 syntax (${messageOf(error)})`,
      'Write it without look-around and back-references');
  }
  if (size > MAX_SIZE) {
    throw misuse('MESH1015', where, `'${pattern}' compiles to ${size} instructions, and no proxy takes that many`, 'Write a smaller expression');
  }
}
