import type { EgressRule, Icmps, IngressRule } from './apis';
import { inParts } from './apis';
import type { LabelSelector } from './labels';
import { CLUSTER, labelsBehind, NAMESPACE, NAMESPACE_LABELS, namespaceLabelRefusals, podLabelRefusals } from './labels';
import { exists } from './peers';
import { byKind } from '../../model/by-kind';
import type { CidrPeer, ClusterPeer, ClusterPort, EntityPeer, PeerFields, PingPort, ProtocolPort, TransportPort } from '../../model/cluster-access';
import type { ClusterAccessFeature } from '../../model/features/cluster-access';
import type { Fields } from '../../model/fields';
import { nothing } from '../../model/fields';
import { flatMap } from '../../model/lists';
import { ipBlock } from '../contract/ip-block';
import type { Refusal } from '../contract/refusal';

type Entity = NonNullable<IngressRule['fromEntities']>[number];

/** Peers of one kind, as a rule takes them; each list has something in it. */
interface Peers {
  readonly entities?: readonly Entity[];
  readonly endpoints?: readonly LabelSelector[];
  readonly blocks?: NonNullable<IngressRule['fromCIDRSet']>;
}

const ENTITIES: Readonly<Record<EntityPeer['kind'], Entity>> = {
  ownNode: 'host',
  otherNodes: 'remote-node',
  apiServer: 'kube-apiserver',
  health: 'health',
  uninitialized: 'init',
  cluster: 'cluster',
  outside: 'world',
  anyone: 'all',
};

/** In as many parts as Cilium needs: entities, pods and addresses cannot be in one rule. */
export function clusterPeers(peers: readonly ClusterPeer[]): Peers[] {
  const entities = flatMap(peers, peer => entityOf(peer));
  const endpoints = flatMap(peers, peer => selectorOf(peer));
  const blocks = flatMap(peers, peer => peer.kind === 'cidr' ? [blockOf(peer)] : []);
  return [
    ...entities.length > 0 ? [{ entities }] : [], ...endpoints.length > 0 ? [{ endpoints }] : [], ...blocks.length > 0 ? [{ blocks }] : [],
  ];
}

function entityOf({ kind }: ClusterPeer): Entity[] {
  return kind === 'pods' || kind === 'cidr' ? [] : [ENTITIES[kind]];
}

function blockOf({ cidr, except }: Fields<CidrPeer, 'cidr' | 'except', 'kind'>) {
  return ipBlock({ cidr, except });
}

/** A selector of a policy of the whole cluster is for every namespace, unless it names one. */
function selectorOf(peer: ClusterPeer): LabelSelector[] {
  if (peer.kind !== 'pods') return [];
  const { labels, namespace, namespaceLabels = {}, cluster }: PeerFields<'pods', 'labels' | 'namespace' | 'namespaceLabels' | 'cluster'> = peer;
  const matchLabels = {
    ...namespace !== undefined && { [NAMESPACE]: namespace },
    ...cluster !== undefined && { [CLUSTER]: cluster },
    ...labelsBehind(NAMESPACE_LABELS, namespaceLabels),
    ...labelsBehind('k8s:', labels),
  };
  return [{
    ...Object.keys(matchLabels).length > 0 && { matchLabels },
    ...namespace === undefined && { matchExpressions: [exists(NAMESPACE)] },
  }];
}

/** Why Cilium cannot know a peer. */
export function peerRefusals(peer: ClusterPeer): Refusal<ClusterAccessFeature>[] {
  return peer.kind !== 'pods' ? [] : [
    ...podLabelRefusals<ClusterAccessFeature>(peer.labels, 'as a peer', 'the namespace of the pods'), ...namespaceLabelRefusals<ClusterAccessFeature>(peer.namespaceLabels ?? {}),
  ];
}

type On = Pick<EgressRule, 'toPorts'> & { readonly icmps?: readonly Icmps[] };

/** In as many parts as Cilium needs: ports, and what has none, cannot be in one rule. Without either, a rule is for everything. */
export function clusterPorts(ports: readonly ClusterPort[]): On[] {
  if (ports.length === 0) return [{}];
  const toPorts = inParts(flatMap(ports, port => openingOf(port))).map(part => ({ ports: part }));
  return [
    ...toPorts.length > 0 ? [{ toPorts }] : [],
    ...ports.some(({ kind }) => kind === 'ping') ? [{ icmps: PING }] : [],
  ];
}

/** Requests for an echo, in both versions of IP. */
export const PING: readonly Icmps[] = [{ fields: [{ family: 'IPv4', type: 'EchoRequest' }, { family: 'IPv6', type: 'EchoRequest' }] }];

type Opening = NonNullable<NonNullable<EgressRule['toPorts']>[number]['ports']>[number];

const openingOf = byKind<ClusterPort, readonly Opening[]>({
  transport: ({ port, endPort, protocol }: Fields<TransportPort, 'port' | 'endPort' | 'protocol', 'kind'>): Opening[] =>
    [{ port: String(port), ...endPort !== undefined && { endPort }, protocol }],
  protocol: ({ protocol }: Fields<ProtocolPort, 'protocol', 'kind'>): Opening[] => [{ protocol }],
  ping: nothing as (one: Fields<PingPort, 'kind'>) => readonly never[],
});
