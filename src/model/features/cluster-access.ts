import type { Use } from './use';
import { byKind } from '../by-kind';
import type { ClusterAccessModel, ClusterDirection, ClusterPeer, ClusterPort, ClusterRule, ClusterSubject, PodsPeer } from '../cluster-access';
import { collected, nothing } from '../fields';
import { flatMap } from '../lists';

/** What a policy of the whole cluster can ask of a target. */
export const CLUSTER_ACCESS_FEATURES = {
  NodesSubject: 'policies for nodes',
  ClusterPodsSubject: 'policies for pods of every namespace',
  UninitializedSubject: 'policies for pods that have no identity yet',
  HealthSubject: 'policies for the endpoints by which nodes check the network',
  ClusterEgress: 'what the whole of these may call',
  ClusterDenial: 'denials in the whole cluster',
  PodsOfOtherCluster: 'pods of another cluster by its name',
  ClusterPing: 'requests for an echo over ICMP',
  ClusterIpProtocol: 'protocols over IP that have no ports',
} as const;

export type ClusterAccessFeature = keyof typeof CLUSTER_ACCESS_FEATURES;

/** Every feature that it uses, in the order in which it was written. */
export function clusterAccessUses(model: ClusterAccessModel): Use<ClusterAccessFeature>[] {
  return [...new Set(modelFeatures(model))].map(feature => ({ feature }));
}

const SUBJECTS: Readonly<Record<ClusterSubject['kind'], ClusterAccessFeature>> = {
  nodes: 'NodesSubject', pods: 'ClusterPodsSubject', uninitialized: 'UninitializedSubject', health: 'HealthSubject',
};

const podsFeatures = collected<PodsPeer, ClusterAccessFeature>({
  kind: nothing, labels: nothing, namespace: nothing, namespaceLabels: nothing, cluster: () => ['PodsOfOtherCluster'],
});

const peerFeatures = byKind<ClusterPeer, readonly ClusterAccessFeature[]>({
  pods: podsFeatures,
  cidr: nothing,
  ownNode: nothing,
  otherNodes: nothing,
  apiServer: nothing,
  health: nothing,
  uninitialized: nothing,
  cluster: nothing,
  outside: nothing,
  anyone: nothing,
});

const PORTS: Readonly<Record<ClusterPort['kind'], readonly ClusterAccessFeature[]>> = {
  transport: [], ping: ['ClusterPing'], protocol: ['ClusterIpProtocol'],
};

const ruleFeatures = collected<ClusterRule, ClusterAccessFeature>({
  peers: peers => flatMap(peers, peer => peerFeatures(peer)),
  ports: ports => flatMap(ports, ({ kind }) => PORTS[kind]),
});

const directionFeatures = collected<ClusterDirection, ClusterAccessFeature>({
  leavesRest: nothing,
  rules: rules => flatMap(rules, rule => ruleFeatures(rule)),
  denials: denials => ['ClusterDenial', ...flatMap(denials, rule => ruleFeatures(rule))],
});

const modelFeatures = collected<ClusterAccessModel, ClusterAccessFeature>({
  name: nothing,
  subject: ({ kind }) => [SUBJECTS[kind]],
  ingress: ingress => directionFeatures(ingress),
  egress: egress => ['ClusterEgress', ...directionFeatures(egress)],
});
