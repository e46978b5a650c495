import * as fc from 'fast-check';

/** Values for every field of a type, whether it may be absent or not: a new field does not compile before it is generated, or said not to be. */
export type Arbitraries<Model> = { readonly [Field in keyof Required<Model>]: fc.Arbitrary<Model[Field]> };

export function total<Model>(fields: Arbitraries<Model>): fc.Arbitrary<Model> {
  return fc.record(fields) as unknown as fc.Arbitrary<Model>;
}

/** For a field that is not generated here. */
export const absent: fc.Arbitrary<undefined> = fc.constant(undefined);
