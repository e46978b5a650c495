import type { Analysis, BlueGreenStrategy, Step } from './specs';
import { flatMap } from '../../model/lists';
import type { Course, ReleaseModel } from '../../model/release';
import type { RouteModel } from '../../model/route';

/** How often the checks are made at each step. */
export function roundsOf(course: Course): number {
  return course.kind === 'weights' ? 1 : course.rounds;
}

/** The steps of a release that routes share out. After the last one, the new version gets all requests. */
export function stepsOf(model: ReleaseModel): Step[] {
  const { course, approval } = model;
  return [
    ...(approval === 'start' ? [{ pause: {} }] : []),
    // How many requests always go to the new version is not known: it gets as many pods as the stable one.
    ...(hasOwnRequests(model) ? [{ setCanaryScale: { weight: 100 } }] : []),
    ...(course.kind === 'weights' ? flatMap(course.weights, weight => [{ setWeight: weight }, trial(model)]) : [trial(model)]),
    ...(approval === 'promotion' ? [{ pause: {} }] : []),
  ];
}

function trial(model: ReleaseModel): Step {
  return model.checks.length === 0 ? { pause: { duration: `${trialTime(model)}s` } } : { analysis: analysisOf(model) };
}

/** How long the new version is watched at a step, if all checks hold. */
function trialTime({ course, interval }: ReleaseModel): number {
  return roundsOf(course) * interval;
}

function analysisOf({ workload }: ReleaseModel): Analysis {
  return { templates: [{ templateName: workload.name }] };
}

/** Whether some requests always go to the new version. */
export function hasOwnRequests({ route, stable, canary }: ReleaseModel): boolean {
  return rulesOf(route).some(({ backends }) => {
    const names = backends.map(({ name }) => name);
    return names.includes(canary.name) && !names.includes(stable.name);
  });
}

/** A release that leads the Service that clients call to other pods: nothing is routed. */
export function blueGreenOf(model: ReleaseModel): BlueGreenStrategy {
  const { route, canary, checks, approval } = model;
  return {
    activeService: route.service.name,
    previewService: canary.name,
    ...(approval !== 'none' ? { autoPromotionEnabled: false } : checks.length === 0 ? { autoPromotionSeconds: trialTime(model) } : {}),
    ...(checks.length > 0 && { prePromotionAnalysis: analysisOf(model) }),
  };
}

/** Long enough for the pods, and then for the longest analysis, which counts: the release goes back after that. */
export function deadlineOf({ course, checks, interval, tolerance }: ReleaseModel): number | undefined {
  return course.kind === 'switch' && checks.length > 0 ? 600 + interval * roundsOf(course) * tolerance : undefined;
}

export function rulesOf({ ports }: RouteModel): RouteModel['ports'][number]['rules'] {
  return flatMap(ports, ({ rules }) => rules);
}

/** The route with both versions in each rule that leads to the stable one: the controller moves no other rule. */
export function movable({ route, stable, canary }: ReleaseModel): RouteModel {
  return {
    ...route,
    ports: route.ports.map(port => ({
      ...port,
      rules: port.rules.map(rule => {
        const [one, ...others] = rule.backends;
        if (others.length > 0 || one?.name !== stable.name) return rule;
        const taking = flatMap(port.rules, ({ backends }) => backends).find(({ name }) => name === canary.name);
        return taking === undefined ? rule : { ...rule, backends: [one, { ...taking, weight: 0 }] };
      }),
    })),
  };
}
