import type { Fields } from '../../../../manifests/fields';

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** A duration, in milliseconds. */
export function duration(fields: Fields): number | undefined {
  const text = fields.text();
  if (text === undefined) return undefined;
  if (!/^(?:[0-9]{1,9}(?:\.[0-9]{1,3})?(?:h|ms|m|s))+$/.test(text)) return fields.doubt('it is not a duration that is understood here');
  return Math.round([...text.matchAll(/([0-9.]+)(h|ms|m|s)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit], 0));
}
