import { lonelyTries } from './lonely-tries';
import { istioSharedGateway } from './shared-gateway';
import { statusCodeRefusals } from './status-codes';
import type { ExposureExtension } from '../gateway-api/extension/gateways';
import { noExposures } from '../gateway-api/extension/gateways';
import { ENVOY_CORS } from '../proxies/envoy-cors';
import { rootRedirects } from '../proxies/redirects';

/**
 * What the gateways of Istio read, in both modes.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/
 */
export const istioGateways: ExposureExtension = {
  renders: '',
  supports: { ...ENVOY_CORS, ...noExposures('Istio does not read the session persistence of Gateway API', 'SessionPersistence'), ...noExposures('Istio does not listen for UDP', 'UDPExposure') },
  gateway: istioSharedGateway,
  refusals: ({ route }) => [...lonelyTries(route), ...rootRedirects(route), ...statusCodeRefusals(route)],
};
