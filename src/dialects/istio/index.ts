import { istioGateways } from './gateways';
import { hashingOnRoutes } from './load-balancer';
import { hasRelease, rootNamespaceOf } from './options';
import { istioAmbientPolicies, istioPolicies } from './policies';
import { limitedOutsideRoot } from './rate-limit';
import { istioAmbientReserved, istioReserved } from './reserved';
import { istioAmbientRoutes, istioRoutes, NO_X_BACKENDS } from './routes';
import { istioAmbientServices, istioServices } from './service-reading';
import { sidecarRoutes } from './sidecar-routes';
import { istioTelemetry } from './telemetry';
import { unable } from '../contract/dialect';
import type { PortRange } from '../contract/reserved';
import type { Mesh } from '../gateway-api/extension/mesh';

/** HBONE: clients in ambient mode reach sidecars by it, too. */
const HBONE: PortRange = [15008, 15008];

/** `buildDestination` in `pilot/pkg/config/kube/gateway/conversion.go` of istio/istio. */
const istioExternalBackend = unable('externalBackend', NO_X_BACKENDS);

/** Istio with sidecars. */
export const istio: Mesh<'Istio', false> = {
  title: 'Istio',
  options: ['trustDomain', 'strictMutualTls', 'rootNamespace', 'meshRelease'],
  releases: 'Istio',
  experimental: false,
  routes: () => istioRoutes,
  around: (gatewayApi, options) => limitedOutsideRoot(sidecarRoutes(gatewayApi), rootNamespaceOf(options)),
  gateways: istioGateways,
  externalBackend: istioExternalBackend,
  policies: istioPolicies,
  services: () => istioServices,
  reserved: istioReserved,
  telemetry: istioTelemetry('source'),
  traffic: { proxyPorts: [HBONE] },
};

/** Istio in ambient mode. */
export const istioAmbient: Mesh<'Istio ambient', false> = {
  title: 'Istio ambient',
  options: ['trustDomain', 'strictMutualTls', 'waypoint', 'rootNamespace', 'meshRelease'],
  releases: 'Istio',
  experimental: false,
  routes: () => istioAmbientRoutes,
  around: (gatewayApi, options) => hasRelease(options, '1.31') ? gatewayApi : hashingOnRoutes(gatewayApi),
  gateways: istioGateways,
  externalBackend: istioExternalBackend,
  policies: istioAmbientPolicies,
  services: istioAmbientServices,
  reserved: istioAmbientReserved,
  telemetry: istioTelemetry('waypoint'),
  traffic: {
    proxyPorts: [HBONE],
    waypoints: true,
    probeAddresses: ['169.254.7.127/32', 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128'],
  },
};
