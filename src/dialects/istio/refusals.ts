import { MAX_RULES, MAX_SOURCES } from './apis';
import type { Rule } from './authorization-policy';
import type { AccessModel } from '../../model/access';
import type { AccessFeature } from '../../model/features/access';
import { collected, nothing } from '../../model/fields';
import { flatMap } from '../../model/lists';
import type { RequestMatch } from '../../model/match';
import { ANY_ELEMENT } from '../../model/path';
import type { Refusal } from '../contract/refusal';

/** Values to which Istio, or its proxy, gives a meaning that they do not have in the model. */
export function valueRefusals({ rules }: Pick<AccessModel, 'rules'>): Refusal<AccessFeature>[] {
  return flatMap(flatMap(rules, rule => rule.requests), request => misread(request));
}

const misread = collected<RequestMatch, Refusal<AccessFeature>>({
  path: ({ type, value }) => [
    ...(type === 'template' && /[*=]/.test(value.split(ANY_ELEMENT).join('')) ? [{
      what: `the path template '${value}'`,
      reason: "the proxy takes no '*' and no '=' in the elements of a template",
      remedy: 'Leave the match out for this target',
    }] : []),
    ...((type === 'exact' || type === 'prefix' || type === 'template') && value.endsWith('*') ? [wildcard('path', value)] : []),
  ],
  // A star at the start of a value is read before one at its end.
  headers: headers => headers.filter(({ type, value }) => (type === 'exact' && /^\*|\*$/.test(value)) || (type === 'start' && value.startsWith('*')))
    .map(({ value }) => wildcard('header value', value)),
  methods: nothing,
  query: nothing,
  hosts: nothing,
});

function wildcard(what: string, value: string): Refusal<AccessFeature> {
  return {
    what: `the ${what} '${value}'`,
    reason: "an AuthorizationPolicy reads '*' at either end as a wildcard, and cannot match the character itself",
    remedy: 'Leave the match out for this target',
  };
}

/** Limits of the CRD. */
export function limitRefusals(rules: readonly Rule[]): Refusal<AccessFeature>[] {
  const refusals: Refusal<AccessFeature>[] = [];
  const refuse = (what: string, most: number) =>
    refusals.push({ what, reason: `the CRD of AuthorizationPolicy allows ${most}`, remedy: 'Allow the same with fewer, wider matches' });
  const sources = Math.max(0, ...rules.map(({ from }) => from?.length ?? 0));
  if (rules.length > MAX_RULES) refuse(`${rules.length} rules, one per match with headers`, MAX_RULES);
  if (sources > MAX_SOURCES) refuse(`${sources} sources in one allowance`, MAX_SOURCES);
  return refusals;
}
