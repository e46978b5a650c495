import { ROOT_NAMESPACE } from './apis';
import { workloadInWords } from '../../model/service-ref';
import type { Scope } from '../contract/claim';
import type { Refusal } from '../contract/refusal';
import { unknownPods } from '../contract/unknown-pods';

/** Istio selects pods by their labels, in their namespace; in the root namespace, a selection is one of the whole mesh. */
export function selectionRefusals<Feature>(kind: string, { namespace, workload }: Scope, root = ROOT_NAMESPACE): Refusal<Feature>[] {
  return [
    ...(workload === undefined || workload.podSelector !== undefined ? [] : [unknownPods(`a policy for ${workloadInWords(workload)}`, kind)]),
    ...(namespace !== root ? [] : [{
      what: `a policy in namespace '${namespace}'`,
      reason: 'it is the root namespace of Istio, where a policy holds for the whole mesh',
      remedy: 'Keep workloads in namespaces of their own',
    }]),
  ];
}
