import * as fc from 'fast-check';
import type { ExposureFeature } from '../../../../src/model/features/exposure';
import type { RouteFeature } from '../../../../src/model/features/route';

/** What can be said; the rest is not generated, so that most of what is generated is rendered. */
export type Can = (feature: RouteFeature | ExposureFeature) => boolean;

type Fields<T> = { readonly [K in keyof T]-?: false | readonly [percent: number, arbitrary: fc.Arbitrary<NonNullable<T[K]>>] };

/** Some of the fields, each as often as it says. */
export function some<T extends object>(fields: Fields<T>): fc.Arbitrary<T> {
  const entries = Object.entries(fields) as [string, false | [number, fc.Arbitrary<unknown>]][];
  return fc.tuple(...entries.map(([, field]) => field === false ? fc.constant(undefined) : sometimes(...field)))
    .map(values => Object.fromEntries(entries.map(([name], i) => [name, values[i]]).filter(([, value]) => value !== undefined)) as T);
}

export function sometimes<T>(percent: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: percent, arbitrary }, { weight: 100 - percent, arbitrary: fc.constant(undefined) });
}

/** Values for one or more of the names. */
export function byName<T>(names: readonly string[], value: fc.Arbitrary<T>, maxLength = 2): fc.Arbitrary<Record<string, T>> {
  return fc.uniqueArray(fc.tuple(fc.constantFrom(...names), value), { selector: ([name]) => name.toLowerCase(), minLength: 1, maxLength })
    .map(Object.fromEntries);
}
