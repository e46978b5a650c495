import type { Fields } from '../../../manifests/fields';

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/**
 * A duration, in milliseconds.
 *
 * @see https://gateway-api.sigs.k8s.io/geps/gep-2257/
 */
export function duration(fields: Fields): number | undefined {
  const text = fields.text();
  if (text === undefined) return undefined;
  if (!/^(?:[0-9]{1,5}(?:h|m|s|ms)){1,4}$/.test(text)) return fields.doubt('it is not a duration of Gateway API');
  return [...text.matchAll(/([0-9]+)(h|ms|m|s)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit], 0);
}

/** Those of the fields that are said, in milliseconds. */
export function durations<Name extends string>(fields: Fields, ...names: readonly Name[]): { readonly [N in Name]?: number } {
  return Object.fromEntries(names.flatMap(name => {
    const time = duration(fields.field(name));
    return time === undefined ? [] : [[name, time]];
  })) as { readonly [N in Name]?: number };
}
