import type { SplitApi } from './apis';
import { osmEgress } from './egress';
import { trafficSplitDialect } from './traffic-split';
import type { TrafficTargetOptions } from './traffic-target';
import { trafficTargetDialect } from './traffic-target';
import { NAMESPACE_DEFAULT_FEATURES } from '../../model/features/namespace-default';
import type { DialectOf, Policies } from '../contract/dialect';
import { unable } from '../contract/dialect';
import { rendered } from '../contract/rendering';
import { inherent, noneOf } from '../contract/support';
import { gatewayOfOthers, isInMesh, knowingGateways } from '../gateways/gateway-clients';

/** SMI for a mesh that enforces TrafficTargets. */
export function smiDialects(split: SplitApi, access: TrafficTargetOptions): { readonly routes: DialectOf<'routes'> } & Policies {
  return {
    routes: trafficSplitDialect(split),
    access: knowingGateways(trafficTargetDialect(access), gatewayOfOthers('a TrafficTarget'), { hasIdentity: isInMesh }),
    namespaceDefault: {
      renders: 'nothing: an SMI mesh denies what no TrafficTarget allows',
      supports: {
        ...noneOf(NAMESPACE_DEFAULT_FEATURES, 'a TrafficTarget is for one ServiceAccount'),
        NamespaceDenyAll: inherent('an SMI mesh denies what no TrafficTarget allows'),
      },
      claims: () => [],
      render: () => rendered(),
    },
    gatewayAccess: unable('gatewayAccess', 'SMI has nothing on gateways'),
    jwtAuthentication: unable('jwtAuthentication', 'SMI has nothing on tokens'),
    externalAuthorization: unable('externalAuthorization', 'SMI has nothing on who else decides; Open Service Mesh has it for the whole mesh, in its MeshConfig'),
    authentication: unable('authentication', 'SMI leaves mutual TLS to the mesh'),
    clusterAccess: unable('clusterAccess', 'a TrafficTarget is for one ServiceAccount, and not for nodes'),
    egress: access.envoyDecides ? osmEgress : unable('egress', 'SMI has no policies on calls to the outside; Open Service Mesh has its own'),
  };
}

/** SMI for a reader that knows only TrafficSplits. */
export function splitDialects(split: SplitApi, reader: string): { readonly routes: DialectOf<'routes'> } & Policies {
  const splitsOnly = `${reader} reads TrafficSplits and nothing else`;
  return {
    routes: trafficSplitDialect(split),
    access: unable('access', `${splitsOnly}, so a TrafficTarget would protect nothing`),
    namespaceDefault: unable('namespaceDefault', splitsOnly),
    gatewayAccess: unable('gatewayAccess', splitsOnly),
    jwtAuthentication: unable('jwtAuthentication', splitsOnly),
    externalAuthorization: unable('externalAuthorization', splitsOnly),
    authentication: unable('authentication', splitsOnly),
    clusterAccess: unable('clusterAccess', splitsOnly),
    egress: unable('egress', splitsOnly),
  };
}
