import type { HttpRouteSpecParentRefs } from '../../../imports/gateway-api/standard/gateway.networking.k8s.io';
import type { ExposureModel } from '../../model/exposure';
import type { ExposureFeature } from '../../model/features/exposure';
import { flatMap } from '../../model/lists';
import type { ReleaseModel } from '../../model/release';
import type { Addition, ExposedRelease } from '../contract/dialect';
import type { Manifest, Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';

/**
 * The route that Flagger writes gets the gateway as one more parent, in place of a route of the exposure. It would have the hosts of the
 * gateway for requests inside the mesh too, which Linkerd compares: listeners tell hosts apart.
 */
export function exposed({ route }: ReleaseModel, exposure: ExposureModel): ExposedRelease {
  const isWritten = ({ kind, metadata: { name } }: Manifest) => kind === 'HTTPRoute' && name === exposure.route.name;
  return {
    // Flagger writes an HTTPRoute whatever the port speaks, and listeners have to let it in.
    exposure: { ...exposure, route: { ...exposure.route, ports: exposure.route.ports.map(port => ({ ...port, protocol: 'HTTP' })) } },
    refusals: refusals(route.namespace, exposure),
    rendered: manifests => manifests.filter(manifest => !isWritten(manifest)),
    additions: manifests => flatMap(manifests.filter(isWritten), ({ spec }) => parents(spec as Routed, exposure)),
  };
}

interface Routed {
  readonly parentRefs: readonly Plain<HttpRouteSpecParentRefs>[];
}

/** The CRD of a Canary says Gateway, where the kind is left out. */
function parents({ parentRefs }: Routed, { route: { namespace } }: ExposureModel): Addition[] {
  return parentRefs.map(({ group = 'gateway.networking.k8s.io', kind = 'Gateway', ...ref }) => ({
    kind: 'Canary', path: '/spec/service/gatewayRefs/-', value: { group, kind, ...(namespace !== undefined && { namespace }), ...ref },
  }));
}

function refusals(namespace: string | undefined, { route, gateways, hostnames }: ExposureModel): Refusal<ExposureFeature>[] {
  const refused: Refusal<ExposureFeature>[] = [];
  if (route.namespace !== namespace) {
    refused.push({
      what: 'an exposure in another namespace than its release',
      reason: 'Flagger writes one route for the mesh and for the gateway, in the namespace of the release',
      remedy: 'Write the exposure in the namespace of the release',
    });
  }
  if (gateways.some(({ kind }) => kind === 'shared') && hostnames.length > 0) {
    refused.push({
      feature: 'Hostnames',
      reason: 'Flagger writes one route for the mesh and for the gateway, and hosts of it may hold for requests inside the mesh too',
      remedy: "Leave `hostnames` out and name the listener for them, `ExposureGateway.shared('public', 'infra', { sectionName: 'cart' })`; or use "
        + "`ExposureGateway.listenerSet('public', 'infra')`",
    });
  }
  return refused;
}
