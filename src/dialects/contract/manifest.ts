
/** An object of the Kubernetes API, complete except for `shared`. */
export interface Manifest {
  /** Whether several constructs may render this object, all with the same content. It is then written once. */
  readonly shared?: true;
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: object;
}

/** The type of a spec from `imports/`, with its enums as plain strings. */
export type Plain<T> = T extends string ? `${T}` : T extends object ? { readonly [K in keyof T]: Plain<T[K]> } : T;
