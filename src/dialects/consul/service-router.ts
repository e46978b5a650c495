import { CONSUL_API_VERSION } from './apis';
import { headerChanges } from './header-changes';
import type { PathMatch } from './path-match';
import { pathMatch } from './path-match';
import { retry } from './retry';
import { isSplit, routedRules, serviceOf, splitterName } from './service-chain';
import type {
  ServiceRouterSpec, ServiceRouterSpecRoutes, ServiceRouterSpecRoutesDestination, ServiceRouterSpecRoutesMatchHttp,
} from '../../../imports/consul/consul.hashicorp.com';
import type { Fields } from '../../model/fields';
import { merged } from '../../model/fields';
import type { Handling, PathChange, Timeouts } from '../../model/handling';
import { prefixChange } from '../../model/handling';
import { flatMap } from '../../model/lists';
import type { NamedCondition, RequestMatch } from '../../model/match';
import { longestPathFirst, valueRegex } from '../../model/match';
import type { PathCondition, PlainPath } from '../../model/path';
import { plainPaths } from '../../model/path';
import type { RouteModel, RouteRule } from '../../model/route';
import type { Manifest, Plain } from '../contract/manifest';
import { elsewhere, refused } from '../contract/unwritten';
import type { ConsulNamespaces } from '../gateway-api/extension/consul-namespaces';
import { goDuration } from '../gateway-api/spelling/duration';
import { withoutSlash } from '../specificity/path-change';

type Route = Plain<ServiceRouterSpecRoutes>;
type HttpMatch = Plain<ServiceRouterSpecRoutesMatchHttp>;
type Destination = Plain<ServiceRouterSpecRoutesDestination>;

/** One ServiceRouter. Consul takes the first route that matches. */
export function serviceRouter(model: RouteModel, namespaces: ConsulNamespaces): Manifest {
  const { name } = model.service;
  const spec: Plain<ServiceRouterSpec> = { routes: flatMap(routedRules(model), rule => routesOf(model, rule, namespaces)) };
  return { apiVersion: CONSUL_API_VERSION, kind: 'ServiceRouter', metadata: { name, namespace: model.namespace }, spec };
}

function routesOf(model: RouteModel, rule: RouteRule, namespaces: ConsulNamespaces): Route[] {
  const destination: Destination = {
    ...(isSplit(rule) ? { service: splitterName(model, rule) } : serviceOf(model, rule.backends[0], namespaces)),
    ...treatment(rule.handling),
  };
  return rule.matches.length === 0 ? [{ destination }] : flatMap(inOrder(rule), match => paths(match.path, rule.handling.rewrite?.path).map(
    ({ prefixRewrite, ...path }): Route => ({
      match: { http: { ...path, ...besidePath(match) } },
      destination: { ...destination, ...(prefixRewrite !== undefined && { prefixRewrite }) },
    })));
}

/** Where a prefix is replaced, it is the longest of those that match. */
function inOrder({ matches, handling }: RouteRule): readonly RequestMatch[] {
  return prefixChange(handling) === undefined ? matches : longestPathFirst(matches);
}

const treatment = merged<Handling, Destination>({
  // A negative time removes Envoy's default of 15 seconds; 0 keeps it.
  timeouts: ({ request }: Fields<Timeouts, 'request', 'backendRequest'>) => request === undefined ? {} : { requestTimeout: request === 0 ? '-1s' : goDuration(request) },
  retries: retries => retries.attempts > 0 ? retry(retries) : {},
  requestHeaders: requestHeaders => headerChanges({ requestHeaders }),
  responseHeaders: responseHeaders => headerChanges({ responseHeaders }),
  // By each match.
  rewrite: elsewhere,
  // In a ServiceResolver.
  stickiness: elsewhere,
  mirrors: refused,
  redirect: refused,
  directResponse: refused,
  cors: refused,
  faults: refused,
});

type Path = PathMatch & Pick<Destination, 'prefixRewrite'>;

function paths(path: PathCondition | undefined, change: PathChange | undefined): Path[] {
  return path === undefined ? [{}] : plainPaths(path).map(plain =>
    ({ ...pathMatch(plain), ...(change && { prefixRewrite: replacement(change, plain) }) }));
}

/** What replaces the matched part: the path, or a prefix with the slash after it. */
function replacement({ type, value }: Fields<PathChange, 'type' | 'value'>, matched: PlainPath): string {
  if (type === 'full') return value;
  return matched.type === 'prefix' ? `${withoutSlash(value)}/` : withoutSlash(value) || '/';
}

const besidePath = merged<Omit<RequestMatch, 'path'>, HttpMatch>({
  headers: headers => ({ header: headers.map(condition) }),
  query: query => ({ queryParam: query.map(condition) }),
  methods: methods => ({ methods: [...methods] }),
  hosts: refused,
});

/** Query parameters have no field for the start or the end of a value. */
function condition(one: Fields<NamedCondition, 'name' | 'type' | 'value'>) {
  const { name, type, value } = one;
  switch (type) {
    case 'exact': return { name, exact: value };
    case 'start':
    case 'end':
    case 'regex': return { name, regex: valueRegex(one) };
    case 'present': return { name, present: true };
  }
}
