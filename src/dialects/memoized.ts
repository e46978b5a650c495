/** The same function, which computes its value for a model once: refusals and manifests need the same. */
export function memoized<Model extends object, Value>(compute: (model: Model) => Value): (model: Model) => Value {
  const values = new WeakMap<Model, { readonly value: Value }>();
  return model => {
    const known = values.get(model);
    if (known !== undefined) {
      return known.value;
    }
    const value = compute(model);
    values.set(model, { value });
    return value;
  };
}
