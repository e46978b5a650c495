import type { ByField } from '../fields';
import type { RequestMatch } from '../match';

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

/** The features of matches that routes and access policies have in common. */
export type MatchFeature = typeof PATH_FEATURES[keyof typeof PATH_FEATURES] | typeof HEADER_FEATURES[keyof typeof HEADER_FEATURES]
  | 'GRPCMethodMatching' | 'GRPCAnyServiceMatching';

/** Those of the conditions of which routes and access policies say the same. */
export const COMMON_FEATURES: ByField<Pick<RequestMatch, 'path' | 'headers'>, readonly MatchFeature[]> = {
  path: ({ type, grpc }) => [grpc === undefined ? PATH_FEATURES[type] : grpc.service === undefined ? 'GRPCAnyServiceMatching' : 'GRPCMethodMatching'],
  headers: headers => [...new Set(headers.map(({ type }) => HEADER_FEATURES[type]))],
};
