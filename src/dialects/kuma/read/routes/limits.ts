import type { ClientMatch, MatchedConf } from './client-matches';
import { type Conf, count, time } from './conf';
import { TRUST_DOMAIN } from '../../../../meaning/condition';
import { isUndecided, type Undecided } from '../../../../meaning/decision';
import type { IdentitySource } from '../../../../model/access';
import type { LimitAnswer, LimitRule, RateLimit } from '../../../../model/handling';
import { distinctBy } from '../../../../model/lists';

const ANSWER = 'local.http.onRateLimit';

/** What of a MeshRateLimit is understood. */
export const LIMIT = ['local.http.requestRate.num', 'local.http.requestRate.interval', ANSWER];

/** What counts requests: for each match by itself, in place of the limit of all others. */
export function rateLimitOf(ofAll: Conf, policies: readonly { readonly matched: readonly MatchedConf[] }[]): RateLimit | Undecided | undefined {
  const matched = distinctBy(policies.flatMap(one => one.matched), ({ match }) => JSON.stringify(match));
  if (matched.length === 0) return limitOf(ofAll);
  if (policies.length > 1) return { unknown: 'which of several MeshRateLimits counts the requests of a client is not put together here' };
  const base = limitOf(ofAll);
  if (isUndecided(base)) return base;
  const limits: RateLimit[] = base === undefined ? [] : [base];
  const rules: LimitRule[] = [];
  for (const { match } of matched) {
    const limit = limitOf(confFor(match, ofAll, matched));
    const source = sourceOf(match);
    if (isUndecided(limit)) return limit;
    if (source === undefined || limit?.requests === undefined) return { unknown: 'which clients a MeshRateLimit is for is not told apart here' };
    limits.push(limit);
    rules.push({ sources: [source], perClient: false, matches: [], requests: limit.requests });
  }
  const [{ interval, answer }] = limits;
  if (limits.some(one => one.interval !== interval || JSON.stringify(one.answer) !== JSON.stringify(answer))) {
    return { unknown: 'the rules of a MeshRateLimit count over several times, or answer in several ways' };
  }
  const others: LimitRule[] = base?.requests === undefined ? [] : [{ sources: [], perClient: false, matches: [], requests: base.requests }];
  return { rules: [...rules.sort(closestFirst), ...others], interval, ...(answer && { answer }) };
}

/** A rule says what it says in place of wider ones (`mergeSubsumingMatchedRouteConfs` in its `configurer.go`). */
function confFor(match: ClientMatch, ofAll: Conf, matched: readonly MatchedConf[]): Conf {
  const including = matched.filter(({ match: { type, value } }) =>
    type === 'Prefix' ? match.value.startsWith(value) : match.type === 'Exact' && match.value === value);
  const narrow = ({ match: { type, value } }: MatchedConf) => type === 'Exact' ? Infinity : value.length;
  return new Map([...ofAll, ...[...including].sort((a, b) => narrow(a) - narrow(b)).flatMap(({ conf }) => [...conf])]);
}

function sourceOf({ type, value }: ClientMatch): IdentitySource | undefined {
  const [, domain, namespace, account] = /^spiffe:\/\/([^/]+)\/ns\/([^/]+)\/(?:sa(?:\/([^/]*))?)?$/.exec(value) ?? [];
  if (type === 'Exact') {
    return domain === TRUST_DOMAIN && account ? { kind: 'serviceAccount', namespace, name: account } : { kind: 'spiffeId', id: value };
  }
  // A prefix that ends within a name is that of other names, too.
  return domain === TRUST_DOMAIN && !account ? { kind: 'namespace', name: namespace } : undefined;
}

/** ServiceAccounts go before their namespace, and else names are in order. */
function closestFirst({ sources: [a] }: LimitRule, { sources: [b] }: LimitRule): number {
  return Number(a.kind === 'namespace') - Number(b.kind === 'namespace') || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
}

function limitOf(conf: Conf): RateLimit | Undecided | undefined {
  if (conf.get('local.http.disabled') === true) return undefined;
  const [requests, interval] = [count(conf, LIMIT[0]), time(conf, LIMIT[1])];
  if (requests === undefined && interval === undefined) return undefined;
  const answer = answerOf(conf.get(ANSWER));
  if (typeof requests !== 'number' || typeof interval !== 'number') return { unknown: 'the rate of a MeshRateLimit is not understood' };
  if (answer === 'unknown') return { unknown: 'the answer of a MeshRateLimit is not understood' };
  return { requests, interval, ...(answer && { answer }) };
}

/** Of a header that is set, Kuma keeps what is behind the last comma; Envoy makes 429 of a code below 400. */
function answerOf(said: any): LimitAnswer | 'unknown' | undefined {
  if (said === undefined) return undefined;
  const { status, headers = {}, ...others } = said ?? {};
  const { set = [], ...more } = headers ?? {};
  const isUnknown = Object.keys(others).length > 0 || Object.keys(more).length > 0 || !Array.isArray(set)
    || set.some(one => typeof one?.name !== 'string' || typeof one.value !== 'string' || /[,%]/.test(one.value))
    || !(status === undefined || Number.isInteger(status));
  if (isUnknown) return 'unknown';
  const sorted = set.map(({ name, value }) => ({ name: name.toLowerCase(), value })).sort((a, b) => a.name < b.name ? -1 : 1);
  return status === undefined && sorted.length === 0 ? undefined
    : { ...(status !== undefined && { statusCode: status < 400 ? 429 : status }), headers: sorted };
}
