import type { IdentitySource, SourceFields } from '../../model/access';
import { byKind } from '../../model/by-kind';
import type { RouteFeature } from '../../model/features/route';
import type { Fields } from '../../model/fields';
import type { LimitRule } from '../../model/handling';
import { flatMap } from '../../model/lists';
import type { NamedCondition, RequestMatch } from '../../model/match';
import type { PlainPath } from '../../model/path';
import { plainPaths } from '../../model/path';
import type { Refusal } from '../contract/refusal';
import { partial } from '../contract/support';
import { refused } from '../contract/unwritten';
import { clientRefusal } from '../proxies/rate-limit';

const BY_EXPRESSION = 'an expression in that EnvoyFilter, which tells the rules apart (1.25 or newer)';

export const LIMIT_RULES = {
  RateLimitByClient: partial('for clients that are named, whatever their trust domain', BY_EXPRESSION),
  RateLimitByRequest: partial('by the method, the path and headers, without regular expressions', BY_EXPRESSION),
};

export function limitRuleRefusals(rules: readonly LimitRule[]): Refusal<RouteFeature>[] {
  const unwritten = flatMap(rules, ({ matches }) => flatMap(matches, unwrittenConditions));
  return [
    ...(rules.some(({ perClient }) => perClient) ? [clientRefusal(
      'Envoy counts for each client by itself only if it is told its name',
      'Leave out `perClient`, or name the ServiceAccounts of the clients')] : []),
    ...[...new Set(unwritten)].map((what): Refusal<RouteFeature> => ({
      feature: 'RateLimitByRequest',
      reason: `the expression that tells requests apart cannot ask for ${what}`,
      remedy: 'Use methods, paths and headers, without regular expressions',
    })),
  ];
}

/** Envoy does without the rule where its expression cannot be evaluated, so none is risked that may be too large. */
function unwrittenConditions({ path, headers, query, hosts }: Fields<RequestMatch, 'path' | 'headers' | 'query' | 'hosts', 'methods'>): string[] {
  const isExpression = (path !== undefined && plainPaths(path).some(({ type }) => type === 'regex')) || headers.some(({ type }) => type === 'regex');
  return [
    ...(isExpression ? ['templates, cookies and regular expressions'] : []),
    ...(query.length > 0 ? ['query parameters'] : []),
    ...(hosts !== undefined ? ['hosts'] : []),
  ];
}

const KEY = 'rule';

/** What tells Envoy the rule of a request, by its number, and what each rule counts. */
export function ruleDescriptors(rules: readonly LimitRule[], bucket: (requests: number) => object): object {
  return {
    rate_limits: [{
      actions: [{
        extension: {
          name: 'envoy.rate_limit_descriptors.expr',
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.rate_limit_descriptors.expr.v3.Descriptor',
            'descriptor_key': KEY,
            'text': numberOfRule(rules),
          },
        },
      }],
    }],
    descriptors: rules.map(({ requests }, i) => ({ entries: [{ key: KEY, value: String(i + 1) }], token_bucket: bucket(requests) })),
  };
}

/** The number of the first rule that holds, or 0; the last one may be for everything. */
function numberOfRule(rules: readonly LimitRule[]): string {
  return rules.reduceRight((otherwise, rule, i) => {
    const condition = ruleHolds(rule);
    return condition === undefined ? text(String(i + 1)) : `${condition} ? ${text(String(i + 1))} : ${otherwise}`;
  }, text('0'));
}

function ruleHolds({ sources, matches }: Fields<LimitRule, 'sources' | 'matches', 'perClient' | 'requests'>): string | undefined {
  const conditions = [
    // Nobody has an identity over plain text, where a question for it would be an error.
    ...(sources.length === 0 ? [] : ['connection.mtls', anyOf(sources.map(source => isClient(source)))]),
    ...(matches.length === 0 ? [] : [anyOf(matches.map(matchHolds))]),
  ];
  return conditions.length === 0 ? undefined : conditions.join(' && ');
}

const ID = 'connection.uri_san_peer_certificate';

const isClient = byKind<IdentitySource, string>({
  serviceAccount: ({ namespace, name }: SourceFields<'serviceAccount', 'namespace' | 'name'>) =>
    `${ID}.endsWith(${text(`/ns/${namespace}/sa/${name}`)})`,
  namespace: ({ name }: SourceFields<'namespace', 'name'>) => `${ID}.contains(${text(`/ns/${name}/sa/`)})`,
  spiffeId: ({ id }: SourceFields<'spiffeId', 'id'>) => `${ID} == ${text(id)}`,
});

function matchHolds({ methods, path, headers }: Fields<RequestMatch, 'methods' | 'path' | 'headers', 'query' | 'hosts'>): string {
  return [
    ...(methods.length === 0 ? [] : [anyOf(methods.map(method => `request.method == ${text(method)}`))]),
    ...(path === undefined ? [] : [anyOf(plainPaths(path).map(pathHolds))]),
    ...headers.map(headerHolds),
  ].join(' && ');
}

function pathHolds({ type, value }: PlainPath): string {
  switch (type) {
    case 'exact': return `request.url_path == ${text(value)}`;
    case 'prefix': return `request.url_path.startsWith(${text(value)})`;
    case 'regex': return refused();
  }
}

/** A question for a header that is not there would be an error. */
function headerHolds({ name, type, value }: Fields<NamedCondition, 'name' | 'type' | 'value'>): string {
  const header = `request.headers[${text(name)}]`;
  const isThere = `${text(name)} in request.headers`;
  switch (type) {
    case 'present': return isThere;
    case 'exact': return `${isThere} && ${header} == ${text(value)}`;
    case 'start': return `${isThere} && ${header}.startsWith(${text(value)})`;
    case 'end': return `${isThere} && ${header}.endsWith(${text(value)})`;
    case 'regex': return refused();
  }
}

/** `&&` is stronger than `||`, and both are stronger than `?`. */
function anyOf(conditions: readonly string[]): string {
  return conditions.length === 1 ? conditions[0] : `(${conditions.join(' || ')})`;
}

function text(value: string): string {
  return JSON.stringify(value);
}
