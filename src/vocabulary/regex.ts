import { RE2JS } from 're2js';
import { misuse } from '../diagnostics';
import { wholeMatch } from '../model/regex';

/** Each is up to ten of Envoy's, which in Istio takes 32768, and without all other routes if there are more. */
const MAX_SIZE = 2000;

/** Refuses what RE2 refuses: it is the syntax of Envoy, and what Linkerd's engine takes beside it is not portable. */
export function checkRegex(where: string, pattern: string): void {
  if (pattern === '' || pattern.length > 1000) {
    throw misuse('MESH1015', where, `the regular expression has ${pattern.length} characters`, 'Give one of 1 to 1000 characters for the whole value');
  }
  if (/[\x00-\x1f\x7f]/.test(pattern)) {
    throw misuse('MESH1015', where, 'the regular expression has control characters', 'Write them as escapes, like `\\t`');
  }
  let size: number;
  try {
    size = RE2JS.compile(pattern).programSize();
    // As it is rendered: a `\Q` without its end would quote what comes after it.
    RE2JS.compile(wholeMatch(pattern));
  } catch (error) {
    throw misuse('MESH1015', where, `'${pattern}' is not a regular expression in RE2 syntax (${(error as Error).message})`,
      'Write it without look-around and back-references');
  }
  if (size > MAX_SIZE) {
    throw misuse('MESH1015', where, `'${pattern}' compiles to ${size} instructions, and no proxy takes that many`, 'Repeat less, or match less');
  }
}
