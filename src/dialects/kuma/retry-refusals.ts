import { STATUSES } from './mesh-retry';
import type { RouteFeature } from '../../model/features/route';
import type { PortRoute, RouteRule } from '../../model/route';
import type { RuleRefusal } from '../contract/refusal';
import { unnamedStatusCodes } from '../proxies/go-status-codes';

/** What a MeshRetry cannot express of the retries of a rule. Its fields for gRPC differ from those for HTTP. */
export function retryRefusals({ protocol }: PortRoute, { handling: { retries, timeouts } }: RouteRule): RuleRefusal<RouteFeature>[] {
  if (retries === undefined) {
    return [];
  }
  if (retries.attempts === 0) {
    return !timeouts?.backendRequest ? [] : [{
      feature: 'HTTPRouteBackendTimeout',
      reason: 'without retries, Kuma has no timeout for single tries',
      remedy: 'Use `request`',
    }];
  }
  const { statusCodes, grpcStatuses, connectionFailures } = retries;
  if (protocol !== 'GRPC') {
    const unknown = unnamedStatusCodes(statusCodes);
    return [
      ...(grpcStatuses.length > 0 ? [{
        feature: 'RetryGRPCStatus' as const,
        reason: 'Kuma retries by gRPC status only on ports that speak gRPC',
        remedy: 'Leave them out, or give the port the protocol GRPC',
      }] : []),
      ...(unknown.length > 0 ? [{
        feature: 'HTTPRouteRetry' as const,
        reason: `Kuma takes status codes that have a name, and ${unknown.join(', ')} has none`,
        remedy: 'Leave it out',
      }] : []),
    ];
  }
  return [
    ...(statusCodes.length > 0 || connectionFailures ? [{
      feature: 'HTTPRouteRetry' as const,
      reason: 'on ports that speak gRPC, Kuma retries by gRPC status only',
      remedy: 'Give `grpcStatuses`, and `connectionFailures: false`',
    }] : []),
    ...(grpcStatuses.some(status => STATUSES[status] === undefined) ? [{
      feature: 'RetryGRPCStatus' as const,
      reason: "Kuma writes the status CANCELLED as 'canceled', which its proxy does not know",
      remedy: 'Leave it out',
    }] : []),
  ];
}
