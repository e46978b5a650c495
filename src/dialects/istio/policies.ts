import { istioAccess } from './access';
import { istioAmbientAccess } from './ambient-access';
import { istioAmbientAuthentication, istioAuthentication } from './authentication';
import { istioEgress } from './egress';
import { istioNamespaceDefault } from './namespace-default';
import type { IstioOptions } from './options';
import type { Policies } from '../dialect';
import { unable } from '../dialect';

/** The policies of Istio with sidecars. */
export function istioPolicies(options: IstioOptions): Policies {
  return {
    access: istioAccess(options),
    namespaceDefault: istioNamespaceDefault,
    authentication: istioAuthentication,
    egress: istioEgress,
  };
}

/** The policies of Istio in ambient mode. */
export function istioAmbientPolicies(options: IstioOptions): Policies {
  return {
    access: istioAmbientAccess(options),
    namespaceDefault: istioNamespaceDefault,
    authentication: istioAmbientAuthentication,
    egress: unable('egress', 'ztunnel passes on whatever goes outside, and reads no Sidecar'),
  };
}
