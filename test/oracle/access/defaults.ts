import * as fc from 'fast-check';
import type { Can } from './arbitraries';
import { PORTS, rule } from './arbitraries';
import type { AccessModel, AccessRule } from '../../../src/model/access';
import type { NamespaceDefaultModel, NamespaceRule } from '../../../src/model/namespace-default';

/** What all workloads of a namespace allow. */
export const defaultRules = (can: Can): fc.Arbitrary<NamespaceRule[]> => fc.array(fc.record({
  clients: rule(can, PORTS, { wholeWorkloads: true }),
  ports: fc.oneof(fc.constant<number[]>([]), fc.subarray(PORTS.map(({ port }) => port), { minLength: 1, maxLength: 2 })),
}).map(({ clients: { sources, exceptSources }, ports }) => ({ sources, exceptSources, ports })), { maxLength: 2 });

/** A policy, and what its namespace adds to it. Pods that have none are closed by that of the namespace. */
export function withDefault(model: AccessModel, isBare: boolean, { rules }: Pick<NamespaceDefaultModel, 'rules'>): AccessModel {
  const added = rules.map(({ ports, ...clients }): AccessRule => ({
    ...clients, ports: PORTS.filter(({ port }) => ports.length === 0 || ports.includes(port)), requests: [], exceptRequests: [], endUsers: [],
  }));
  return { ...model, denials: isBare ? [] : model.denials, rules: [...isBare ? [] : model.rules, ...added], leavesRest: false };
}
