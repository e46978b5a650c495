import type { ByField, Fields } from '../fields';
import type { NamedCondition, RequestMatch } from '../match';
import type { PathCondition } from '../path';

const PATH_FEATURES = {
  exact: 'PathMatching',
  prefix: 'PathMatching',
  below: 'PathBelowMatching',
  start: 'PathStartMatching',
  end: 'PathEndMatching',
  template: 'PathTemplateMatching',
  regex: 'PathRegexMatching',
} as const;
const HEADER_FEATURES = { exact: 'HeaderMatching', present: 'HeaderPresenceMatching', start: 'HeaderPartMatching', end: 'HeaderPartMatching', regex: 'HeaderRegexMatching' } as const;

/** What routes and policies can both say of paths and headers. */
export const PATH_AND_HEADER_FEATURES = {
  PathMatching: 'exact path and path prefix matches',
  PathBelowMatching: 'matches on all that is below a path',
  PathStartMatching: 'matches on the first characters of a path',
  PathEndMatching: 'matches on the last characters of a path',
  PathTemplateMatching: 'path templates',
  PathRegexMatching: 'regular expression matches on the path',
  HeaderMatching: 'exact header matches',
  HeaderPresenceMatching: 'matches on the presence of a header',
  HeaderPartMatching: 'matches on what a header begins or ends with',
  HeaderRegexMatching: 'regular expression matches on headers, and cookie matches',
} as const;

/** And of gRPC. */
export const GRPC_FEATURES = {
  GRPCMethodMatching: 'gRPC service and method matches',
  GRPCAnyServiceMatching: 'gRPC methods of any service',
} as const;

/** The features of matches that routes and access policies have in common. */
export type MatchFeature = keyof typeof PATH_AND_HEADER_FEATURES | keyof typeof GRPC_FEATURES;

/** Those of the conditions of which routes and access policies say the same. */
export const COMMON_FEATURES: ByField<Pick<RequestMatch, 'path' | 'headers'>, readonly MatchFeature[]> = {
  path: ({ type, grpc }: Fields<PathCondition, 'type' | 'grpc', 'value'>) => [grpc === undefined ? PATH_FEATURES[type] : grpc.service === undefined ? 'GRPCAnyServiceMatching' : 'GRPCMethodMatching'],
  headers: headers => [...new Set(headers.map(({ type }: Fields<NamedCondition, 'type', 'name' | 'value'>) => HEADER_FEATURES[type]))],
};
