import type { Crowd } from './clients';
import type { Contrast } from './decisions';
import type { ServicePort } from '../call';
import type { Text } from '../text';
import type { Passage, PodPort, Traffic, Way } from '../world';

export type Kind = 'wider' | 'narrower' | 'shares' | 'handling';

/** Something that changes for some clients. */
export interface Difference {
  readonly kind: Kind;
  readonly to: Target;
  readonly crowd: Crowd;
  readonly contrast: Contrast<Passage | Way | Traffic>;
}

/** What is called: pods, a Service, a host at a gateway, or what is outside the cluster. */
export type Target =
  | { readonly type: 'pods'; readonly port: PodPort; /** That is one of these, which the files do not name. */ readonly among?: readonly Ports[] }
  | { readonly type: 'service'; readonly port: ServicePort }
  | { readonly type: 'gateway'; readonly gateway: string; readonly port: number; readonly host: Text }
  | { readonly type: 'outside' };

/** Numbers of ports, one behind the other. */
export interface Ports {
  readonly first: number;
  readonly last: number;
}

/** Something of which it is not known whether it changes. */
export interface Unsure {
  readonly to?: Target;
  readonly crowd?: Crowd;
  readonly why: string;
}

export interface Differences {
  readonly differences: readonly Difference[];
  /** Those that there are if something that is not known is one way. */
  readonly perhaps: readonly Difference[];
  readonly unsure: readonly Unsure[];
  /** How much was compared. */
  readonly compared: { readonly podPorts: number; readonly servicePorts: number; readonly entries: number };
}
