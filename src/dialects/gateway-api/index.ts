import { gatewayApiExposure } from './exposure';
import { ANY_GATEWAY } from './extension/gateways';
import type { Mesh, MeshOptions } from './extension/mesh';
import { gatewayApiRoutes, NO_EXTENSION } from './routes';
import { anyMeshServices } from './service-reading';
import { sharedGateway } from './shared-gateway';
import { externalBackend } from './x-backend';
import type { DialectOf, Policies } from '../contract/dialect';
import type { TargetDialects } from '../contract/target-dialects';
import { GatewayApiChannel } from './extension/channel';
import type { Moved } from '../contract/deliverable';
import { MOVED_BY_COMMITS } from '../contract/deliverable';
import { unable } from '../contract/dialect';
import { nothingReserved } from '../contract/reserved';

/** Gateway API, with the policies of the mesh behind it. */
export function gatewayApi(channel: GatewayApiChannel, mesh: Mesh | undefined, options: MeshOptions): TargetDialects {
  return mesh === undefined ? {
    routes: gatewayApiRoutes(channel, NO_EXTENSION),
    release: MOVED_BY_COMMITS,
    exposure: gatewayApiExposure(channel, ANY_GATEWAY),
    gateway: sharedGateway(ANY_GATEWAY.gateway),
    externalBackend: externalBackend(channel),
    ...NO_POLICIES,
    deliverable: {
      moved: movedOf(channel),
      telemetry: { none: 'what is measured of requests depends on the mesh; `mesh` says which one it is' },
    },
    services: anyMeshServices,
    reserved: nothingReserved('Gateway API'),
    traffic: undefined,
  } : {
    routes: routesOf(mesh, channel, options),
    release: MOVED_BY_COMMITS,
    exposure: exposureOf(mesh, channel),
    gateway: 'none' in mesh.gateways ? unable('gateway', mesh.gateways.none) : sharedGateway(mesh.gateways.gateway),
    externalBackend: mesh.externalBackend ?? externalBackend(channel),
    ...mesh.policies(options, channel),
    deliverable: {
      moved: mesh.immovable === undefined ? movedOf(channel, mesh.options.includes('waypoint') ? options.waypoint ?? 'waypoint' : undefined) : { api: 'none', ...mesh.immovable },
      telemetry: mesh.telemetry,
    },
    services: mesh.services(options),
    reserved: mesh.reserved,
    traffic: mesh.traffic,
  };
}

function routesOf({ routes, around }: Mesh, channel: GatewayApiChannel, options: MeshOptions): DialectOf<'routes'> {
  const dialect = gatewayApiRoutes(channel, routes(channel, options));
  return around === undefined ? dialect : around(dialect, options);
}

function exposureOf({ gateways }: Mesh, channel: GatewayApiChannel): DialectOf<'exposure'> {
  return 'none' in gateways ? unable('exposure', gateways.none) : gatewayApiExposure(channel, gateways);
}

function movedOf(channel: GatewayApiChannel, waypoint?: string): Moved {
  return { api: 'gatewayApi', experimental: channel === GatewayApiChannel.EXPERIMENTAL, ...(waypoint !== undefined && { waypoint }) };
}

const nothingOfItsOwn = (what: string) => `Gateway API has no ${what} of its own; \`mesh\` says whose to render`;

const NO_POLICIES: Policies = {
  // Those of GEP-3779 will take this place: docs/architecture.md.
  access: unable('access', 'Gateway API has no access policies of its own, until a release ships those of GEP-3779; `mesh` says whose to render'),
  namespaceDefault: unable('namespaceDefault', nothingOfItsOwn('access policies')),
  gatewayAccess: unable('gatewayAccess', nothingOfItsOwn('access policies')),
  jwtAuthentication: unable('jwtAuthentication', nothingOfItsOwn('objects for tokens')),
  externalAuthorization: unable('externalAuthorization', 'Gateway API has it as a filter of a route, in its experimental channel, and for the requests of that route only; `mesh` says whose policies to render'),
  authentication: unable('authentication', nothingOfItsOwn('objects for mutual TLS')),
  clusterAccess: unable('clusterAccess', nothingOfItsOwn('policies of the whole cluster')),
  egress: unable('egress', nothingOfItsOwn('policies on calls to the outside')),
};
