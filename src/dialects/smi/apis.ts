/**
 * The API versions that implementations of SMI read. They differ in TrafficSplit alone: access v1alpha3 and specs
 * v1alpha4 are what the SDK, Open Service Mesh and the specification have in common.
 */
export interface SplitApi {
  readonly apiVersion: string;
  /** Whether weights are resource quantities, written as strings. */
  readonly quantities: boolean;
  /** Whether a TrafficSplit can name HTTPRouteGroups that the requests must match. */
  readonly matches: boolean;
  /**
   * Whether a backend may have no share of connections. Envoy rejects what Open Service Mesh makes of it, with everything that a
   * client is sent.
   */
  readonly emptyShares: boolean;
}

export const SPLIT_V1ALPHA1: SplitApi = { apiVersion: 'split.smi-spec.io/v1alpha1', quantities: true, matches: false, emptyShares: true };
export const SPLIT_V1ALPHA2: SplitApi = { apiVersion: 'split.smi-spec.io/v1alpha2', quantities: false, matches: false, emptyShares: false };
export const SPLIT_V1ALPHA4: SplitApi = { apiVersion: 'split.smi-spec.io/v1alpha4', quantities: false, matches: true, emptyShares: true };

export const ACCESS_API_VERSION = 'access.smi-spec.io/v1alpha3';
export const SPECS_API_VERSION = 'specs.smi-spec.io/v1alpha4';
export const EGRESS_API_VERSION = 'policy.openservicemesh.io/v1alpha1';
