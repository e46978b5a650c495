/** In one namespace, every workload denies what no policy of its own allows. */
export interface NamespaceDefaultModel {
  /** Base of the names of all objects. */
  readonly name: string;
  readonly namespace: string;
}
