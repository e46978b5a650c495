import { API_VERSION } from './apis';
import { metric } from './metric-template';
import type { RouteOfTarget } from './route-of-target';
import { service } from './service';
import type { MovedByFlagger } from './supports';
import type { CanarySpec, CanarySpecAnalysis, CanarySpecAnalysisMatch, CanarySpecAnalysisWebhooks, CanarySpecAutoscalerRef } from '../../../imports/flagger/flagger.app';
import type { HttpRouteSpecRulesMatches } from '../../../imports/gateway-api/experimental/gateway.networking.k8s.io';
import type { FlaggerModel } from '../../model/delivery';
import type { Fields } from '../../model/fields';
import type { Approval, Autoscaler, Course, ReleaseModel, Workload } from '../../model/release';
import type { Manifest, Plain } from '../contract/manifest';
import type { ServiceReading } from '../contract/service-reading';

/** Every field of a release, as the objects of Flagger say it: its versions go by names that Flagger gives them. */
type Rendered = Fields<
  ReleaseModel, 'route' | 'course' | 'workload' | 'interval' | 'checks' | 'tolerance' | 'approval' | 'withoutRequests' | 'stable' | 'canary'
>;

/** Prometheus is for MetricTemplates, the labels for what is refused. */
type Installed = Fields<FlaggerModel, 'gate' | 'revertOnDeletion', 'prometheus' | 'selectorLabels'>;

/** One Canary, by the name of the release; what Flagger makes of it goes by the names of the Service and of the Deployment. */
export function canary(model: Rendered, moved: MovedByFlagger, own: RouteOfTarget, reading: ServiceReading, options: Installed): Manifest {
  const { route, workload } = model;
  const { name, autoscaler }: Fields<Workload, 'name' | 'autoscaler', 'selector' | 'podLabels' | 'ports' | 'replicas'> = workload;
  const spec: Plain<CanarySpec> = {
    provider: providerOf(moved),
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    ...(autoscaler !== undefined && { autoscalerRef: autoscalerRef(autoscaler) }),
    service: service(route, moved, own, reading),
    analysis: analysis(model, own, options),
    ...(options.revertOnDeletion && { revertOnDeletion: true }),
  };
  return { apiVersion: API_VERSION, kind: 'Canary', metadata: { name: route.name, namespace: route.namespace }, spec };
}

function providerOf(moved: MovedByFlagger): Plain<CanarySpec>['provider'] {
  switch (moved.api) {
    case 'gatewayApi': return 'gatewayapi:v1';
    case 'split': return PROVIDERS[moved.version];
    case 'pods': return 'kubernetes';
  }
}

const PROVIDERS = { v1alpha1: 'linkerd', v1alpha2: 'osm' } as const;

const AUTOSCALERS: Readonly<Record<Autoscaler['kind'], string>> = { HorizontalPodAutoscaler: 'autoscaling/v2', ScaledObject: 'keda.sh/v1alpha1' };

function autoscalerRef({ kind, name }: Autoscaler): Plain<CanarySpecAutoscalerRef> {
  return { apiVersion: AUTOSCALERS[kind], kind, name };
}

function analysis(model: ReleaseModel, { route }: RouteOfTarget, options: Pick<FlaggerModel, 'gate'>): Plain<CanarySpecAnalysis> {
  const { interval, tolerance, course, checks, approval } = model;
  return {
    interval: `${interval}s`,
    threshold: tolerance,
    ...steps(course),
    ...(course.kind === 'audience' && { match: (route?.spec.rules?.[0].matches ?? []).map(audienceOf) }),
    ...(checks.length > 0 && { metrics: checks.map(check => metric(model, check)) }),
    ...(approval !== 'none' && options.gate !== undefined && { webhooks: [gateAt(options.gate, approval)] }),
  };
}

function steps(course: Course): Plain<Pick<CanarySpecAnalysis, 'stepWeights' | 'iterations'>> {
  return course.kind === 'weights' ? { stepWeights: [...course.weights] } : { iterations: course.rounds };
}

/** As the route of the target spells them. */
function audienceOf({ headers = [], queryParams = [] }: Plain<HttpRouteSpecRulesMatches>): Plain<CanarySpecAnalysisMatch> {
  return { ...(headers.length > 0 && { headers: conditions(headers) }), ...(queryParams.length > 0 && { queryParams: conditions(queryParams) }) };
}

function conditions(all: readonly { readonly name: string; readonly type?: string; readonly value: string }[]) {
  return Object.fromEntries(all.map(({ name, type, value }) => [name, type === 'RegularExpression' ? { regex: value } : { exact: value }]));
}

const WEBHOOKS: Readonly<Record<Exclude<Approval, 'none'>, Plain<CanarySpecAnalysisWebhooks>['type']>> = { start: 'confirm-rollout', promotion: 'confirm-promotion' };

/** The load tester says no until somebody opens its gate for the Canary (`cmd/loadtester`). */
function gateAt(gate: string, approval: Exclude<Approval, 'none'>): Plain<CanarySpecAnalysisWebhooks> {
  return { name: approval, type: WEBHOOKS[approval], url: `${gate}/gate/check` };
}
