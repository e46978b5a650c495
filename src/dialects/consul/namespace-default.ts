import { plainTextClaim } from './service-defaults';
import { denyAll } from './service-intentions';
import type { NamespaceDefaultFeature } from '../../model/features/namespace-default';
import { NAMESPACE_DEFAULT_FEATURES } from '../../model/features/namespace-default';
import type { Fields } from '../../model/fields';
import type { NamespaceDefaultModel } from '../../model/namespace-default';
import { defaultClaim, plainTextInMesh } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { rendered } from '../contract/rendering';
import { FULL, full, none, noneOf } from '../contract/support';
import { ConsulNamespaces } from '../gateway-api/extension/consul-namespaces';

/**
 * One ServiceIntentions for every service of the namespace, or of the mesh. Those of one service go before it, and those of a namespace go
 * before one for all.
 *
 * @see https://developer.hashicorp.com/consul/docs/secure-mesh/intention/create#precedence-and-match-order
 */
export function consulNamespaceDefault(namespaces: ConsulNamespaces): Dialect<NamespaceDefaultModel, NamespaceDefaultFeature> {
  return {
    renders: 'a ServiceIntentions for every service of the namespace, or of the mesh',
    supports: {
      ...noneOf(NAMESPACE_DEFAULT_FEATURES, 'one entry decides for a client, and that in the intentions of a service goes before one for all services',
        'Allow it in the policy of each workload'),
      NamespaceDenyAll: namespaces === ConsulNamespaces.MIRRORED ? FULL : none('the namespaces of Kubernetes share one namespace of Consul here'),
      MeshDenyAll: full('the destination `*`, in every namespace'),
    },
    claims: model => [defaultClaim(model), model.namespace === undefined ? plainTextInMesh('strict') : plainTextClaim(model.namespace, 'strict')],
    render: ({ name, namespace }: Fields<NamespaceDefaultModel, 'name' | 'namespace', 'rules'>) => rendered(denyAll({ name, namespace }, namespaces)),
  };
}
