import type { IstioOptions } from './access';
import { istioAccess } from './access';
import type { Policies } from '../dialect';
import { unable } from '../dialect';

/** The policies of Istio with sidecars. */
export function istioPolicies(options: IstioOptions): Policies {
  return {
    access: istioAccess(options),
    namespaceDefault: unable('namespaceDefault', 'WIP'),
    authentication: unable('authentication', 'WIP'),
    egress: unable('egress', 'WIP'),
  };
}

/** The policies of Istio in ambient mode. */
export function istioAmbientPolicies(_options: IstioOptions): Policies {
  return {
    access: unable('access', 'WIP'),
    namespaceDefault: unable('namespaceDefault', 'WIP'),
    authentication: unable('authentication', 'WIP'),
    egress: unable('egress', 'WIP'),
  };
}
