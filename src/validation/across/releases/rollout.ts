import { list, map, namespaceOfObject, type Subject } from '../inventory';
import type { World } from './world';

/** A Rollout of Argo Rollouts, as its controller reads it. */
export interface Rollout {
  readonly subject: Subject;
  readonly name: string;
  readonly namespace: string;
  readonly workloadRef?: { readonly kind: string; readonly name: string };
  readonly workload?: Subject;
  /** Of the pods; unknown if they are those of a workload that is not here. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly canary?: any;
  readonly blueGreen?: any;
  readonly routing?: any;
  readonly steps: readonly any[];
  /** The configuration of the plugin for Gateway API. */
  readonly gatewayApi?: any;
}

const PLUGIN = 'argoproj-labs/gatewayAPI';

export function rolloutOf(subject: Subject, world: World): Rollout {
  const { manifest } = subject;
  const spec = map(manifest.spec);
  const namespace = namespaceOfObject(manifest);
  const strategy = map(spec.strategy);
  const workloadRef = spec.workloadRef === undefined ? undefined : { kind: String(spec.workloadRef?.kind), name: String(spec.workloadRef?.name) };
  const workload = workloadRef && world.named(workloadRef.kind === 'PodTemplate' ? 'PodTemplate' : `apps ${workloadRef.kind}`, namespace, workloadRef.name, subject);
  const template = workloadRef === undefined ? spec.template : workload?.manifest.template ?? workload?.manifest.spec?.template;
  const routing = strategy.canary?.trafficRouting;
  return {
    subject,
    name: String(manifest.metadata?.name),
    namespace,
    workloadRef,
    workload,
    labels: template === undefined || template === null ? undefined : map(template.metadata?.labels),
    canary: strategy.canary,
    blueGreen: strategy.blueGreen,
    routing,
    steps: list(strategy.canary?.steps),
    gatewayApi: map(routing?.plugins)[PLUGIN],
  };
}
