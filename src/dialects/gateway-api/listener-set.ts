import { API_VERSION } from './apis';
import type { Listeners } from './listeners';
import type { ListenerSetSpec } from '../../../imports/gateway-api/standard/gateway.networking.k8s.io';
import type { ExposureModel, GatewayRef } from '../../model/exposure';
import type { Manifest, Plain } from '../contract/manifest';
import { issuerAnnotations } from '../gateways/cert-manager';

/**
 * One ListenerSet: listeners that a Gateway takes from here, if its `allowedListeners` let it.
 *
 * @see https://gateway-api.sigs.k8s.io/geps/gep-1713/
 */
export function listenerSet(model: ExposureModel, gateway: GatewayRef, { requests, redirects }: Listeners): Manifest {
  const { name, namespace } = model.route;
  const spec: Plain<ListenerSetSpec> = { parentRef: gatewayRef(gateway), listeners: [...requests, ...redirects] };
  return { apiVersion: API_VERSION, kind: 'ListenerSet', metadata: { name, namespace, ...issuerAnnotations(model.tls) }, spec };
}

export function gatewayRef({ name, namespace }: GatewayRef) {
  return { name, ...(namespace !== undefined && { namespace }) };
}
