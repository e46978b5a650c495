export { INGRESS } from './ingress';
import { clientsOf, type Direction, goesTo, isAtPort, type Policy, policiesOf } from './network-policy';
import type { Pod } from '../../../meaning/call';
import { allOf, type Condition } from '../../../meaning/condition';
import type { Branch, Verdict } from '../../../meaning/decision';
import { all, type Truth } from '../../../meaning/truth';
import type { Gate, Passage } from '../../../meaning/world';
import { ByNamespace } from '../../../reading/by-namespace';
import { OWN_NODE, unlessOnNode } from '../../../reading/host-network';
import { Numbers } from '../../../reading/numbers';
import type { Reader } from '../../../reading/reader';
import { Selecting } from '../../../reading/selecting';
import { perhapsFor } from '../../../reading/understood';

/**
 * NetworkPolicy: pods that no policy is for take everything. Others take what a rule of any of them allows, and calls from their node.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export const KUBERNETES: Reader = {
  title: 'NetworkPolicy',
  kinds: { 'networking.k8s.io': ['NetworkPolicy'] },
  reach: () => () => ({ pods: 'namespace', ways: 'nowhere' }),
  read: objects => {
    const policies = new ByNamespace(objects, own => {
      const both = own.map(policiesOf);
      const selecting = (direction: Direction) => new Selecting(both.flatMap(one => one[direction] ?? []), ({ pods }) => pods);
      return { ingress: selecting('ingress'), egress: selecting('egress') };
    });
    const policiesFor = (pod: Pod, direction: Direction) => policies.about(pod).flatMap(({ own, holds }) => own[direction].choosing(pod)
      .map(({ thing, truth }): Own => ({ policy: thing, truth: all([holds, truth]) })));
    const told = new Numbers();
    return {
      entering: to => unlessOnNode(to.pod, gates(
        policiesFor(to.pod, 'ingress'), LAYERS.ingress, (rule, namespace) => allOf(clientsOf(rule, namespace), isAtPort(rule, to)), [OWN_NODE],
      )),
      leaving: (client, to) => client.kind !== 'pod' ? []
        : unlessOnNode(client, gates(policiesFor(client, 'egress'), LAYERS.egress, (rule, namespace) => allOf(goesTo(rule, namespace, to), isAtPort(rule, to)), [])),
      leavesAs: client => client.kind !== 'pod' ? '' : told.of([client.onHostNetwork, ...policiesFor(client, 'egress').flatMap(({ policy, truth }) => [policy, truth])]),
      readAll: () => { policies.all(); },
    };
  },
};

const LAYERS = { ingress: 'network', egress: 'networkOfClient' } as const;

/** A policy, and whether it is for a pod. */
interface Own {
  readonly policy: Policy;
  readonly truth: Truth;
}

/** The rules of the policies that are for a pod; none, where there are no such policies. */
function gates(
  own: readonly Own[], layer: Gate['layer'], conditionOf: (rule: Policy['rules'][number], namespace: string) => Condition,
  always: readonly { readonly when: Condition; readonly why: string }[],
): Gate[] {
  if (own.length === 0) return [];
  const allowing = own.flatMap(({ policy, truth }): Branch<Passage>[] => [
    ...doubtful(policy),
    ...always.map(({ when, why }) => ({ when, then: { value: 'allowed' as const, why }, source: policy.source })),
    ...policy.rules.map(rule => ({
      when: rule.doubt ?? perhaps(conditionOf(rule, policy.namespace), policy, truth),
      then: { value: 'allowed' as const, why: 'a rule allows it', source: rule.source },
      source: rule.source,
    })),
  ]);
  const [certain] = own.filter(({ truth }) => truth === 'yes');
  const denied: Verdict<Passage> = { value: 'denied', why: 'no rule allows it', source: (certain ?? own[0]).policy.source };
  const isolatingPerhaps = own.filter(({ truth }) => truth === 'unknown')
    .map(({ policy }): Branch<Passage> => ({ when: perhapsFor(policy.source), then: { ...denied, source: policy.source }, source: policy.source }));
  return [{
    title: 'NetworkPolicy',
    layer,
    decision: certain === undefined
      ? { branches: [...allowing, ...isolatingPerhaps], otherwise: { value: 'allowed', why: 'no policy is for these pods' } }
      : { branches: allowing, otherwise: denied },
  }];
}

/** What is not understood of a policy may mean anything. */
function doubtful({ doubt, source }: Policy): Branch<Passage>[] {
  return doubt === undefined ? [] : [{ when: doubt, then: { value: { unknown: doubt.why }, why: doubt.why }, source }];
}

function perhaps(condition: Condition, policy: Policy, truth: Truth): Condition {
  return truth === 'yes' ? condition : allOf(condition, perhapsFor(policy.source));
}
