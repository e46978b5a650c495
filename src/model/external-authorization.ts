import type { Workload, WorkloadPort } from './access';
import type { RequestMatch } from './match';

/** Requests to one workload that somebody else decides on, beside all policies: who denies one denies it whatever allows it. */
export interface ExternalAuthorizationModel {
  /** Base of the names of all objects. */
  readonly name: string;
  readonly namespace: string;
  readonly workload: AuthorizedWorkload;
  /** Who decides, by the name under which the mesh knows it. */
  readonly authorizer: string;
  /** Of the pods; never empty. What is no HTTP is denied on them: nobody could be asked about it. */
  readonly ports: readonly WorkloadPort[];
  /** Alternatives. Empty is every request. */
  readonly requests: readonly RequestMatch[];
  /** Requests that nobody is asked about, though `requests` includes them. */
  readonly exceptRequests: readonly RequestMatch[];
}

export type AuthorizedWorkload = Omit<Workload, 'serviceAccount' | 'ports'>;
