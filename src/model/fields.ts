/**
 * An answer for each field of a model, even one that may be absent: a new field does not compile before every such record has an
 * answer for it.
 */
export type ByField<Model, Answer, Context extends readonly unknown[] = []> = {
  readonly [Field in keyof Model]-?: (value: NonNullable<Model[Field]>, ...context: Context) => Answer;
};

/** The names of the fields of a record that has no others. */
export function fieldsOf<Model extends object>(record: Model): (keyof Model)[] {
  // The compiler does not know that there are no others.
  return Object.keys(record) as (keyof Model)[];
}

/** What is answered for each of some names. */
export function recordOf<Name extends string, Answer>(names: readonly Name[], answer: (name: Name) => Answer): Readonly<Record<Name, Answer>> {
  const record: Partial<Record<Name, Answer>> = {};
  for (const name of names) record[name] = answer(name);
  return record as Record<Name, Answer>;
}

/** Whether a field says anything: an absent one does not, nor does an empty list. */
export function isSaid<T>(value: T): value is NonNullable<T> {
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}

/** The answer for a field that adds nothing, whatever its value: `collected` skips it. */
export const nothing = (): readonly never[] => [];

/** All that is answered for the fields of a model that say something, in the order of the record. */
export function collected<Model extends object, Item, Context extends readonly unknown[] = []>(
  record: ByField<Model, readonly Item[], Context>,
): (model: Model, ...context: Context) => Item[] {
  const asked = fieldsOf(record).filter(field => record[field] as unknown !== nothing);
  return (model, ...context) => {
    const items: Item[] = [];
    for (let i = 0; i < asked.length; i++) {
      const value = model[asked[i]];
      // Most are absent.
      if (value === undefined || !isSaid(value)) continue;
      const answers = record[asked[i]](value, ...context);
      for (let k = 0; k < answers.length; k++) items.push(answers[k]);
    }
    return items;
  };
}

/** The same, where the answers are parts of one object. */
export function merged<Model extends object, Whole extends object, Context extends readonly unknown[] = []>(
  record: ByField<Model, Partial<Whole>, Context>,
): (model: Model, ...context: Context) => Partial<Whole> {
  const fields = fieldsOf(record);
  return (model, ...context) => {
    const whole: Partial<Whole> = {};
    for (let i = 0; i < fields.length; i++) {
      const value = model[fields[i]];
      if (value === undefined || !isSaid(value)) continue;
      Object.assign(whole, record[fields[i]](value, ...context));
    }
    return whole;
  };
}

/**
 * The fields that a writer takes of a model, and no others; those that it leaves out are named too. A new field does not compile before
 * each writer has named it.
 */
export type Fields<Model, Taken extends keyof Model, LeftOut extends keyof Model = never> =
  Exclude<keyof Model, Taken | LeftOut> extends never ? Pick<Model, Taken> : { readonly [Field in Exclude<keyof Model, Taken | LeftOut>]-?: 'not named' };

/** Every field of a model is there, though it may be `undefined`: a new field does not compile before it is made of something. */
export type Every<Model> = { readonly [Field in keyof Required<Model>]: Model[Field] };
