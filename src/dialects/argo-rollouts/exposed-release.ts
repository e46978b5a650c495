import { PLUGIN } from './apis';
import { movable } from './course';
import { movingWeights } from './moving-fields';
import { movedRoutes } from './traffic-routing';
import type { ExposureModel } from '../../model/exposure';
import type { ExposureFeature } from '../../model/features/exposure';
import { flatMap } from '../../model/lists';
import type { ReleaseModel } from '../../model/release';
import type { RouteModel } from '../../model/route';
import type { Moved } from '../contract/deliverable';
import type { ExposedRelease } from '../contract/dialect';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';

/**
 * The requests from outside follow the release: those of a switch go to the Service that is led to other pods, and the route of any other
 * is one more that the plugin moves.
 */
export function exposedRelease(model: ReleaseModel, exposure: ExposureModel, moved: Moved, inside: () => readonly Manifest[]): ExposedRelease {
  const unchanged = { exposure, rendered: (manifests: readonly Manifest[]) => manifests, additions: () => [], refusals: [] };
  if (model.course.kind === 'switch') return { ...unchanged, exposure: { ...exposure, route: toService(model, exposure.route) } };
  if (moved.api !== 'gatewayApi') return unchanged;
  const known = movedRoutes(inside());
  return {
    ...unchanged,
    exposure: { ...exposure, route: movable({ ...model, route: exposure.route }) },
    additions: manifests => flatMap(Object.entries(movedRoutes(withBoth(model, manifests))), ([field, routes]) => routes.map(value => ({
      kind: 'Rollout', path: `/spec/strategy/canary/trafficRouting/plugins/${PLUGIN.replace('/', '~1')}/${field}/-`, value,
    }))),
    moves: manifests => movingWeights(model, manifests),
    refusals: refusalsOf(model, exposure, known),
  };
}

/** The routes that lead to both versions; one that redirects to HTTPS leads to none. */
function withBoth(model: ReleaseModel, manifests: readonly Manifest[]): Manifest[] {
  const names = movingWeights(model, manifests).map(({ kind, name }) => `${kind} ${name}`);
  return manifests.filter(({ kind, metadata: { name } }) => names.includes(`${kind} ${name}`));
}

/** Every request goes to the Service itself, by its own port. */
function toService({ route: { service } }: ReleaseModel, exposed: RouteModel): RouteModel {
  return {
    ...exposed,
    ports: exposed.ports.map(port => ({
      ...port,
      rules: port.rules.map(rule => ({
        ...rule, backends: [{ ...service, port: port.port, weight: 100, ...(port.podPort !== undefined && { podPort: port.podPort }) }],
      })),
    })),
  };
}

const OF_PROTOCOL = { HTTP: 'httpRoutes', GRPC: 'grpcRoutes', TLS: 'tlsRoutes', TCP: 'tcpRoutes', UDP: 'tcpRoutes' } as const;

function refusalsOf({ route }: ReleaseModel, exposure: ExposureModel, known: ReturnType<typeof movedRoutes>): Refusal<ExposureFeature>[] {
  const { namespace, ports } = exposure.route;
  return [
    ...(namespace === route.namespace ? [] : [{
      what: `a release in another namespace (${route.namespace ?? 'unknown'})`,
      reason: 'a Rollout moves the routes of one namespace',
      remedy: 'Write the exposure in the namespace of the release',
    }]),
    ...(ports.every(({ protocol }) => OF_PROTOCOL[protocol] in known) ? [] : [{
      what: 'a release whose requests inside the mesh follow another kind of route',
      reason: 'the Rollout would have to move both kinds',
      remedy: 'Leave out of the release what only a VirtualService can say, or use a BlueGreenRelease',
    }]),
  ];
}
