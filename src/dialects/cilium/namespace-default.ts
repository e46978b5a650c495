import { ciliumNetworkPolicy } from './apis';
import type { NamespaceDefaultFeature } from '../../model/features/namespace-default';
import type { Fields } from '../../model/fields';
import type { NamespaceDefaultModel } from '../../model/namespace-default';
import type { Dialect } from '../contract/dialect';
import { rendered } from '../contract/rendering';
import { FULL } from '../contract/support';

/** One CiliumNetworkPolicy for all pods of the namespace, with a rule that lets nobody in. */
export const ciliumNamespaceDefault: Dialect<NamespaceDefaultModel, NamespaceDefaultFeature> = {
  renders: 'a CiliumNetworkPolicy with an empty rule',
  supports: { NamespaceDenyAll: FULL },
  claims: () => [],
  render: (model: Fields<NamespaceDefaultModel, 'name' | 'namespace'>) => rendered(ciliumNetworkPolicy(model, { endpointSelector: {}, ingress: [{}] })),
};
