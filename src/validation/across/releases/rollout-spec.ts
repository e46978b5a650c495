import type { Rollout } from './rollout';
import { list, map, type Finding } from '../inventory';
import { selects } from '../selectors';

/** What the controller of Argo Rollouts calls an InvalidSpec: the Rollout then stands still. */
export function rolloutFindings(rollout: Rollout): Finding[] {
  return [...pods(rollout), ...strategy(rollout), ...routing(rollout), ...steps(rollout)]
    .map(([path, message]) => ({ subject: rollout.subject, check: 'rollout', path, message, isError: true }));
}

type Invalid = readonly [path: string, message: string];

function* pods({ subject, workloadRef, labels }: Rollout): Iterable<Invalid> {
  const { selector, minReadySeconds = 0, progressDeadlineSeconds = 600 } = map(subject.manifest.spec);
  if (workloadRef === undefined) {
    if (Object.keys(map(map(selector).matchLabels)).length + list(map(selector).matchExpressions).length === 0) {
      yield ['spec.selector', 'is missing or empty. Write `matchLabels` with a label of the pods'];
    } else if (labels !== undefined && !selects(selector, labels)) {
      yield ['spec.selector', 'does not match the labels in spec.template. Write labels that it has'];
    }
  }
  if (progressDeadlineSeconds <= minReadySeconds) {
    yield ['spec.progressDeadlineSeconds', `is ${progressDeadlineSeconds}, and spec.minReadySeconds is ${minReadySeconds}. Write more than that`];
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
    if (step.setCanaryScale !== undefined && routed === undefined) yield [`${path}.setCanaryScale`, 'is for trafficRouting only. Leave it out'];
    for (const [field, routers] of [['setHeaderRoute', ['istio', 'alb', 'apisix']], ['setMirrorRoute', ['istio']]] as const) {
      if (step[field] === undefined) continue;
      if (!has(...routers)) yield [`${path}.${field}`, `is for ${[...routers, 'plugins'].join(', ')} only. Leave it out`];
      const managed = list(map(routed).managedRoutes).map(({ name }) => name);
      if (!managed.includes(map(step[field]).name)) {
        yield [`${path}.${field}.name`, `is '${map(step[field]).name}', which trafficRouting.managedRoutes does not have. Add it there`];
      }
    }
    for (const [j, { headerValue }] of list(map(step.setHeaderRoute).match).entries()) {
      const given = ['exact', 'regex', 'prefix'].filter(kind => map(headerValue)[kind]);
      if (given.length !== 1) {
        yield [`${path}.setHeaderRoute.match[${j}].headerValue`, `has ${given.length === 0 ? 'none' : 'several'} of exact, regex and prefix. Write one of them`];
      }
    }
  }
}
