import { networkPolicy } from './network-policy';
import type { NamespaceDefaultFeature } from '../../model/features/namespace-default';
import type { NamespaceDefaultModel } from '../../model/namespace-default';
import type { Dialect } from '../dialect';
import { FULL, rendered } from '../dialect';

/** One NetworkPolicy for all pods of the namespace, without rules. */
export const networkPolicyNamespaceDefault: Dialect<NamespaceDefaultModel, NamespaceDefaultFeature> = {
  renders: 'a NetworkPolicy without rules',
  supports: { NamespaceDenyAll: FULL },
  claims: () => [],
  render: model => rendered(networkPolicy(model, { podSelector: {}, policyTypes: ['Ingress'] })),
};
