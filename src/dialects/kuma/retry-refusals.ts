import { STATUSES } from './mesh-retry';
import type { RouteFeature } from '../../model/features/route';
import type { PortRoute, RouteRule } from '../../model/route';
import type { RuleRefusal } from '../contract/refusal';
import { unnamedInWords, unnamedStatusCodes } from '../proxies/go-status-codes';

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
  const refusals: RuleRefusal<RouteFeature>[] = [];
  const refuse = (feature: RouteFeature, reason: string, remedy: string) => refusals.push({ feature, reason, remedy });
  if (protocol === 'GRPC') {
    if (statusCodes.length > 0 || connectionFailures) {
      refuse('HTTPRouteRetry', 'on ports that speak gRPC, Kuma retries by gRPC status only', 'Give `grpcStatuses`, and `connectionFailures: false`');
    }
    if (grpcStatuses.some(status => STATUSES[status] === undefined)) {
      refuse('RetryGRPCStatus', "Kuma writes the status CANCELLED as 'canceled', which its proxy does not know", 'Leave it out');
    }
    return refusals;
  }
  const unnamed = unnamedStatusCodes(statusCodes);
  if (grpcStatuses.length > 0) {
    refuse('RetryGRPCStatus', 'Kuma retries by gRPC status only on ports that speak gRPC', 'Leave them out, or give the port the protocol GRPC');
  }
  if (unnamed.length > 0) {
    refuse('HTTPRouteRetry', `Kuma takes status codes that have a name, and ${unnamedInWords(unnamed)} ${unnamed.length === 1 ? 'has' : 'have'} none`, 'Leave it out');
  }
  return refusals;
}
