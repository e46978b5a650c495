import { MAX_RULES, MAX_SOURCES } from './apis';
import type { PolicyRule } from './authorization-policy';
import { policyRules } from './authorization-policy';
import { alternatives } from './excepted-requests';
import type { EndUser } from '../../model/end-user';
import { collected, nothing } from '../../model/fields';
import { flatMap } from '../../model/lists';
import type { RequestMatch, StringCondition } from '../../model/match';
import { ANY_ELEMENT, ANY_ELEMENTS } from '../../model/path';
import type { Refusal } from '../contract/refusal';

/** Values to which Istio, or its proxy, gives a meaning that they do not have in the model. */
export function valueRefusals(rules: readonly PolicyRule[]): Refusal<never>[] {
  const users = flatMap(rules, ({ endUsers }) => endUsers);
  return [
    ...flatMap(rules, ({ requests, exceptRequests }) => flatMap([...requests, ...exceptRequests], request => misread(request))),
    ...users.length === 0 ? [] : misreadUsers(users),
  ];
}

function misreadUsers(users: readonly EndUser[]): Refusal<never>[] {
  return [
    ...users.map(({ issuer }): StringCondition => ({ type: 'exact', value: issuer })).filter(isWildcard).map(({ value }) => wildcard('issuer', value)),
    ...flatMap(flatMap(users, ({ claims }) => claims), ({ values }) => values.filter(isWildcard).map(({ value }) => wildcard('value of a claim', value))),
  ];
}

const misread = collected<RequestMatch, Refusal<never>>({
  path: ({ type, value }) => [
    ...(type === 'template' && /[*=]/.test(value.split(ANY_ELEMENTS).join('').split(ANY_ELEMENT).join('')) ? [{
      what: `the path template '${value}'`,
      reason: "the proxy takes no '*' and no '=' in the elements of a template",
      remedy: 'Leave the match out for this target',
    }] : []),
    ...((type === 'exact' || type === 'prefix' || type === 'template' || type === 'end') && value.endsWith('*') ? [wildcard('path', value)] : []),
  ],
  // A star at the start of a value is read before one at its end.
  headers: headers => headers.filter(isWildcard).map(({ value }) => wildcard('header value', value)),
  methods: nothing,
  query: nothing,
  hosts: nothing,
});

function isWildcard({ type, value }: StringCondition): boolean {
  return (type === 'exact' && /^\*|\*$/.test(value)) || (type === 'start' && value.startsWith('*'));
}

function wildcard(what: string, value: string): Refusal<never> {
  return {
    what: `the ${what} '${value}'`,
    reason: "an AuthorizationPolicy reads '*' at either end as a wildcard, and cannot match the character itself",
    remedy: 'Leave the match out for this target',
  };
}

/** What a rule with exceptions may become. */
const MAX_ALTERNATIVES = 64;

/** Limits of the CRD. */
export function limitRefusals(
  { denials, rules }: { readonly denials: readonly PolicyRule[]; readonly rules: readonly PolicyRule[] },
): Refusal<never>[] {
  return flatMap([denials, rules], all => limitsOf(all));
}

function limitsOf(all: readonly PolicyRule[]): Refusal<never>[] {
  const refusals: Refusal<never>[] = [];
  const refuse = (what: string, most: number) =>
    refusals.push({ what, reason: `the CRD of AuthorizationPolicy allows ${most}`, remedy: 'Allow the same with fewer, wider matches' });
  const many = all.find(rule => rule.exceptRequests.length > 0 && alternatives(rule) > MAX_ALTERNATIVES);
  if (many !== undefined) {
    return [{
      what: `requests with exceptions that are missed in ${alternatives(many)} ways`,
      reason: `each is an operation of its own, and more than ${MAX_ALTERNATIVES} of one rule are not written`,
      remedy: 'Except fewer requests, or write them as a denial',
    }];
  }
  if (isFarBelow(all)) return [];
  const rules = flatMap(all, rule => policyRules(rule, [], ''));
  const sources = Math.max(0, ...rules.map(({ from }) => from?.length ?? 0));
  if (rules.length > MAX_RULES) refuse(`${rules.length} rules, one per match with headers`, MAX_RULES);
  if (sources > MAX_SOURCES) refuse(`${sources} sources in one allowance`, MAX_SOURCES);
  return refusals;
}

/** Whether what they may become at most is within the limits. It mostly is, and this takes less time than to write and count it. */
function isFarBelow(all: readonly PolicyRule[]): boolean {
  let rules = 0;
  for (const rule of all) {
    if (rule.sources.length >= MAX_SOURCES) return false;
    rules += Math.max(1, alternatives(rule)) * Math.max(1, rule.endUsers.length);
  }
  return rules <= MAX_RULES;
}
