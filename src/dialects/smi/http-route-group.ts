import { SPECS_API_VERSION } from './apis';
import type { HttpRouteGroupSpec, HttpRouteGroupSpecMatches } from '../../../imports/smi/specs.smi-spec.io';
import type { RequestFeature } from '../../model/features/requests';
import type { Fields } from '../../model/fields';
import { merged } from '../../model/fields';
import { shortHash } from '../../model/hash';
import type { NamedCondition, RequestMatch } from '../../model/match';
import { isAnyRequest, matchKey, valueRegex } from '../../model/match';
import type { PathCondition } from '../../model/path';
import { escapeRegex, wholeMatch } from '../../model/regex';
import { portableRegex } from '../../model/regex-portable';
import type { Manifest, Plain } from '../contract/manifest';
import type { Support } from '../contract/support';
import { BY_EXPRESSION, FULL, none, PATHS_BY_EXPRESSION } from '../contract/support';
import { refused } from '../contract/unwritten';
import { shortUndotted } from '../proxies/dot-segments';

/** Who compares paths with its expressions, in sentences. */
export const COMPARING = 'meshes of SMI compare';

/** What its matches tell apart. */
export const httpRouteGroupSupports: Readonly<Record<RequestFeature, Support>> = {
  MethodMatching: FULL,
  ...PATHS_BY_EXPRESSION,
  HeaderMatching: FULL,
  HeaderPresenceMatching: FULL,
  HeaderPartMatching: BY_EXPRESSION,
  HeaderRegexMatching: FULL,
  QueryParamMatching: none('an HTTPRouteGroup has no conditions on the query'),
  GRPCMethodMatching: FULL,
  GRPCAnyServiceMatching: BY_EXPRESSION,
};

/** An HTTPRouteGroup with one match per distinct request, named after what it says. */
export function httpRouteGroup(name: string, namespace: string | undefined, requests: readonly RequestMatch[]): Manifest {
  const distinct = new Map(requests.map(request => [matchName(request), request]));
  const spec: Plain<HttpRouteGroupSpec> = { matches: [...distinct].map(([matchId, request]) => httpMatch(matchId, request)) };
  return { apiVersion: SPECS_API_VERSION, kind: 'HTTPRouteGroup', metadata: { name, namespace }, spec };
}

/** The name of a match within its group: the same for the same conditions. */
export function matchName(request: RequestMatch): string {
  return isAnyRequest(request) ? 'any' : `match-${shortHash(matchKey(request))}`;
}

/** Every path and every method are said, too. */
function httpMatch(name: string, request: RequestMatch): Plain<HttpRouteGroupSpecMatches> {
  return { name, pathRegex: '.*', methods: ['*'], ...conditions(request) };
}

const conditions = merged<RequestMatch, Omit<Plain<HttpRouteGroupSpecMatches>, 'name'>>({
  path: path => ({ pathRegex: endedPathRegex(path) ?? refused() }),
  methods: methods => ({ methods: methods as Plain<HttpRouteGroupSpecMatches['methods']> }),
  headers: headers => ({ headers: headers.map(header => ({ [header.name]: headerRegex(header) })) }),
  query: refused,
  hosts: refused,
});

/**
 * SMI anchors the expression at the start of the path. OSM, through Envoy, also at the end. With a `$` of its own, and no `^`, it
 * means the same in both. No mesh that reads it resolves `..` first, so the expression matches none.
 */
export function endedPathRegex(path: PathCondition): string | undefined {
  const regex = shortUndotted(path);
  return regex && (path.type === 'regex' ? `(?:${regex})$` : `${regex}$`);
}

/** Header expressions are not anchored in the specification, and are in Envoy. */
export function headerRegex(header: Fields<NamedCondition, 'type' | 'value', 'name'>): string {
  const { type, value } = header;
  switch (type) {
    case 'exact': return `^${escapeRegex(value)}$`;
    case 'present': return '.*';
    case 'start':
    case 'end': return wholeMatch(valueRegex(header));
    case 'regex': return wholeMatch(portableRegex(value) ?? value);
  }
}
