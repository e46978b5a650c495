import { list, namespaceOfObject } from './inventory';

/** Who refers to an object, and what it is. */
export interface Reference {
  readonly from: { readonly group: string; readonly kind: string; readonly namespace: string };
  readonly to: { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string };
}

/** Whether one of some ReferenceGrants allows it. */
export function isGranted({ from, to }: Reference, grants: readonly any[]): boolean {
  return grants.some(grant => namespaceOfObject(grant) === to.namespace
    && list(grant.spec?.from).some(({ group, kind, namespace }) => group === from.group && kind === from.kind && namespace === from.namespace)
    && list(grant.spec?.to).some(({ group, kind, name }) => group === to.group && kind === to.kind && (name === undefined || name === to.name)));
}
