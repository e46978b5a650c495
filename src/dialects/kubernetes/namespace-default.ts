import { networkPolicy } from './network-policy';
import type { NamespaceDefaultFeature } from '../../model/features/namespace-default';
import type { Fields } from '../../model/fields';
import type { NamespaceDefaultModel } from '../../model/namespace-default';
import type { Dialect } from '../contract/dialect';
import { rendered } from '../contract/rendering';
import { FULL } from '../contract/support';

/** One NetworkPolicy for all pods of the namespace, without rules. */
export const networkPolicyNamespaceDefault: Dialect<NamespaceDefaultModel, NamespaceDefaultFeature> = {
  renders: 'a NetworkPolicy without rules',
  supports: { NamespaceDenyAll: FULL },
  claims: () => [],
  render: (model: Fields<NamespaceDefaultModel, 'name' | 'namespace'>) => rendered(networkPolicy(model, { podSelector: {}, policyTypes: ['Ingress'] })),
};
