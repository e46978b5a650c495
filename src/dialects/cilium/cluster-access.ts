import type { EgressDenyRule, EgressRule, IngressDenyRule, IngressRule, Spec } from './apis';
import { ciliumClusterwideNetworkPolicy } from './apis';
import { clusterPeers, clusterPorts, peerRefusals } from './cluster-peers';
import { labelsBehind, namespaceLabelRefusals, NAMESPACE, NAMESPACE_LABELS, nodeLabelRefusals, podLabelRefusals } from './labels';
import { exists } from './peers';
import { byKind } from '../../model/by-kind';
import type {
  ClusterAccessModel, ClusterDirection, ClusterPodsSubject, ClusterRule, ClusterSubject, NodesSubject,
} from '../../model/cluster-access';
import { subjectKey } from '../../model/cluster-access';
import type { ClusterAccessFeature } from '../../model/features/cluster-access';
import type { Fields } from '../../model/fields';
import { nothing } from '../../model/fields';
import { flatMap } from '../../model/lists';
import { claim } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { full, partial } from '../contract/support';

const FLAG = '--enable-extended-ip-protocols';

/**
 * One CiliumClusterwideNetworkPolicy. Each direction of which it says something is closed for what it selects; what it allows adds to what other
 * policies do, and what it denies goes first.
 *
 * @see https://docs.cilium.io/en/stable/security/policy/kubernetes/#ciliumclusterwidenetworkpolicy
 * @see https://docs.cilium.io/en/stable/security/host-firewall/
 */
export function ciliumClusterAccess(ipProtocols: boolean): Dialect<ClusterAccessModel, ClusterAccessFeature> {
  return {
    renders: 'a CiliumClusterwideNetworkPolicy',
    supports: {
      NodesSubject: full('a `nodeSelector`; the agents need `hostFirewall.enabled`'),
      ClusterPodsSubject: full('an `endpointSelector` of pods that have a namespace'),
      UninitializedSubject: full('an `endpointSelector` of `reserved:init`'),
      HealthSubject: full('an `endpointSelector` of `reserved:health`'),
      ClusterEgress: full('`egress`'),
      ClusterDenial: partial('a denial that may keep a node from its own pods is refused: the kubelet probes them', '`ingressDeny` and `egressDeny`'),
      PodsOfOtherCluster: full('the label `io.cilium.k8s.policy.cluster`'),
      ClusterPing: full('`icmps`, for both versions of IP'),
      ClusterIpProtocol: partial(`only where the target says \`ipProtocols: true\`: the agents need \`${FLAG}\`, and drop the policy without it`, 'a protocol without a port'),
    },
    claims: ({ subject }) => [claim('policy', { type: 'ofCluster', what: subjectKey(subject) })],
    render: ({ name, subject, ingress, egress }: Fields<ClusterAccessModel, 'name' | 'subject' | 'ingress' | 'egress'>) =>
      renderUnless([
        ...subjectRefusals(subject), ...flatMap(both(ingress, egress), rule => ruleRefusals(rule, ipProtocols)), ...denialRefusals(subject, ingress),
      ], () => [ciliumClusterwideNetworkPolicy(name, { ...selectorOf(subject), ...specOf(ingress, egress) })]),
  };
}

function both(...directions: readonly (ClusterDirection | undefined)[]): ClusterRule[] {
  return flatMap(directions, direction => direction === undefined ? [] : [...direction.rules, ...direction.denials]);
}

const subjectRefusals = byKind<ClusterSubject, readonly Refusal<ClusterAccessFeature>[]>({
  nodes: ({ labels }: Fields<NodesSubject, 'labels', 'kind'>) => nodeLabelRefusals(labels),
  pods: ({ labels, namespaceLabels = {} }: Fields<ClusterPodsSubject, 'labels' | 'namespaceLabels', 'kind'>) => [
    ...podLabelRefusals<ClusterAccessFeature>(labels, 'as what is protected', 'ClusterSubject.anyPod'), ...namespaceLabelRefusals<ClusterAccessFeature>(namespaceLabels),
  ],
  uninitialized: nothing,
  health: nothing,
});

function ruleRefusals({ peers, ports }: ClusterRule, ipProtocols: boolean): Refusal<ClusterAccessFeature>[] {
  return [
    ...flatMap(peers, peer => peerRefusals(peer)),
    ...ipProtocols ? [] : flatMap(ports, port => port.kind !== 'protocol' ? [] : [{
      what: `the protocol ${port.protocol}`,
      reason: `the agents of Cilium drop a policy with it, unless they run with \`${FLAG}\``,
      remedy: 'Start them so, and say `ipProtocols: true` to MeshTarget.gatewayApi',
    }]),
  ];
}

/** The node of a pod is a client by itself, and one of the cluster, and perhaps the API server. */
function denialRefusals(subject: ClusterSubject, ingress: ClusterDirection | undefined): Refusal<ClusterAccessFeature>[] {
  const ofNode = ['ownNode', 'apiServer', 'cluster', 'anyone'];
  const denied = flatMap(ingress?.denials ?? [], ({ peers }) => peers).filter(({ kind }) => ofNode.includes(kind));
  return denied.map(({ kind }) => ({
    what: `a denial of \`ClusterPeer.${kind}\` for ${subjectKey(subject)}`,
    reason: 'the node itself is among them, or may be, and could not reach and probe what runs on it',
    remedy: 'Deny others, such as `ClusterPeer.outside()`, or leave them out of what is allowed',
  }));
}

const selectorOf = byKind<ClusterSubject, Pick<Spec, 'endpointSelector' | 'nodeSelector'>>({
  nodes: ({ labels }: Fields<NodesSubject, 'labels', 'kind'>) => ({ nodeSelector: Object.keys(labels).length === 0 ? {} : { matchLabels: labels } }),
  pods: ({ labels, namespaceLabels = {} }: Fields<ClusterPodsSubject, 'labels' | 'namespaceLabels', 'kind'>) => {
    const matchLabels = { ...labelsBehind(NAMESPACE_LABELS, namespaceLabels), ...labelsBehind('k8s:', labels) };
    // What has no namespace is no pod.
    return { endpointSelector: { ...Object.keys(matchLabels).length > 0 && { matchLabels }, matchExpressions: [exists(NAMESPACE)] } };
  },
  uninitialized: () => ({ endpointSelector: { matchLabels: { 'reserved:init': '' } } }),
  health: () => ({ endpointSelector: { matchLabels: { 'reserved:health': '' } } }),
});

function specOf(ingress: ClusterDirection | undefined, egress: ClusterDirection | undefined): Omit<Spec, 'endpointSelector' | 'nodeSelector'> {
  const open = { ...ingress?.leavesRest && { ingress: false }, ...egress?.leavesRest && { egress: false } };
  return {
    ...Object.keys(open).length > 0 && { enableDefaultDeny: open },
    ...ingress !== undefined && {
      ...!ingress.leavesRest && { ingress: orNobody(flatMap(ingress.rules, rule => ingressRules(rule))) },
      ...ingress.denials.length > 0 && { ingressDeny: flatMap(ingress.denials, rule => ingressRules(rule) as IngressDenyRule[]) },
    },
    ...egress !== undefined && {
      ...!egress.leavesRest && { egress: orNobody(flatMap(egress.rules, rule => egressRules(rule))) },
      ...egress.denials.length > 0 && { egressDeny: flatMap(egress.denials, rule => egressRules(rule) as EgressDenyRule[]) },
    },
  };
}

/** The agent drops a policy without any rule; a rule without anything is for nobody. */
function orNobody<Rule extends object>(rules: readonly Rule[]): readonly (Rule | Record<string, never>)[] {
  return rules.length > 0 ? rules : [{}];
}

function ingressRules({ peers, ports }: Fields<ClusterRule, 'peers' | 'ports'>): IngressRule[] {
  return flatMap(clusterPeers(peers), ({ entities, endpoints, blocks }) => clusterPorts(ports).map(on => ({
    ...entities && { fromEntities: entities }, ...endpoints && { fromEndpoints: endpoints }, ...blocks && { fromCIDRSet: blocks }, ...on,
  })));
}

function egressRules({ peers, ports }: Fields<ClusterRule, 'peers' | 'ports'>): EgressRule[] {
  return flatMap(clusterPeers(peers), ({ entities, endpoints, blocks }) => clusterPorts(ports).map(on => ({
    ...entities && { toEntities: entities }, ...endpoints && { toEndpoints: endpoints }, ...blocks && { toCIDRSet: blocks }, ...on,
  })));
}
