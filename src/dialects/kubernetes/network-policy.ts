import type {
  NetworkPolicySpec, NetworkPolicySpecIngress, NetworkPolicySpecIngressFrom, NetworkPolicySpecIngressPorts,
} from '../../../imports/kubernetes/networking.k8s.io';
import type { Source, SourceFields, WorkloadPort } from '../../model/access';
import { byKind } from '../../model/by-kind';
import type { SOURCE_FEATURES } from '../../model/features/access';
import { workloadInWords } from '../../model/service-ref';
import { ipBlock } from '../contract/ip-block';
import { knownLabels } from '../contract/known';
import type { Manifest, Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import type { Support } from '../contract/support';
import { full, none } from '../contract/support';
import { unknownPods } from '../contract/unknown-pods';
import { refused } from '../contract/unwritten';

/** The label that the API server puts on every namespace. */
const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

export type IngressRule = Plain<NetworkPolicySpecIngress>;
export type Port = Plain<NetworkPolicySpecIngressPorts>;

/** One NetworkPolicy. Its types say in which directions it denies, whether there are rules for them or not. */
export function networkPolicy({ name, namespace }: { readonly name: string; readonly namespace: string }, spec: Plain<NetworkPolicySpec>): Manifest {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec };
}

/** One rule: these clients on these ports, or on all. Where `from` is missing, it is everyone; an empty one would be so too. */
export function ingressRule(sources: readonly Source[], ports: readonly Port[] | undefined): IngressRule {
  return {
    ...(!sources.some(({ kind }) => kind === 'anyone') && { from: sources.map(source => peer(source)) }),
    ...(ports !== undefined && { ports: [...ports] }),
  };
}

export const peer = byKind<Source, Plain<NetworkPolicySpecIngressFrom>>({
  namespace: ({ name }: SourceFields<'namespace', 'name'>) => ({ namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: name } } }),
  namespaceLabels: ({ labels }: SourceFields<'namespaceLabels', 'labels'>) => ({ namespaceSelector: selectorOf(labels) }),
  // Both in one peer: in two, one of them would do.
  pods: ({ labels, namespace, namespaceLabels = {} }: SourceFields<'pods', 'labels' | 'namespace' | 'namespaceLabels', 'cluster'>) =>
    namespace === undefined ? { namespaceSelector: selectorOf(namespaceLabels), podSelector: selectorOf(labels) } : podsIn(namespace, labels),
  ipBlock: block => ({ ipBlock: ipBlock(block) }),
  gateway: ({ namespace, pods }: SourceFields<'gateway', 'namespace' | 'pods', 'name' | 'className'>) =>
    podsIn(pods.namespace ?? namespace, knownLabels(pods)),
  // Where everyone may call, no peer is named.
  anyone: refused,
  serviceAccount: refused,
  spiffeId: refused,
  trustDomain: refused,
  uninitialized: refused,
  apiServer: refused,
  nodes: refused,
  nodeLabels: refused,
  anyAuthenticated: refused,
});

/** What has these labels; everything, if there are none. */
function selectorOf(labels: Readonly<Record<string, string>>) {
  return Object.keys(labels).length === 0 ? {} : { matchLabels: { ...labels } };
}

export function networkPolicyPort({ port, protocol }: WorkloadPort): Port {
  return { port, protocol: protocol === 'UDP' ? 'UDP' : 'TCP' };
}

/** A number, whichever transport has it. */
export function anyTransport(port: number): Port[] {
  return ['TCP', 'UDP'].map(protocol => ({ port, protocol }));
}

/** Pods of one namespace by their labels. */
export function podsIn(namespace: string, labels: Readonly<Record<string, string>>): Plain<NetworkPolicySpecIngressFrom> {
  return { namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: namespace } }, podSelector: { matchLabels: { ...labels } } };
}

const noIdentities = none('a NetworkPolicy knows clients by their namespace or their address, not by their identity');

export function noApiServer(block: string): Support {
  return none('a NetworkPolicy knows pods, namespaces and addresses, and the API server is no pod', `Use ${block} with the addresses`);
}

export function noNodes(block: string): Support {
  return none('a NetworkPolicy knows pods, namespaces and addresses, and nodes are no pods', `Use ${block} with the addresses`);
}

export const ONE_CLUSTER = none('a NetworkPolicy knows the pods of its own cluster', 'Use addresses of the pods, or leave them out');

/** How a NetworkPolicy knows clients. */
export const clientSupports: Readonly<Record<keyof typeof SOURCE_FEATURES, Support>> = {
  ServiceAccountSource: noIdentities,
  NamespaceSource: full('a selector of the namespace'),
  NamespaceLabelsSource: full('a selector of namespaces'),
  PodsSource: full('a selector of pods, and of their namespaces'),
  OtherClusterSource: ONE_CLUSTER,
  UninitializedSource: none('a NetworkPolicy knows pods by their labels'),
  TrustDomainSource: noIdentities,
  ApiServerSource: noApiServer('Identity.ipBlock'),
  NodesSource: noNodes('Identity.ipBlock'),
  NodeLabelsSource: noNodes('Identity.ipBlock'),
  SpiffeIdSource: noIdentities,
  GatewaySource: full('its `pods`, by their labels'),
  IpBlockSource: full('an `ipBlock`'),
  AnyAuthenticatedSource: noIdentities,
  AnyoneSource: full('a rule without `from`'),
  ExceptSources: noIdentities,
};

/** Why a NetworkPolicy cannot select a workload. */
export function selectorRefusals<F>(workload: {
  readonly service?: string; readonly podSelector?: Readonly<Record<string, string>>;
}): Refusal<F>[] {
  return workload.podSelector !== undefined ? [] : [unknownPods(`a policy for ${workloadInWords(workload)}`, 'a NetworkPolicy')];
}
