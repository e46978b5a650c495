import type { Call } from './call';
import { labelsOfNamespace } from './call';
import { contains } from '../../../src/evaluators/address';
import { only, selects } from '../../../src/evaluators/fields';

/**
 * Whether NetworkPolicies let a call out. A pod that none selects for egress calls everything; another one what a rule of any
 * of them allows. Names are looked up inside the cluster.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */
export function letOutByNetworkPolicy(manifests: readonly any[], call: Call): boolean {
  const isolating = manifests.filter(({ kind, metadata, spec }) => kind === 'NetworkPolicy' && metadata.namespace === call.namespace
    && selects(spec.podSelector, call.labels ?? {}) && (spec.policyTypes ?? []).includes('Egress'));
  return isolating.length === 0 || isolating.some(({ spec }) => (spec.egress ?? []).some((rule: any) => {
    const { to = [], ports = [] } = only(rule, 'to', 'ports');
    return (to.length === 0 || to.some((peer: any) => isPeer(peer, call)))
      && (ports.length === 0 || ports.some(({ port, endPort = port, protocol = 'TCP' }: any) =>
        (port === undefined || (typeof port === 'string' ? call.pod?.ports?.[port] === call.port : port <= call.port && call.port <= endPort))
        && (protocol === 'UDP') === (call.says.kind === 'datagram')));
  }));
}

function isPeer(peer: any, { namespace, inside, to, ip, pod }: Call): boolean {
  const { ipBlock, namespaceSelector, podSelector } = only(peer, 'ipBlock', 'namespaceSelector', 'podSelector');
  if (podSelector !== undefined || (namespaceSelector !== undefined && Object.keys(namespaceSelector).length > 0)) {
    return inside === true && pod !== undefined && selects(podSelector ?? {}, pod.labels)
      && (namespaceSelector === undefined ? pod.namespace === namespace : selects(namespaceSelector, labelsOfNamespace(pod)));
  }
  return namespaceSelector !== undefined ? inside === true && to === undefined
    : contains(ipBlock.cidr, ip) && !(ipBlock.except ?? []).some((cidr: string) => contains(cidr, ip));
}
