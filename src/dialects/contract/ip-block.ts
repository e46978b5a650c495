import type { SourceFields } from '../../model/access';

/** A block of addresses as Kubernetes writes it, and with it Cilium and Linkerd. */
export function ipBlock({ cidr, except }: SourceFields<'ipBlock', 'cidr' | 'except'>): { readonly cidr: string; readonly except?: string[] } {
  return { cidr, ...(except.length > 0 && { except: [...except] }) };
}
