import { REQUEST_FEATURES, requestFeatures } from './requests';
import type { Use } from './use';
import type {
  AccessModel, AccessRule, AnyAuthenticatedSource, AnyoneSource, ApiServerSource, GatewaySource, HealthProbe, IpBlockSource,
  NamespaceLabelsSource, NamespaceSource, NodeLabelsSource, NodesSource, PodsSource, ServiceAccountSource, Source, SpiffeIdSource, TrustDomainSource,
  UninitializedSource, Workload, WorkloadPort,
} from '../access';
import { byKind } from '../by-kind';
import { isSubject } from '../end-user';
import type { ClaimCondition, EndUser } from '../end-user';
import type { Fields } from '../fields';
import { collected, nothing } from '../fields';
import { flatMap } from '../lists';
import type { StringCondition } from '../match';
import { numberOf } from '../pod-port';

/** The clients of which rules speak. */
export const SOURCE_FEATURES = {
  ServiceAccountSource: 'ServiceAccounts as sources',
  NamespaceSource: 'whole namespaces as sources',
  NamespaceLabelsSource: 'namespaces by their labels as sources',
  PodsSource: 'pods by their labels as sources',
  OtherClusterSource: 'pods of another cluster by its name as sources',
  UninitializedSource: 'pods that have no identity yet as sources',
  ApiServerSource: 'the API server as a source',
  NodesSource: 'the nodes as sources',
  NodeLabelsSource: 'nodes by their labels as sources',
  SpiffeIdSource: 'SPIFFE ids as sources',
  TrustDomainSource: 'whole trust domains as sources',
  GatewaySource: 'gateways as sources',
  IpBlockSource: 'IP blocks as sources',
  AnyAuthenticatedSource: 'any authenticated client as a source',
  AnyoneSource: 'anyone as a source, even without an identity',
  ExceptSources: 'sources with exceptions',
} as const;

/** The end users of which rules speak. */
export const END_USER_FEATURES = {
  EndUsers: 'end users, by the issuer of their tokens',
  EndUserSubject: 'the subject of an end user',
  EndUserClaims: 'conditions on what else the token of an end user says',
  EndUserClaimParts: 'conditions on what a claim begins or ends with, or that it is there',
} as const;

/** What an access policy can ask of a target. */
export const ACCESS_FEATURES = {
  HTTPPort: 'policies on HTTP ports',
  GRPCPort: 'policies on gRPC ports',
  TLSPort: 'policies on TLS ports',
  TCPPort: 'policies on TCP ports',
  UDPPort: 'policies on UDP ports',
  UndeclaredPort: 'policies on ports that the Service does not declare',
  NamedPort: 'policies on ports of which only the name is known',
  PodsPolicy: 'policies for pods without a Service',
  SubsetPolicy: 'policies for some of the pods of a Service',
  DenyAll: 'policies that allow nothing',
  Denial: 'denials beside allowances',
  LoneDenial: 'denials alone, which leave all else as it is',
  Grant: 'grants, which add to a policy',
  GrantElsewhere: 'grants that add to a policy of another app',
  ...SOURCE_FEATURES,
  ExceptRequests: 'requests with exceptions',
  ...REQUEST_FEATURES,
  ...END_USER_FEATURES,
  HealthProbe: 'health probes that the kubelet makes without an identity',
  HTTPSHealthProbe: 'health probes over HTTPS',
  GRPCHealthProbe: 'health probes over gRPC',
  TCPHealthProbe: 'health probes over TCP',
  Audit: 'policies that only report what they would deny',
} as const;

export type AccessFeature = keyof typeof ACCESS_FEATURES;

/** Every feature that an access policy uses, in the order in which it was written. */
export function accessUses(model: AccessModel): Use<AccessFeature>[] {
  const features = new Set<AccessFeature>();
  if (model.rules.length === 0 && !model.leavesRest) features.add('DenyAll');
  if (model.denials.length > 0) features.add(model.leavesRest ? 'LoneDenial' : 'Denial');
  if (model.destination.service === undefined) features.add('PodsPolicy');
  for (const feature of policyFeatures(model)) features.add(feature);
  return [...features].map(feature => ({ feature }));
}

const policyFeatures = collected<AccessModel, AccessFeature>({
  name: nothing,
  namespace: nothing,
  destination: workload => workloadFeatures(workload),
  denials: denials => flatMap(denials, rule => ruleFeatures(rule)),
  rules: rules => flatMap(rules, rule => ruleFeatures(rule)),
  leavesRest: nothing,
  grant: policy => policy === 'elsewhere' ? ['Grant', 'GrantElsewhere'] : ['Grant'],
  healthProbes: probes => probes.map(({ kind }: Fields<HealthProbe, 'kind', 'port' | 'path'>) => kind === undefined ? 'HealthProbe' : PROBE_FEATURES[kind]),
  audit: audit => audit ? ['Audit'] : [],
});

const workloadFeatures = collected<Workload, AccessFeature>({
  ports: ports => flatMap(ports, (port: Fields<WorkloadPort, 'port' | 'number' | 'protocol', 'name' | 'servicePorts'>): AccessFeature[] => [
    port.protocol === undefined ? 'UndeclaredPort' : `${port.protocol}Port`,
    ...(numberOf(port) === undefined ? ['NamedPort' as const] : []),
  ]),
  service: nothing,
  serviceAccount: nothing,
  podSelector: nothing,
  facts: nothing,
  subset: () => ['SubsetPolicy'],
});

const ruleFeatures = collected<AccessRule, AccessFeature>({
  sources: sources => flatMap(sources, source => sourceFeatures(source)),
  exceptSources: () => ['ExceptSources'],
  requests: requests => flatMap(requests, request => requestFeatures(request)),
  exceptRequests: requests => ['ExceptRequests', ...flatMap(requests, request => requestFeatures(request))],
  ports: nothing,
  endUsers: endUsers => endUserFeatures(endUsers),
  byAddress: nothing,
});

/** Of the end users of a rule; there are some. */
export function endUserFeatures(endUsers: readonly EndUser[]): (keyof typeof END_USER_FEATURES)[] {
  return ['EndUsers', ...flatMap(endUsers, user => userFeatures(user))];
}

const userFeatures = collected<EndUser, keyof typeof END_USER_FEATURES>({
  issuer: nothing,
  claims: claims => flatMap(claims, ({ path, values }: Fields<ClaimCondition, 'path' | 'values'>): (keyof typeof END_USER_FEATURES)[] =>
    [isSubject(path) ? 'EndUserSubject' : 'EndUserClaims', ...values.some(({ type }: Fields<StringCondition, 'type', 'value'>) => type !== 'exact') ? ['EndUserClaimParts' as const] : []]),
});

const PROBE_FEATURES = { https: 'HTTPSHealthProbe', grpc: 'GRPCHealthProbe', tcp: 'TCPHealthProbe' } as const;

export const sourceFeatures = byKind<Source, readonly (keyof typeof SOURCE_FEATURES)[]>({
  serviceAccount: collected<ServiceAccountSource, keyof typeof SOURCE_FEATURES>({ kind: () => ['ServiceAccountSource'], name: nothing, namespace: nothing }),
  namespace: collected<NamespaceSource, keyof typeof SOURCE_FEATURES>({ kind: () => ['NamespaceSource'], name: nothing }),
  namespaceLabels: collected<NamespaceLabelsSource, keyof typeof SOURCE_FEATURES>({ kind: () => ['NamespaceLabelsSource'], labels: nothing }),
  pods: collected<PodsSource, keyof typeof SOURCE_FEATURES>({ kind: () => ['PodsSource'], labels: nothing, namespace: nothing, namespaceLabels: nothing, cluster: () => ['OtherClusterSource'] }),
  uninitialized: collected<UninitializedSource, keyof typeof SOURCE_FEATURES>({ kind: () => ['UninitializedSource'] }),
  trustDomain: collected<TrustDomainSource, keyof typeof SOURCE_FEATURES>({ kind: () => ['TrustDomainSource'], name: nothing }),
  apiServer: collected<ApiServerSource, keyof typeof SOURCE_FEATURES>({ kind: () => ['ApiServerSource'] }),
  nodes: collected<NodesSource, keyof typeof SOURCE_FEATURES>({ kind: () => ['NodesSource'] }),
  nodeLabels: collected<NodeLabelsSource, keyof typeof SOURCE_FEATURES>({ kind: () => ['NodeLabelsSource'], labels: nothing }),
  spiffeId: collected<SpiffeIdSource, keyof typeof SOURCE_FEATURES>({ kind: () => ['SpiffeIdSource'], id: nothing }),
  gateway: collected<GatewaySource, keyof typeof SOURCE_FEATURES>({
    kind: () => ['GatewaySource'], name: nothing, namespace: nothing, className: nothing, pods: nothing,
  }),
  ipBlock: collected<IpBlockSource, keyof typeof SOURCE_FEATURES>({ kind: () => ['IpBlockSource'], cidr: nothing, except: nothing }),
  anyAuthenticated: collected<AnyAuthenticatedSource, keyof typeof SOURCE_FEATURES>({ kind: () => ['AnyAuthenticatedSource'] }),
  anyone: collected<AnyoneSource, keyof typeof SOURCE_FEATURES>({ kind: () => ['AnyoneSource'] }),
});
