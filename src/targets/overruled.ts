import type { Policies } from './policies';
import { coded, overruled } from '../diagnostics';
import type { AccessModel } from '../model/access';
import type { Backend, RouteModel } from '../model/route';
import { namespaceOf } from '../model/route';

/**
 * Policies that the requests of a route never meet: where the policy of the Service that is called decides, that of the pods which answer
 * does not, unless both say the same. Asked when all constructs are made.
 */
export function overruledPolicies(policies: Policies, targetId: string, model: RouteModel): string[] {
  const called = policies.of({ ...model.service, namespace: model.service.namespace ?? model.namespace })
    .filter(({ model: { destination } }) => destination.service === model.service.name);
  const errors = called.flatMap(deciding => {
    const who = deciding.target._dialects.access.asksAtService?.();
    return who === undefined ? [] : answering(model).flatMap(backend => policies.of(backend)
      .filter(other => other.owner !== deciding.owner && other.model.rules.length > 0 && allowed(other.model) !== allowed(deciding.model))
      .map(({ owner }) => coded(overruled(targetId, who, model.service.name, deciding.owner.node.path, backend.name, owner.node.path))));
  });
  return [...new Set(errors)];
}

/** The Services whose pods get the requests, or copies of them. */
function answering(model: RouteModel): Backend[] {
  return model.ports.flatMap(({ rules }) => rules).flatMap(({ backends, handling }): Backend[] => [...backends, ...handling.mirrors ?? []])
    .map(({ name, namespace, podSelector }) => ({ name, namespace: namespaceOf(model, { name, namespace }), podSelector }));
}

function allowed({ rules, audit }: AccessModel): string {
  return JSON.stringify([rules, audit]);
}
