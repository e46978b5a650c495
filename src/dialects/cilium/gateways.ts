import { commonRefusals, redirectsTo } from './routes';
import { ciliumSharedGateway } from './shared-gateway';
import { full } from '../contract/support';
import type { ExposureExtension } from '../gateway-api/extension/gateways';
import { noExposures } from '../gateway-api/extension/gateways';
import { ENVOY_CORS } from '../proxies/envoy-cors';

/**
 * What the gateways of Cilium read.
 *
 * @see https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gateway-api/
 */
export const ciliumGateways: ExposureExtension = {
  renders: '',
  supports: {
    ...ENVOY_CORS,
    ...noExposures('Cilium does not read it', 'SessionPersistence', 'BackendTLSPolicySANValidation'),
    ...noExposures('Cilium ends TLS before HTTP only', 'TLSRouteModeTerminate'),
    ServiceImportBackend: full('a `backendRef` of kind ServiceImport, which the cluster mesh of Cilium has made'),
    ...noExposures('Cilium does not know it', 'OtherBackend', 'ExternalBackend'),
  },
  gateway: ciliumSharedGateway,
  refusals: ({ route }, scheme) => [...commonRefusals(route), ...redirectsTo(route, scheme)],
};
