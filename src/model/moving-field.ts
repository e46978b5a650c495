/**
 * Fields of an object in Git that a controller of releases writes: whoever applies the object has to leave them as they are in the cluster.
 */
export interface MovingField {
  /**
   * The API group of the object; empty for the core group.
   */
  readonly group: string;

  /**
   * The kind of the object.
   */
  readonly kind: string;

  /**
   * The name of the object.
   */
  readonly name: string;

  /**
   * The namespace of the object.
   *
   * @default - that of the release, which the chart leaves to whoever applies it
   */
  readonly namespace?: string;

  /**
   * The fields, as JSON Pointers (RFC 6901): `/spec/replicas`.
   */
  readonly jsonPointers: string[];
}
