/** The same function, which keeps its last value: several targets ask the same of one model, one after the other. */
export function memoized<Model extends object, Value>(compute: (model: Model) => Value): (model: Model) => Value {
  let last: { readonly model: Model; readonly value: Value } | undefined;
  return model => {
    last = last?.model === model ? last : { model, value: compute(model) };
    return last.value;
  };
}
