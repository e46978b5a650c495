import { consulGateways } from './gateways';
import { consulNativeRoutes } from './native-routes';
import { consulPolicies } from './policies';
import { consulReserved } from './reserved';
import { consulRoutes } from './routes';
import { consulServices } from './service-reading';
import { MOVED_BY_COMMITS, unmoved } from '../contract/deliverable';
import { unable } from '../contract/dialect';
import type { MeshTraffic } from '../contract/mesh-traffic';
import type { TargetDialects } from '../contract/target-dialects';
import { ConsulNamespaces } from '../gateway-api/extension/consul-namespaces';
import type { Mesh } from '../gateway-api/extension/mesh';

/** One sidecar for each Service of a pod, counted from 20000. */
const TRAFFIC: MeshTraffic = { proxyPorts: [[20000, 20099]] };

const consulExternalBackend = unable('externalBackend', 'in Consul a host outside is a service that is registered, with a terminating gateway that calls it');

/** Consul behind Gateway API. */
export const consul: Mesh<'Consul', false> = {
  title: 'Consul',
  options: ['consulNamespaces', 'consulDeniesByDefault'],
  needed: {
    options: { consulNamespaces: ConsulNamespaces.MIRRORED, consulDeniesByDefault: true },
    code: 'consulNamespaces: ConsulNamespaces.MIRRORED, consulDeniesByDefault: true',
  },
  experimental: false,
  routes: () => consulRoutes,
  gateways: consulGateways,
  externalBackend: consulExternalBackend,
  policies: ({ consulNamespaces, consulDeniesByDefault }) => consulPolicies({ namespaces: consulNamespaces, deniesByDefault: consulDeniesByDefault }),
  services: () => consulServices,
  reserved: consulReserved,
  immovable: { reason: 'Consul reads no route of a Service in Gateway API, and no controller moves the objects of Consul', remedy: 'Let commits move the release' },
  telemetry: { none: 'no controller moves releases for Consul' },
  traffic: TRAFFIC,
};

/** Consul by itself. */
export function consulByItself(namespaces: ConsulNamespaces, deniesByDefault?: boolean): TargetDialects & { readonly traffic: MeshTraffic } {
  return {
    routes: consulNativeRoutes(namespaces),
    release: MOVED_BY_COMMITS,
    exposure: unable('exposure', 'the objects of Consul by itself are for traffic inside the mesh; its gateways read Gateway API'),
    externalBackend: consulExternalBackend,
    gateway: unable('gateway', 'the objects of Consul by itself are for traffic inside the mesh; its gateways read Gateway API'),
    ...consulPolicies({ namespaces, deniesByDefault }),
    deliverable: unmoved('no controller moves the objects of Consul'),
    services: consulServices,
    reserved: consulReserved,
    traffic: TRAFFIC,
  };
}
