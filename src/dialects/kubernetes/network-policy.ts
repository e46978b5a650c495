import type {
  NetworkPolicySpec, NetworkPolicySpecIngress, NetworkPolicySpecIngressFrom, NetworkPolicySpecIngressPorts,
} from '../../../imports/kubernetes/networking.k8s.io';
import type { Source, WorkloadPort } from '../../model/access';
import { knownLabels } from '../contract/known';
import type { Manifest, Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
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
    ...(!sources.some(({ kind }) => kind === 'anyone') && { from: sources.map(peer) }),
    ...(ports !== undefined && { ports: [...ports] }),
  };
}

function peer(source: Source): Plain<NetworkPolicySpecIngressFrom> {
  switch (source.kind) {
    case 'namespace': return { namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: source.name } } };
    case 'namespaceLabels': return { namespaceSelector: Object.keys(source.labels).length === 0 ? {} : { matchLabels: { ...source.labels } } };
    case 'ipBlock': return { ipBlock: { cidr: source.cidr, ...(source.except.length > 0 && { except: [...source.except] }) } };
    case 'gateway': return {
      namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: source.pods.namespace ?? source.namespace } },
      podSelector: { matchLabels: knownLabels(source.pods) },
    };
    // Where everyone may call, no peer is named.
    case 'anyone':
    case 'serviceAccount':
    case 'spiffeId':
    case 'anyAuthenticated': return refused();
  }
}

export function networkPolicyPort({ port, protocol }: WorkloadPort): Port {
  return { port, protocol: protocol === 'UDP' ? 'UDP' : 'TCP' };
}

/** Why a NetworkPolicy cannot select a workload. */
export function selectorRefusals<F>({ service, podSelector }: {
  readonly service: string; readonly podSelector?: Readonly<Record<string, string>>;
}): Refusal<F>[] {
  return podSelector !== undefined ? [] : [unknownPods(`a policy for '${service}'`, 'a NetworkPolicy')];
}
