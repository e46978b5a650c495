/** The schema of a CRD, prepared once. */
export interface Schema {
  /** The keywords, as the CRD has them. */
  readonly is: any;
  /** `undefined`: anything. */
  readonly types?: readonly string[];
  readonly properties: ReadonlyMap<string, Schema>;
  /** The properties that have a default. */
  readonly defaults: readonly { readonly key: string; readonly below: Schema }[];
  readonly additional?: Schema;
  readonly items?: Schema;
  /** Whether fields that it does not name are kept. */
  readonly open: boolean;
  /** Those that hold for new objects. */
  readonly rules: readonly Rule[];
  /** Whether it has rules, or something below does. */
  readonly ruled: boolean;
  /** Whether it has anyOf, oneOf, allOf or not. */
  readonly joined: boolean;
}

/** One of `x-kubernetes-validations`. */
export interface Rule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
}

export function prepared(is: any): Schema {
  const properties = new Map(Object.entries<any>(is.properties ?? {}).map(([key, property]) => [key, prepared(property)]));
  // `true` names no field of what stands there.
  const additional = is.additionalProperties ? prepared(is.additionalProperties === true ? {} : is.additionalProperties) : undefined;
  const items = is.items ? prepared(is.items) : undefined;
  const rules = ((is['x-kubernetes-validations'] ?? []) as readonly Rule[]).filter(rule => isForNewObjects(rule));
  return {
    is,
    types: is['x-kubernetes-int-or-string'] ? ['integer', 'string'] : is.type && [is.type],
    properties,
    defaults: [...properties].filter(([, below]) => below.is.default !== undefined).map(([key, below]) => ({ key, below })),
    additional,
    items,
    open: is['x-kubernetes-preserve-unknown-fields'] === true,
    rules,
    ruled: rules.length > 0 || [...properties.values(), additional, items].some(below => below?.ruled),
    joined: ['anyOf', 'oneOf', 'allOf', 'not'].some(junctor => is[junctor] !== undefined),
  };
}

/** A new object has no earlier version to compare with. */
function isForNewObjects({ rule, optionalOldSelf }: Rule): boolean {
  return optionalOldSelf === true || !/\boldSelf\b/.test(rule);
}
