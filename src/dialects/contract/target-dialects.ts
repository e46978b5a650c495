import type { DialectOf } from './dialect';
import type { MeshTraffic } from './mesh-traffic';
import type { Reserved } from './reserved';
import type { ServiceReading } from './service-reading';
import type { Kind } from '../../model/kinds';

/** The dialects of a target, by the model they render. */
export type Renderers = { readonly [K in Kind]: DialectOf<K> };

/** All that a target is. */
export type TargetDialects = Renderers & {
  /** What the target makes of Services that are described otherwise than the models take them to be. */
  readonly services: ServiceReading;
  /** What the target keeps for itself. */
  readonly reserved: Reserved;
  /** How traffic comes to the pods; `undefined` where a NetworkPolicy below the access policies would protect nothing, or let in more. */
  readonly traffic: MeshTraffic | undefined;
};
