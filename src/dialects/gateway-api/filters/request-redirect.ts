import { pathModifier } from './path-modifier';
import type { Fields } from '../../../model/fields';
import type { Redirect } from '../../../model/handling';

/** One filter: the answer in place of a backend. */
export function requestRedirect({ path, ...redirect }: Fields<Redirect, 'scheme' | 'hostname' | 'port' | 'path' | 'statusCode'>) {
  return { type: 'RequestRedirect' as const, requestRedirect: { ...redirect, ...(path !== undefined && { path: pathModifier(path) }) } };
}
