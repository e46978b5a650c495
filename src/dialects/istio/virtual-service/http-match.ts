import type { VirtualServiceSpecHttpMatch, VirtualServiceSpecHttpMatchUri } from '../../../../imports/istio/networking.istio.io';
import type { NamedCondition, RequestMatch } from '../../../model/match';
import type { PathCondition } from '../../../model/path';
import { pathRegex } from '../../../model/path';
import type { Plain } from '../../dialect';

type Match = Plain<VirtualServiceSpecHttpMatch>;
type StringMatch = Plain<VirtualServiceSpecHttpMatchUri>;

/** The matches that hold on one port for what a match of the model does: two where the path has a prefix. */
export function httpMatches(port: number, { methods, path, grpc, headers, query }: RequestMatch): Match[] {
  const conditions: Match = {
    port,
    ...(methods.length > 0 && { method: oneOf(methods) }),
    ...(headers.length > 0 && { headers: byName(headers) }),
    ...(query.length > 0 && { queryParams: byName(query) }),
  };
  const uris = grpc !== undefined && grpc.method === undefined ? [{ prefix: `/${grpc.service}/` }] : path === undefined ? [] : urisOf(path);
  return uris.length === 0 ? [conditions] : uris.map(uri => ({ ...conditions, uri }));
}

/** A prefix is a plain string: with the `/` after it, and the path itself beside it, it goes by elements. */
function urisOf(path: PathCondition): StringMatch[] {
  switch (path.type) {
    case 'exact': return [{ exact: path.value }];
    case 'prefix': return path.value === '/' ? [{ prefix: '/' }] : [{ exact: path.value }, { prefix: `${path.value}/` }];
    case 'below': return [{ prefix: `${path.value}/` }];
    case 'template':
    case 'regex': return [{ regex: pathRegex(path) }];
  }
}

function oneOf(methods: readonly string[]): StringMatch {
  return methods.length === 1 ? { exact: methods[0] } : { regex: methods.join('|') };
}

function byName(conditions: readonly NamedCondition[]): Record<string, StringMatch> {
  return Object.fromEntries(conditions.map(({ name, type, value }) => [name, type === 'present' ? {} : { [type]: value }]));
}
