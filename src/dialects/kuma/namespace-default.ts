import { meshTls } from './mesh-tls';
import { WHOLE_NAMESPACE } from './target-ref';
import type { NamespaceDefaultFeature } from '../../model/features/namespace-default';
import type { Fields } from '../../model/fields';
import type { NamespaceDefaultModel } from '../../model/namespace-default';
import { closedClaims, defaultClaim } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { allButDenyAll } from '../contract/namespace-default';
import { rendered } from '../contract/rendering';
import { FULL, none } from '../contract/support';
import { refused } from '../contract/unwritten';

/**
 * One MeshTLS that demands mutual TLS of the whole namespace. Over mutual TLS, proxies with an identity deny clients that no
 * MeshTrafficPermission allows.
 *
 * @see https://kuma.io/docs/latest/policies/meshtrafficpermission/
 */
export const kumaNamespaceDefault: Dialect<NamespaceDefaultModel, NamespaceDefaultFeature> = {
  renders: 'a MeshTLS that demands mutual TLS, over which the proxies deny what no policy allows',
  supports: { ...allButDenyAll(none('the target denies by default in one namespace, and no more')), NamespaceDenyAll: FULL },
  claims: model => [defaultClaim(model), ...(model.namespace === undefined ? [] : closedClaims(model.namespace))],
  render: ({ name, namespace = refused() }: Fields<NamespaceDefaultModel, 'name' | 'namespace', 'rules'>) =>
    rendered(meshTls({ name, namespace }, WHOLE_NAMESPACE, 'Strict')),
};
