import { secondsOf } from './durations';
import type { Rollout } from './rollout';
import { list, map, type Finding } from '../inventory';
import { selects } from '../selectors';

/** What the controller of Argo Rollouts calls an InvalidSpec: the Rollout then stands still. */
export function rolloutFindings(rollout: Rollout): Finding[] {
  return [pods, numbers, strategy, scale, routing, services, steps].flatMap(rule => [...rule(rollout)])
    .map(([path, message]) => ({ subject: rollout.subject, check: 'rollout', path, message, isError: true }));
}

type Invalid = readonly [path: string, message: string];

function* pods({ subject, workloadRef, labels }: Rollout): Iterable<Invalid> {
  const { selector, minReadySeconds = 0, progressDeadlineSeconds = 600 } = map(subject.manifest.spec);
  const template = map(subject.manifest.spec).template;
  if (workloadRef !== undefined) {
    if (!WORKLOADS.includes(workloadRef.kind)) yield ['spec.workloadRef.kind', `is '${workloadRef.kind}'. Write one of ${WORKLOADS.join(', ')}`];
    if (template !== undefined && template !== null) yield ['spec.template', 'stands beside spec.workloadRef. Leave one of the two out'];
  } else {
    if (Object.keys(map(map(selector).matchLabels)).length + list(map(selector).matchExpressions).length === 0) {
      yield ['spec.selector', 'is missing or empty. Write `matchLabels` with a label of the pods'];
    } else if (labels !== undefined && !selects(selector, labels)) {
      yield ['spec.selector', 'does not match the labels in spec.template. Write labels that it has'];
    }
    const { restartPolicy } = map(map(template).spec);
    if (restartPolicy !== undefined && restartPolicy !== 'Always') yield ['spec.template.spec.restartPolicy', `is '${restartPolicy}'. Write Always, or leave it out`];
  }
  if (progressDeadlineSeconds <= minReadySeconds) {
    yield ['spec.progressDeadlineSeconds', `is ${progressDeadlineSeconds}, and spec.minReadySeconds is ${minReadySeconds}. Write more than that`];
  }
}

const WORKLOADS = ['Deployment', 'ReplicaSet', 'PodTemplate'];

function* numbers({ subject, blueGreen }: Rollout): Iterable<Invalid> {
  const spec = map(subject.manifest.spec);
  for (const field of ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds']) {
    if (typeof spec[field] === 'number' && spec[field] < 0) yield [`spec.${field}`, `is ${spec[field]}. Write 0 or more`];
  }
  const { revisionHistoryLimit = 10 } = spec;
  const { scaleDownDelayRevisionLimit: limit } = map(blueGreen);
  if (typeof limit === 'number' && limit > revisionHistoryLimit) {
    yield ['spec.strategy.blueGreen.scaleDownDelayRevisionLimit', `is ${limit}, and spec.revisionHistoryLimit is ${revisionHistoryLimit}. Write at most that`];
  }
}

function* strategy({ canary, blueGreen }: Rollout): Iterable<Invalid> {
  if ((canary === undefined) === (blueGreen === undefined)) {
    yield ['spec.strategy', `has ${canary === undefined ? 'neither canary nor blueGreen' : 'both canary and blueGreen'}. Write one of them`];
    return;
  }
  const [path, first, second] = canary === undefined ? ['spec.strategy.blueGreen', 'activeService', 'previewService']
    : ['spec.strategy.canary', 'stableService', 'canaryService'];
  const { [first]: one, [second]: other } = map(canary ?? blueGreen);
  if (one !== undefined && one !== '' && one === other) yield [`${path}.${first}`, `is '${one}', and so is ${second}. Write two Services`];
}

const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** How many pods there may be, and where. */
function* scale({ canary, blueGreen }: Rollout): Iterable<Invalid> {
  const { maxSurge, maxUnavailable } = map(canary);
  if (isZero(maxSurge) && isZero(maxUnavailable)) {
    yield ['spec.strategy.canary.maxSurge', 'is 0, and so is maxUnavailable, so no pod may come or go. Write more in one of them'];
  }
  for (const [path, { antiAffinity }] of [['canary', map(canary)], ['blueGreen', map(blueGreen)]] as const) {
    if (antiAffinity === undefined) continue;
    const at = `spec.strategy.${path}.antiAffinity`;
    const { [PREFERRED]: preferred, requiredDuringSchedulingIgnoredDuringExecution: required } = map(antiAffinity);
    if ((preferred === undefined) === (required === undefined)) yield [at, `has ${preferred === undefined ? 'no' : 'two'} ways to place pods. Write one`];
    const { weight } = map(preferred);
    if (preferred !== undefined && !(weight >= 1 && weight <= 100)) {
      yield [`${at}.${PREFERRED}.weight`, `is ${weight ?? 'missing'}. Write a weight from 1 to 100`];
    }
  }
}

/** Of pods, or a part of them; 0 of either is 0. */
function isZero(limit: unknown): boolean {
  return limit === 0 || limit === '0' || limit === '0%';
}

/** Routers that send requests to two Services. */
const BY_SERVICES = ['alb', 'istio', 'smi', 'apisix', 'ambassador', 'nginx', 'appMesh', 'traefik'];

function* routing({ canary, routing: routed, gatewayApi }: Rollout): Iterable<Invalid> {
  if (canary === undefined) return;
  const { stableService, canaryService, pingPong, scaleDownDelaySeconds, dynamicStableScale } = map(canary);
  const at = 'spec.strategy.canary';
  if (routed === undefined) {
    if (scaleDownDelaySeconds !== undefined) yield [`${at}.scaleDownDelaySeconds`, 'is for trafficRouting only. Leave it out'];
    if (dynamicStableScale === true) yield [`${at}.dynamicStableScale`, 'is for trafficRouting only. Leave it out'];
    return;
  }
  if (scaleDownDelaySeconds !== undefined && dynamicStableScale === true) {
    yield [`${at}.dynamicStableScale`, 'excludes scaleDownDelaySeconds. Leave one of them out'];
  }
  const router = BY_SERVICES.find(name => routed?.[name] !== undefined && (name !== 'istio' || routed.istio?.destinationRule === undefined));
  const { virtualService, virtualServices } = map(routed?.istio);
  if (routed?.istio !== undefined && (virtualService === undefined) === (list(virtualServices).length === 0)) {
    yield [`${at}.trafficRouting.istio`, `has ${virtualService === undefined ? 'neither virtualService nor virtualServices' : 'both virtualService and virtualServices'}. Write one of them`];
  }
  const needs = router ?? (gatewayApi === undefined ? undefined : 'the plugin for Gateway API');
  if (needs !== undefined && pingPong === undefined) {
    for (const [field, name] of [['stableService', stableService], ['canaryService', canaryService]]) {
      if (!name) yield [`${at}.${field}`, `is missing, and ${needs} needs it. Name a Service`];
    }
  }
  if (routed?.maxTrafficWeight !== undefined && routed.nginx === undefined && Object.keys(map(routed.plugins)).length === 0) {
    yield [`${at}.trafficRouting.maxTrafficWeight`, 'is for nginx and plugins only. Leave it out'];
  }
}

/** Two Services that change their roles with each release. */
function* services({ canary, routing: routed }: Rollout): Iterable<Invalid> {
  const { pingPong } = map(canary);
  if (pingPong === undefined) return;
  const { pingService, pongService } = map(pingPong);
  const at = 'spec.strategy.canary.pingPong';
  if (!pingService) yield [`${at}.pingService`, 'is missing. Name a Service'];
  if (!pongService) yield [`${at}.pongService`, 'is missing. Name a Service'];
  if (pingService && pingService === pongService) yield [`${at}.pingService`, `is '${pingService}', and so is pongService. Write two Services`];
  if (routed !== undefined && routed.alb === undefined && routed.istio === undefined && Object.keys(map(routed.plugins)).length === 0) {
    yield [at, 'is for alb, istio and plugins only. Leave it out'];
  }
}

const ALONE = ['setWeight', 'pause', 'experiment', 'analysis'];
const STEPS = [...ALONE, 'setCanaryScale', 'setHeaderRoute', 'setMirrorRoute', 'plugin'];

function* steps({ steps: all, routing: routed }: Rollout): Iterable<Invalid> {
  const most = map(routed).maxTrafficWeight ?? 100;
  const hasPlugins = Object.keys(map(map(routed).plugins)).length > 0;
  const has = (...names: string[]) => hasPlugins || names.some(name => map(routed)[name] !== undefined);
  for (const [i, step] of all.entries()) {
    const path = `spec.strategy.canary.steps[${i}]`;
    const known = STEPS.filter(name => step[name] !== undefined);
    if (known.length === 0) yield [path, `has none of ${STEPS.join(', ')}. Write one of them`];
    if (known.filter(name => ALONE.includes(name)).length > 1) yield [path, `has ${known.join(' and ')}. Write a step for each`];
    if (typeof step.setWeight === 'number' && (step.setWeight < 0 || step.setWeight > most)) {
      yield [`${path}.setWeight`, `is ${step.setWeight}. Write a weight from 0 to ${most}`];
    }
    const { duration } = map(step.pause);
    if (duration !== undefined && !(secondsIn(duration) >= 0)) yield [`${path}.pause.duration`, `is '${duration}', which is no time to wait. Write such as '10m'`];
    for (const [j, { weight }] of list(map(step.experiment).templates).entries()) {
      if (weight !== undefined && !has('alb', 'smi', 'istio')) {
        yield [`${path}.experiment.templates[${j}].weight`, 'is for alb, smi, istio and plugins only. Leave it out'];
      }
    }
    const args = [...list(map(step.analysis).args), ...list(map(step.experiment).analyses).flatMap(({ args: ofAnalysis }) => list(ofAnalysis))];
    for (const { name, valueFrom } of args) {
      const { fieldPath } = map(map(valueFrom).fieldRef);
      if (String(fieldPath ?? '').startsWith('metadata') && !METADATA.test(fieldPath)) {
        yield [path, `takes '${name}' from ${fieldPath}. Write one of metadata.name, metadata.namespace, metadata.uid, metadata.labels, metadata.annotations`];
      }
    }
    if (step.setCanaryScale !== undefined && routed === undefined) yield [`${path}.setCanaryScale`, 'is for trafficRouting only. Leave it out'];
    for (const [field, routers] of [['setHeaderRoute', ['istio', 'alb', 'apisix']], ['setMirrorRoute', ['istio']]] as const) {
      if (step[field] === undefined) continue;
      if (!has(...routers)) yield [`${path}.${field}`, `is for ${[...routers, 'plugins'].join(', ')} only. Leave it out`];
      const managed = list(map(routed).managedRoutes).map(({ name }) => name);
      if (!managed.includes(map(step[field]).name)) {
        yield [`${path}.${field}.name`, `is '${map(step[field]).name}', which trafficRouting.managedRoutes does not have. Add it there`];
      }
    }
    const texts: [path: string, text: any][] = [
      ...list(map(step.setHeaderRoute).match).map(({ headerValue }, j): [string, any] => [`setHeaderRoute.match[${j}].headerValue`, headerValue]),
      ...list(map(step.setMirrorRoute).match).flatMap((match, j) => ['method', 'path'].filter(field => match[field] !== undefined)
        .map((field): [string, any] => [`setMirrorRoute.match[${j}].${field}`, match[field]])),
    ];
    for (const [at, text] of texts) {
      const given = ['exact', 'regex', 'prefix'].filter(kind => map(text)[kind]);
      if (given.length !== 1) yield [`${path}.${at}`, `has ${given.length === 0 ? 'none' : 'several'} of exact, regex and prefix. Write one of them`];
    }
  }
}

/** What a Rollout says of itself to an analysis (`ExtractFieldPathAsString` of Kubernetes). */
const METADATA = /^metadata\.(?:name|namespace|uid|(?:labels|annotations)(?:\['[^']+'\])?)$/;

/** A number, or text, is in seconds where no unit stands. */
function secondsIn(duration: unknown): number {
  return typeof duration === 'number' ? duration : /^[+-]?\d+$/.test(String(duration)) ? Number(duration) : secondsOf(duration) ?? NaN;
}
