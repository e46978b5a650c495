import * as fc from 'fast-check';

/** Values for every field of a type, whether it may be absent or not: a new field does not compile before it is generated, or said not to be. */
export type Arbitraries<Model> = { readonly [Field in keyof Required<Model>]: fc.Arbitrary<Model[Field]> };

export function total<Model>(fields: Arbitraries<Model>): fc.Arbitrary<Model> {
  return fc.record(fields) as unknown as fc.Arbitrary<Model>;
}

/** For a field that is not generated here. */
export const absent: fc.Arbitrary<undefined> = fc.constant(undefined);

/** How each condition of a match is read: a new one does not compile before it is. */
export type Readings<Match, Request> = { readonly [C in keyof Required<Match>]: (condition: NonNullable<Match[C]>, request: Request) => boolean };

/** Whether all conditions that are there hold. */
export function allHold<Match extends object, Request>(readings: Readings<Match, Request>, match: Match, request: Request): boolean {
  for (const name in readings) {
    const condition = match[name];
    if (condition !== undefined && !readings[name](condition!, request)) {
      return false;
    }
  }
  return true;
}

/** What no one says there: a reading that is asked all the same is a mistake of the test. */
export function unsaid(): never {
  throw new Error('not generated');
}
