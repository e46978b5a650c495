import type { Deliverable } from './deliverable';
import type { DialectOf } from './dialect';
import type { MeshTraffic } from './mesh-traffic';
import type { Reserved } from './reserved';
import type { ServiceReading } from './service-reading';
import type { Kind } from '../../model/kinds';

/** The dialects of a target, by the model they render. */
export type Renderers = { readonly [K in Kind]: DialectOf<K> };

/** Everything that makes a target. */
export type TargetDialects = Renderers & {
  /** How the target reads Services that differ from what the models assume. */
  readonly services: ServiceReading;
  /** What is reserved in the target. */
  readonly reserved: Reserved;
  /** How traffic reaches the pods; `undefined` where a NetworkPolicy below the access policies would protect nothing, or let in more. */
  readonly traffic: MeshTraffic | undefined;
  /** What a controller can move in it. */
  readonly deliverable: Deliverable;
  /** The controller that moves its releases; absent where commits do. */
  readonly movedBy?: string;
};
