import type { PathCondition } from '../../model/path';
import { pathRegex } from '../../model/path';
import { wholeMatch } from '../../model/regex';
import { portableRegex } from '../../model/regex-portable';

/** The expression for a path that Gateway API cannot express in another way. */
export function pathExpression(path: PathCondition): string {
  return valueExpression(pathRegex(path));
}

/** Each implementation has an engine of its own: an expression is written in the form that all of them read alike, if there is one. */
export function valueExpression(value: string): string {
  return wholeMatch(portableRegex(value) ?? value);
}
