import type { Case } from '../case';

/** Cases, and how many of their requests nobody asks, as the library does not know what becomes of them. */
export interface Known {
  readonly about: string;
  readonly cases: readonly Case[];
  readonly unknown: number;
}

/** How many cases are enough to see everything, and how many times more than were wanted, where fewer are. */
const ENOUGH = 400;
const MOST_TIMES = 4;

/**
 * Cases of which at most this part of the requests is unknown, and of which each of what is named is among the answers. Where chance has it
 * otherwise, more are generated.
 */
export function mostlyKnown(
  generate: (seed: number, count: number) => Known, seed: number, count: number, most: number, ...answers: readonly string[]
): readonly Case[] {
  const all = [generate(seed, count)];
  let open = lackingIn(all, most, answers);
  while (open !== undefined && all.length * count < Math.max(ENOUGH, MOST_TIMES * count)) {
    all.push(generate(seed + all.length, count));
    open = lackingIn(all, most, answers);
  }
  if (open !== undefined) {
    throw new Error(`${all[0].about}: ${open}`);
  }
  return all.flatMap(({ cases }) => cases);
}

function lackingIn(all: readonly Known[], most: number, answers: readonly string[]): string | undefined {
  const said = all.flatMap(({ cases }) => cases).flatMap(({ probes }) => probes.map(probe => JSON.stringify(probe.answers.library ?? '')));
  const unknown = all.reduce((sum, one) => sum + one.unknown, 0);
  const share = unknown / (said.length + unknown);
  console.error(`${all[0].about}: ${said.length} requests, ${(100 * share).toFixed(1)}% more are unknown`);
  const missing = answers.filter(answer => !said.some(one => one.includes(answer)));
  return share > most ? 'too much is unknown' : missing.length > 0 ? `nothing is ${missing.join(' or ')}` : undefined;
}
