import type { TargetRef } from './apis';
import { knownLabels } from '../contract/known';

/** The pods with these labels, which Kuma copies to their Dataplanes; or one port of them. */
export function dataplane(
  pods: { readonly podSelector?: Readonly<Record<string, string>> }, port?: { readonly port: number | string; readonly name?: string },
): TargetRef {
  return { kind: 'Dataplane', labels: knownLabels(pods), ...(port !== undefined && { sectionName: port.name ?? String(port.port) }) };
}

/** Every pod of the namespace in which the policy stands; of the mesh, where that is the namespace of Kuma itself. */
export const WHOLE_NAMESPACE: TargetRef = { kind: 'Mesh' };
