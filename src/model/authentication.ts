import type { PodPort } from './pod-port';
import type { Protocol } from './protocol';
import type { ServiceFacts } from './service-facts';

/** `strict` takes mutual TLS only, `permissive` plain text too, `disabled` plain text only. */
export type MutualTlsMode = 'strict' | 'permissive' | 'disabled';

/** Whether clients have to prove who they are, in one namespace or to one workload. */
export interface AuthenticationModel {
  /** Base of the names of all objects. */
  readonly name: string;
  readonly namespace: string;
  /** Absent for all workloads of the namespace. */
  readonly workload?: AuthenticatedWorkload;
  readonly mode: MutualTlsMode;
  /** Ports of the pods that differ from `mode`; only where there is a workload. Sorted by port. */
  readonly ports: readonly PortMode[];
}

export interface AuthenticatedWorkload {
  readonly service: string;
  readonly podSelector?: Readonly<Record<string, string>>;
  /** Where it is some of the pods of the Service: the labels, among those of `podSelector`, that only they have. */
  readonly subset?: Readonly<Record<string, string>>;
  /** What the Service says of itself, if that is known. */
  readonly facts?: ServiceFacts;
  /** The ports of the pods that the Service declares. */
  readonly ports: readonly AuthenticatedPort[];
}

export interface AuthenticatedPort extends PodPort {
  /** The port of the Service that leads to it. */
  readonly servicePort: number;
  readonly protocol: Protocol;
}

export interface PortMode extends PodPort {
  /** Name that the container gives the port, if it gives it one. */
  readonly name?: string;
  readonly mode: MutualTlsMode;
}
