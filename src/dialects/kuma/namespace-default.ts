import { SYSTEM_NAMESPACE } from './apis';
import { clientsOf, SOURCE_SUPPORTS } from './clients';
import { meshTls } from './mesh-tls';
import { WHOLE_NAMESPACE } from './target-ref';
import { distinct, trafficPermission } from './traffic-permission';
import type { NamespaceDefaultFeature } from '../../model/features/namespace-default';
import type { Fields } from '../../model/fields';
import { flatMap } from '../../model/lists';
import type { NamespaceDefaultModel, NamespaceRule } from '../../model/namespace-default';
import { allowancesForAll, closedClaims, defaultClaim, plainTextInMesh } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { rendered } from '../contract/rendering';
import { FULL, full, none } from '../contract/support';

/** Ports and exceptions are refused. */
type Written = Fields<NamespaceRule, 'sources', 'exceptSources' | 'ports'>;

/**
 * One MeshTLS that demands mutual TLS of the whole namespace, or of the mesh. Over mutual TLS, proxies with an identity deny clients that no
 * MeshTrafficPermission allows. One for all workloads adds to those of each of them.
 *
 * @see https://kuma.io/docs/latest/policies/meshtrafficpermission/
 */
export function kumaNamespaceDefault(trustDomain: string): Dialect<NamespaceDefaultModel, NamespaceDefaultFeature> {
  return {
    renders: 'a MeshTLS that demands mutual TLS, over which the proxies deny what no policy allows; and a MeshTrafficPermission for what is allowed',
    supports: {
      NamespaceDenyAll: FULL,
      MeshDenyAll: full('the same objects in `kuma-system`'),
      AllowanceForAll: full('a MeshTrafficPermission'),
      PortOfAll: none('a MeshTrafficPermission knows a port by the name that the container gives it', 'Allow it in the policy of each workload'),
      ...SOURCE_SUPPORTS,
      GatewaySource: none('nothing says here as which ServiceAccount its pods run', 'Name that: `Identity.serviceAccount`'),
      ExceptSources: none('clients that a MeshTrafficPermission denies, that of a workload could not allow', 'List the sources one by one'),
    },
    claims: model => [
      defaultClaim(model),
      ...model.namespace === undefined ? [plainTextInMesh('strict')] : closedClaims(model.namespace),
      ...model.rules.length > 0 ? [allowancesForAll(model)] : [],
    ],
    render: ({ name, namespace = SYSTEM_NAMESPACE, rules }: Fields<NamespaceDefaultModel, 'name' | 'namespace' | 'rules'>) => {
      const allow = flatMap(rules, ({ sources }: Written) => sources.map(source => clientsOf(source, trustDomain)));
      return rendered(
        meshTls({ name, namespace }, WHOLE_NAMESPACE, 'Strict'),
        ...allow.length > 0 ? [trafficPermission({ name, namespace }, WHOLE_NAMESPACE, { allow: distinct(allow), deny: [] })] : [],
      );
    },
  };
}
