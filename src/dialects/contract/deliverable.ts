import { unable, type DialectOf } from './dialect';
import type { Protocol } from '../../model/protocol';

/** What a controller that moves releases has to know of a target. */
export interface Deliverable {
  /** What it moves; or why no controller can move anything there. */
  readonly moved: Moved;
  /** What is measured of each version of a Service; or why nothing is. */
  readonly telemetry: Telemetry | Untold;
}

export type Moved =
  /** Routes of Gateway API, with the Service as their parent. */
  | {
    readonly api: 'gatewayApi';
    /** Whether the cluster has the experimental channel, and serves what is alpha. */
    readonly experimental: boolean;
    /** The waypoint by which the requests to the Service come, if they do. */
    readonly waypoint?: string;
  }
  /** TrafficSplits of this version. */
  | { readonly api: 'split'; readonly version: 'v1alpha1' | 'v1alpha2' }
  /** Which pods the Service selects: nothing routes requests. */
  | { readonly api: 'pods' }
  | { readonly api: 'none'; readonly reason: string; readonly remedy?: string };

/** The PromQL of a mesh. */
export interface Telemetry {
  /** What tells the two versions apart in it: the Service of each, or the workload of each. */
  readonly apart: 'service' | 'workload';
  /** The protocols of which it counts requests. */
  readonly protocols: readonly Protocol[];
  /** Whether it counts requests of gRPC behind GRPCRoutes, and behind no other routes. */
  readonly grpcByRoutes?: true;
  /** Percent of the requests that succeeded. */
  successRate(of: Measured): string;
  /** What that many of the requests took at most, in milliseconds. */
  latency(of: Measured, quantile: number): string;
}

/** A version, and a window of time. Its names may be placeholders that a controller fills in. */
export interface Measured {
  readonly namespace: string;
  /** The Service that clients call. */
  readonly root: string;
  /** The Service of the version. */
  readonly service: string;
  /** The Deployment of the version. */
  readonly workload: string;
  readonly protocol: Protocol;
  /** As PromQL has it: `60s`. */
  readonly window: string;
}

export interface Untold {
  readonly none: string;
}

/** The releases of a target without a controller: commits move them, and they are routes like others. */
export const MOVED_BY_COMMITS: DialectOf<'release'> = unable('release', 'commits move its releases', 'Give the target a `delivery`');

/** A target in which no controller moves anything. */
export function unmoved(reason: string, remedy?: string): Deliverable {
  return { moved: { api: 'none', reason, ...(remedy !== undefined && { remedy }) }, telemetry: { none: reason } };
}
