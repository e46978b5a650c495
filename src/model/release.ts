import type { RequestMatch } from './match';
import type { RouteModel } from './route';
import type { PodSelection, ServiceRef } from './service-ref';

/** A release that a controller moves: how far, how fast, and when it goes back. */
export interface ReleaseModel {
  /** Where requests go while nothing is released: all of them to the stable version, but those that always go to the new one. */
  readonly route: RouteModel;
  readonly stable: Version;
  readonly canary: Version;
  readonly course: Course;
  readonly workload: Workload;
  /** Between two steps, in seconds. */
  readonly interval: number;
  /** All of them have to hold at each step. */
  readonly checks: readonly ReleaseCheck[];
  /** How many failed checks send the release back. */
  readonly tolerance: number;
  readonly approval: Approval;
  /** What a check says of a version without requests. */
  readonly withoutRequests: 'fail' | 'pass';
}

/** One of the two versions, by its Service. */
export type Version = ServiceRef & PodSelection;

/** How the requests come to the new version. */
export type Course =
  /** In whole percents of all requests, which rise; after the last, all of them. */
  | { readonly kind: 'weights'; readonly weights: readonly number[] }
  /** Those of an audience, for so many rounds of checks; then all of them. */
  | { readonly kind: 'audience'; readonly audience: readonly RequestMatch[]; readonly rounds: number }
  /** None, for so many rounds of checks; then all of them. */
  | { readonly kind: 'switch'; readonly rounds: number };

/** The Deployment behind both versions. */
export interface Workload {
  readonly name: string;
  /** The labels by which it selects its pods, where they are known. */
  readonly selector?: Readonly<Record<string, string>>;
  /** All labels that its template gives to pods, where they are known. */
  readonly podLabels?: Readonly<Record<string, string>>;
  /** The ports of its containers over TCP, where they are known. */
  readonly ports?: readonly number[];
  /** How many pods; absent where an autoscaler says it, or nobody does. */
  readonly replicas?: number;
  readonly autoscaler?: Autoscaler;
}

export interface Autoscaler {
  readonly kind: 'HorizontalPodAutoscaler' | 'ScaledObject';
  readonly name: string;
}

export type Approval = 'none' | 'start' | 'promotion';

/** What is measured of the new version; the window, in seconds, is the interval of the release where it is absent. */
export type ReleaseCheck =
  /** Percent of the requests. */
  | { readonly kind: 'successRate'; readonly atLeast: number; readonly window?: number }
  /** In milliseconds, for this quantile of the requests. */
  | { readonly kind: 'latency'; readonly quantile: number; readonly atMost: number; readonly window?: number }
  /** A query of PromQL with one value. */
  | { readonly kind: 'promql'; readonly name: string; readonly query: string; readonly atLeast?: number; readonly atMost?: number };

/** A name for a check, of which a release has one each. */
export function nameOfCheck(check: ReleaseCheck): string {
  switch (check.kind) {
    case 'successRate': return 'success-rate';
    case 'latency': return `latency-p${String(check.quantile * 100).replace('.', '-')}`;
    case 'promql': return check.name;
  }
}
