import type { EgressModel } from '../../model/egress';
import type { RequestMatch } from '../../model/match';
import type { RouteModel } from '../../model/route';
import { isConsumerRoute, namespaceOf } from '../../model/route';

/**
 * What a cluster can have once: a second one would be ignored, or be added to the first. Claims are compared by their values; their
 * words are for people (`targets/claim-words.ts`).
 */
export type Claim = SubjectClaim | PodsClaim | RequestsClaim;

/** What there is one of for each subject. */
export type Topic =
  | 'route' | 'policy' | 'default' | 'mutualTls' | 'mutualTlsMode' | 'egressPolicy' | 'egress'
  | 'loadBalancing' | 'circuitBreaking' | 'rateLimit'
  | 'Sidecar' | 'DestinationRule' | 'ServiceDefaults' | 'XBackendTrafficPolicy';

/** A claim on something that is known by its name. */
export interface SubjectClaim {
  readonly by: 'subject';
  /** Absent where the subject itself is what there is one of. */
  readonly on?: Topic;
  /** The port, where each has one. */
  readonly port?: number | string;
  readonly of: Subject;
  /** What is said of it, where others may say the same; absent where only one may speak. */
  readonly says?: string;
}

/** What a claim is of; equal fields make the same one. */
export type Subject =
  /** Clients are those of one namespace; absent for all. */
  | { readonly type: 'service'; readonly name: string; readonly namespace?: string; readonly clients?: string }
  /** The namespace is one of Consul's; absent where they are all one. */
  | { readonly type: 'consulService'; readonly name: string; readonly namespace?: string }
  | { readonly type: 'serviceAccount'; readonly name: string; readonly namespace: string }
  | { readonly type: 'namespace'; readonly namespace: string }
  | { readonly type: 'servicesIn'; readonly namespace: string }
  /** The host in a DestinationRule, and the namespace of that. */
  | { readonly type: 'host'; readonly host: string; readonly namespace?: string }
  | ListenerSubject
  | ObjectSubject;

/** A listener for a host; every host, where that is absent. */
interface ListenerSubject {
  readonly type: 'listener';
  readonly protocol: string;
  readonly host?: string;
  readonly port: number;
  readonly gateway: string;
  readonly namespace?: string;
}

/** The name of an object. */
export interface ObjectSubject {
  readonly type: 'object';
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** A claim on the pods that have these labels; it is one on all pods that have more labels too. */
export interface PodsClaim {
  readonly by: 'labels';
  readonly on: Topic;
  readonly port?: number | string;
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
export interface RequestsClaim {
  readonly by: 'requests';
  readonly of: ServedHost;
  /** The listener that takes the requests; absent for all of them. */
  readonly listener?: string;
  /** Kind of the route. */
  readonly kind: string;
  /** As the route has them. */
  readonly matches: readonly RequestMatch[];
  /** Why the target does not tell these requests from those of another claim on the host; nothing where it does. */
  readonly contested: (other: RequestsClaim) => string | undefined;
}

/** A host, and who serves it; every host, where that is absent. */
export type ServedHost =
  | { readonly type: 'gateway'; readonly host?: string; readonly gateway: string; readonly namespace?: string }
  | { readonly type: 'ingressClass'; readonly host?: string; readonly className: string };

type Of = Subject | ServedHost;
type FieldOf<Type extends Of['type']> = Exclude<keyof Extract<Of, { readonly type: Type }>, 'type'>;

/** All fields of what claims are of, in the order in which keys have them. */
const FIELDS: { readonly [Type in Of['type']]: readonly string[] } = {
  service: fieldsOf<'service'>({ name: true, namespace: true, clients: true }),
  consulService: fieldsOf<'consulService'>({ name: true, namespace: true }),
  serviceAccount: fieldsOf<'serviceAccount'>({ name: true, namespace: true }),
  namespace: fieldsOf<'namespace'>({ namespace: true }),
  servicesIn: fieldsOf<'servicesIn'>({ namespace: true }),
  host: fieldsOf<'host'>({ host: true, namespace: true }),
  listener: fieldsOf<'listener'>({ protocol: true, host: true, port: true, gateway: true, namespace: true }),
  object: fieldsOf<'object'>({ apiVersion: true, kind: true, name: true, namespace: true }),
  gateway: fieldsOf<'gateway'>({ host: true, gateway: true, namespace: true }),
  ingressClass: fieldsOf<'ingressClass'>({ host: true, className: true }),
};

function fieldsOf<Type extends Of['type']>(fields: Readonly<Record<FieldOf<Type>, true>>): readonly string[] {
  return Object.keys(fields);
}

/** Equal for claims on the same, in whichever order their fields are written. */
export function claimKey({ on, port, of }: SubjectClaim): string {
  return `${on} ${port}${fieldsKey(of)}`;
}

/** Equal for the same subject, or host. It is made for every object: JSON takes ten times as long. */
export function fieldsKey(of: Of): string {
  const fields = of as { readonly [field: string]: string | number | undefined };
  let key = `\n${of.type}`;
  for (const field of FIELDS[of.type]) {
    if (fields[field] !== undefined) key += `\n${field} ${fields[field]}`;
  }
  return key;
}

export interface Scope {
  readonly namespace: string;
  /** Absent for all pods of the namespace. */
  readonly workload?: ScopedWorkload;
}

interface ScopedWorkload {
  readonly service: string;
  readonly podSelector?: Readonly<Record<string, string>>;
}

/** A claim on something that only one may speak of; or, with `says`, on what others may say too. */
export function claim(on: Topic, of: Subject, says?: string): SubjectClaim {
  return { by: 'subject', on, of, ...(says !== undefined && { says }) };
}

/** The claim on the name of an object, as each object that is rendered lays it. */
export function objectClaim(object: Omit<ObjectSubject, 'type'>, says?: string): SubjectClaim {
  const { apiVersion, kind, name, namespace } = object;
  return { by: 'subject', of: { type: 'object', apiVersion, kind, name, namespace }, ...(says !== undefined && { says }) };
}

/** The claim on something of a Service that a route leads to, for those clients of whom the route speaks. */
export function routedClaim(on: Topic, model: RouteModel, service: { readonly name: string; readonly namespace?: string }): SubjectClaim {
  const clients = isConsumerRoute(model) ? model.namespace : undefined;
  return claim(on, { type: 'service', name: service.name, namespace: namespaceOf(model, service), clients });
}

/** A claim on pods by their labels. A selection without labels claims its namespace, and stands beside claims on the pods there. */
export function claimOn(on: Topic, { namespace, workload }: Scope, port?: number | string): Claim {
  const labels = workload?.podSelector ?? {};
  const at = { on, ...(port !== undefined && { port }) };
  return Object.keys(labels).length === 0
    ? { by: 'subject', ...at, of: { type: 'namespace', namespace } }
    : { by: 'labels', ...at, namespace, labels };
}

/** The claims of policies that select pods by their labels. */
export function podClaims({ namespace, destination }: { readonly namespace: string; readonly destination: ScopedWorkload }): Claim[] {
  return selectorClaims('policy', namespace, destination);
}

/** The claim of a policy on the calls to the outside of a namespace. */
export function namespaceEgressClaim(namespace: string): Claim {
  return claimOn('egressPolicy', { namespace });
}

/** The claims of policies on calls to the outside, where that of a namespace adds to those of the workloads in it. */
export function egressClaims({ namespace, workload, destinations }: EgressModel): Claim[] {
  const says = destinations.flatMap(({ ports, ...place }) => ports.map(port => JSON.stringify([place, port])));
  return [
    ...workload === undefined ? [namespaceEgressClaim(namespace)] : selectorClaims('egressPolicy', namespace, workload),
    ...stated('egress', { namespace, workload }, says),
  ];
}

/** The claim of what relies on it, in a whole namespace, that no plain text is taken: over that, no policy is asked. */
export function closedClaims(namespace: string): Claim[] {
  return stated('mutualTlsMode', { namespace }, ['strict']);
}

/** The claim of what takes plain text, be it on one port. */
export function openClaims(selected: Scope): Claim[] {
  return stated('mutualTlsMode', selected, ['permissive']);
}

/** What is said of the pods of a selection; nothing where these are not known. */
export function stated(on: Topic, { namespace, workload }: Scope, says: readonly string[]): Claim[] {
  return workload !== undefined && workload.podSelector === undefined
    ? []
    : [{ by: 'labels', on, namespace, labels: workload?.podSelector ?? {}, says }];
}

function selectorClaims(on: Topic, namespace: string, workload: ScopedWorkload): Claim[] {
  const ofService = claim(on, { type: 'service', name: workload.service, namespace });
  return workload.podSelector === undefined ? [ofService] : [ofService, claimOn(on, { namespace, workload })];
}
