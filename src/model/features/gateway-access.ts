import { END_USER_FEATURES, endUserFeatures, SOURCE_FEATURES, sourceFeatures } from './access';
import { REQUEST_FEATURES, requestFeatures } from './requests';
import type { Use } from './use';
import { collected, nothing } from '../fields';
import type { GatewayAccessModel, GatewayClient, GatewayRule, PolicedGateway } from '../gateway-access';
import { flatMap } from '../lists';
import type { RequestMatch } from '../match';

/** What a policy of a gateway can ask of a target. */
export const GATEWAY_ACCESS_FEATURES = {
  GatewayPolicy: 'policies for a gateway',
  WaypointPolicy: 'policies for a whole waypoint',
  DenyAll: 'policies that allow nothing',
  Denial: 'denials beside allowances',
  LoneDenial: 'denials alone, which leave all else as it is',
  GatewayPort: 'ports of a gateway',
  ...SOURCE_FEATURES,
  RemoteIpBlockSource: 'original addresses of clients as sources',
  ExceptRequests: 'requests with exceptions',
  ...REQUEST_FEATURES,
  HostMatching: 'hosts',
  WildcardHostMatching: 'all hosts of a domain',
  ...END_USER_FEATURES,
} as const;

export type GatewayAccessFeature = keyof typeof GATEWAY_ACCESS_FEATURES;

/** Every feature that a policy of a gateway uses, in the order in which it was written. */
export function gatewayAccessUses(model: GatewayAccessModel): Use<GatewayAccessFeature>[] {
  const features = new Set<GatewayAccessFeature>([
    ...(model.rules.length === 0 && !model.leavesRest ? ['DenyAll' as const] : []),
    ...(model.denials.length === 0 ? [] : [model.leavesRest ? 'LoneDenial' as const : 'Denial' as const]),
    ...modelFeatures(model),
  ]);
  return [...features].map(feature => ({ feature }));
}

const GATEWAY_FEATURES: Readonly<Record<PolicedGateway['kind'], GatewayAccessFeature>> = { gateway: 'GatewayPolicy', waypoint: 'WaypointPolicy' };

const modelFeatures = collected<GatewayAccessModel, GatewayAccessFeature>({
  name: nothing,
  namespace: nothing,
  gateway: ({ kind }) => [GATEWAY_FEATURES[kind]],
  denials: denials => flatMap(denials, rule => ruleFeatures(rule)),
  rules: rules => flatMap(rules, rule => ruleFeatures(rule)),
  leavesRest: nothing,
});

const ruleFeatures = collected<GatewayRule, GatewayAccessFeature>({
  sources: sources => flatMap(sources, source => clientFeatures(source)),
  exceptSources: () => ['ExceptSources'],
  ports: () => ['GatewayPort'],
  requests: requests => flatMap(requests, request => matchFeatures(request)),
  exceptRequests: requests => ['ExceptRequests', ...flatMap(requests, request => matchFeatures(request))],
  endUsers: endUsers => endUserFeatures(endUsers),
});

function clientFeatures(client: GatewayClient): readonly GatewayAccessFeature[] {
  return client.kind === 'remoteIpBlock' ? ['RemoteIpBlockSource'] : sourceFeatures(client);
}

function matchFeatures(request: RequestMatch): readonly GatewayAccessFeature[] {
  return [
    ...requestFeatures(request),
    ...(request.hosts ?? []).map(host => host.startsWith('*.') ? 'WildcardHostMatching' as const : 'HostMatching' as const),
  ];
}
