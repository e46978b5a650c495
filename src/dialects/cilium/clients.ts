import { MAX_VALUE, namespaceLabelRefusals, podLabelRefusals } from './labels';
import type { AccessRule, SourceFields } from '../../model/access';
import type { SOURCE_FEATURES } from '../../model/features/access';
import { flatMap } from '../../model/lists';
import type { Refusal } from '../contract/refusal';
import { sourceInWords } from '../contract/source-words';
import type { Support } from '../contract/support';
import { FULL, full, none, partial } from '../contract/support';

const NO_SPIFFE = 'Cilium knows clients by their ServiceAccount, their namespace or their address, not by SPIFFE ids';

const NODE_LABELS = '--enable-node-selector-labels';

/** How Cilium knows clients. */
export const clientSupports: Readonly<Record<keyof typeof SOURCE_FEATURES, Support>> = {
  ServiceAccountSource: full('the label `io.cilium.k8s.policy.serviceaccount`'),
  NamespaceSource: full('a selector of the namespace'),
  NamespaceLabelsSource: full('a selector of namespaces'),
  PodsSource: full('a selector of pods, and of their namespaces'),
  OtherClusterSource: full('the label `io.cilium.k8s.policy.cluster`'),
  UninitializedSource: full('the entity `init`'),
  TrustDomainSource: none(NO_SPIFFE),
  ApiServerSource: full('the entity `kube-apiserver`, which is the whole node, where it runs on one of the cluster'),
  NodesSource: full('the entities `host` and `remote-node`'),
  NodeLabelsSource: partial(
    `only where the target says \`nodeSelectorLabels: true\`: the agents need \`${NODE_LABELS}\`, and drop the policy without it`,
    '`fromNodes`; the node of a pod reaches it in any case',
  ),
  SpiffeIdSource: none(NO_SPIFFE),
  GatewaySource: full('the entity `ingress`, which is every gateway of Cilium; or the ServiceAccount in its `pods`, where another controller runs it'),
  IpBlockSource: full('`fromCIDRSet`, for addresses outside the cluster'),
  AnyAuthenticatedSource: full('every pod that has an identity'),
  AnyoneSource: full('the entity `all`'),
  ExceptSources: FULL,
};

/** Why Cilium cannot know the clients of rules. */
export function clientRefusals<F>(rules: readonly Pick<AccessRule, 'sources' | 'exceptSources'>[], nodeSelectorLabels: boolean): Refusal<F>[] {
  const clients = flatMap(rules, ({ sources, exceptSources }) => [...sources, ...exceptSources]);
  return [
    ...flatMap(rules, rule => rule.exceptSources).filter(({ kind }) => kind === 'spiffeId').map(source => ({
      what: `the exception ${sourceInWords(source)}`,
      reason: NO_SPIFFE,
      remedy: 'Except ServiceAccounts or namespaces',
    })),
    ...flatMap(clients, client => client.kind === 'serviceAccount' && client.name.length > MAX_VALUE ? [longAccount<F>(sourceInWords(client))] : []),
    ...flatMap(clients, client => client.kind === 'namespaceLabels' ? namespaceLabelRefusals<F>(client.labels) : []),
    ...flatMap(clients, client => client.kind === 'pods' ? podsRefusals<F>(client) : []),
    ...nodeSelectorLabels ? [] : clients.filter(({ kind }) => kind === 'nodeLabels').map(client => ({
      what: sourceInWords(client),
      reason: `the agents of Cilium drop a policy with them, unless they run with \`${NODE_LABELS}\``,
      remedy: 'Start them so (`nodeSelectorLabels: true` in the values of the Helm chart), and say `nodeSelectorLabels: true` to MeshTarget.gatewayApi',
    })),
  ];
}

/** Why Cilium cannot select pods by their ServiceAccount. */
export function longAccount<F>(what: string): Refusal<F> {
  return { what, reason: `a selector of Cilium takes values of at most ${MAX_VALUE} characters`, remedy: 'Use a ServiceAccount with a shorter name' };
}

function podsRefusals<F>({ labels, namespaceLabels = {} }: SourceFields<'pods', 'labels' | 'namespaceLabels', 'namespace' | 'cluster'>): Refusal<F>[] {
  return [
    ...podLabelRefusals<F>(labels, 'as a source', 'Identity.serviceAccount, Identity.namespace or Identity.namespaceLabels'),
    ...namespaceLabelRefusals<F>(namespaceLabels),
  ];
}
