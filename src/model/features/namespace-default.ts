import type { Use } from './use';
import { collected, nothing } from '../fields';
import type { NamespaceDefaultModel } from '../namespace-default';

/** What a default for a namespace can ask of a target. */
export const NAMESPACE_DEFAULT_FEATURES = {
  NamespaceDenyAll: 'denying by default in a whole namespace',
} as const;

export type NamespaceDefaultFeature = keyof typeof NAMESPACE_DEFAULT_FEATURES;

export function namespaceDefaultUses(model: NamespaceDefaultModel): Use<NamespaceDefaultFeature>[] {
  return [{ feature: 'NamespaceDenyAll' }, ...modelFeatures(model).map(feature => ({ feature }))];
}

const modelFeatures = collected<NamespaceDefaultModel, NamespaceDefaultFeature>({ name: nothing, namespace: nothing });
