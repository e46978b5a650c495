import type { LocalityAwareness } from './apis';
import { MULTI_ZONE, NONE_HEALTHY } from './apis';
import type { RouteFeature } from '../../model/features/route';
import { distinctBy, flatMap } from '../../model/lists';
import type { RouteModel, WeightedBackend } from '../../model/route';
import { isConsumerRoute, namespaceOf, qualified, takesTrafficItself } from '../../model/route';
import { isOfKind } from '../../model/service-ref';
import type { Refusal } from '../contract/refusal';

/** Zones stand in for that of the client one after the other, and no other zone does. */
export function zoneFailover({ traffic: { failover = [] } }: RouteModel): LocalityAwareness {
  return {
    crossZone: {
      failover: flatMap(failover, ({ cluster }) => cluster === undefined ? [] : [{ to: { type: 'Only', zones: [cluster] } }]),
      failoverThreshold: { percentage: NONE_HEALTHY },
    },
  };
}

/** The backends whose pods are in several zones, where it is said which zones stand in. */
export function failingOver(model: RouteModel): WeightedBackend[] {
  const backends = model.traffic.failover === undefined ? [] : backendsOf(model).filter(({ groupKind }) => isOfKind(groupKind, MULTI_ZONE));
  return distinctBy(backends, backend => qualified(backend.name, namespaceOf(model, backend)));
}

export function zoneFailoverRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  const { failover } = model.traffic;
  const refuse = (reason: string, remedy: string): Refusal<RouteFeature> => ({ feature: 'ClusterFailover', reason, remedy });
  if (failover === undefined || failover.every(({ cluster }) => cluster === undefined)) return [];
  const isOfZone = takesTrafficItself(model) || backendsOf(model).some(({ groupKind }) => !isOfKind(groupKind, MULTI_ZONE));
  return [
    ...isOfZone ? [refuse('a MeshService has the pods of one zone',
      'Let all rules lead to MeshMultiZoneServices, by MeshService.ofKind with the `group` kuma.io')] : [],
    ...failover.some(({ service }) => service !== undefined) ? [refuse('a zone stands in with its pods of the same MeshMultiZoneService',
      'Name the cluster alone')] : [],
    ...isConsumerRoute(model) ? [] : [refuse('beside the route of all clients, a policy of Kuma on what is of no namespace would hold only for the clients of its own',
      'Write the route in a chart with the namespace of its clients; or leave it out, and all zones stand in')],
  ];
}

function backendsOf({ ports }: RouteModel): WeightedBackend[] {
  return flatMap(flatMap(ports, ({ rules }) => rules), ({ backends }) => backends);
}
