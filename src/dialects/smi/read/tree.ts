import type { SmiKind } from './versions';
import type { FieldPlace, Finding } from '../../../manifests/fields';

/** What all objects have. */
export interface SmiObject {
  /** Absent where it is a kind of a group of SMI that SMI does not have. */
  readonly kind?: SmiKind;
  /** Empty where it has none. */
  readonly name: string;
  /** Absent where it is not said: that of whoever applies it. */
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The controller that writes it, and would write it again. */
  readonly owner?: { readonly kind: string; readonly name: string };
  readonly place: FieldPlace;
  /** As it is written: `v1alpha2`. */
  readonly version: string;
  /** Where anything is unknown, so is what the object means. */
  readonly findings: readonly Finding[];
}

/** Who runs as a ServiceAccount, or has what an IdentityBinding says. */
export interface Subject {
  readonly kind: 'ServiceAccount' | 'IdentityBinding';
  readonly name: string;
  readonly namespace?: string;
}

export interface TrafficTarget extends SmiObject {
  readonly kind: 'TrafficTarget';
  /** Absent where it cannot be understood. */
  readonly destination?: Subject;
  /** Of the destination. */
  readonly port?: number;
  readonly sources: readonly Subject[];
  readonly rules: readonly Rule[];
}

export interface Rule {
  readonly kind: 'HTTPRouteGroup' | 'TCPRoute' | 'UDPRoute';
  readonly name: string;
  /** Names of matches of the group. Absent where none is said. */
  readonly matches?: readonly string[];
  readonly place: FieldPlace;
}

export interface IdentityBinding extends SmiObject {
  readonly kind: 'IdentityBinding';
  readonly serviceAccount?: string;
  readonly spiffeIds: readonly string[];
  /** Whether pods are told by their labels, too. */
  readonly hasLabels: boolean;
}

export interface HttpRouteGroup extends SmiObject {
  readonly kind: 'HTTPRouteGroup';
  readonly matches: readonly HttpMatch[];
}

/** Conditions that hold together. What is not said is absent or empty, which may not be the same. */
export interface HttpMatch {
  readonly name?: string;
  readonly pathRegex?: string;
  readonly methods?: readonly string[];
  /** In the order of their names, which are in lower case. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly place: FieldPlace;
}

export interface PortRoute extends SmiObject {
  readonly kind: 'TCPRoute' | 'UDPRoute';
  /** Absent where none is said. */
  readonly ports?: readonly number[];
}

export interface TrafficSplit extends SmiObject {
  readonly kind: 'TrafficSplit';
  readonly root?: ServiceName;
  readonly backends: readonly Backend[];
  /** Names of HTTPRouteGroups. Absent where none is said. */
  readonly groups?: readonly string[];
}

export interface ServiceName {
  readonly name: string;
  /** Where it is written with it. */
  readonly namespace?: string;
  /** As it is written. */
  readonly text: string;
}

export interface Backend {
  readonly service: ServiceName;
  /** Its share is to the sum of all as it is to the others: whole numbers without a common factor. */
  readonly weight: number;
  readonly place: FieldPlace;
}

/** An object of SMI; the last is one that nothing is known of but its name. */
export type SmiDocument = TrafficTarget | IdentityBinding | HttpRouteGroup | PortRoute | TrafficSplit | (SmiObject & { readonly kind?: undefined });
