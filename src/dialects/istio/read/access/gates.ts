import type { InForce } from './attached';
import type { Action, Policy, Rule } from './authorization-policy';
import { allOf, type Condition, type Doubt } from '../../../../meaning/condition';
import type { Branch, Decision, Verdict } from '../../../../meaning/decision';
import type { Passage } from '../../../../meaning/world';
import { perhapsFor } from '../../../../reading/understood';

/** When a rule of a policy holds, for the proxy that reads it. */
export type Reads = (rule: Rule, policy: Policy) => Condition;

/** The kubelet makes the health checks by way of the agent in the pod, or from an address that the proxy lets pass. */
export const HEALTH_CHECKS: Condition = { type: 'client', kinds: ['kubelet'] };

/** What policies of all actions but CUSTOM decide: denials first, and then what is allowed, if anything is. */
export function decisionOf(own: readonly InForce<Policy>[], reads: Reads): Decision<Passage> | undefined {
  // What only reports decides nothing.
  const enforced = own.filter(({ policy: { isDryRun } }) => !isDryRun);
  const of = (action: Action) => enforced.filter(({ policy }) => policy.action === action);
  const unclear = enforced.filter(({ policy }) => policy.action === undefined);
  const [denying, allowing] = [of('DENY'), of('ALLOW')];
  const [first] = [...unclear, ...denying, ...allowing];
  if (first === undefined) return undefined;
  const certain = allowing.find(({ truth }) => truth === 'yes');
  const denied = ({ source }: Policy): Verdict<Passage> => ({ value: 'denied', why: 'no rule allows it', source });
  const branches: Branch<Passage>[] = [
    ...unclear.map(({ policy }) => undecided(policy)),
    { when: HEALTH_CHECKS, then: { value: 'allowed', why: 'the proxy lets health checks pass' }, source: first.policy.source },
    ...denying.flatMap(one => rulesOf(one, reads, 'denied', 'a rule denies it')),
    ...allowing.flatMap(one => rulesOf(one, reads, 'allowed', 'a rule allows it')),
    ...certain !== undefined ? [] : allowing.map(({ policy }) => ({ when: doubtOf(policy), then: denied(policy), source: policy.source })),
  ];
  return { branches, otherwise: certain === undefined ? { value: 'allowed', why: 'no rule denies it, and no policy allows only some' } : denied(certain.policy) };
}

/** What somebody else decides, who is asked by the policies of the action CUSTOM. */
export function askedOf(own: readonly InForce<Policy>[], reads: Reads): Decision<Passage> | undefined {
  const custom = own.filter(({ policy }) => policy.action === 'CUSTOM');
  if (custom.length === 0) return undefined;
  const [{ policy: { source } }] = custom;
  return {
    branches: [
      { when: HEALTH_CHECKS, then: { value: 'allowed', why: 'the proxy lets health checks pass' }, source },
      ...custom.flatMap(one => rulesOf(one, reads, { unknown: 'the provider of the policy decides' }, 'the provider of the policy decides')),
    ],
    otherwise: { value: 'allowed', why: 'no rule asks the provider' },
  };
}

function rulesOf({ policy, truth }: InForce<Policy>, reads: Reads, value: Verdict<Passage>['value'], why: string): Branch<Passage>[] {
  return policy.rules.map(rule => ({
    when: truth === 'yes' ? reads(rule, policy) : allOf(reads(rule, policy), doubtOf(policy)),
    then: { value, why, source: rule.source },
    source: rule.source,
  }));
}

function undecided(policy: Policy): Branch<Passage> {
  const doubt = doubtOf(policy);
  return { when: doubt, then: { value: { unknown: doubt.why }, why: doubt.why, source: policy.source }, source: policy.source };
}

/** Why it is not known whether a policy is in force. */
export function doubtOf({ doubt, source }: Policy): Doubt {
  return doubt ?? perhapsFor(source);
}
