import { notKnown } from './selector';
import type { Fields } from '../../../manifests/fields';
import { ALWAYS, type Condition, NEVER } from '../../../meaning/condition';
import type { Outside } from '../../../meaning/world';

/** Whether calls go to a host that a pattern names: to what its lookups returned. Other names may lead to the same addresses. */
export function hostIs(pattern: string, { host }: Outside, fields: Fields): Condition {
  return host === undefined ? notKnown(fields, 'which names lead to the address is not known') : isNamedBy(pattern, host.toLowerCase()) ? ALWAYS : NEVER;
}

/** One star is a part of one label, and two in front are any number of labels; a star alone is every name. */
export function isNamedBy(pattern: string, host: string): boolean {
  if (pattern === '*') return true;
  const rest = pattern.replace(/^\*\*\./, '');
  const expression = rest.split('*').map(part => part.replace(/[.]/g, '\\.')).join('[-a-z0-9_]*');
  return new RegExp(`^${rest === pattern ? '' : '(?:[-a-z0-9_]+\\.)+'}${expression}$`).test(host);
}
