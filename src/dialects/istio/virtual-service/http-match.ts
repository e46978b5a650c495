import type { VirtualServiceSpecHttpMatch, VirtualServiceSpecHttpMatchUri } from '../../../../imports/istio/networking.istio.io';
import { merged } from '../../../model/fields';
import type { NamedCondition, RequestMatch } from '../../../model/match';
import type { PathCondition } from '../../../model/path';
import { pathRegex } from '../../../model/path';
import type { Plain } from '../../contract/manifest';
import { refused } from '../../contract/unwritten';

type Match = Plain<VirtualServiceSpecHttpMatch>;
type StringMatch = Plain<VirtualServiceSpecHttpMatchUri>;

/** The matches that hold on one port for what a match of the model does: two where the path has a prefix. */
export function httpMatches(port: number, match: RequestMatch): Match[] {
  const conditions = { port, ...besidePath(match) };
  return match.path === undefined ? [conditions] : urisOf(match.path).map(uri => ({ ...conditions, uri }));
}

const besidePath = merged<Omit<RequestMatch, 'path'>, Match>({
  methods: methods => ({ method: oneOf(methods) }),
  headers: headers => ({ headers: valuesByName(headers) }),
  query: query => ({ queryParams: valuesByName(query) }),
  hosts: refused,
});

/** A prefix is a plain string: with the `/` after it, and the path itself beside it, it goes by elements. A service of gRPC is no path itself. */
function urisOf(path: PathCondition): StringMatch[] {
  switch (path.type) {
    case 'exact': return [{ exact: path.value }];
    case 'prefix': return path.grpc !== undefined ? [{ prefix: `${path.value}/` }] : path.value === '/' ? [{ prefix: '/' }] : [{ exact: path.value }, { prefix: `${path.value}/` }];
    case 'below': return [{ prefix: `${path.value}/` }];
    case 'template':
    case 'regex': return [{ regex: pathRegex(path) }];
  }
}

function oneOf(methods: readonly string[]): StringMatch {
  return methods.length === 1 ? { exact: methods[0] } : { regex: methods.join('|') };
}

function valuesByName(conditions: readonly NamedCondition[]): Record<string, StringMatch> {
  return Object.fromEntries(conditions.map(({ name, type, value }) => [name, type === 'present' ? {} : { [type]: value }]));
}
