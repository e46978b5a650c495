import { pathModifier } from './path-modifier';
import type { Rewrite } from '../../../model/handling';

/** One filter: the URL that the backend sees. */
export function urlRewrite({ hostname, path }: Rewrite) {
  return {
    type: 'URLRewrite' as const,
    urlRewrite: { ...(hostname !== undefined && { hostname }), ...(path !== undefined && { path: pathModifier(path) }) },
  };
}
