import type { Health } from './prometheus';
import type { MovingField } from '../../src';
import type { Outcome } from '../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../src/evaluators/routes/request';
import type { Course } from '../../src/model/release';

export type Controller = 'Flagger' | 'Argo Rollouts';

/** What becomes of the new version. */
export type Fate = 'succeeds' | 'succeeds without requests' | 'fails its checks' | 'gets no requests' | 'is aborted';

/** A release on a cluster, from the old version of a workload to the new one. */
export interface Scenario {
  readonly controller: Controller;
  /** What stands behind it. */
  readonly on: string;
  readonly fate: Fate;
  /** The namespace that it has for itself. */
  readonly namespace: string;
  readonly manifests: readonly any[];
  readonly course: Course;
  /** What GitOps is told of the fields that the controller writes. */
  readonly moving?: readonly MovingField[];
  /** What is known to differ, always. */
  readonly trap?: string;
  /** How the sentences begin on what is known to differ, but not each time. */
  readonly mayDiffer?: readonly string[];
  /** How a request to the Service is routed. */
  readonly routed: (manifests: readonly any[], request: RouteRequest) => Outcome;
}

export const SERVICE = 'cart';
export const PORT = 8080;
export const IMAGES = { old: 'registry.example/cart:1', new: 'registry.example/cart:2' } as const;

export function isSuccess(fate: Fate): boolean {
  return fate === 'succeeds' || fate === 'succeeds without requests';
}

/** What Prometheus knows of the new version. */
export const HEALTH: Readonly<Record<Fate, Health>> = {
  'succeeds': 'good',
  'succeeds without requests': 'no requests',
  'is aborted': 'good',
  'fails its checks': 'bad',
  'gets no requests': 'no requests',
};
