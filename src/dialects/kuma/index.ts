import { kumaNativeRoutes, OUTSIDE } from './native-routes';
import { kumaPolicies } from './policies';
import { kumaReserved } from './reserved';
import { kumaRoutes } from './routes';
import { kumaNativeServices, kumaServices } from './service-reading';
import { kumaTelemetry } from './telemetry';
import { MOVED_BY_COMMITS, unmoved } from '../contract/deliverable';
import { unable } from '../contract/dialect';
import type { MeshTraffic } from '../contract/mesh-traffic';
import type { TargetDialects } from '../contract/target-dialects';
import type { Mesh } from '../gateway-api/extension/mesh';

/** Its proxies take traffic on the ports that it is for. */
const TRAFFIC: MeshTraffic = { proxyPorts: [] };

/** `allowed_on_system_namespace_only` in `pkg/core/resources/apis/meshexternalservice`, and `docs/madr/decisions/062-meshexternalservice-and-zoneegress.md`, of kumahq/kuma. */
const kumaExternalBackend = unable('externalBackend', OUTSIDE);

/** Kuma behind Gateway API. */
export const kuma: Mesh<'Kuma', false> = {
  title: 'Kuma',
  options: ['trustDomain'],
  needed: { options: { trustDomain: 'default.zone-1.mesh.local' }, code: "trustDomain: '…'" },
  experimental: false,
  routes: (_, options) => kumaRoutes(options),
  gateways: {
    none: 'Kuma 3.0 has no gateways of its own, and those of 2.14 ignore much of a route; '
      + 'a chart with a target of its own, `MeshTarget.gatewayApi()`, can use the gateway of another implementation',
  },
  externalBackend: kumaExternalBackend,
  policies: kumaPolicies,
  services: () => kumaServices,
  reserved: kumaReserved,
  telemetry: kumaTelemetry,
  traffic: TRAFFIC,
};

/** Kuma by itself. */
export function kumaByItself(trustDomain: string): TargetDialects & { readonly traffic: MeshTraffic } {
  return {
    routes: kumaNativeRoutes(trustDomain),
    release: MOVED_BY_COMMITS,
    exposure: unable('exposure', 'the objects of Kuma by itself are for traffic inside the mesh; its gateways read Gateway API'),
    externalBackend: kumaExternalBackend,
    gateway: unable('gateway', 'the objects of Kuma by itself are for traffic inside the mesh; its gateways read Gateway API'),
    ...kumaPolicies({ trustDomain }),
    deliverable: unmoved('no controller moves the routes of Kuma by itself', 'Use `MeshTarget.gatewayApi({ mesh: MeshImplementation.KUMA })`'),
    services: kumaNativeServices,
    reserved: kumaReserved,
    traffic: TRAFFIC,
  };
}
