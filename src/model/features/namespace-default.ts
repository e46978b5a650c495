import type { Use } from './use';

/** What a default for a namespace can ask of a target. */
export const NAMESPACE_DEFAULT_FEATURES = {
  NamespaceDenyAll: 'denying by default in a whole namespace',
} as const;

export type NamespaceDefaultFeature = keyof typeof NAMESPACE_DEFAULT_FEATURES;

export function namespaceDefaultUses(): Use<NamespaceDefaultFeature>[] {
  return [{ feature: 'NamespaceDenyAll' }];
}
