import { inBlocks, isUnusual, knowNodeLabels, type Unusual, unusualIn } from './agents';
import { groupsOf } from './groups';
import { asCaller, type Direction } from './peers';
import { asidesOf, clientsOf, goesTo, ifKnown, policiesOf, type Policy, type Rule } from './policy';
import { atPort, isFor, type Opening, passing } from './ports';
import { allOf, type Condition, isTrue } from '../../../meaning/condition';
import { type Branch, type Decision, unknownBy, type Verdict } from '../../../meaning/decision';
import type { Selector } from '../../../meaning/selector';
import { all, type Truth } from '../../../meaning/truth';
import type { Gate, Outside, Passage, PodPort, Reading } from '../../../meaning/world';
import { ByNamespace } from '../../../reading/by-namespace';
import { OWN_NODE, unlessOnNode } from '../../../reading/host-network';
import { Numbers } from '../../../reading/numbers';
import type { Reader } from '../../../reading/reader';
import { Selecting } from '../../../reading/selecting';
import { perhapsFor } from '../../../reading/understood';

/**
 * Policies of Cilium: what a rule denies is denied first. Pods that no policy isolates take everything else; others take what a rule of any
 * policy allows, and calls from their node. Where a rule tells requests apart, a proxy stands before the port.
 *
 * @see https://docs.cilium.io/en/stable/security/policy/
 */
export const CILIUM: Reader = {
  title: 'Cilium',
  kinds: { 'cilium.io': ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy', 'CiliumCIDRGroup'] },
  concerns: isUnusual,
  reach: () => ({ kind }) => ({ pods: kind === 'CiliumNetworkPolicy' ? 'namespace' : 'anywhere', ways: 'nowhere' }),
  read: (objects, cluster) => {
    const unusual = unusualIn(cluster);
    if (unusual !== undefined) return unsure(unusual);
    const others = inBlocks(cluster);
    const around = { groups: groupsOf(objects), cluster, nodeLabels: knowNodeLabels(cluster), ...(others && { others }) };
    const [some, everywhere] = ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'].map(kind => new ByNamespace(objects.filter(one => one.kind === kind), own => {
      const both = own.map(object => policiesOf(object, around));
      const selecting = (direction: Direction) => new Selecting(both.flatMap(one => one[direction]), ({ pods }) => labelsIn(pods));
      return { ingress: selecting('ingress'), egress: selecting('egress') };
    }));
    // Where their selectors say no more than labels, these tell already; otherwise they are asked.
    const policiesFor = (direction: Direction) => (pod: PodPort['pod']) => [...some.about(pod), ...everywhere.all().map(own => ({ own, holds: 'yes' as const }))]
      .flatMap(({ own, holds }) => own[direction].choosing(pod)
        .map(({ thing: policy }): Own => ({ policy, isFor: all([holds, isTrue(policy.pods, asCaller({ pod }))]) })))
      .filter(({ isFor: truth }) => truth !== 'no');
    const [ingress, egress] = [policiesFor('ingress'), policiesFor('egress')];
    const told = new Numbers();
    return {
      entering: to => unlessOnNode(to.pod, gates('network', ingress(to.pod), to, clientsOf, [OWN_NODE])),
      leaving: (client, to) => client.kind !== 'pod' ? [] : unlessOnNode(client, gates('networkOfClient', egress(client), to, rule => goesTo(rule, to), [])),
      leavesAs: client => client.kind !== 'pod' ? '' : told.of([client.onHostNetwork, ...egress(client).flatMap(({ policy, isFor: truth }) => [policy, truth])]),
      asides: () => objects.flatMap(asidesOf),
      readAll: () => [some, everywhere].forEach(policies => policies.all()),
    };
  },
};

/** Agents that read policies in another way than is known here. */
function unsure({ source, why }: Unusual): Reading {
  const decision: Decision<Passage> = { branches: [], otherwise: { value: unknownBy(why, [{ source }]), why, source } };
  return {
    entering: () => [{ title: 'Cilium', layer: 'network', decision }],
    leaving: ({ kind }) => kind !== 'pod' ? [] : [{ title: 'Cilium', layer: 'networkOfClient', decision }],
    leavesAs: ({ kind }) => kind,
  };
}

/** The labels that pods have to have, where nothing else has to be true of them. */
function labelsIn(pods: Condition): Selector | undefined {
  return pods.type === 'pod' && pods.namespace === undefined && pods.namespaceLabels === undefined && pods.serviceAccount === undefined ? pods.labels : undefined;
}

interface Own {
  readonly policy: Policy;
  readonly isFor: Truth;
}

interface Always { readonly when: Condition; readonly why: string }

function gates(
  layer: Gate['layer'], own: readonly Own[], to: PodPort | Outside, others: (rule: Rule) => Condition, always: readonly Always[],
): Gate[] {
  if (own.length === 0) return [];
  const denials = own.flatMap(one => [...doubtful(one.policy), ...one.policy.denied.flatMap(rule => openings(rule, to)
    .map((opening): Branch<Passage> => branch(one, rule, allOf(others(rule), atPort(opening, to)), { value: 'denied', why: 'a rule denies it' })))]);
  return [
    ...denials.length === 0 ? [] : [{ title: 'denials of Cilium', decision: { branches: denials, otherwise: { value: 'allowed' as const, why: 'no rule denies it' } } }],
    { title: 'Cilium', layer, decision: allowances(own, to, others, always) },
  ];
}

function allowances(own: readonly Own[], to: PodPort | Outside, others: (rule: Rule) => Condition, always: readonly Always[]): Decision<Passage> {
  const opened = own.flatMap(one => one.policy.allowed.flatMap(rule => openings(rule, to).map(opening => ({ one, rule, opening }))));
  // The proxy takes nothing but HTTP, whatever else is opened.
  const isOther = to.protocol === 'TCP' || to.protocol === 'TLS';
  const readsRequests = isOther ? opened.filter(({ opening }) => opening.requests !== undefined) : [];
  const isolating = own.filter(({ policy }) => policy.isolates);
  const certain = isolating.find(({ isFor: truth }) => truth === 'yes');
  const denied = ({ source }: Policy): Verdict<Passage> => ({ value: 'denied', why: 'no rule allows it', source });
  const branches = [
    ...own.flatMap(({ policy }) => doubtful(policy)),
    // It may have a proxy read requests.
    ...isOther ? own.flatMap(({ policy }) => policy.allowed.flatMap(doubtful)) : [],
    ...readsRequests.map(({ one, rule, opening }) => branch(one, rule, allOf(others(rule), atPort(opening, to)), { value: 'denied', why: 'a proxy reads requests there, and this is none' })),
    ...always.flatMap(({ when, why }) => isolating.slice(0, 1).map(({ policy: { source } }): Branch<Passage> => ({ when, then: { value: 'allowed', why, source }, source }))),
    ...opened.map(({ one, rule, opening }) => branch(one, rule, allOf(others(rule), passing(opening, to)), { value: 'allowed', why: 'a rule allows it' })),
  ];
  if (certain !== undefined) return { branches, otherwise: denied(certain.policy) };
  const perhaps = isolating.map(({ policy }): Branch<Passage> => ({ when: perhapsFor(policy), then: denied(policy), source: policy.source }));
  return { branches: [...branches, ...perhaps], otherwise: { value: 'allowed', why: 'no policy isolates these pods' } };
}

/** The openings of a rule that are for the port; any may be, where it is not understood. */
function openings(rule: Rule, to: PodPort | Outside): readonly Opening[] {
  return rule.doubt === undefined ? rule.openings.filter(opening => isFor(opening, to)) : [{}];
}

function branch({ policy, isFor: truth }: Own, rule: Rule, when: Condition, then: Verdict<Passage>): Branch<Passage> {
  const condition = ifKnown(rule, when);
  return { when: truth === 'yes' ? condition : allOf(condition, perhapsFor(policy)), then: { ...then, source: rule.source }, source: rule.source };
}

/** What is not understood may mean anything. */
function doubtful({ doubt, source }: Pick<Policy, 'doubt' | 'source'>): Branch<Passage>[] {
  return doubt === undefined ? [] : [{ when: doubt, then: { value: { unknown: doubt.why }, why: doubt.why }, source }];
}
