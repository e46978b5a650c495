import { worldAfter, type Change } from './recorder';
import type { Scenario } from './scenario';
import { NOBODY, phaseIn, podsIn, stepIn } from './world';
import { selectedBy, selects } from '../../src/validation/across/selectors';

/** From here on something is different for requests, or the controller says so. */
export interface Moment {
  readonly revision: number;
  readonly step: string;
  readonly phase: string;
}

export function moments(changes: readonly Change[], scenario: Scenario): Moment[] {
  const all = changes.map(({ revision }, i) => {
    const world = worldAfter(changes.slice(0, i + 1));
    return { revision, step: stepIn(world, scenario), phase: phaseIn(world) };
  });
  return all.filter(({ step, phase }, i) => step !== all[i - 1]?.step || phase !== all[i - 1].phase);
}

/** One after the other, without repetitions. */
export function distinct(values: readonly string[]): string[] {
  return values.filter((value, i) => value !== values[i - 1]);
}

/** Whether requests that had been answered were not any more. */
export function wasDown(all: readonly Moment[]): boolean {
  const first = all.findIndex(({ step }) => !step.includes(NOBODY));
  return first === -1 || all.slice(first).some(({ step }) => step.includes(NOBODY));
}

/** Policies that at some time did not hold for all pods, and pods that ran as somebody else than the first. */
export function gaps(changes: readonly Change[], { manifests }: Scenario): string[] {
  const policies = manifests.flatMap(manifest => selectedBy(manifest).filter(({ as }) => as === 'protected')
    .map(({ selectors }) => ({ name: `${manifest.kind} ${manifest.metadata.name}`, selectors })));
  const all = changes.flatMap((_, i) => podsIn(worldAfter(changes.slice(0, i + 1))));
  const found = all.flatMap(({ of, labels, serviceAccount }) => [
    ...policies.filter(({ selectors }) => !selectors.some(selector => selects(selector, labels))).map(({ name }) => `${name} does not hold for the pods of ${of}`),
    ...serviceAccount === all[0].serviceAccount ? [] : [`the pods of ${of} run as ${serviceAccount}`],
  ]);
  return policies.length === 0 ? ['no policy selects pods'] : [...new Set(found)];
}
