import { networkPolicy } from './network-policy';
import type { NamespaceDefaultFeature } from '../../model/features/namespace-default';
import type { Fields } from '../../model/fields';
import type { NamespaceDefaultModel } from '../../model/namespace-default';
import { addingClaims } from '../contract/allowances';
import type { Dialect } from '../contract/dialect';
import { allButDenyAll } from '../contract/namespace-default';
import { rendered } from '../contract/rendering';
import { FULL, none } from '../contract/support';
import { refused } from '../contract/unwritten';

/** One NetworkPolicy for all pods of the namespace, without rules. */
export const networkPolicyNamespaceDefault: Dialect<NamespaceDefaultModel, NamespaceDefaultFeature> = {
  renders: 'a NetworkPolicy without rules',
  supports: { ...allButDenyAll(none('the target denies by default in one namespace, and no more')), NamespaceDenyAll: FULL },
  claims: ({ namespace, rules }) => namespace === undefined || rules.length === 0 ? [] : addingClaims({ namespace }),
  render: ({ name, namespace = refused() }: Fields<NamespaceDefaultModel, 'name' | 'namespace', 'rules'>) =>
    rendered(networkPolicy({ name, namespace }, { podSelector: {}, policyTypes: ['Ingress'] })),
};
