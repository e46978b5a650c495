import type { TargetRef } from './apis';

/** The pods with these labels, which Kuma copies to their Dataplanes; or one port of them. */
export function dataplane(
  labels: Readonly<Record<string, string>> | undefined, port?: { readonly port: number | string; readonly name?: string },
): TargetRef {
  return { kind: 'Dataplane', labels: { ...labels }, ...(port !== undefined && { sectionName: port.name ?? String(port.port) }) };
}

/** Every pod of the namespace in which the policy stands. */
export const WHOLE_NAMESPACE: TargetRef = { kind: 'Mesh' };
