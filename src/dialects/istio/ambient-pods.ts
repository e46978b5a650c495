import type { Policy } from './access';
import { authorizationPolicy, policyRules, serviceAccountPrincipal } from './authorization-policy';
import type { Rule } from './authorization-policy';
import type { IstioOptions } from './options';
import { trustDomainOf, waypointOf } from './options';
import type { AccessRule } from '../../model/access';
import { tellsRequestsApart } from '../../model/access';
import type { AccessFeature } from '../../model/features/access';
import { flatMap } from '../../model/lists';
import { knownLabels, knownNumber } from '../contract/known';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';

/**
 * Policies of pods without a Service, which ztunnel alone enforces. Nobody comes to them by way of the waypoint, unless a Service that
 * nobody spoke of selects them: so none of their rules is for the waypoint.
 */
export function policiesOfPods({ name, namespace, destination, rules, denials }: Policy, options: IstioOptions): Manifest[] {
  const pods = { selector: { matchLabels: knownLabels(destination) } };
  const trustDomain = trustDomainOf(options);
  const rulesOf = (all: readonly AccessRule[]) => flatMap(all, rule => policyRules(rule, rule.ports.map(knownNumber), trustDomain));
  return [
    authorizationPolicy({ name, namespace }, pods, pastWaypoint(rulesOf(rules), waypointPrincipal(namespace, options))),
    ...denials.length === 0 ? [] : [authorizationPolicy({ name: `${name}-deny`, namespace }, pods, rulesOf(denials), 'DENY')],
  ];
}

/** Requests to pods that have no waypoint in front of them. */
export function podsRefusals({ rules, denials }: Policy): Refusal<AccessFeature>[] {
  return ![...rules, ...denials].some(tellsRequestsApart) ? [] : [{
    what: 'requests to pods without a Service',
    reason: 'calls to them pass no waypoint of a Service, and only a waypoint sees requests',
    remedy: 'Give the pods a Service, and use its MeshService, or leave out what the policy says of requests',
  }];
}

/** The same rules for all clients but the waypoint. */
export function pastWaypoint(rules: readonly Rule[], waypoint: string): Rule[] {
  return rules.map(({ from = [{}], ...rule }) => ({
    from: from.map(({ source }) => ({ source: { ...source, notPrincipals: [...source?.notPrincipals ?? [], waypoint] } })), ...rule,
  }));
}

export function waypointPrincipal(namespace: string, options: IstioOptions): string {
  return serviceAccountPrincipal({ namespace, name: waypointOf(options) }, trustDomainOf(options));
}
