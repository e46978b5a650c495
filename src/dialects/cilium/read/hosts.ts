import type { Condition } from '../../../meaning/condition';
import { ANYTHING, regex, type Text } from '../../../meaning/text';
import { escapeRegex } from '../../../model/regex';

/** Whether calls go to a host that a pattern names: to what its lookups returned. Other names may lead to the same addresses. */
export function hostIs(pattern: string): Condition {
  return { type: 'toHost', is: namedBy(pattern) };
}

/** Whether a client says, in TLS, a name that a pattern names. */
export function serverNameIs(pattern: string): Condition {
  return { type: 'serverName', is: namedBy(pattern) };
}

/** One star is a part of one label, and two in front are any number of labels; a star alone is every name. */
function namedBy(pattern: string): Text {
  if (pattern === '*') return ANYTHING;
  const rest = pattern.replace(/^\*\*\./, '');
  const expression = rest.split('*').map(escapeRegex).join('[-a-z0-9_]*');
  return regex(`${rest === pattern ? '' : '(?:[-a-z0-9_]+\\.)+'}${expression}`);
}
