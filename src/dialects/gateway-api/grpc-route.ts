import { API_VERSION } from './apis';
import { backendRefs, parentRefs, routeMetadata } from './refs';
import type { SplitRule } from './route-rules';
import type { GrpcRouteSpec, GrpcRouteSpecRulesMatches } from '../../../imports/gateway-api/standard/gateway.networking.k8s.io';
import type { RequestMatch } from '../../model/match';
import { isAnyRequest } from '../../model/match';
import type { PortRoute, RouteModel } from '../../model/route';
import type { Manifest, Plain } from '../dialect';
import { valueMatch } from '../http-route-match';

/** One GRPCRoute, for one port of the Service. */
export function grpcRoute(model: RouteModel, port: PortRoute, rules: readonly SplitRule[]): Manifest {
  const spec: Plain<GrpcRouteSpec> = {
    parentRefs: parentRefs(model, port),
    rules: rules.map(({ matches, backends }) => ({
      ...(matches.some(isAnyRequest) ? {} : { matches: matches.map(grpcMatch) }),
      backendRefs: backendRefs(model, backends),
    })),
  };
  return { apiVersion: API_VERSION, kind: 'GRPCRoute', metadata: routeMetadata(model, port), spec };
}

function grpcMatch({ grpc, headers }: RequestMatch): Plain<GrpcRouteSpecRulesMatches> {
  return {
    ...(grpc && { method: { type: 'Exact', service: grpc.service, ...(grpc.method && { method: grpc.method }) } }),
    ...(headers.length > 0 && { headers: headers.map(valueMatch) }),
  };
}
