import { SOURCE_FEATURES, sourceFeatures } from './access';
import type { Use } from './use';
import { collected, nothing } from '../fields';
import { flatMap } from '../lists';
import type { NamespaceDefaultModel, NamespaceRule } from '../namespace-default';

/** What a default for a namespace, or for the mesh, can ask of a target. */
export const NAMESPACE_DEFAULT_FEATURES = {
  NamespaceDenyAll: 'denying by default in a whole namespace',
  MeshDenyAll: 'denying by default in the whole mesh',
  AllowanceForAll: 'allowances for all workloads',
  PortOfAll: 'allowances on a port of all workloads',
  ...SOURCE_FEATURES,
} as const;

export type NamespaceDefaultFeature = keyof typeof NAMESPACE_DEFAULT_FEATURES;

export function namespaceDefaultUses(model: NamespaceDefaultModel): Use<NamespaceDefaultFeature>[] {
  const features = new Set<NamespaceDefaultFeature>([model.namespace === undefined ? 'MeshDenyAll' : 'NamespaceDenyAll', ...modelFeatures(model)]);
  return [...features].map(feature => ({ feature }));
}

const ruleFeatures = collected<NamespaceRule, NamespaceDefaultFeature>({
  sources: sources => flatMap(sources, source => sourceFeatures(source)),
  exceptSources: () => ['ExceptSources'],
  ports: () => ['PortOfAll'],
});

const modelFeatures = collected<NamespaceDefaultModel, NamespaceDefaultFeature>({
  name: nothing,
  namespace: nothing,
  rules: rules => ['AllowanceForAll', ...flatMap(rules, rule => ruleFeatures(rule))],
});
