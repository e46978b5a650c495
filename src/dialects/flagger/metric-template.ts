import { API_VERSION } from './apis';
import { routedPort } from './service';
import type { CanarySpecAnalysisMetrics, MetricTemplateSpec } from '../../../imports/flagger/flagger.app';
import type { FlaggerModel } from '../../model/delivery';
import type { ReleaseCheck, ReleaseModel } from '../../model/release';
import { nameOfCheck } from '../../model/release';
import type { Deliverable, Measured, Telemetry } from '../contract/deliverable';
import type { Manifest, Plain } from '../contract/manifest';
import { orElse } from '../contract/promql';
import { refused } from '../contract/unwritten';

/** One MetricTemplate for each check: Flagger knows queries of its own for few meshes. */
export function metricTemplates(model: ReleaseModel, telemetry: Deliverable['telemetry'], { prometheus }: FlaggerModel): Manifest[] {
  return model.checks.map(check => {
    const spec: Plain<MetricTemplateSpec> = { provider: { type: 'prometheus', address: prometheus }, query: queryOf(check, model, telemetry) };
    const metadata = { name: templateName(model, check), namespace: model.route.namespace };
    return { apiVersion: API_VERSION, kind: 'MetricTemplate', metadata, spec };
  });
}

/** The same check in the Canary. */
export function metric(model: ReleaseModel, check: ReleaseCheck): Plain<CanarySpecAnalysisMetrics> {
  return {
    name: nameOfCheck(check), interval: windowOf(model, check), templateRef: { name: templateName(model, check) }, thresholdRange: rangeOf(check),
  };
}

function templateName({ route: { name } }: ReleaseModel, check: ReleaseCheck): string {
  return `${name}-${nameOfCheck(check)}`;
}

function rangeOf(check: ReleaseCheck): CanarySpecAnalysisMetrics['thresholdRange'] {
  switch (check.kind) {
    case 'successRate': return { min: check.atLeast };
    case 'latency': return { max: check.atMost };
    case 'promql': return { ...(check.atLeast !== undefined && { min: check.atLeast }), ...(check.atMost !== undefined && { max: check.atMost }) };
  }
}

function windowOf({ interval }: ReleaseModel, check: ReleaseCheck): string {
  return `${(check.kind === 'promql' ? undefined : check.window) ?? interval}s`;
}

/** Flagger takes the last value of several, so each query has one. */
function queryOf(check: ReleaseCheck, model: ReleaseModel, telemetry: Deliverable['telemetry']): string {
  switch (check.kind) {
    case 'successRate': return quiet(measurable(telemetry).successRate(measured(model, check)), model, 100);
    case 'latency': return quiet(measurable(telemetry).latency(measured(model, check), check.quantile), model, 0);
    case 'promql': return check.query;
  }
}

/** Without requests there is no value, or one that is no number, and Flagger counts a failed check. */
function quiet(query: string, { withoutRequests }: ReleaseModel, good: number): string {
  return withoutRequests === 'fail' ? query : orElse(query, good);
}

function measured(model: ReleaseModel, check: ReleaseCheck): Measured {
  const { route, canary, workload } = model;
  return {
    // Flagger fills it in.
    namespace: route.namespace ?? '{{ namespace }}',
    root: route.service.name,
    service: canary.name,
    // That of the stable version has another name.
    workload: workload.name,
    protocol: routedPort(route).protocol,
    window: windowOf(model, check),
  };
}

function measurable(telemetry: Deliverable['telemetry']): Telemetry {
  return 'none' in telemetry ? refused() : telemetry;
}
