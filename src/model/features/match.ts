import type { RequestMatch } from '../match';

/** The features of matches that routes and access policies have in common. */
export type MatchFeature =
  | 'PathMatching' | 'PathBelowMatching' | 'PathTemplateMatching' | 'PathRegexMatching'
  | 'HeaderMatching' | 'HeaderPresenceMatching' | 'HeaderRegexMatching'
  | 'GRPCMethodMatching';

const PATH_FEATURES = {
  exact: 'PathMatching',
  prefix: 'PathMatching',
  below: 'PathBelowMatching',
  template: 'PathTemplateMatching',
  regex: 'PathRegexMatching',
} as const;
const HEADER_FEATURES = { exact: 'HeaderMatching', present: 'HeaderPresenceMatching', regex: 'HeaderRegexMatching' } as const;

export function matchFeatures({ grpc, path, headers }: RequestMatch): MatchFeature[] {
  return [
    ...(grpc !== undefined ? ['GRPCMethodMatching' as const] : path !== undefined ? [PATH_FEATURES[path.type]] : []),
    ...new Set(headers.map(({ type }) => HEADER_FEATURES[type])),
  ];
}
