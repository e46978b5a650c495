import type { Case } from '../case';

/** Cases, and how many of their requests nobody asks, as the library does not know what becomes of them. */
export interface Known {
  readonly about: string;
  readonly cases: readonly Case[];
  readonly unknown: number;
}

/** The cases, if at most this part of their requests is unknown, and each of what is named is among the answers. */
export function mostlyKnown({ about, cases, unknown }: Known, most: number, ...answers: readonly string[]): readonly Case[] {
  const said = cases.flatMap(({ probes }) => probes.map(probe => JSON.stringify(probe.answers.library)));
  const share = unknown / (said.length + unknown);
  console.error(`${about}: ${said.length} requests, ${(100 * share).toFixed(1)}% more are unknown`);
  const missing = answers.filter(answer => !said.some(one => one.includes(answer)));
  if (share > most || missing.length > 0) {
    throw new Error(`${about}: too much is unknown, or nothing is ${missing.join(' or ')}`);
  }
  return cases;
}
