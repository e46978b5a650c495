import type { EgressModel } from '../model/egress';
import type { RequestMatch } from '../model/match';
import { qualified } from '../model/route';

/** What only one model per target can have: a second one would be ignored, or be added to the first. */
export type Claim = string | PodsClaim | HostClaim;

/** A claim on the pods that have these labels; it is one on all pods that have more labels too. */
export interface PodsClaim {
  /** What of the pods, in words. */
  readonly what: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A claim on some requests to a host. Others may lay claim to other requests to it. */
export interface HostClaim {
  /** The host, and who serves it, in words. */
  readonly host: string;
  /** The listener that takes the requests; absent for all of them. */
  readonly listener?: string;
  /** Kind of the route. */
  readonly kind: string;
  /** As the route has them. */
  readonly matches: readonly RequestMatch[];
  /** Why the target does not tell these requests from those of another claim on the host; nothing where it does. */
  readonly contested: (other: HostClaim) => string | undefined;
}

export interface Selected {
  readonly namespace: string;
  /** Absent for all pods of the namespace. */
  readonly workload?: SelectedWorkload;
}

interface SelectedWorkload {
  readonly service: string;
  readonly podSelector?: Readonly<Record<string, string>>;
}

/** The claim on the name of an object, as each object that is rendered lays it. */
export function objectClaim({ apiVersion, kind, name, namespace }: {
  readonly apiVersion: string; readonly kind: string; readonly name: string; readonly namespace?: string;
}): string {
  return `${kind} '${qualified(name, namespace)}' of ${apiVersion}`;
}

/** A claim in words. */
export function claimInWords(claim: Claim): string {
  if (typeof claim === 'string') {
    return claim;
  }
  if ('host' in claim) {
    return claim.host;
  }
  const labels = Object.entries(claim.labels).sort().map(([key, value]) => `${key}=${value}`);
  return `${claim.what} of the pods '${labels.join(',')}' in namespace '${claim.namespace}'`;
}

/** A claim on pods by their labels; or on their namespace, which has one beside theirs. */
export function claimOn(what: string, { namespace, workload }: Selected): Claim {
  const labels = workload?.podSelector ?? {};
  return Object.keys(labels).length === 0 ? `${what} of namespace '${namespace}'` : { what, namespace, labels };
}

/** The claims of policies that select pods by their labels. */
export function podClaims({ namespace, destination }: { readonly namespace: string; readonly destination: SelectedWorkload }): Claim[] {
  return selectorClaims('the policy', namespace, destination);
}

/** The claims of policies on calls to the outside that select pods by their labels, or by their namespace. */
export function egressClaims({ namespace, workload }: EgressModel): Claim[] {
  const what = 'the policy on calls to the outside';
  return workload === undefined ? [claimOn(what, { namespace })] : selectorClaims(what, namespace, workload);
}

function selectorClaims(what: string, namespace: string, workload: SelectedWorkload): Claim[] {
  const ofService = `${what} of Service '${namespace}/${workload.service}'`;
  return workload.podSelector === undefined ? [ofService] : [ofService, claimOn(what, { namespace, workload })];
}
