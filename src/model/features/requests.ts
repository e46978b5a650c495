import { COMMON_FEATURES, GRPC_FEATURES, PATH_AND_HEADER_FEATURES } from './match';
import { collected, nothing } from '../fields';
import type { RequestMatch } from '../match';

/** What a policy can say of the requests that it lets pass. */
export const REQUEST_FEATURES = {
  MethodMatching: 'HTTP method matches',
  ...PATH_AND_HEADER_FEATURES,
  QueryParamMatching: 'query parameter matches',
  ...GRPC_FEATURES,
} as const;

export type RequestFeature = keyof typeof REQUEST_FEATURES;

/** No policy says hosts in a match: they are said in other words, or not at all. */
export const requestFeatures = collected<RequestMatch, RequestFeature>({
  methods: () => ['MethodMatching'],
  query: () => ['QueryParamMatching'],
  ...COMMON_FEATURES,
  hosts: nothing,
});
