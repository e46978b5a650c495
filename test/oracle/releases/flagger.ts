import { primaryLabels, selectorLabel } from './flagger-labels';
import { namesOf, routerOf, type Router } from './flagger-routes';
import { find, has, serviceAccountOf, withObjects, type Release, type ReleasePod, type ReleaseStep, type Version } from './release';

/**
 * What Flagger makes of a Canary while it releases a new version, and all checks pass, as its sources say (fluxcd/flagger v1.44): one step
 * for each tick of `advanceCanary` in pkg/controller/scheduler.go, up to the last one, or the one that it does not get beyond.
 */
export function flagger(manifests: readonly any[], canary: any = theCanary(manifests)): Release {
  const { namespace } = canary.metadata;
  const { kind = 'Deployment', name } = canary.spec.targetRef;
  const workload = find(manifests, kind, namespace, name);
  const router = routerOf(canary.spec.provider);
  if (selectorLabel(workload) === undefined || router.write(canary, { primary: 100, canary: 0, mirrored: false }) === undefined) return { steps: [] };
  const cluster = { manifests, canary, workload, router };
  return {
    steps: statesOf(canary, router).map(state => stepOf(cluster, state)),
    rolledBack: stepOf(cluster, { ...AT_REST, phase: 'Failed' }),
  };
}

function theCanary(manifests: readonly any[]): any {
  const [one, ...others] = manifests.filter(({ kind }) => kind === 'Canary');
  if (one === undefined || others.length > 0) throw new Error('say which Canary');
  return one;
}

type Phase = 'Initialized' | 'Progressing' | 'Promoting' | 'Finalising' | 'Succeeded' | 'Failed';

interface State {
  readonly phase: Phase;
  readonly primary: number;
  readonly canary: number;
  readonly mirrored: boolean;
  readonly iterations: number;
}

const AT_REST: State = { phase: 'Initialized', primary: 100, canary: 0, mirrored: false, iterations: 0 };

function statesOf(canary: any, router: Router): readonly State[] {
  const states = [AT_REST];
  for (let state = AT_REST; state.phase !== 'Succeeded';) {
    const next = tick(state, canary, router);
    if (JSON.stringify(next) === JSON.stringify(state)) break;
    states.push(state = next);
  }
  return states;
}

/** `advanceCanary`. */
function tick(before: State, canary: any, router: Router): State {
  const { provider, analysis } = canary.spec;
  const state = router.startsAnew?.(canary) ? { ...before, primary: 100, canary: 0 } : before;
  switch (state.phase) {
    case 'Initialized': return { ...state, phase: 'Progressing' };
    case 'Promoting': return provider === 'kubernetes' ? { ...state, phase: 'Finalising' } : shiftedBack(state, analysis.stepWeightPromotion ?? 0);
    case 'Finalising': return { ...state, phase: 'Succeeded' };
    default: {
      if (canary.spec.skipAnalysis === true) return { ...AT_REST, phase: 'Succeeded' };
      const matches = provider === 'kubernetes' ? [] : analysis.match ?? [];
      const iterations = analysis.iterations > 0 ? analysis.iterations : provider === 'kubernetes' ? 10 : 0;
      const next = iterations === 0 ? byWeights(state, analysis) : matches.length > 0 ? forSome(state, iterations)
        : blueGreen(state, iterations, provider !== 'kubernetes', analysis.mirror === true);
      return { ...next, mirrored: next.mirrored && router.mirrors(canary) };
    }
  }
}

/** `runPromotionTrafficShift`. */
function shiftedBack(state: State, step: number): State {
  if (step === 0) return { ...state, phase: 'Finalising', primary: 100, canary: 0, mirrored: false };
  if (state.canary === 0) return state;
  const [primary, canary] = [Math.min(100, state.primary + step), Math.max(0, state.canary - step)];
  return { ...state, primary, canary, mirrored: false, phase: primary === 100 ? 'Finalising' : 'Promoting' };
}

/** `runCanary`. */
function byWeights(state: State, analysis: any): State {
  const step = nextStepWeight(analysis, state.canary);
  if (step <= 0) return state;
  if (state.canary >= maxWeight(analysis)) return { ...state, phase: 'Promoting' };
  if (analysis.mirror === true && state.canary === 0) {
    return state.mirrored ? { ...state, primary: 100 - step, canary: step, mirrored: false } : { ...state, primary: 100, canary: 0, mirrored: true };
  }
  return { ...state, primary: Math.max(0, state.primary - step), canary: Math.min(100, state.canary + step) };
}

function nextStepWeight({ stepWeight = 0, stepWeights = [] }: any, weight: number): number {
  if (stepWeight > 0 || stepWeights.length === 0) return stepWeight;
  const most = 100 - weight;
  if (most === 0) return 1;
  if (weight === 0) return Math.min(most, stepWeights[0]);
  const at = stepWeights.slice(0, -1).indexOf(weight);
  return at < 0 ? most : Math.min(most, stepWeights[at + 1] - weight);
}

function maxWeight({ stepWeights = [], maxWeight: most = 0 }: any): number {
  return stepWeights.length > 0 ? Math.min(100, stepWeights[stepWeights.length - 1]) : most > 0 ? most : 100;
}

/** `runAB`. */
function forSome(state: State, iterations: number): State {
  return state.iterations < iterations ? { ...state, primary: 0, canary: 100, iterations: state.iterations + 1 } : { ...state, phase: 'Promoting' };
}

/** `runBlueGreen`. */
function blueGreen(state: State, iterations: number, routes: boolean, mirror: boolean): State {
  const next = { ...state, iterations: state.iterations + 1 };
  if (state.iterations < iterations) return routes && mirror ? { ...next, mirrored: true } : next;
  if (state.iterations > iterations) return { ...state, phase: 'Promoting' };
  return routes ? { ...next, primary: 0, canary: 100, mirrored: false } : next;
}

interface Cluster {
  readonly manifests: readonly any[];
  readonly canary: any;
  readonly workload: any;
  readonly router: Router;
}

function stepOf({ manifests, canary, workload, router }: Cluster, state: State): ReleaseStep {
  const { namespace } = canary.metadata;
  const names = namesOf(canary);
  const [label, value] = selectorLabel(workload)!;
  const isRunning = !['Initialized', 'Succeeded', 'Failed'].includes(state.phase);
  // `Promote` copies the new version into the primary, before requests go back there.
  const released: Version = ['Promoting', 'Finalising', 'Succeeded'].includes(state.phase) ? 'new' : 'stable';
  const labels = primaryLabels(workload)!;
  const { template } = workload.spec;
  const pod = (version: Version, of: Readonly<Record<string, string>>): ReleasePod =>
    ({ version, namespace, labels: of, serviceAccount: serviceAccountOf(template) });
  const service = (name: string, selected: string, metadata: any) =>
    serviceOf(manifests, canary, workload, { name, selector: { [label]: selected }, metadata });
  const owned = { ownerReferences: [{ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: canary.metadata.name, controller: true }] };
  return {
    phase: state.phase,
    weights: canary.spec.provider === 'kubernetes' ? {} : { [names.primary]: state.primary, [names.canary]: state.canary },
    manifests: withObjects(manifests, [
      { ...workload, spec: { ...workload.spec, replicas: isRunning ? 1 : 0 } },
      {
        ...workload,
        metadata: { name: `${workload.metadata.name}-primary`, namespace, labels, ...owned },
        spec: {
          ...workload.spec,
          replicas: 1,
          selector: { matchLabels: { [label]: `${value}-primary` } },
          template: { ...template, metadata: { ...template.metadata, labels } },
        },
      },
      service(names.apex, `${value}-primary`, canary.spec.service.apex),
      service(names.primary, `${value}-primary`, canary.spec.service.primary),
      service(names.canary, value, canary.spec.service.canary),
      ...router.write(canary, state)!,
    ]),
    pods: [pod(released, labels), ...isRunning ? [pod('new', template.metadata.labels)] : []],
  };
}

interface Selecting {
  readonly name: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly metadata: any;
}

/** pkg/router/kubernetes_default.go: `reconcileService`. Of a Service that is there, selector and ports are changed. */
function serviceOf(manifests: readonly any[], canary: any, workload: any, { name, selector, metadata }: Selecting): any {
  const { namespace } = canary.metadata;
  const { port, portName, targetPort, appProtocol } = canary.spec.service;
  const spec = {
    type: 'ClusterIP',
    selector,
    ports: [
      { name: portName || 'http', protocol: 'TCP', port, targetPort: targetPort || port, ...appProtocol && { appProtocol } },
      ...canary.spec.service.portDiscovery ? discovered(canary.spec.service, workload) : [],
    ],
  };
  if (has(manifests, 'Service', namespace, name)) {
    const there = find(manifests, 'Service', namespace, name);
    return { ...there, spec: { ...there.spec, selector, ports: spec.ports } };
  }
  const [label] = Object.keys(selector);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace,
      labels: { ...metadata?.labels, [label]: name },
      ...metadata?.annotations && { annotations: metadata.annotations },
      ownerReferences: [{ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: canary.metadata.name, controller: true }],
    },
    spec,
  };
}

/** pkg/canary/util.go: `getPorts`. */
function discovered({ port, targetPort }: any, { spec: { template } }: any): readonly any[] {
  return (template.spec?.containers ?? []).filter((container: any) => !['istio-proxy', 'envoy'].includes(container.name))
    .flatMap((container: any) => (container.ports ?? []).map((one: any, i: number) => ({ ...one, name: one.name || `tcp-${container.name}-${i}` }))
      .filter((one: any) => !targetPort ? one.containerPort !== port : one.containerPort !== targetPort && one.name !== targetPort))
    .map(({ name, containerPort }: any) => ({ name, protocol: 'TCP', port: containerPort, targetPort: containerPort }));
}
