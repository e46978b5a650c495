import { pathExpression } from './expression';
import type { CiliumNetworkPolicySpecIngressToPortsRulesHttp } from '../../../imports/cilium/cilium.io';
import type { RequestFeature } from '../../model/features/requests';
import type { Fields } from '../../model/fields';
import { collected, merged, nothing } from '../../model/fields';
import type { NamedCondition, RequestMatch } from '../../model/match';
import type { PathCondition } from '../../model/path';
import { escapeRegex } from '../../model/regex';
import type { Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import type { Support } from '../contract/support';
import { BY_EXPRESSION, FULL, none, PATHS_BY_EXPRESSION } from '../contract/support';
import { refused } from '../contract/unwritten';
import { MAX_PROGRAM_SIZE, programSize } from '../proxies/program-size';

const WHOLE_VALUE = none('Cilium compares the whole value of a header, or asks for none');

/** What its HTTP rules tell apart. */
export const httpRuleSupports: Readonly<Record<RequestFeature, Support>> = {
  MethodMatching: FULL,
  ...PATHS_BY_EXPRESSION,
  HeaderMatching: FULL,
  HeaderPresenceMatching: FULL,
  HeaderPartMatching: WHOLE_VALUE,
  HeaderRegexMatching: WHOLE_VALUE,
  QueryParamMatching: none('an HTTP rule of Cilium has no conditions on the query'),
  GRPCMethodMatching: FULL,
  GRPCAnyServiceMatching: BY_EXPRESSION,
};

/** One HTTP rule. Its expressions are compared with the whole method and the whole path; a header without a value only has to be present. */
export const httpRule = merged<RequestMatch, Plain<CiliumNetworkPolicySpecIngressToPortsRulesHttp>>({
  methods: methods => ({ method: methods.map(escapeRegex).join('|') }),
  path: path => ({ path: pathExpression(path) }),
  headers: headers => ({ headerMatches: headers.map(({ name, type, value }: Fields<NamedCondition, 'name' | 'type' | 'value'>) => ({ name, ...(type === 'exact' && { value }) })) }),
  query: refused,
  hosts: refused,
});

/** Why Cilium cannot express a request. */
export const requestRefusals = collected<RequestMatch, Refusal<RequestFeature>>({
  path: pathRefusals,
  methods: nothing,
  headers: nothing,
  query: nothing,
  hosts: nothing,
});

function pathRefusals(path: PathCondition): Refusal<RequestFeature>[] {
  const expression = pathExpression(path);
  const what = `the path '${path.value}'`;
  if (expression === undefined) {
    return [{
      what,
      reason: "Cilium compares the path together with the query, and the expression may match the '?' between them, or has a '$' before its end",
      remedy: "Write it as a `pathTemplate`; or without '$', and without what matches a '?'; '.' and negated classes are fine",
    }];
  }
  return programSize(expression) <= MAX_PROGRAM_SIZE ? [] : [tooLarge(what)];
}

export function tooLarge<F>(what: string): Refusal<F> {
  return {
    what,
    reason: `Cilium compares it by a regular expression, and its proxy drops all policies of the pods if one has more than ${MAX_PROGRAM_SIZE} instructions`,
    remedy: 'Write a shorter one',
  };
}
