import { linkerdPolicies } from './policies';
import { linkerdReserved } from './reserved';
import { linkerdRoutes } from './routes';
import { linkerdServices } from './service-reading';
import { linkerdTelemetry } from './telemetry';
import { ANY_GATEWAY } from '../gateway-api/extension/gateways';
import type { Mesh } from '../gateway-api/extension/mesh';

export const linkerd: Mesh<'Linkerd', true> = {
  title: 'Linkerd',
  options: ['meshRelease'],
  releases: 'Linkerd',
  experimental: true,
  routes: linkerdRoutes,
  // Linkerd leaves gateways to others.
  gateways: ANY_GATEWAY,
  policies: (_, channel) => linkerdPolicies(channel),
  services: () => linkerdServices,
  reserved: linkerdReserved,
  telemetry: linkerdTelemetry,
  traffic: { proxyPorts: [[4143, 4143]] },
};
