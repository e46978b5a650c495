import type { Policies } from './policies';
import { coded, unspokenPort } from '../diagnostics';
import { numberOf } from '../model/pod-port';
import type { RouteModel } from '../model/route';
import { namespaceOf } from '../model/route';

/**
 * Ports of pods to which a route sends requests, and of which the policy of these pods says nothing: some meshes leave them open, others
 * close them. Where a policy goes by Services it is for all of their ports. Asked when all constructs are made.
 */
export function unspokenPorts(policies: Policies, targetId: string, model: RouteModel): string[] {
  const errors = model.ports.filter(({ protocol }) => protocol !== 'UDP').flatMap(({ rules }) => rules.flatMap(({ backends }) => backends.flatMap(backend => {
    const { name, podSelector, port, podPort = { port } } = backend;
    const number = numberOf(podPort);
    // A port that is known by its name only may be any number.
    return number === undefined ? [] : policies.of({ name, namespace: namespaceOf(model, backend), podSelector })
      .filter(({ model: { audit, destination }, target }) => target._dialects.access.behind === undefined && !audit
        && destination.ports.every(governed => ![undefined, number].includes(numberOf(governed))))
      .map(({ owner }) => coded(unspokenPort(targetId, model.service.name, name, number, owner.node.path)));
  })));
  return [...new Set(errors)];
}
