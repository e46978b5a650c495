import { statusCodeRefusals } from './status-codes';
import type { ExposureExtension } from '../dialect';
import { noExposures } from '../dialect';
import { rootRedirects } from '../redirects';

/**
 * What the gateways of Istio read, in both modes.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/
 */
export const istioGateways: ExposureExtension = {
  supports: noExposures('Istio does not read the session persistence of Gateway API', 'SessionPersistence'),
  refusals: route => [...rootRedirects(route), ...statusCodeRefusals(route)],
};
