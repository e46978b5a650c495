import type { Providers } from './jwt-provider';
import { pathMatch } from './path-match';
import type {
  ServiceIntentionsSpecSourcesPermissions, ServiceIntentionsSpecSourcesPermissionsHttp, ServiceIntentionsSpecSourcesPermissionsHttpHeader,
  ServiceIntentionsSpecSourcesPermissionsJwtProviders,
} from '../../../imports/consul/consul.hashicorp.com';
import type { AccessRule } from '../../model/access';
import type { ClaimCondition, EndUser } from '../../model/end-user';
import type { Fields } from '../../model/fields';
import { merged } from '../../model/fields';
import { distinctBy, flatMap } from '../../model/lists';
import type { NamedCondition, RequestMatch } from '../../model/match';
import { ANY_REQUEST, intersect, isAnyRequest, isSameMatch, matchKey } from '../../model/match';
import { plainPaths } from '../../model/path';
import type { Plain } from '../contract/manifest';
import { refused } from '../contract/unwritten';

type Permission = Plain<ServiceIntentionsSpecSourcesPermissions>;
type HttpPermission = Plain<ServiceIntentionsSpecSourcesPermissionsHttp>;
type Token = Plain<ServiceIntentionsSpecSourcesPermissionsJwtProviders>;

const EVERY_PATH: HttpPermission = { pathPrefix: '/' };

/** What of a rule permissions say. */
export type Permitted = Pick<AccessRule, 'requests' | 'exceptRequests' | 'endUsers'>;

/** Permissions that stand together: the exceptions, then what is allowed. */
interface Group {
  readonly exceptRequests: readonly RequestMatch[];
  readonly allowed: readonly Allowed[];
}

/** Requests that are allowed, to end users only or, if there are none, to everyone. */
interface Allowed {
  readonly request: RequestMatch;
  readonly endUsers: readonly EndUser[];
}

/**
 * Denies some requests, and allows those of the rules. The first permission whose request matches decides, with the right token or not.
 * So denials are first, exceptions come before what they are exceptions of, what everyone may send comes before what needs a token, and
 * the last permission is for all other requests. Where it allows them to everyone, no token is asked for.
 */
export function permissions(denied: readonly RequestMatch[], rules: readonly Permitted[], providers: Providers): Permission[] {
  const groups = inOrder(rules);
  const open = groups.some(({ allowed }) => allowed.some(isOpen));
  const stated = open ? groups.filter(({ allowed }) => allowed.every(one => one.endUsers.length === 0)) : groups;
  const permitted = flatMap(stated, ({ exceptRequests, allowed }) => [
    ...permissionsFor('deny', exceptRequests),
    ...flatMap(allowed.filter(one => !isOpen(one)), ({ request, endUsers }) => allowing(request, endUsers, providers)),
  ]);
  return [...permissionsFor('deny', denied), ...permitted, { action: open ? 'allow' : 'deny', http: EVERY_PATH }];
}

/** Whether the exception of one rule would deny what a later one allows. */
export function exceptsAllowed(rules: readonly Permitted[]): boolean {
  const groups = inOrder(rules);
  return groups.some(({ exceptRequests }, i) => groups.slice(i + 1).some(({ allowed }) =>
    exceptRequests.some(except => allowed.some(({ request }) => intersect(except, request) !== 'disjoint'))));
}

/** Whether some requests would be for the end users of one rule only, though another one lets others send them. */
export function mixes(rules: readonly Permitted[]): boolean {
  const groups = inOrder(rules);
  return groups.some((group, i) => group.allowed.some((one, j) => one.endUsers.length > 0 && [
    ...group.allowed.slice(j + 1).filter(other => !includes(other.request, one.request)), ...flatMap(groups.slice(i + 1), ({ allowed }) => allowed),
  ].some(other => JSON.stringify(other.endUsers) !== JSON.stringify(one.endUsers) && intersect(one.request, other.request) !== 'disjoint')));
}

function isOpen({ request, endUsers }: Allowed): boolean {
  return endUsers.length === 0 && isAnyRequest(request);
}

/** What everyone may send is first; what is allowed without exceptions is first of that. Rules with the same exceptions are one group. */
function inOrder(rules: readonly Permitted[]): Group[] {
  const forEveryone = grouped(rules.filter(({ endUsers }) => endUsers.length === 0), everyone);
  const everything = forEveryone.find(({ exceptRequests, allowed }) => exceptRequests.length === 0 && allowed.some(isOpen));
  return everything === undefined ? [...forEveryone, ...grouped(rules.filter(({ endUsers }) => endUsers.length > 0), byEndUsers)] : [everything];
}

function grouped(rules: readonly Permitted[], allowedBy: (rules: readonly Permitted[]) => readonly Allowed[]): Group[] {
  const byExceptions = new Map<string, Permitted[]>();
  for (const rule of rules) {
    const key = JSON.stringify(rule.exceptRequests.map(matchKey).sort());
    byExceptions.set(key, [...byExceptions.get(key) ?? [], rule]);
  }
  const rank = ({ exceptRequests, allowed }: Group) => exceptRequests.length === 0 ? 0 : allowed.some(({ request }) => isAnyRequest(request)) ? 2 : 1;
  return [...byExceptions].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([, same]): Group => ({ exceptRequests: same[0].exceptRequests, allowed: allowedBy(same) }))
    .sort((a, b) => rank(a) - rank(b));
}

/** What rules without end users allow. */
function everyone(rules: readonly Permitted[]): Allowed[] {
  const requests = rules.some(rule => rule.requests.length === 0) ? [ANY_REQUEST] : distinctBy(flatMap(rules, rule => rule.requests), matchKey);
  return requests.map(request => ({ request, endUsers: [] }));
}

/** What rules with end users allow: each request for those of all rules that include it. Requests go before what includes them. */
function byEndUsers(rules: readonly Permitted[]): Allowed[] {
  const all = flatMap(rules, ({ requests, endUsers }) => (requests.length === 0 ? [ANY_REQUEST] : requests)
    .map((request): Allowed => ({ request, endUsers })));
  return distinctBy(all, ({ request }) => matchKey(request))
    .map(({ request }) => ({ request, including: all.filter(other => includes(other.request, request)) }))
    .sort((a, b) => b.including.length - a.including.length)
    .map(({ request, including }) => ({ request, endUsers: distinctUsers(flatMap(including, ({ endUsers }) => endUsers)) }));
}

function includes(whole: RequestMatch, part: RequestMatch): boolean {
  const common = intersect(whole, part);
  return typeof common !== 'string' && isSameMatch(common, part);
}

/** In one order, whoever named them first. */
function distinctUsers(users: readonly EndUser[]): EndUser[] {
  return distinctBy(users, user => JSON.stringify(user)).sort((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
}

function permissionsFor(action: 'allow' | 'deny', requests: readonly RequestMatch[]): Permission[] {
  return flatMap(distinctBy(requests, matchKey), httpPermissions).map(http => ({ action, http }));
}

function allowing(request: RequestMatch, endUsers: readonly EndUser[], providers: Providers): Permission[] {
  return httpPermissions(request).map(http => ({
    action: 'allow',
    http: isAnyRequest(request) ? EVERY_PATH : http,
    ...endUsers.length > 0 && { jwt: { providers: flatMap(endUsers, user => tokensOf(user, providers)) } },
  }));
}

/** Each of these is enough. */
function tokensOf({ issuer, claims }: Fields<EndUser, 'issuer' | 'claims'>, providers: Providers): Token[] {
  const said = ({ path, values }: Fields<ClaimCondition, 'path' | 'values'>) => values.map(({ value }) => ({ path: [...path], value }));
  return claims.map(said).reduce<Token[]>((all, alternatives) => flatMap(all, token =>
    alternatives.map(one => ({ ...token, verifyClaims: [...token.verifyClaims ?? [], one] }))), [{ name: providers(issuer) }]);
}

function httpPermissions(request: RequestMatch): HttpPermission[] {
  const conditions = besidePath(request);
  return request.path === undefined ? [conditions] : plainPaths(request.path).map(path => ({ ...pathMatch(path), ...conditions }));
}

const besidePath = merged<Omit<RequestMatch, 'path'>, HttpPermission>({
  headers: headers => ({ header: headers.map(header) }),
  methods: methods => ({ methods: [...methods] }),
  query: refused,
  hosts: refused,
});

function header(
  { name, type, value }: Fields<NamedCondition, 'name' | 'type' | 'value'>,
): Plain<ServiceIntentionsSpecSourcesPermissionsHttpHeader> {
  switch (type) {
    case 'exact': return { name, exact: value };
    case 'start': return { name, prefix: value };
    case 'end': return { name, suffix: value };
    case 'regex': return { name, regex: value };
    case 'present': return { name, present: true };
  }
}
