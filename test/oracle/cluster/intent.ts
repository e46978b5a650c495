import type { Exchange, Party, Said } from './exchange';
import { contains } from '../../../src/evaluators/address';
import { byKind } from '../../../src/model/by-kind';
import type {
  CidrPeer, ClusterAccessModel, ClusterPeer, ClusterPort, ClusterRule, ClusterSubject, PodsPeer, ProtocolPort, TransportPort,
} from '../../../src/model/cluster-access';
import type { Fields } from '../../../src/model/fields';

/** Whether policies let something pass, read as naively as can be. */
export function passesByIntent(models: readonly ClusterAccessModel[], exchange: Exchange): boolean {
  const { direction, subject, peer } = exchange;
  const chosen = models.filter(model => isFor(model.subject, subject)).flatMap(model => model[direction] ?? []);
  const holds = ({ peers, ports }: ClusterRule) => peers.some(one => isPeer(one, peer))
    && (ports.length === 0 || ports.some(port => isOn(port, exchange.says)));
  if (chosen.some(({ denials }) => denials.some(holds))) return false;
  // As it is, a pod without an identity passes nothing.
  const closed = subject.kind === 'uninitialized' || chosen.some(({ leavesRest }) => !leavesRest);
  // A node reaches what runs on it, wherever a policy speaks of it.
  return !closed || (chosen.length > 0 && direction === 'ingress' && peer.kind === 'node') || chosen.some(({ rules }) => rules.some(holds));
}

const isFor = byKind<ClusterSubject, boolean, [Party]>({
  nodes: ({ labels }, { kind, labels: own = {} }) => kind === 'node' && has(own, labels),
  pods: ({ labels, namespaceLabels = {} }, { kind, labels: own = {}, namespaceLabels: ofNamespace = {} }) =>
    kind === 'pod' && has(own, labels) && has(ofNamespace, namespaceLabels),
  uninitialized: (_, { kind }) => kind === 'uninitialized',
  health: (_, { kind }) => kind === 'health',
});

const OUTSIDE: readonly Party['kind'][] = ['outside', 'API server'];

const isPeer = byKind<ClusterPeer, boolean, [Party]>({
  pods: ({ labels, namespace, namespaceLabels = {}, cluster }: Fields<PodsPeer, 'labels' | 'namespace' | 'namespaceLabels' | 'cluster', 'kind'>, party) =>
    party.kind === 'pod' && party.cluster === cluster && has(party.labels!, labels) && has(party.namespaceLabels!, namespaceLabels)
    && (namespace === undefined || namespace === party.namespace),
  cidr: ({ cidr, except }: Fields<CidrPeer, 'cidr' | 'except', 'kind'>, { kind, ip }) =>
    OUTSIDE.includes(kind) && contains(cidr, ip) && !except.some(part => contains(part, ip)),
  ownNode: (_, { kind }) => kind === 'node',
  otherNodes: (_, { kind }) => kind === 'other node' || kind === 'node of the API server',
  apiServer: (_, { kind }) => kind === 'API server' || kind === 'node of the API server',
  health: (_, { kind }) => kind === 'health',
  uninitialized: (_, { kind }) => kind === 'uninitialized',
  cluster: (_, { kind, cluster }) => kind !== 'outside' && cluster === undefined,
  outside: (_, { kind }) => OUTSIDE.includes(kind),
  anyone: () => true,
});

const isOn = byKind<ClusterPort, boolean, [Said]>({
  transport: ({ protocol, port, endPort = port }: Fields<TransportPort, 'protocol' | 'port' | 'endPort', 'kind'>, says) =>
    'port' in says && says.protocol === protocol && port <= says.port && says.port <= endPort,
  ping: (_, says) => says.protocol === 'ping',
  protocol: ({ protocol }: Fields<ProtocolPort, 'protocol', 'kind'>, says) => says.protocol === protocol,
});

function has(own: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => own[key] === value);
}
