import { pathModifier } from './path-modifier';
import type { Redirect } from '../../../model/handling';

/** One filter: the answer in place of a backend. */
export function requestRedirect({ path, ...redirect }: Redirect) {
  return { type: 'RequestRedirect' as const, requestRedirect: { ...redirect, ...(path !== undefined && { path: pathModifier(path) }) } };
}
