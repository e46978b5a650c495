import { API_VERSION } from './apis';
import type { Listeners } from './listeners';
import type { GatewaySpec } from '../../../imports/gateway-api/standard/gateway.networking.k8s.io';
import type { ExposureModel } from '../../model/exposure';
import type { Manifest, Plain } from '../contract/manifest';
import { issuerAnnotations } from '../gateways/cert-manager';

/** One Gateway, for this exposure alone. */
export function gateway(model: ExposureModel, className: string, { requests, redirects }: Listeners): Manifest {
  const { name, namespace } = model.route;
  const spec: Plain<GatewaySpec> = { gatewayClassName: className, listeners: [...requests, ...redirects] };
  return { apiVersion: API_VERSION, kind: 'Gateway', metadata: { name, namespace, ...issuerAnnotations(model.tls) }, spec };
}
