import {
  MAX_BACKENDS, MAX_CONDITIONS, MAX_CORS_NAMES, MAX_FILTERS, MAX_HEADER_CHANGES, MAX_HEADER_LENGTH, MAX_MATCHES_PER_ROUTE, MAX_PATH_LENGTH,
  MAX_QUERY_LENGTH, MAX_RULES,
} from './apis';
import { GatewayApiChannel } from './extension/channel';
import { filterCount } from './http-route';
import type { RouteFeature } from '../../model/features/route';
import type { HeaderChanges } from '../../model/handling';
import type { PortRoute } from '../../model/route';
import type { Refusal } from '../contract/refusal';
import { httpRouteMatch } from './spelling/http-route-match';
import { flatMap } from '../../model/lists';
import type { SplitRule } from '../specificity/specific-rules';

/** What is too long, or too much, for the CRD of a route of requests. */
export function limits(channel: GatewayApiChannel, port: PortRoute, rules: readonly SplitRule[]): Refusal<RouteFeature>[] {
  const refusals: Refusal<RouteFeature>[] = [];
  const limit = (what: string, count: number, most: number) => {
    if (count > most) {
      refusals.push({ what: `${count} ${what} on port ${port.port}`, reason: `the CRD of ${port.protocol}Route allows ${most}`, remedy: 'Write fewer' });
    }
  };
  limit('rules', rules.length, MAX_RULES);
  limit('matches', rules.reduce((sum, { matches }) => sum + matches.length, 0), MAX_MATCHES_PER_ROUTE);
  for (const rule of rules) {
    limit('backends in one rule', rule.backends.length, MAX_BACKENDS);
    limit('filters in one rule', filterCount(rule.handling), MAX_FILTERS);
    for (const { set, add, remove } of headerChanges(rule)) {
      limit('changes of a kind to headers', Math.max(set.length, add.length, remove.length), MAX_HEADER_CHANGES);
    }
    limit('names in one list for CORS', corsLength(rule), MAX_CORS_NAMES);
    for (const match of rule.matches) {
      limit('headers in one match', match.headers.length, MAX_CONDITIONS);
      limit('query parameters in one match', match.query.length, MAX_CONDITIONS);
      const { path, headers = [], queryParams = [] } = httpRouteMatch(match);
      limit('characters in a path', path?.value?.length ?? 0, MAX_PATH_LENGTH);
      headers.forEach(({ value }) => limit('characters in the value of a header', value.length, MAX_HEADER_LENGTH));
      queryParams.forEach(({ value }) => limit('characters in the value of a query parameter', value.length, MAX_QUERY_LENGTH));
    }
  }
  return channel === GatewayApiChannel.EXPERIMENTAL ? [...refusals, ...flatMap(rules, rule => spacing(port, rule))] : refusals;
}

function headerChanges({ handling, backends }: SplitRule): HeaderChanges[] {
  return flatMap([handling, ...backends], ({ requestHeaders, responseHeaders }) => [requestHeaders, responseHeaders])
    .filter(changes => changes !== undefined);
}

function corsLength({ handling: { cors } }: SplitRule): number {
  return cors === undefined ? 0 : Math.max(...[cors.allowOrigins, cors.allowHeaders, cors.exposeHeaders].map(list => list.length));
}

/** The experimental CRDs allow only single spaces, between other characters, in the values of headers. */
function spacing({ port, protocol }: PortRoute, rule: SplitRule): Refusal<RouteFeature>[] {
  const values = [
    ...flatMap(headerChanges(rule), ({ set, add }) => [...set, ...add]).map(({ value }) => value),
    ...(protocol === 'HTTP' ? flatMap(rule.matches.map(httpRouteMatch), ({ headers = [] }) => headers).map(({ value }) => value) : []),
  ];
  return values.filter(value => !/^[!-~]+([\t ]?[!-~]+)*$/.test(value)).map(value => ({
    what: `the header value '${value}' on port ${port}`,
    reason: 'the CRDs of the experimental channel allow printable ASCII, with single spaces in between',
    remedy: 'Use such a value, or the standard channel',
  }));
}
