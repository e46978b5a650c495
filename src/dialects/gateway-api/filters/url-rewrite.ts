import { pathModifier } from './path-modifier';
import type { Fields } from '../../../model/fields';
import type { Rewrite } from '../../../model/handling';

/** One filter: the URL that the backend sees. */
export function urlRewrite({ hostname, path }: Fields<Rewrite, 'hostname' | 'path'>) {
  return {
    type: 'URLRewrite' as const,
    urlRewrite: { ...(hostname !== undefined && { hostname }), ...(path !== undefined && { path: pathModifier(path) }) },
  };
}
