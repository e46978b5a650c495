import type { GatewayApiChannel } from './channel';
import type { ConsulNamespaces } from './consul-namespaces';
import type { ExposureExtension } from './gateways';
import type { RouteExtension } from './routes';
import type { DnsServer } from '../../../model/dns';
import type { Telemetry, Untold } from '../../contract/deliverable';
import type { DialectOf, Policies } from '../../contract/dialect';
import type { MeshTraffic } from '../../contract/mesh-traffic';
import type { Reserved } from '../../contract/reserved';
import type { ServiceReading } from '../../contract/service-reading';

/** What is known of a mesh beside its name: the options of a target that only some meshes take. */
export interface MeshOptions {
  readonly trustDomain?: string;
  readonly consulNamespaces?: ConsulNamespaces;
  /** Whether Consul denies what no intention names. */
  readonly consulDeniesByDefault?: boolean;
  /** Whether the mesh refuses plain text by itself. */
  readonly strictMutualTls?: boolean;
  /** Name of the waypoint of the Services. */
  readonly waypoint?: string;
  /** Where a policy holds for the whole mesh. */
  readonly rootNamespace?: string;
  /** Where names are looked up. */
  readonly dns?: readonly DnsServer[];
  /** Whether the agents of Cilium tell protocols over IP apart that have no ports. */
  readonly ipProtocols?: boolean;
  /** Whether the agents of Cilium know nodes by their labels. */
  readonly nodeSelectorLabels?: boolean;
  /** The release of the mesh, such as '1.24'; what it lacks of finished manifests is refused, so a dialect has to know it only where the same manifest means something else. */
  readonly meshRelease?: string;
}

/**
 * A mesh behind Gateway API. Targets, their options, the catalogue, the documentation and the tests read all that they know of
 * a mesh here.
 */
export interface Mesh<Title extends string = string, Experimental extends boolean = boolean> {
  /** Its name in tables and in sentences. */
  readonly title: Title;
  /** The options that it takes. */
  readonly options: readonly (keyof MeshOptions)[];
  /** The name under which its releases are known, if `meshRelease` is one of its options. */
  readonly releases?: string;
  /** Options without which it refuses access policies, or some of them, and how they are written. */
  readonly needed?: { readonly options: MeshOptions; readonly code: string };
  /** Whether it reads objects of the experimental channel that it does not read of the standard one. */
  readonly experimental: Experimental;

  /** What it reads of routes, beside or instead of what Gateway API says. */
  readonly routes: (channel: GatewayApiChannel, options: MeshOptions) => RouteExtension;
  /** The dialect around that of Gateway API, if the mesh can express what Gateway API cannot. */
  readonly around?: (gatewayApi: DialectOf<'routes'>, options: MeshOptions) => DialectOf<'routes'>;
  /** What its gateways read; or why it has none. */
  readonly gateways: ExposureExtension | { readonly none: string };
  /** What it makes of hosts outside that take requests of routes; absent where gateways of others read what Gateway API has for them. */
  readonly externalBackend?: DialectOf<'externalBackend'>;
  readonly policies: (options: MeshOptions, channel: GatewayApiChannel) => Policies;

  /** How it reads Services that differ from what the models assume. */
  readonly services: (options: MeshOptions) => ServiceReading;
  /** What it reserves for itself. */
  readonly reserved: Reserved;
  /** Why no controller can move a release by routes of Gateway API. */
  readonly immovable?: { readonly reason: string; readonly remedy: string };
  /** What it measures of the versions of a Service; or why nothing tells them apart. */
  readonly telemetry: Telemetry | Untold;

  /** How its traffic reaches the pods; `undefined` where a NetworkPolicy would add to what its policies allow. */
  readonly traffic: MeshTraffic | undefined;
}
