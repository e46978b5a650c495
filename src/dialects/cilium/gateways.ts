import { commonRefusals, redirectsTo } from './routes';
import type { ExposureExtension } from '../dialect';
import { noExposures } from '../dialect';

/**
 * What the gateways of Cilium read.
 *
 * @see https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gateway-api/
 */
export const ciliumGateways: ExposureExtension = {
  supports: noExposures('Cilium does not read it', 'SessionPersistence'),
  refusals: (route, scheme) => [...commonRefusals(route), ...redirectsTo(route, scheme)],
};
