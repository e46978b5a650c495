/**
 * The CRDs of Gateway API that a cluster has. They are those of release 1.7, unless the target names another `release`: an API server drops
 * the fields that its CRDs do not know.
 *
 * @see https://gateway-api.sigs.k8s.io/concepts/versioning/
 */
export enum GatewayApiChannel {
  /** What is stable. */
  STANDARD = 'standard',

  /** What may still change, beside all that is stable: session persistence, and retry budgets of `gateway.networking.x-k8s.io`. */
  EXPERIMENTAL = 'experimental',
}
