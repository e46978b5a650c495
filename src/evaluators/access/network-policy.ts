import { contains } from '../address';
import { only, selects } from '../fields';
import type { Client, Request } from './request';
import { callsPort, portOf } from './request';
import { known } from '../unknown';

/**
 * Networks differ in whether an IP block holds for pods, too, or for what is outside the cluster only.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export type IpBlockReading = 'everyone' | 'outside';

/**
 * Whether NetworkPolicies let a request in. A pod that none selects for ingress takes everything; another one what a rule
 * of any of them allows.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */
export function allowedByNetworkPolicy(ipBlocks: IpBlockReading): (manifests: readonly any[], request: Request) => boolean {
  return (manifests, request) => {
    if (request.client.kind === 'kubelet') {
      // The node of a pod reaches it always.
      return true;
    }
    const isolating = manifests.filter(({ kind, metadata, spec }) => kind === 'NetworkPolicy' && metadata.namespace === request.pod.namespace
      && selects(only(spec, 'podSelector', 'policyTypes', 'ingress', 'egress').podSelector, request.pod.labels)
      && (spec.policyTypes ?? ['Ingress']).includes('Ingress'));
    return isolating.length === 0 || isolating.some(({ metadata, spec }) => (spec.ingress ?? []).some((rule: any) => {
      const { from = [], ports = [] } = only(rule, 'from', 'ports');
      return (from.length === 0 || from.some((peer: any) => isPeer(peer, metadata.namespace, request.client, ipBlocks)))
        && (ports.length === 0 || ports.some((port: any) => isPort(port, request)));
    }));
  };
}

function isPeer(peer: any, namespace: string, client: Client, ipBlocks: IpBlockReading): boolean {
  const { ipBlock, namespaceSelector, podSelector } = only(peer, 'ipBlock', 'namespaceSelector', 'podSelector');
  if (ipBlock !== undefined) {
    const { cidr, except = [] } = only(ipBlock, 'cidr', 'except');
    return (ipBlocks === 'everyone' || client.kind !== 'pod') && contains(cidr, client.ip) && !except.some((other: string) => contains(other, client.ip));
  }
  return client.kind === 'pod'
    && (namespaceSelector === undefined ? client.namespace === namespace : selects(namespaceSelector, known(client.namespaceLabels, 'a label of a namespace')))
    && (podSelector === undefined || selects(podSelector, known(client.labels, 'a label of a client')));
}

function isPort(given: any, request: Request): boolean {
  const { port, endPort = port, protocol = 'TCP' } = only(given, 'port', 'endPort', 'protocol');
  const own = portOf(request);
  return protocol === (own.protocol === 'UDP' ? 'UDP' : 'TCP')
    && (port === undefined || callsPort(own, port) || (port <= request.port && request.port <= endPort));
}
