import { ROOT_NAMESPACE } from './apis';

/** Options of an Istio mesh. */
export interface IstioOptions {
  readonly trustDomain?: string;
  /** Whether the mesh refuses plain text by itself. */
  readonly strictMutualTls?: boolean;
  /** Name of the Gateway that Services have as their waypoint, if they have one; in ambient mode only. */
  readonly waypoint?: string;
  /** Where objects hold in every namespace. */
  readonly rootNamespace?: string;
  /** The release in the cluster, such as '1.31'. */
  readonly meshRelease?: string;
}

/** Whether the cluster is said to have this release, or a newer one. */
export function hasRelease({ meshRelease = '' }: IstioOptions, since: string): boolean {
  const [[major, minor = 0], [sinceMajor, sinceMinor]] = [meshRelease, since].map(release => release.split('.').map(Number));
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
}

/** The name that `istioctl waypoint apply` gives it. */
export function waypointOf({ waypoint = 'waypoint' }: IstioOptions): string {
  return waypoint;
}

/** That of a default installation, unless something else is said. */
export function rootNamespaceOf({ rootNamespace = ROOT_NAMESPACE }: IstioOptions): string {
  return rootNamespace;
}

/** To sidecars and waypoints, `cluster.local` stands for the trust domain of the mesh, whatever that is. */
export function trustDomainOf({ trustDomain = 'cluster.local' }: IstioOptions): string {
  return trustDomain;
}
