import { Unknown } from '../unknown';

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Durations as Go writes them, in milliseconds; those that are absent stay so. */
export function milliseconds<K extends string>(durations: { readonly [N in K]?: string }): { readonly [N in K]?: number } {
  return Object.fromEntries(Object.entries<string | undefined>(durations).filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, text]) => [name, millisecondsOf(text)])) as { readonly [N in K]?: number };
}

/** One duration as Go writes it, in milliseconds. */
export function millisecondsOf(text: string): number {
  // Less than nothing is none, to those who take nothing for not said.
  if (text === '-1s') {
    return 0;
  }
  if (!/^(\d+(\.\d{1,3})?(h|ms|m|s))+$/.test(text)) {
    throw new Unknown(`no duration: ${text}`);
  }
  return Math.round([...text.matchAll(/([\d.]+)(h|ms|m|s)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit], 0));
}
