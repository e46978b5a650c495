import type { VirtualServiceSpecHttpRewrite } from '../../../../imports/istio/networking.istio.io';
import type { Fields } from '../../../model/fields';
import type { PathChange, Rewrite } from '../../../model/handling';
import { escapeRegex } from '../../../model/regex';
import type { Plain } from '../../contract/manifest';
import { refused } from '../../contract/unwritten';
import { withoutSlash } from '../../specificity/path-change';

type RegexRewrite = Plain<NonNullable<VirtualServiceSpecHttpRewrite['uriRegexRewrite']>>;

/** The URL that the backend sees; `prefix` is the one that matched. */
export function httpRewrite({ hostname, path }: Fields<Rewrite, 'hostname' | 'path'>, prefix: string | undefined): Plain<VirtualServiceSpecHttpRewrite> {
  return {
    ...(hostname !== undefined && { authority: hostname }),
    ...(path !== undefined && { uriRegexRewrite: regexRewrite(path, prefix) }),
  };
}

/** `uri` would replace the exact path in one match, and the prefix with its slash in the other: the results would differ. */
function regexRewrite({ type, value }: Fields<PathChange, 'type' | 'value'>, prefix: string | undefined): RegexRewrite {
  if (type === 'full') {
    return { match: '/.*', rewrite: value };
  }
  const replaced = `^${escapeRegex(withoutSlash(prefix ?? refused()))}`;
  const replacement = withoutSlash(value);
  return replacement === '' ? { match: `${replaced}/?`, rewrite: '/' } : { match: replaced, rewrite: replacement };
}
