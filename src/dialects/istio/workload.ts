import { ROOT_NAMESPACE } from './apis';
import { workloadInWords } from '../../model/service-ref';
import type { Scope } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import type { Refusal } from '../contract/refusal';
import { refusing } from '../contract/rendering';
import { unknownPods } from '../contract/unknown-pods';

/** Labels that Istio gives the pods of the waypoints that it creates. */
const OF_WAYPOINTS: Readonly<Record<string, string>> = {
  'gateway.istio.io/managed': 'istio.io-mesh-controller', 'gateway.networking.k8s.io/gateway-class-name': 'istio-waypoint',
};

/** Istio selects pods by their labels, in their namespace; in the root namespace, a selection is one of the whole mesh. */
export function selectionRefusals<Feature>(kind: string, { namespace, workload }: Scope, root = ROOT_NAMESPACE): Refusal<Feature>[] {
  return [
    ...(workload === undefined || workload.podSelector !== undefined ? [] : [unknownPods(`a policy for ${workloadInWords(workload)}`, kind)]),
    ...workload !== undefined && Object.entries(workload.podSelector ?? {}).some(([label, value]) => OF_WAYPOINTS[label] === value) ? [{
      what: `a policy for ${workloadInWords(workload)}`,
      reason: 'they are those of a waypoint, which reads nothing that selects pods',
      remedy: 'Write it for the Services behind it',
    }] : [],
    ...(namespace !== root ? [] : [{
      what: `a policy in namespace '${namespace}'`,
      reason: 'it is the root namespace of Istio, where a policy holds for the whole mesh',
      remedy: 'Keep workloads in namespaces of their own',
    }]),
  ];
}

/** The same dialect, which refuses what selects pods in the root namespace that the mesh has, too. */
export function outsideRoot<Model extends { readonly namespace: string }, Feature extends string>(
  dialect: Dialect<Model, Feature>, kind: string, root: string, selects: (model: Model) => boolean = () => true,
): Dialect<Model, Feature> {
  return {
    ...dialect,
    render: model => model.namespace === root && selects(model) ? refusing(selectionRefusals(kind, { namespace: root }, root))
      : dialect.render(model),
  };
}
