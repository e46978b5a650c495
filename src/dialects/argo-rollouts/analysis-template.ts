import { API_VERSION } from './apis';
import { roundsOf } from './course';
import type { AnalysisTemplateSpec, Metric } from './specs';
import { flatMap } from '../../model/lists';
import { hasRequests, type Protocol } from '../../model/protocol';
import type { ReleaseCheck, ReleaseModel } from '../../model/release';
import { nameOfCheck } from '../../model/release';
import type { RouteModel } from '../../model/route';
import type { Deliverable, Telemetry } from '../contract/deliverable';
import type { Manifest } from '../contract/manifest';
import { orElse } from '../contract/promql';
import { refused } from '../contract/unwritten';

/**
 * The checks of a release. Each has to hold so many times in a row, one interval apart; a value that is none, or several, is a failed check.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
 */
export function analysisTemplates(model: ReleaseModel, telemetry: Deliverable['telemetry'], prometheus: string): Manifest[] {
  if (model.checks.length === 0) return [];
  const spec: AnalysisTemplateSpec = {
    metrics: flatMap(model.checks, check =>
      queriesOf(check, model, telemetry).map(({ name, query }) => metric(name, query, check, model, prometheus))),
  };
  return [{
    apiVersion: API_VERSION, kind: 'AnalysisTemplate', metadata: { name: model.workload.name, namespace: model.route.namespace }, spec,
  }];
}

function metric(name: string, query: string, check: ReleaseCheck, { course, interval, tolerance }: ReleaseModel, address: string): Metric {
  const rounds = roundsOf(course);
  return {
    name,
    initialDelay: `${interval}s`,
    interval: `${interval}s`,
    // The most that it takes: all checks but the last of a round hold, as often as one may fail.
    count: rounds * tolerance,
    consecutiveSuccessLimit: rounds,
    failureLimit: tolerance - 1,
    successCondition: ['len(result) == 1', ...boundsOf(check)].join(' && '),
    provider: { prometheus: { address, query } },
  };
}

/** The comparisons are false for NaN. */
function boundsOf(check: ReleaseCheck): string[] {
  const atLeast = check.kind === 'latency' ? undefined : check.atLeast;
  const atMost = check.kind === 'successRate' ? undefined : check.atMost;
  return [...(atLeast === undefined ? [] : [`result[0] >= ${atLeast}`]), ...(atMost === undefined ? [] : [`result[0] <= ${atMost}`])];
}

interface Query {
  readonly name: string;
  readonly query: string;
}

/** One query; what is measured of requests is one for each protocol that the ports speak. */
function queriesOf(check: ReleaseCheck, model: ReleaseModel, telemetry: Deliverable['telemetry']): Query[] {
  const name = nameOfCheck(check);
  if (check.kind === 'promql') return [{ name, query: check.query }];
  const protocols = measured(model.route);
  return protocols.map(protocol => {
    const query = measuring(check, protocol, model, 'none' in telemetry ? refused() : telemetry);
    return { name: protocols.length === 1 ? name : `${name}-${protocol.toLowerCase()}`, query: model.withoutRequests === 'pass' ? orElse(query, check.kind === 'successRate' ? 100 : 0) : query };
  });
}

function measuring(check: Exclude<ReleaseCheck, { kind: 'promql' }>, protocol: Protocol, model: ReleaseModel, telemetry: Telemetry): string {
  const { route, canary, workload, interval, course } = model;
  const of = {
    namespace: route.namespace ?? refused(),
    // Nothing routes the requests of a preview: they are for its own Service.
    root: course.kind === 'switch' ? canary.name : route.service.name,
    service: canary.name,
    workload: workload.name,
    protocol,
    window: `${check.window ?? interval}s`,
  };
  return check.kind === 'successRate' ? telemetry.successRate(of) : telemetry.latency(of, check.quantile);
}

/** The protocols of the routed ports whose requests can be counted. */
export function measured({ ports }: RouteModel): Protocol[] {
  return [...new Set(ports.filter(({ rules }) => rules.length > 0).map(({ protocol }) => protocol))].filter(hasRequests);
}
