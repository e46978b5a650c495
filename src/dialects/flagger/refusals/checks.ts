import type { ReleaseFeature } from '../../../model/features/release';
import { flatMap } from '../../../model/lists';
import type { ReleaseModel } from '../../../model/release';
import { nameOfCheck } from '../../../model/release';
import type { Deliverable } from '../../contract/deliverable';
import type { Refusal } from '../../contract/refusal';
import { routedPort } from '../service';
import { OWN_QUERY } from '../supports';

/** Checks by these names are Flagger's own, whatever template they have (`pkg/controller/scheduler_metrics.go`, runBuiltinMetricChecks). */
const BUILT_IN = ['request-success-rate', 'request-duration'];

/** What is not measured, or would be measured twice. */
export function checkRefusals({ route, checks }: ReleaseModel, telemetry: Deliverable['telemetry']): Refusal<ReleaseFeature>[] {
  const { port, protocol } = routedPort(route);
  return flatMap(checks, (check): Refusal<ReleaseFeature>[] => {
    if (check.kind === 'promql') {
      return !BUILT_IN.includes(check.name) ? [] : [{
        what: `the name '${nameOfCheck(check)}' of a check`, reason: 'Flagger has a check of its own by this name, and makes both', remedy: 'Call it otherwise',
      }];
    }
    const feature = check.kind === 'successRate' ? 'SuccessRateCheck' : 'LatencyCheck';
    if ('none' in telemetry) {
      return [{ feature, reason: telemetry.none, remedy: OWN_QUERY }];
    }
    if (protocol === 'GRPC' && telemetry.grpcByRoutes === true) {
      return [{ feature, port, reason: 'requests of gRPC are counted behind GRPCRoutes here, and Flagger makes an HTTPRoute', remedy: OWN_QUERY }];
    }
    return telemetry.protocols.includes(protocol) ? [] : [{ feature, port, reason: `no requests are counted on ports that speak ${protocol}`, remedy: OWN_QUERY }];
  });
}
