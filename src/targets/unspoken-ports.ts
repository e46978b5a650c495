import type { Policies, Policy } from './policies';
import type { Diagnostic } from '../errors/coded';
import { unspokenPort } from '../errors/diagnostics';
import type { Mirror } from '../model/handling';
import { flatMap } from '../model/lists';
import { numberOf } from '../model/pod-port';
import type { RouteModel, WeightedBackend } from '../model/route';
import { allDestinationsOf, namespaceOf } from '../model/route';

/**
 * Ports of pods to which a route sends requests, and of which the policy of these pods says nothing: some meshes leave them open, others
 * close them. Where a policy goes by Services it is for all of their ports. Asked when all constructs are made.
 */
export function unspokenPorts(policies: Policies, targetId: string, model: RouteModel): Diagnostic[] {
  const ports = model.ports.filter(({ protocol }) => protocol !== 'UDP');
  return flatMap(allDestinationsOf({ ports }), backend => unspokenOf(policies, targetId, model.service.name, backend, namespaceOf(model, backend)));
}

/** The same of one backend. */
export function unspokenOf(
  policies: Policies, targetId: string, service: string, backend: WeightedBackend | Mirror, namespace: string | undefined,
): Diagnostic[] {
  const { name, port, podPort = { port }, podSelector } = backend;
  const number = numberOf(podPort);
  // A port that is known by its name only may be any number.
  return number === undefined ? [] : policies.of({ name, namespace, podSelector }).filter(policy => !speaksOf(number, policy))
    .map(({ owner }) => unspokenPort(targetId, service, name, number, owner.node.path));
}

function speaksOf(number: number, { model: { audit, destination }, target }: Policy): boolean {
  return audit || target._dialects.access.behind !== undefined || destination.ports.some(governed => (numberOf(governed) ?? number) === number);
}
