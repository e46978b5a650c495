import type { PathCondition } from '../../model/path';
import { pathRegex } from '../../model/path';
import { wholeMatch } from '../../model/regex';
import { portableRegex } from '../../model/regex-portable';

/** The expression that a path is written as, where Gateway API has no other word for it. */
export function pathExpression(path: PathCondition): string {
  return valueExpression(pathRegex(path));
}

/** Each implementation has an engine of its own: where there are words that all of them read alike, it is written in these. */
export function valueExpression(value: string): string {
  return wholeMatch(portableRegex(value) ?? value);
}
