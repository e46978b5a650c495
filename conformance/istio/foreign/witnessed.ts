import type { Case } from '../case';

/** Pairs of an old world and a new one, as cases. */
export interface Witnessed {
  readonly cases: readonly Case[];
  /** How many differences are asked about, and how many there are beside: no answer shows them, or they are too many. */
  readonly told: number;
  readonly hidden: number;
  /** How many answers are said to be the same. */
  readonly alike: number;
}

const MOST_TIMES = 6;

/** Enough of both; where chance has it otherwise, more pairs are generated. */
export function enoughWitnesses(about: string, seed: number, count: number, generate: (seed: number, count: number) => Witnessed): Case[] {
  const all: Witnessed[] = [];
  const sum = (name: 'told' | 'hidden' | 'alike') => all.reduce((total, one) => total + one[name], 0);
  while (all.length < MOST_TIMES && Math.min(sum('told'), sum('alike')) < count / 4) {
    all.push(generate(seed + all.length, count));
  }
  console.error(`${about}: ${sum('told')} differences, ${sum('hidden')} more, ${sum('alike')} answers alike, of ${all.length * count} pairs`);
  if (Math.min(sum('told'), sum('alike')) < count / 4) {
    throw new Error(`${about}: next to no difference is told, or everything differs`);
  }
  return all.flatMap(({ cases }) => cases);
}
