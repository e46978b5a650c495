const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 0.001, µs: 0.001, ns: 0.000_001 };

/** A duration as Go writes it, in milliseconds; undefined for what is none, or negative. */
export function goMilliseconds(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^\+?(?:[0-9]{1,12}(?:\.[0-9]{1,9})?(?:h|ms|m|s|us|µs|ns))+$/.test(text)) return undefined;
  return [...text.matchAll(/([0-9.]+)(h|ms|m|s|us|µs|ns)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit], 0);
}
