import { expectedSteps } from './expected';
import { distinct } from './history';
import { isSuccess, type Controller, type Scenario } from './scenario';
import { NOBODY, podsBehind, stepIn, type World } from './world';
import type { Manifest } from '../../src/dialects/contract/manifest';
import { argoRollouts } from '../../test/oracle/releases/argo-rollouts';
import { flagger } from '../../test/oracle/releases/flagger';
import type { Release, ReleaseStep } from '../../test/oracle/releases/release';
import { stored } from '../harness/case';

const EVALUATORS: Readonly<Record<Controller, (manifests: readonly any[]) => Release>> = { 'Flagger': flagger, 'Argo Rollouts': argoRollouts };

/** What the evaluator of the controller says that there is, one step after the other. */
export function evaluated(scenario: Scenario): readonly World[] {
  const { steps, rolledBack } = EVALUATORS[scenario.controller](scenario.manifests);
  const worlds = steps.map(worldAt);
  if (isSuccess(scenario.fate)) return worlds;
  const far = Math.max(1, expectedSteps(scenario).length - 1);
  const told = worlds.map(world => stepIn(world, scenario));
  return [...worlds.filter((_, i) => distinct(told.slice(0, i + 1)).length <= far), worldAt(rolledBack!)];
}

function worldAt({ manifests, pods }: ReleaseStep): World {
  return { objects: manifests, pods: pods.map(pod => ({ ...pod, of: pod.version, count: 1 })) };
}

/** What differs in what the controller writes, one after the other: each route, where each Service leads, and the labels of the pods. */
export function differences(seen: readonly World[], expected: readonly World[]): string[] {
  return [
    ...diverge(seen, expected, routesIn), ...diverge(seen, expected, servicesIn, steady), ...diverge([together(seen)], [together(expected)], podsIn),
  ];
}

type View = (world: World) => Readonly<Record<string, string>>;

function diverge(seen: readonly World[], expected: readonly World[], view: View, read = (values: readonly string[]) => values): string[] {
  const [views, evaluations] = [seen.map(view), expected.map(view)];
  const names = new Set([...views, ...evaluations].flatMap(Object.keys));
  return [...names].flatMap(name => {
    const [real, evaluation] = [views, evaluations].map(all => read(distinct(all.map(one => one[name] ?? 'none'))));
    return real.join() === evaluation.join() ? [] : [`${name}: ${real.join(', then ')}; the evaluator says ${evaluation.join(', then ')}`];
  });
}

const ROUTES = ['HTTPRoute', 'TrafficSplit', 'VirtualService'];

function routesIn({ objects }: World): Record<string, string> {
  return Object.fromEntries(objects.filter(({ kind }) => ROUTES.includes(kind)).map(one => [`${one.kind} ${one.metadata.name}`, written(one)]));
}

/** TrafficSplits are watched in another version than they are written in, which takes quantities for numbers. */
function written(object: Manifest): string {
  const { spec } = stored(object) as any;
  const said = object.kind !== 'TrafficSplit' ? spec
    : { ...spec, backends: spec.backends.map(({ service, weight }: any) => ({ service, weight: Number(weight) })) };
  return JSON.stringify(said, (_, value) => value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1)) : value);
}

function servicesIn(world: World): Record<string, string> {
  const names = world.objects.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name);
  return Object.fromEntries(names.map(name => [
    `Service ${name}`, [...new Set(podsBehind(world, name).map(({ version }) => version))].sort().join(' and ') || NOBODY,
  ]));
}

/**
 * Services lead to nobody until pods have started. For 30 seconds after an abort, Argo Rollouts lets the canary Service lead to either
 * version, in turn: `rollout/trafficrouting.go` and `rollout/service.go` do not agree.
 */
function steady(values: readonly string[]): string[] {
  const told: string[] = [];
  for (const value of distinct(values.filter((one, i) => one !== NOBODY || i === values.length - 1))) {
    told.push(value);
    const [a, b, c, d] = told.slice(-4);
    if (d !== undefined && a === c && b === d) told.splice(-2);
  }
  return told;
}

function together(worlds: readonly World[]): World {
  return { objects: [], pods: worlds.flatMap(({ pods }) => pods) };
}

/** The hash of a template is another in each run. */
function podsIn({ pods }: World): Record<string, string> {
  return Object.fromEntries(pods.map(({ version, labels: { 'rollouts-pod-template-hash': _, ...labels } }) =>
    [`${version} pods ${Object.entries(labels).map(pair => pair.join('=')).sort()}`, 'run']));
}
