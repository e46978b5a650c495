import type { EgressModel } from '../model/egress';
import type { RequestMatch } from '../model/match';
import { qualified } from '../model/route';

/** What a cluster can have once: a second one would be ignored, or be added to the first. */
export type Claim = string | StatedClaim | PodsClaim | HostClaim;

/** A claim on something by its name. Others may lay it too, who say the same of it. */
export interface StatedClaim {
  /** In words. */
  readonly stated: string;
  readonly says: string;
}

/** A claim on the pods that have these labels; it is one on all pods that have more labels too. */
export interface PodsClaim {
  /** What of the pods, in words. */
  readonly what: string;
  readonly namespace: string;
  /** Empty for every pod of the namespace. */
  readonly labels: Readonly<Record<string, string>>;
  /**
   * What is said of the pods, where others may say the same of them; absent where only one may speak. What is said of every pod
   * of a namespace stands beside what is said of some, if these say it too.
   */
  readonly says?: readonly string[];
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
  if ('stated' in claim) {
    return claim.stated;
  }
  const labels = Object.entries(claim.labels).sort().map(([key, value]) => `${key}=${value}`);
  return `${claim.what} of ${labels.length === 0 ? 'all pods' : `the pods '${labels.join(',')}'`} in namespace '${claim.namespace}'`;
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

const EGRESS = 'the policy on calls to the outside';

/** The claim of a policy on the calls to the outside of a namespace. */
export function namespaceEgressClaim(namespace: string): Claim {
  return claimOn(EGRESS, { namespace });
}

/** The claims of policies on calls to the outside, where that of a namespace adds to those of the workloads in it. */
export function egressClaims({ namespace, workload, destinations }: EgressModel): Claim[] {
  const says = destinations.flatMap(({ ports, ...place }) => ports.map(port => JSON.stringify([place, port])));
  return [
    ...workload === undefined ? [namespaceEgressClaim(namespace)] : selectorClaims(EGRESS, namespace, workload),
    ...stated('the egress', { namespace, workload }, says),
  ];
}

const MODE = 'the mode of mutual TLS';

/** The claim of what relies on it, in a whole namespace, that no plain text is taken: over that, no policy is asked. */
export function closedClaims(namespace: string): Claim[] {
  return stated(MODE, { namespace }, ['strict']);
}

/** The claim of what takes plain text, be it on one port. */
export function openClaims(selected: Selected): Claim[] {
  return stated(MODE, selected, ['permissive']);
}

/** What is said of the pods of a selection; nothing where these are not known. */
export function stated(what: string, { namespace, workload }: Selected, says: readonly string[]): Claim[] {
  return workload !== undefined && workload.podSelector === undefined ? [] : [{ what, namespace, labels: workload?.podSelector ?? {}, says }];
}

function selectorClaims(what: string, namespace: string, workload: SelectedWorkload): Claim[] {
  const ofService = `${what} of Service '${namespace}/${workload.service}'`;
  return workload.podSelector === undefined ? [ofService] : [ofService, claimOn(what, { namespace, workload })];
}
