/** What answers lookups of names, on one port, over UDP and TCP. */
export type DnsServer =
  | { readonly kind: 'pods'; readonly namespace: string; readonly labels: Readonly<Record<string, string>>; readonly port: number }
  /** One address, as a block. */
  | { readonly kind: 'address'; readonly cidr: string; readonly port: number }
  /** A cache on each node: at this address there, or by its pods, to which lookups are led. */
  | { readonly kind: 'nodeLocal'; readonly cidr: string; readonly port: number };

export const KUBE_DNS: DnsServer = { kind: 'pods', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, port: 53 };
