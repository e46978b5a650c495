import { isWithin } from './pod-facts';
import type { ServiceFacts } from './service-facts';

export interface ServiceRef {
  readonly name: string;
  readonly namespace?: string;
}

/** What an object is, as Kubernetes tells kinds apart. */
export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** What requests are for, or where they are sent: a Service, unless it says what else. */
export interface BackendRef extends ServiceRef {
  readonly groupKind?: GroupKind;
}

/** A Service of several clusters, as the Multi-Cluster Services API has it. */
export const SERVICE_IMPORT: GroupKind = { group: 'multicluster.x-k8s.io', kind: 'ServiceImport' };

/** What stands for a host outside the cluster, in the experimental channel of Gateway API. */
export const X_BACKEND: GroupKind = { group: 'gateway.networking.x-k8s.io', kind: 'XBackend' };

export function isService({ groupKind }: BackendRef): boolean {
  return groupKind === undefined;
}

export function isServiceImport({ groupKind }: BackendRef): boolean {
  return isOfKind(groupKind, SERVICE_IMPORT);
}

export function isXBackend({ groupKind }: Pick<BackendRef, 'groupKind'>): boolean {
  return isOfKind(groupKind, X_BACKEND);
}

export function isOfKind(one: GroupKind | undefined, other: GroupKind | undefined): boolean {
  return one?.group === other?.group && one?.kind === other?.kind;
}

/** The kind of a backend. Only those that everybody knows go without their group. */
export function kindInWords({ groupKind }: Pick<BackendRef, 'groupKind'>): string {
  return groupKind === undefined ? 'Service' : isOfKind(groupKind, SERVICE_IMPORT) ? groupKind.kind : `${groupKind.kind}.${groupKind.group}`;
}

/** What is known of a Service and of its pods. */
export interface PodSelection {
  readonly podSelector?: Readonly<Record<string, string>>;
  readonly serviceAccount?: string;
  /** Of some of its pods: the labels of `podSelector` that not all of its pods have. */
  readonly subset?: Readonly<Record<string, string>>;
  /** What it says of itself, where that is known. */
  readonly facts?: ServiceFacts;
}

/** The labels of all pods of a Service, where a backend is some of them. */
export function labelsOfAll({ podSelector, subset }: Pick<PodSelection, 'podSelector' | 'subset'>): PodSelection['podSelector'] {
  return podSelector === undefined || subset === undefined ? podSelector
    : Object.fromEntries(Object.entries(podSelector).filter(([label]) => !Object.hasOwn(subset, label)));
}

/** Labels, in words. */
export function labelsInWords(labels: NonNullable<PodSelection['podSelector']>): string {
  return Object.entries(labels).sort().map(label => label.join('=')).join(', ');
}

/** What messages call a workload: its Service, or its pods. */
export function workloadInWords({ service, podSelector, serviceAccount }: Pick<PodSelection, 'podSelector' | 'serviceAccount'> & { readonly service?: string }): string {
  if (service !== undefined) return `'${service}'`;
  return podSelector === undefined ? `the pods of ServiceAccount '${serviceAccount}'`
    : `the pods with ${labelsInWords(podSelector)}`;
}

/** Whether all pods with these labels are among those that are selected, as far as is known. */
export function maySelect(selector: PodSelection['podSelector'], labels: PodSelection['podSelector']): boolean {
  return selector === undefined || labels === undefined || isWithin(selector, labels);
}

/** Whether no pod has the labels of both, as far as is known. */
export function areApart(a: PodSelection['podSelector'] = {}, b: PodSelection['podSelector'] = {}): boolean {
  return Object.keys(a).some(key => Object.hasOwn(b, key) && a[key] !== b[key]);
}

/** A Service that gets requests to another one. */
export type Backend = ServiceRef & PodSelection;
