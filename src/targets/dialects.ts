import { MeshImplementation, SmiImplementation } from './implementations';
import type { Dialect } from '../dialects/dialect';
import { none } from '../dialects/dialect';
import { gatewayApiRoutes } from '../dialects/gateway-api/routes';
import type { IstioOptions } from '../dialects/istio/access';
import { istioAccess } from '../dialects/istio/access';
import { linkerdAccess } from '../dialects/linkerd/access';
import { SPLIT_V1ALPHA1, SPLIT_V1ALPHA2, SPLIT_V1ALPHA4 } from '../dialects/smi/apis';
import { trafficSplitDialect } from '../dialects/smi/traffic-split';
import { trafficTargetDialect } from '../dialects/smi/traffic-target';
import type { AccessModel } from '../model/access';
import type { AccessFeature, RouteFeature } from '../model/features';
import { ACCESS_FEATURES } from '../model/features';
import type { RouteModel } from '../model/route';

/** The dialects of a target, by the model they render. */
export interface TargetDialects {
  readonly routes: Dialect<RouteModel, RouteFeature>;
  readonly access: Dialect<AccessModel, AccessFeature>;
}

const SPLITS_ONLY = 'reads TrafficSplits and nothing else, so a TrafficTarget would protect nothing';

export const SMI_DIALECTS: Record<SmiImplementation, TargetDialects> = {
  [SmiImplementation.SPEC]: {
    routes: trafficSplitDialect(SPLIT_V1ALPHA4),
    access: trafficTargetDialect({ udp: true }),
  },
  [SmiImplementation.OSM]: {
    routes: trafficSplitDialect(SPLIT_V1ALPHA2),
    access: trafficTargetDialect({ udp: false }),
  },
  [SmiImplementation.LINKERD]: {
    routes: trafficSplitDialect(SPLIT_V1ALPHA1),
    access: trafficTargetDialect({ udp: false, unenforced: `the SMI extension of Linkerd ${SPLITS_ONLY}` }),
  },
  [SmiImplementation.ARGO_ROLLOUTS]: {
    routes: trafficSplitDialect(SPLIT_V1ALPHA1),
    access: trafficTargetDialect({ udp: false, unenforced: `Argo Rollouts ${SPLITS_ONLY}` }),
  },
};

/** Gateway API, with the access policies of the mesh behind it. */
export function gatewayApiDialects(mesh: MeshImplementation | undefined, istio: IstioOptions): TargetDialects {
  return { routes: gatewayApiRoutes, access: accessOf(mesh, istio) };
}

function accessOf(mesh: MeshImplementation | undefined, istio: IstioOptions): TargetDialects['access'] {
  switch (mesh) {
    case MeshImplementation.ISTIO: return istioAccess(istio);
    case MeshImplementation.LINKERD: return linkerdAccess;
    case undefined: return noAccess;
  }
}

const noAccess: Dialect<AccessModel, AccessFeature> = {
  supports: Object.fromEntries(Object.keys(ACCESS_FEATURES).map(feature =>
    [feature, none('Gateway API has no access policies of its own; `mesh` says whose to render')])) as TargetDialects['access']['supports'],
  claims: () => [],
  refusals: () => [],
  render: () => [],
};
