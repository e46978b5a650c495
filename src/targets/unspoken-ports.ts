import type { Policies } from './policies';
import type { Diagnostic } from '../errors/coded';
import { unspokenPort } from '../errors/diagnostics';
import type { Mirror } from '../model/handling';
import { flatMap } from '../model/lists';
import { numberOf } from '../model/pod-port';
import type { RouteModel, WeightedBackend } from '../model/route';
import { destinationsOf, namespaceOf } from '../model/route';

/**
 * Ports of pods to which a route sends requests, and of which the policy of these pods says nothing: some meshes leave them open, others
 * close them. Where a policy goes by Services it is for all of their ports. Asked when all constructs are made.
 */
export function unspokenPorts(policies: Policies, targetId: string, model: RouteModel): Diagnostic[] {
  return flatMap(model.ports, ({ protocol, rules }) => protocol === 'UDP' ? [] : flatMap(flatMap(rules, destinationsOf), backend =>
    unspokenOf(policies, targetId, model.service.name, backend, namespaceOf(model, backend))));
}

/** The same of one backend. */
export function unspokenOf(
  policies: Policies, targetId: string, service: string, backend: WeightedBackend | Mirror, namespace: string | undefined,
): Diagnostic[] {
  const { name, port, podPort = { port }, podSelector } = backend;
  const number = numberOf(podPort);
  // A port that is known by its name only may be any number.
  return number === undefined ? [] : flatMap(policies.of({ name, namespace, podSelector }), ({ model: { audit, destination }, target, owner }) => {
    const isSpoken = audit || target._dialects.access.behind !== undefined
      || destination.ports.some(governed => (numberOf(governed) ?? number) === number);
    return isSpoken ? [] : [unspokenPort(targetId, service, name, number, owner.node.path)];
  });
}
