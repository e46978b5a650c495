/**
 * What becomes of a routing feature that a target cannot express. Access policies know no such choice: what a target
 * cannot express there is always an error.
 */
export enum Unsupported {
  /** The synth fails, and says what to write instead. */
  ERROR = 'error',

  /**
   * A warning is printed, the rules that use the feature are left out for this target, and the manifests say so in the
   * annotation `cdk8s-mesh/unsupported`.
   */
  WARN = 'warn',
}
