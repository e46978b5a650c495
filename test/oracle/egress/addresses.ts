import { letOutByLinkerd } from './linkerd';
import { contains } from '../../../src/evaluators/address';

/** A request over HTTP that a pod makes to an address outside the cluster. */
export interface AddressCall {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ip: string;
  readonly port: number;
}

/** Whether a call is let out, of the manifests that any one target renders for blocks of addresses. */
export function letOut(manifests: readonly any[], call: AddressCall): boolean {
  return readers.every(reader => reader(manifests.filter(({ metadata }) => metadata.namespace === call.namespace), call));
}

const chosen = (labels: any, call: AddressCall) => Object.entries(labels ?? {}).every(([key, value]) => call.labels[key.replace(/^k8s:/, '')] === value);
const ofKind = (manifests: readonly any[], kind: string) => manifests.filter(manifest => manifest.kind === kind);
const has = ({ cidr, port }: { readonly cidr: string; readonly port: number | string }, call: AddressCall) =>
  contains(cidr, call.ip) && Number(port) === call.port;

/**
 * All that select the pod are merged, that of the namespace first: the last mode holds, and all matches are strung together.
 *
 * @see https://github.com/kumahq/kuma/blob/master/pkg/plugins/policies/core/rules/merge/merge.go
 */
function kuma(manifests: readonly any[], call: AddressCall): boolean {
  const selecting = ofKind(manifests, 'MeshPassthrough').filter(({ spec: { targetRef } }) => targetRef.kind === 'Mesh' || chosen(targetRef.labels, call))
    .sort((a, b) => Number(a.spec.targetRef.kind !== 'Mesh') - Number(b.spec.targetRef.kind !== 'Mesh'));
  const mode = selecting.reduce((merged, { spec }) => spec.default.passthroughMode ?? merged, 'All');
  const matches = selecting.flatMap(({ spec }) => spec.default.appendMatch ?? []);
  return mode === 'All' || (mode === 'Matched'
    && matches.some(({ type, value, port, protocol }: any) => type === 'CIDR' && ['http', 'tcp'].includes(protocol) && has({ cidr: value, port }, call)));
}

/** Rules of all policies add up. */
function cilium(manifests: readonly any[], call: AddressCall): boolean {
  const denying = ofKind(manifests, 'CiliumNetworkPolicy').filter(({ spec }) => spec.egress !== undefined && chosen(spec.endpointSelector.matchLabels, call));
  return denying.length === 0 || denying.flatMap(({ spec }) => spec.egress).some(({ toCIDRSet = [], toPorts = [] }: any) =>
    toCIDRSet.some(({ cidr }: any) => toPorts.flatMap(({ ports }: any) => ports).some(({ port }: any) => has({ cidr, port }, call))));
}

/** Policies add up. */
function networkPolicy(manifests: readonly any[], call: AddressCall): boolean {
  const denying = ofKind(manifests, 'NetworkPolicy')
    .filter(({ spec }) => spec.policyTypes.includes('Egress') && chosen(spec.podSelector?.matchLabels, call));
  return denying.length === 0 || denying.flatMap(({ spec }) => spec.egress ?? []).some(({ to = [], ports = [] }: any) =>
    to.some(({ ipBlock }: any) => ipBlock !== undefined && ports.some(({ port }: any) => has({ cidr: ipBlock.cidr, port }, call))));
}

/** The Sidecar with a selector goes before that of the namespace, and takes in the ServiceEntries that it names. */
function istio(manifests: readonly any[], call: AddressCall): boolean {
  const sidecars = ofKind(manifests, 'Sidecar').filter(({ spec }) => chosen(spec.workloadSelector?.labels, call));
  const own = sidecars.filter(({ spec }) => spec.workloadSelector !== undefined);
  const [sidecar, ...others] = own.length > 0 ? own : sidecars;
  if (others.length > 0) {
    throw new Error('the older one of these Sidecars would decide');
  }
  return sidecar === undefined || ofKind(manifests, 'ServiceEntry').some(({ spec }) =>
    spec.hosts.some((host: string) => sidecar.spec.egress[0].hosts.includes(`./${host}`))
    && spec.addresses.some((cidr: string) => spec.ports.some(({ number }: any) => has({ cidr, port: number }, call))));
}

function linkerd(manifests: readonly any[], { namespace, ip, port }: AddressCall): boolean {
  return letOutByLinkerd(manifests, { namespace, ip, port, says: { kind: 'http', host: ip } });
}

const readers = [kuma, cilium, networkPolicy, istio, linkerd];
