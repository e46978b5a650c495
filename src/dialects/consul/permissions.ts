import { pathMatch } from './path-match';
import type {
  ServiceIntentionsSpecSourcesPermissions, ServiceIntentionsSpecSourcesPermissionsHttp, ServiceIntentionsSpecSourcesPermissionsHttpHeader,
} from '../../../imports/consul/consul.hashicorp.com';
import type { AccessRule } from '../../model/access';
import { merged } from '../../model/fields';
import { distinctBy, flatMap } from '../../model/lists';
import type { NamedCondition, RequestMatch } from '../../model/match';
import { ANY_REQUEST, intersect, matchKey } from '../../model/match';
import { plainPaths } from '../../model/path';
import type { Plain } from '../contract/manifest';
import { refused } from '../contract/unwritten';

type Permission = Plain<ServiceIntentionsSpecSourcesPermissions>;
type HttpPermission = Plain<ServiceIntentionsSpecSourcesPermissionsHttp>;

type Requests = Pick<AccessRule, 'requests' | 'exceptRequests'>;

/**
 * Denies some requests, and allows those of the rules. The first permission that matches decides, so denials are first, exceptions
 * come before what they are exceptions of, and the last permission is for all other requests.
 */
export function permissions(denied: readonly RequestMatch[], rules: readonly Requests[]): Permission[] {
  const ordered = inOrder(rules);
  const open = ordered.some(({ requests }) => requests.length === 0);
  return [
    ...permissionsFor('deny', denied),
    ...flatMap(ordered, ({ requests, exceptRequests }) => [...permissionsFor('deny', exceptRequests), ...permissionsFor('allow', requests)]),
    { action: open ? 'allow' : 'deny', http: { pathPrefix: '/' } },
  ];
}

/** Whether the exception of one rule would deny what a later one allows. */
export function exceptsAllowed(rules: readonly Requests[]): boolean {
  const ordered = inOrder(rules);
  return ordered.some(({ exceptRequests }, i) => ordered.slice(i + 1).some(({ requests }) =>
    exceptRequests.some(except => (requests.length === 0 ? [ANY_REQUEST] : requests).some(request => intersect(except, request) !== 'disjoint'))));
}

/** Rules with the same exceptions are one. Those without are first; those for every request are last, and alone if they have no exceptions. */
function inOrder(rules: readonly Requests[]): Requests[] {
  const byExceptions = new Map<string, Requests[]>();
  for (const rule of rules) {
    const key = JSON.stringify(rule.exceptRequests.map(matchKey).sort());
    byExceptions.set(key, [...byExceptions.get(key) ?? [], rule]);
  }
  const groups = [...byExceptions].sort(([a], [b]) => a < b ? -1 : 1).map(([, same]): Requests => ({
    requests: same.some(({ requests }) => requests.length === 0) ? [] : flatMap(same, ({ requests }) => requests),
    exceptRequests: same[0].exceptRequests,
  }));
  const rank = ({ requests, exceptRequests }: Requests) => exceptRequests.length === 0 ? 0 : requests.length === 0 ? 2 : 1;
  const everything = groups.find(({ requests, exceptRequests }) => requests.length === 0 && exceptRequests.length === 0);
  return everything === undefined ? groups.sort((a, b) => rank(a) - rank(b)) : [everything];
}

function permissionsFor(action: 'allow' | 'deny', requests: readonly RequestMatch[]): Permission[] {
  return flatMap(distinctBy(requests, matchKey), httpPermissions).map(http => ({ action, http }));
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

function header({ name, type, value }: NamedCondition): Plain<ServiceIntentionsSpecSourcesPermissionsHttpHeader> {
  switch (type) {
    case 'exact': return { name, exact: value };
    case 'start': return { name, prefix: value };
    case 'end': return { name, suffix: value };
    case 'regex': return { name, regex: value };
    case 'present': return { name, present: true };
  }
}
