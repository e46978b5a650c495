/** A copy of the value with the defaults of its schema, which an API server sets before it validates. */
export function withDefaults(schema: any, value: any): any {
  if (Array.isArray(value)) return schema.items ? value.map((item) => withDefaults(schema.items, item)) : value;
  if (value === null || typeof value !== 'object') return value;

  const result = { ...value };
  for (const [key, property] of Object.entries<any>(schema.properties ?? {})) {
    const present = value[key] ?? property.default;
    if (present !== undefined) result[key] = withDefaults(property, present);
  }
  if (typeof schema.additionalProperties === 'object') {
    for (const [key, item] of Object.entries(value)) {
      result[key] = withDefaults(schema.additionalProperties, item);
    }
  }
  return result;
}
