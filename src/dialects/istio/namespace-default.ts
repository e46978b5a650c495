import { ROOT_NAMESPACE } from './apis';
import { authorizationPolicy } from './authorization-policy';
import { selectionRefusals } from './workload';
import type { NamespaceDefaultFeature } from '../../model/features/namespace-default';
import type { Fields } from '../../model/fields';
import type { NamespaceDefaultModel } from '../../model/namespace-default';
import { defaultClaim } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { allButDenyAll } from '../contract/namespace-default';
import { renderUnless } from '../contract/rendering';
import { FULL, full, none } from '../contract/support';

/**
 * One AuthorizationPolicy for every pod of the namespace, which allows nothing. Sidecars, gateways and ztunnel read it. Waypoints
 * do not, but the pods have to let in what a waypoint passes on.
 *
 * @see https://istio.io/latest/docs/concepts/security/#allow-nothing-deny-all-and-allow-all-policy
 */
export const istioNamespaceDefault: Dialect<NamespaceDefaultModel, NamespaceDefaultFeature> = {
  renders: 'an AuthorizationPolicy without rules, for the whole namespace or mesh',
  supports: { ...allButDenyAll(none('the target denies by default in one namespace, and no more')), NamespaceDenyAll: FULL, MeshDenyAll: full('in the root namespace') },
  claims: model => [defaultClaim(model)],
  render: ({ name, namespace }: Fields<NamespaceDefaultModel, 'name' | 'namespace', 'rules'>) =>
    renderUnless(namespace === undefined ? [] : selectionRefusals('an AuthorizationPolicy', { namespace }),
      () => [authorizationPolicy({ name, namespace: namespace ?? ROOT_NAMESPACE }, {}, [])]),
};
