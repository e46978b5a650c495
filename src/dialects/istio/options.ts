/** What is known of an Istio mesh. */
export interface IstioOptions {
  readonly trustDomain?: string;
  /** Whether the mesh refuses plain text by itself. */
  readonly strictMutualTls: boolean;
  /** Name of the Gateway that all Services of a policy have as their waypoint; in ambient mode only. */
  readonly waypoint?: string;
}

/** To sidecars and waypoints, `cluster.local` stands for the trust domain of the mesh, whatever that is. */
export function trustDomainOf({ trustDomain = 'cluster.local' }: IstioOptions): string {
  return trustDomain;
}
