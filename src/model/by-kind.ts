/**
 * An answer for each kind of a union: a new kind does not compile before every such record has an answer for it. What an answer takes of its
 * kind is named with `Fields`, so a new field does not compile either.
 */
export type ByKind<Union extends { readonly kind: string }, Answer, Context extends readonly unknown[] = []> = {
  readonly [Kind in Union['kind']]: (one: OfKind<Union, Kind>, ...context: Context) => Answer;
};

export type OfKind<Union extends { readonly kind: string }, Kind extends Union['kind']> = Extract<Union, { readonly kind: Kind }>;

/** The answer for one of the union. */
export function byKind<Union extends { readonly kind: string }, Answer, Context extends readonly unknown[] = []>(
  answers: ByKind<Union, Answer, Context>,
): (one: Union, ...context: Context) => Answer {
  // The compiler does not see that the kind that is looked up is that of the argument.
  const all = answers as unknown as { readonly [kind: string]: (one: Union, ...context: Context) => Answer };
  return (one, ...context) => all[one.kind](one, ...context);
}
