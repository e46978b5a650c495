import type {
  CiliumNetworkPolicySpec, CiliumNetworkPolicySpecEgress, CiliumNetworkPolicySpecEgressToCidrSet, CiliumNetworkPolicySpecEgressToFqdNs,
  CiliumNetworkPolicySpecIngress, CiliumNetworkPolicySpecIngressDeny, CiliumNetworkPolicySpecIngressFromCidrSet,
} from '../../../imports/cilium/cilium.io';
import { chunks } from '../contract/chunks';
import type { Manifest, Plain } from '../contract/manifest';

/** What the CRD allows in one entry of `toPorts`. */
export const MAX_PORTS = 40;

/** Types of messages of ICMP, by their names. */
export interface Icmps {
  readonly fields: readonly { readonly family: 'IPv4' | 'IPv6'; readonly type: string }[];
}

/** A rule that lets clients in, in the spelling of the API. */
export type IngressRule = Omit<Plain<CiliumNetworkPolicySpecIngress>, 'fromCidrSet' | 'icmps'> & {
  readonly icmps?: readonly Icmps[];
  readonly fromCIDRSet?: Plain<CiliumNetworkPolicySpecIngressFromCidrSet[]>;
};

/** A rule that keeps clients out, whatever lets them in. It tells no requests apart. */
export type IngressDenyRule = Omit<Plain<CiliumNetworkPolicySpecIngressDeny>, 'fromCidrSet' | 'icmps'> & Pick<IngressRule, 'fromCIDRSet' | 'icmps'>;

/** A rule that lets calls out, in the spelling of the API. */
export type EgressRule = Omit<Plain<CiliumNetworkPolicySpecEgress>, 'toCidrSet' | 'toFqdNs' | 'icmps'> & {
  readonly icmps?: readonly Icmps[];
  readonly toCIDRSet?: Plain<CiliumNetworkPolicySpecEgressToCidrSet[]>;
  readonly toFQDNs?: Plain<CiliumNetworkPolicySpecEgressToFqdNs[]>;
};

/** A rule that keeps calls in, whatever lets them out. */
export type EgressDenyRule = Omit<EgressRule, 'toFQDNs'>;

export type Spec = Omit<Plain<CiliumNetworkPolicySpec>, 'ingress' | 'ingressDeny' | 'egress' | 'egressDeny'> & {
  readonly ingress?: readonly IngressRule[];
  readonly ingressDeny?: readonly IngressDenyRule[];
  readonly egress?: readonly EgressRule[];
  readonly egressDeny?: readonly EgressDenyRule[];
};

/** One CiliumNetworkPolicy. Unless it says otherwise, it denies in the directions for which it has rules, be they empty. */
export function ciliumNetworkPolicy({ name, namespace }: { readonly name: string; readonly namespace: string }, spec: Spec): Manifest {
  return { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name, namespace }, spec };
}

/** One CiliumClusterwideNetworkPolicy. */
export function ciliumClusterwideNetworkPolicy(name: string, spec: Spec): Manifest {
  return { apiVersion: 'cilium.io/v2', kind: 'CiliumClusterwideNetworkPolicy', metadata: { name }, spec };
}

/** The rule in several entries of `toPorts`, each within the limits of the CRD. */
export function inParts<T>(ports: readonly T[]): T[][] {
  return chunks(ports, MAX_PORTS);
}
