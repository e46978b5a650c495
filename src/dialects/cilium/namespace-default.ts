import { ciliumNetworkPolicy } from './apis';
import type { NamespaceDefaultFeature } from '../../model/features/namespace-default';
import type { Fields } from '../../model/fields';
import type { NamespaceDefaultModel } from '../../model/namespace-default';
import type { Dialect } from '../contract/dialect';
import { allButDenyAll } from '../contract/namespace-default';
import { rendered } from '../contract/rendering';
import { FULL, none } from '../contract/support';
import { refused } from '../contract/unwritten';

/** One CiliumNetworkPolicy for all pods of the namespace, with a rule that lets nobody in. */
export const ciliumNamespaceDefault: Dialect<NamespaceDefaultModel, NamespaceDefaultFeature> = {
  renders: 'a CiliumNetworkPolicy with an empty rule',
  supports: { ...allButDenyAll(none('the target denies by default in one namespace, and no more')), NamespaceDenyAll: FULL },
  claims: () => [],
  render: ({ name, namespace = refused() }: Fields<NamespaceDefaultModel, 'name' | 'namespace', 'rules'>) =>
    rendered(ciliumNetworkPolicy({ name, namespace }, { endpointSelector: {}, ingress: [{}] })),
};
