import { API_VERSION } from './apis';
import { requestMirror } from './filters/request-mirror';
import { filteredBackendRefs, parentRefs, routeMetadata } from './refs';
import { sessionPersistence } from './session-persistence';
import type { SplitRule } from '../specificity/specific-rules';
import { headerModifiers } from './spelling/header-modifier';
import { valueMatch } from './spelling/http-route-match';
import type {
  GrpcRouteSpec, GrpcRouteSpecRules, GrpcRouteSpecRulesFilters, GrpcRouteSpecRulesMatches,
} from '../../../imports/gateway-api/experimental/gateway.networking.k8s.io';
import { collected, merged } from '../../model/fields';
import type { ByField } from '../../model/fields';
import type { Handling } from '../../model/handling';
import type { RequestMatch } from '../../model/match';
import { isAnyRequest } from '../../model/match';
import type { GrpcMethod } from '../../model/path';
import type { PortRoute, RouteModel } from '../../model/route';
import type { Manifest, Plain } from '../contract/manifest';
import { refused } from '../contract/unwritten';

/** One GRPCRoute, for one port of the Service. */
export function grpcRoute(model: RouteModel, port: PortRoute, rules: readonly SplitRule[]): Manifest {
  const spec: Plain<GrpcRouteSpec> = { parentRefs: parentRefs(model, port), rules: grpcRules(model, rules) };
  return { apiVersion: API_VERSION, kind: 'GRPCRoute', metadata: routeMetadata(model, port), spec };
}

/** The rules of a GRPCRoute, whatever its parent. */
export function grpcRules(model: RouteModel, rules: readonly SplitRule[]): Plain<GrpcRouteSpecRules>[] {
  return rules.map(rule => grpcRule(model, rule));
}

function grpcRule(model: RouteModel, { name, matches, backends, handling }: SplitRule): Plain<GrpcRouteSpecRules> {
  const filters = grpcFilters(handling, model);
  return {
    ...(name !== undefined && { name }),
    ...(matches.some(isAnyRequest) ? {} : { matches: matches.map(grpcMatch) }),
    ...(filters.length > 0 && { filters }),
    backendRefs: filteredBackendRefs(model, backends),
    ...besideFilters(handling),
  };
}

const FILTERS: ByField<Pick<Handling, 'requestHeaders' | 'responseHeaders' | 'mirrors'>, readonly Plain<GrpcRouteSpecRulesFilters>[], [RouteModel]> = {
  requestHeaders: requestHeaders => headerModifiers({ requestHeaders }),
  responseHeaders: responseHeaders => headerModifiers({ responseHeaders }),
  mirrors: (mirrors, model) => mirrors.map(mirror => requestMirror(model, mirror)),
};

const grpcFilters = collected(FILTERS);

/** Of the rest, a GRPCRoute has a field for one. */
const besideFilters = merged<Omit<Handling, keyof typeof FILTERS>, Plain<GrpcRouteSpecRules>>({
  stickiness: said => ({ sessionPersistence: sessionPersistence(said) }),
  timeouts: refused,
  retries: refused,
  rewrite: refused,
  redirect: refused,
  directResponse: refused,
  cors: refused,
  faults: refused,
});

/** A gRPC port takes matches on methods of gRPC, and on headers. */
const grpcMatch = merged<RequestMatch, Plain<GrpcRouteSpecRulesMatches>>({
  path: ({ grpc }) => ({ method: methodMatch(grpc ?? refused()) }),
  headers: headers => ({ headers: headers.map(valueMatch) }),
  methods: refused,
  query: refused,
  hosts: refused,
});

function methodMatch({ service, method }: GrpcMethod): Plain<GrpcRouteSpecRulesMatches>['method'] {
  return { type: 'Exact', ...(service && { service }), ...(method && { method }) };
}
