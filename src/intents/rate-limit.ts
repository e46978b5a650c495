import { headersOf } from './header-changes';
import { misuse } from '../errors/misuse';
import type { IdentitySource, Source } from '../model/access';
import { distinctByKey, sourceKey } from '../model/access';
import type { Every, Fields } from '../model/fields';
import type * as model from '../model/handling';
import { flatMap } from '../model/lists';
import { checkNotEmpty } from '../vocabulary/names';
import type { LocalRateLimit, RateLimitAnswer, RateLimitRule } from '../vocabulary/request-handling';
import { checkWhole, millis } from '../vocabulary/timeouts-and-retries';

/** The most that proxies count. */
const MOST = 4294967295;

/** @param clientNamespace - that of clients of which it is not said; `undefined` where it is not known */
export function rateLimitOf(
  where: string, clientNamespace: string | undefined, { requests, rules, interval, answer }: Fields<LocalRateLimit, 'requests' | 'rules' | 'interval' | 'answer'>,
): Every<model.RateLimit> {
  if (requests === undefined && rules === undefined) {
    throw misuse('MESH1401', where, 'nothing is limited', 'Give `requests` or `rules`, or leave it out');
  }
  if (requests !== undefined) checkWhole(where, 'requests', requests, 1, MOST);
  checkNotEmpty(where, 'rules', rules, 'Leave it out, or name clients or requests');
  return {
    requests,
    rules: rules && rulesOf(where, clientNamespace, rules),
    interval: millis(where, interval) ?? 1000,
    answer: answer && answerOf(`${where}: answer`, answer),
  };
}

function rulesOf(where: string, clientNamespace: string | undefined, rules: readonly RateLimitRule[]): Every<model.LimitRule>[] {
  const counted: IdentitySource[] = [];
  return flatMap(rules, ({ sources, perClient = false, matches, requests }: Fields<RateLimitRule, 'sources' | 'perClient' | 'matches' | 'requests'>, i) => {
    const own = `${where}: rule ${i + 1}`;
    checkNotEmpty(own, 'sources', sources, 'Leave it out for all clients');
    checkNotEmpty(own, 'matches', matches, 'Leave it out for all requests');
    checkWhole(own, 'requests', requests, 1, MOST);
    if (sources === undefined && matches === undefined && i + 1 < rules.length) {
      throw misuse('MESH1307', own, `the rule is for every request, so rule ${i + 2} is never reached`,
        'Put the rule that is for every request last');
    }
    const named = distinctByKey(flatMap(sources ?? [], source => source._toModel(namespaceOf(own, clientNamespace), own)), sourceKey)
      .map(source => identityOf(own, source));
    const left = named.filter(source => !counted.some(other => includes(other, source)));
    if (named.length > 0 && left.length === 0) {
      throw misuse('MESH1307', own, 'earlier rules count all requests of its clients, so the rule is never reached',
        'Put the rule that is for fewer clients first');
    }
    if (matches === undefined) counted.push(...left);
    const rule = { matches: (matches ?? []).map(match => match._toModel()), requests };
    const single = perClient ? left.filter(({ kind }) => kind !== 'namespace') : [];
    const others = left.filter(source => !single.includes(source));
    return [
      ...single.map(source => ({ ...rule, sources: [source], perClient: false })),
      ...(others.length > 0 || named.length === 0 ? [{ ...rule, sources: others, perClient }] : []),
    ];
  });
}

function namespaceOf(where: string, namespace: string | undefined): string {
  if (namespace === undefined) {
    throw misuse('MESH1501', where, 'the namespace of the Service is unknown, and the rule names clients', "Give the chart its `namespace: 'shop'`");
  }
  return namespace;
}

function identityOf(where: string, source: Source): IdentitySource {
  if (source.kind !== 'serviceAccount' && source.kind !== 'namespace' && source.kind !== 'spiffeId') {
    throw misuse('MESH1410', where, `the requests of Identity.${source.kind} cannot be counted`,
      'Name ServiceAccounts, namespaces or SPIFFE ids, or leave `sources` out for all clients');
  }
  return source;
}

/** Whether a client of the second is always one of the first. */
function includes(wide: IdentitySource, narrow: IdentitySource): boolean {
  return sourceKey(wide) === sourceKey(narrow) || (wide.kind === 'namespace' && narrow.kind === 'serviceAccount' && narrow.namespace === wide.name);
}

/** What proxies take: they read a lower status as 429, and no more headers. */
function answerOf(where: string, { statusCode, headers = {} }: Fields<RateLimitAnswer, 'statusCode' | 'headers'>): Every<model.LimitAnswer> {
  if (statusCode === undefined && Object.keys(headers).length === 0) {
    throw misuse('MESH1401', where, 'nothing is answered', 'Give `statusCode` or `headers`, or leave it out');
  }
  if (statusCode !== undefined) checkWhole(where, 'statusCode', statusCode, 400, 599);
  const { set } = Object.keys(headers).length === 0 ? { set: [] } : headersOf(where, { set: headers });
  checkWhole(where, 'headers', set.length, 0, 10);
  return { statusCode, headers: set };
}
