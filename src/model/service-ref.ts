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

/** A Service that gets requests to another one. */
export type Backend = ServiceRef & PodSelection;
