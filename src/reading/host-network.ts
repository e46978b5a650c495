import type { Pod } from '../meaning/call';
import type { Condition } from '../meaning/condition';
import { doubted } from '../meaning/depending';
import type { Gate } from '../meaning/world';

/**
 * What gates do for pods on the network of their node: networks differ in whether policies for pods hold there.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods
 */
export function unlessOnNode({ onHostNetwork }: Pod, gates: readonly Gate[]): readonly Gate[] {
  return onHostNetwork ? doubted(gates, 'the pods are on the network of their node, and it is not known whether this holds for them there') : gates;
}

/** Who reaches pods whatever policies of the network say. */
export const OWN_NODE: { readonly when: Condition; readonly why: string } = { when: { type: 'client', kinds: ['kubelet'] }, why: 'the node of a pod always reaches it' };
