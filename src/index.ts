// Intents: what should hold.
export * from './intents/mesh-intent';
export { RouteIntentProps } from './intents/route-intent';
export * from './intents/service-route';
export * from './intents/canary-release';
export * from './intents/blue-green-release';
export * from './intents/ab-test';
export * from './intents/service-access-policy';

// Vocabulary: what intents speak of.
export * from './vocabulary/mesh-service';
export * from './vocabulary/mesh-protocol';
export * from './vocabulary/identity';
export { RequestMatch, HttpMatch, HttpMatchOptions, GrpcMatch, GrpcMatchOptions } from './vocabulary/request-match';
export * from './vocabulary/string-match';

// Targets: what it is synthesized to.
export * from './targets/implementations';
export { MeshTarget, SmiTargetOptions, GatewayApiTargetOptions } from './targets/mesh-target';
export { MeshTargets } from './targets/mesh-targets';
export * from './targets/unsupported';
export * from './targets/validation';
export * from './targets/manifests';
