import type { Use } from './use';
import { collected, nothing } from '../fields';
import type { PolicedGateway } from '../gateway-access';
import type { JwtAuthenticationModel, TokenIssuer, TokenKeys, TokenWorkload } from '../jwt-authentication';
import { flatMap } from '../lists';

/** What the tokens of end users can ask of a target. */
export const JWT_AUTHENTICATION_FEATURES = {
  WorkloadTokens: 'tokens of end users at one workload',
  PodsTokens: 'tokens of end users at pods without a Service',
  GatewayTokens: 'tokens of end users at a gateway',
  WaypointTokens: 'tokens of end users at a whole waypoint',
  SubsetTokens: 'tokens of end users at some of the pods of a Service',
  TokenKeysByDiscovery: 'the keys that the discovery document of an issuer names',
  TokenKeysByUri: 'the keys of an issuer by their URI',
  InlineTokenKeys: 'the keys of an issuer as they are',
  TokenAudiences: 'tokens for some audiences only',
  TokenLocations: 'tokens that are elsewhere than usual',
  TokenForwarding: 'tokens that the pods get too',
} as const;

export type JwtAuthenticationFeature = keyof typeof JWT_AUTHENTICATION_FEATURES;

/** Every feature that the tokens of a workload use. */
export function jwtAuthenticationUses(model: JwtAuthenticationModel): Use<JwtAuthenticationFeature>[] {
  return [...new Set(modelFeatures(model))].map(feature => ({ feature }));
}

const GATEWAY_FEATURES: Readonly<Record<PolicedGateway['kind'], JwtAuthenticationFeature>> = { gateway: 'GatewayTokens', waypoint: 'WaypointTokens' };

const workloadFeatures = collected<TokenWorkload, JwtAuthenticationFeature>({
  gateway: ({ kind }) => [GATEWAY_FEATURES[kind]],
  service: nothing,
  podSelector: nothing,
  facts: nothing,
  subset: () => ['SubsetTokens'],
});

const KEYS_FEATURES: Readonly<Record<TokenKeys['kind'], JwtAuthenticationFeature>> = {
  discovery: 'TokenKeysByDiscovery', uri: 'TokenKeysByUri', inline: 'InlineTokenKeys',
};

const issuerFeatures = collected<TokenIssuer, JwtAuthenticationFeature>({
  issuer: nothing,
  keys: ({ kind }) => [KEYS_FEATURES[kind]],
  audiences: () => ['TokenAudiences'],
  locations: () => ['TokenLocations'],
  forward: forward => forward ? ['TokenForwarding'] : [],
});

const modelFeatures = collected<JwtAuthenticationModel, JwtAuthenticationFeature>({
  name: nothing,
  namespace: nothing,
  workload: workload => [
    ...workload.gateway !== undefined ? [] : [workload.service === undefined ? 'PodsTokens' as const : 'WorkloadTokens' as const],
    ...workloadFeatures(workload),
  ],
  issuers: issuers => flatMap(issuers, issuer => issuerFeatures(issuer)),
});
