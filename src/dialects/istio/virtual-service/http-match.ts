import type { VirtualServiceSpecHttpMatch, VirtualServiceSpecHttpMatchUri } from '../../../../imports/istio/networking.istio.io';
import type { Fields } from '../../../model/fields';
import { merged } from '../../../model/fields';
import type { NamedCondition, RequestMatch } from '../../../model/match';
import { valueRegex } from '../../../model/match';
import type { PathCondition } from '../../../model/path';
import { plainPaths } from '../../../model/path';
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

/** A service of gRPC is no path itself. */
function urisOf(path: PathCondition): StringMatch[] {
  const isGrpcService = path.type === 'prefix' && path.grpc !== undefined;
  return plainPaths(isGrpcService ? { ...path, type: 'below' } : path).map(({ type, value }) => ({ [type]: value }));
}

function oneOf(methods: readonly string[]): StringMatch {
  return methods.length === 1 ? { exact: methods[0] } : { regex: methods.join('|') };
}

function valuesByName(conditions: readonly NamedCondition[]): Record<string, StringMatch> {
  return Object.fromEntries(conditions.map(condition => [condition.name, stringMatch(condition)]));
}

/** There is no field for the end of a value, nor for the start of a query parameter. */
function stringMatch(condition: Fields<NamedCondition, 'type' | 'value', 'name'>): StringMatch {
  switch (condition.type) {
    case 'present': return {};
    case 'exact': return { exact: condition.value };
    case 'start':
    case 'end':
    case 'regex': return { regex: valueRegex(condition) };
  }
}
