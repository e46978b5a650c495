import { plainTextClaim } from './service-defaults';
import { denyAll } from './service-intentions';
import type { NamespaceDefaultFeature } from '../../model/features/namespace-default';
import type { Fields } from '../../model/fields';
import type { NamespaceDefaultModel } from '../../model/namespace-default';
import { defaultClaim } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { allButDenyAll } from '../contract/namespace-default';
import { rendered } from '../contract/rendering';
import { FULL, none } from '../contract/support';
import { refused } from '../contract/unwritten';
import { ConsulNamespaces } from '../gateway-api/extension/consul-namespaces';

/**
 * One ServiceIntentions for every service of the namespace. Those of one service go before it.
 *
 * @see https://developer.hashicorp.com/consul/docs/secure-mesh/intention/create#precedence-and-match-order
 */
export function consulNamespaceDefault(namespaces: ConsulNamespaces): Dialect<NamespaceDefaultModel, NamespaceDefaultFeature> {
  return {
    renders: 'a ServiceIntentions for every service of the namespace',
    supports: {
      ...allButDenyAll(none('the target denies by default in one namespace, and no more')),
      NamespaceDenyAll: namespaces === ConsulNamespaces.MIRRORED ? FULL : none('the namespaces of Kubernetes share one namespace of Consul here'),
    },
    claims: model => [defaultClaim(model), ...(model.namespace === undefined ? [] : [plainTextClaim(model.namespace, 'strict')])],
    render: ({ name, namespace = refused() }: Fields<NamespaceDefaultModel, 'name' | 'namespace', 'rules'>) => rendered(denyAll({ name, namespace })),
  };
}
