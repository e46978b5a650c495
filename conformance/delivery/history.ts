import type { Change } from './recorder';
import type { Scenario } from './scenario';
import { NOBODY, phaseIn, stepIn, worldOf, type World } from './world';
import { selectedBy, selects } from '../../src/validation/across/selectors';

/** What there was after a change. */
export interface Moment {
  readonly revision: number;
  readonly time: number;
  readonly world: World;
  readonly step: string;
  readonly phase: string;
}

export function momentsOf(changes: readonly Change[], scenario: Scenario): Moment[] {
  const objects = new Map<string, any>();
  return changes.map(({ revision, time, object, isDeleted }) => {
    const key = `${object.kind} ${object.metadata.name}`;
    if (isDeleted) objects.delete(key);
    else objects.set(key, object);
    const world = worldOf([...objects.values()]);
    return { revision, time, world, step: stepIn(world, scenario), phase: phaseIn(world) };
  });
}

/** One after the other, without repetitions. */
export function distinct(values: readonly string[]): string[] {
  return values.filter((value, i) => value !== values[i - 1]);
}

/** For how long requests were not answered that had been before. */
export function outages(moments: readonly Moment[]): string[] {
  const first = moments.findIndex(({ step }) => !step.includes(NOBODY));
  if (first === -1) return ['requests are never answered'];
  const times = moments.slice(first).map(({ step, time }, i, all) => step.includes(NOBODY) ? (all[i + 1]?.time ?? Infinity) - time : 0);
  const seconds = times.reduce((sum, time) => sum + time, 0) / 1000;
  return seconds === 0 ? [] : [`requests were not answered for ${seconds.toFixed(1)} seconds`];
}

/** Policies that at some time did not hold for all pods, and pods that ran as somebody else than the first. */
export function gaps(moments: readonly Moment[], { manifests }: Scenario): string[] {
  const policies = manifests.flatMap(manifest => selectedBy(manifest).filter(({ as }) => as === 'protected')
    .map(({ selectors }) => ({ name: `${manifest.kind} ${manifest.metadata.name}`, selectors })));
  const pods = moments.flatMap(({ world }) => world.pods);
  const found = pods.flatMap(({ of, labels, serviceAccount }) => [
    ...policies.filter(({ selectors }) => !selectors.some(selector => selects(selector, labels))).map(({ name }) => `${name} leaves out the pods of ${of}`),
    ...serviceAccount === pods[0].serviceAccount ? [] : [`the pods of ${of} run as ${serviceAccount}`],
  ]);
  return policies.length === 0 ? ['no policy selects pods'] : [...new Set(found)];
}

/** Fields of what was applied that the controller changed, and the release does not tell GitOps of. */
export function untold(moments: readonly Moment[], { manifests, moving }: Scenario): string[] {
  if (moving === undefined) return [];
  const found = manifests.flatMap(({ kind, metadata: { name } }) => {
    const told = moving.filter(field => field.kind === kind && field.name === name).flatMap(({ jsonPointers }) => jsonPointers);
    const versions = moments.flatMap(({ world }) => world.objects.filter(one => one.kind === kind && one.metadata.name === name));
    return versions.flatMap(({ spec }) => changedIn(versions[0].spec, spec, '/spec'))
      .filter(pointer => !told.some(one => `${pointer}/`.startsWith(`${one}/`)) && !pointer.startsWith(RELEASED))
      .map(pointer => `${kind} ${name}: ${pointer} moves, and is not among the fields that move`);
  });
  return [...new Set(found)];
}

/** What somebody changes to release. */
const RELEASED = '/spec/template/';

/** As JSON Pointers. */
function changedIn(before: any, after: any, pointer: string): string[] {
  // Where nothing is written, a controller in Go may write what it takes that for.
  if (JSON.stringify(before) === JSON.stringify(after) || (before === undefined && !after)) return [];
  if ([before, after].some(value => value === null || typeof value !== 'object')) return [pointer];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .flatMap(key => changedIn(before[key], after[key], `${pointer}/${key.replace(/~/g, '~0').replace(/\//g, '~1')}`));
}
