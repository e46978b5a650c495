import type { PodClient } from './imagined';
import type { FieldPlace } from '../../manifests/fields';
import type { Protocol } from '../../model/protocol';
import type { Pod, ServicePort } from '../call';
import type { Labels } from '../selector';
import type { PodPort, TitledReading } from '../world';

/** One of two worlds that are compared. Keys stay the same when something else of a workload or a Service changes. */
export interface Half {
  readonly readings: readonly TitledReading[];
  readonly workloads: ReadonlyMap<string, HalfWorkload>;
  readonly podPorts: ReadonlyMap<string, PodPort>;
  /** Ports of pods of which no number is known. */
  readonly openPorts: ReadonlyMap<string, OpenPort>;
  readonly servicePorts: ReadonlyMap<string, HalfService>;
  /** Namespaces that are here, by name. */
  readonly namespaces: ReadonlyMap<string, Labels>;
  /** Manifests that may say who gets in or out. One that is the same on the other side may be the same value. */
  policies(): readonly unknown[];
}

export interface HalfWorkload {
  readonly client: PodClient;
  /** Those of which it is known what is called there. */
  readonly ports: readonly number[];
}

export interface OpenPort extends Omit<PodPort, 'port'> {
  /** Why it is not known, and what to do about it. */
  readonly why: string;
}

export interface Opening {
  /** The field that says so. */
  readonly by: string;
  /** Blocks of addresses. */
  readonly from: readonly string[];
}

export interface HalfService extends ServicePort {
  /** What it is said to speak; absent where the mesh looks at what is sent. */
  readonly protocol?: Protocol;
  readonly place: FieldPlace;
  /** How clients outside the cluster come there without a gateway; absent where they do not. */
  readonly opening?: Opening;
  /** Two that say the same lead to the same pods, and so do two that lead to pods that are known and the same. */
  readonly leadsTo: { readonly said: string; readonly pods: readonly string[] };
}

/** Where the two may differ at all. */
export interface Scope {
  /** Pods that policies may be for, and that are not in the files. */
  readonly unseen: readonly Pod[];
  /** The same of other namespaces, that clients may call by policies. */
  readonly called: readonly Pod[];
  /** Whether something may be said otherwise of the pods of a namespace, as they call or are called. */
  pods(namespace: string): boolean;
  /** Whether requests to a Service of a namespace may be sent elsewhere. */
  ways(namespace: string): boolean;
}

export const EVERYWHERE: Scope = { pods: () => true, ways: () => true, unseen: [], called: [] };
