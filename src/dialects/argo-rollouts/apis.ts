export const API_VERSION = 'argoproj.io/v1alpha1';

/** By which a Rollout knows the plugin that moves routes of Gateway API. */
export const PLUGIN = 'argoproj-labs/gatewayAPI';

/** The label of a route that the plugin moves, for as long as it does. */
export const IN_PROGRESS_LABEL = 'rollouts.argoproj.io/gatewayapi-canary';

/** The label that tells the pods of the versions apart, which the controller adds to the selectors of Services. */
export const POD_HASH_LABEL = 'rollouts-pod-template-hash';

/** The names of its ReplicaSets and AnalysisRuns go on with the hash of a version, a number and a step. */
export const MAX_NAME_LENGTH = 225;
