const UNITS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, μs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** The seconds of a duration as Go parses it; none, where it cannot. */
export function secondsOf(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  if (/^[+-]?0$/.test(text)) return 0;
  if (!/^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined;
  const sum = [...text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)].reduce((seconds, [, number, unit]) => seconds + Number(number) * UNITS[unit], 0);
  return text.startsWith('-') ? -sum : sum;
}
