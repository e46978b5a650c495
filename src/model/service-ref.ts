import { isWithin } from './pod-facts';
import type { ServiceFacts } from './service-facts';

export interface ServiceRef {
  readonly name: string;
  readonly namespace?: string;
}

/** What is known of a Service and of its pods. */
export interface PodSelection {
  readonly podSelector?: Readonly<Record<string, string>>;
  readonly serviceAccount?: string;
  /** What it says of itself, where that is known. */
  readonly facts?: ServiceFacts;
}

/** What messages call a workload: its Service, or its pods. */
export function workloadInWords({ service, podSelector, serviceAccount }: Pick<PodSelection, 'podSelector' | 'serviceAccount'> & { readonly service?: string }): string {
  if (service !== undefined) return `'${service}'`;
  return podSelector === undefined ? `the pods of ServiceAccount '${serviceAccount}'`
    : `the pods with ${Object.entries(podSelector).sort().map(label => label.join('=')).join(', ')}`;
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
