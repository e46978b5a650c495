import { authorizationPolicy } from './authorization-policy';
import { selectionRefusals } from './workload';
import type { NamespaceDefaultFeature } from '../../model/features/namespace-default';
import type { Fields } from '../../model/fields';
import type { NamespaceDefaultModel } from '../../model/namespace-default';
import { claimOn } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import type { Manifest } from '../contract/manifest';
import { renderUnless } from '../contract/rendering';
import { FULL } from '../contract/support';

/**
 * One AuthorizationPolicy for every pod of the namespace, which allows nothing. Sidecars, gateways and ztunnel read it. Waypoints
 * do not, but the pods have to let in what a waypoint passes on.
 *
 * @see https://istio.io/latest/docs/concepts/security/#allow-nothing-deny-all-and-allow-all-policy
 */
export const istioNamespaceDefault: Dialect<NamespaceDefaultModel, NamespaceDefaultFeature> = {
  renders: 'an AuthorizationPolicy without rules, for the whole namespace',
  supports: { NamespaceDenyAll: FULL },
  claims: model => [claimOn('default', model)],
  render: model => renderUnless(selectionRefusals('an AuthorizationPolicy', model), () => [denyAll(model)]),
};

function denyAll({ name, namespace }: Fields<NamespaceDefaultModel, 'name' | 'namespace'>): Manifest {
  return authorizationPolicy({ name, namespace }, {}, []);
}
