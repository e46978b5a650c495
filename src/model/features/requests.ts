import { COMMON_FEATURES } from './match';
import { collected, nothing } from '../fields';
import type { RequestMatch } from '../match';

/** What a policy can say of the requests that it lets pass. */
export const REQUEST_FEATURES = {
  MethodMatching: 'HTTP method matches',
  PathMatching: 'exact path and path prefix matches',
  PathBelowMatching: 'matches on all that is below a path',
  PathStartMatching: 'matches on the first characters of a path',
  PathEndMatching: 'matches on the last characters of a path',
  PathTemplateMatching: 'path matches with one-element wildcards',
  PathRegexMatching: 'regular expression matches on the path',
  HeaderMatching: 'exact header matches',
  HeaderPresenceMatching: 'matches on the presence of a header',
  HeaderPartMatching: 'matches on what a header begins or ends with',
  HeaderRegexMatching: 'regular expression matches on headers, and cookie matches',
  QueryParamMatching: 'query parameter matches',
  GRPCMethodMatching: 'gRPC service and method matches',
  GRPCAnyServiceMatching: 'gRPC methods of any service',
} as const;

export type RequestFeature = keyof typeof REQUEST_FEATURES;

/** No policy says hosts in a match: they are said in other words, or not at all. */
export const requestFeatures = collected<RequestMatch, RequestFeature>({
  methods: () => ['MethodMatching'],
  query: () => ['QueryParamMatching'],
  ...COMMON_FEATURES,
  hosts: nothing,
});
