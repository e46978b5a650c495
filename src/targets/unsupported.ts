/**
 * What happens to a routing feature that a target cannot express. There is no such choice for access policies: what a target
 * cannot express of these is always an error.
 */
export enum Unsupported {
  /** The synth fails, and the message says what to write instead. */
  ERROR = 'error',

  /**
   * A warning is printed, the rules that use the feature are left out for this target, and the manifests say so in the
   * annotation `cdk8s-mesh/unsupported`.
   */
  WARN = 'warn',
}
