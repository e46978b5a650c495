import type { EgressDestination, EgressModel, InsideDestination } from '../../model/egress';
import type { Fields } from '../../model/fields';
import { flatMap } from '../../model/lists';
import type { RequestMatch } from '../../model/match';
import type { NamespaceDefaultModel } from '../../model/namespace-default';
import type { RouteModel } from '../../model/route';
import { isConsumerRoute, namespaceOf } from '../../model/route';
import { isService, kindInWords } from '../../model/service-ref';
import type { BackendRef } from '../../model/service-ref';

/**
 * Something that a cluster can have only once: a second one would be ignored, or would add to the first. Claims are compared by
 * their values; their words are for people (`targets/claim-words.ts`).
 */
export type Claim = SubjectClaim | PodsClaim | RequestsClaim;

/** What each subject can have only one of. */
export type Topic =
  | 'pods' | 'route' | 'inPlace' | 'release' | 'policy' | 'besideDenials' | 'default' | 'mutualTls' | 'mutualTlsMode' | 'identities' | 'egressPolicy' | 'egress' | 'egressHost'
  | 'tokens' | 'authorizer' | 'allowances' | 'loadBalancing' | 'circuitBreaking' | 'connections' | 'rateLimit'
  | 'Sidecar' | 'DestinationRule' | 'ServiceDefaults' | 'ServiceResolver' | 'XBackendTrafficPolicy';

/** A claim on something that is known by its name. */
export interface SubjectClaim {
  readonly by: 'subject';
  /** Absent if the subject itself can exist only once. */
  readonly on?: Topic;
  /** The port, where each has one. */
  readonly port?: number | string;
  readonly of: Subject;
  /** What the claim states, if other claims may state the same; absent if there may be only one claim. */
  readonly says?: string;
  /** The labels of those of its pods of which is spoken, where others may speak of others; absent for all of them. */
  readonly pods?: Readonly<Record<string, string>>;
}

/** What a claim is on; equal fields mean the same subject. */
export type Subject =
  /** Clients are those of one namespace; absent for all. A kind is that of what is called in place of a Service. */
  | { readonly type: 'service'; readonly name: string; readonly namespace?: string; readonly clients?: string; readonly kind?: string }
  /** The namespace is one of Consul's; absent where they are all one. */
  | { readonly type: 'consulService'; readonly name: string; readonly namespace?: string }
  | { readonly type: 'serviceAccount'; readonly name: string; readonly namespace: string }
  | { readonly type: 'namespace'; readonly namespace: string }
  | { readonly type: 'mesh' }
  /** What a policy of the whole cluster is for. */
  | { readonly type: 'ofCluster'; readonly what: string }
  | { readonly type: 'servicesIn'; readonly namespace: string }
  /** The host in a DestinationRule, and the namespace of that. */
  | { readonly type: 'host'; readonly host: string; readonly namespace?: string }
  /** Who issues tokens for a workload. */
  | { readonly type: 'tokenIssuer'; readonly issuer: string; readonly workload: string; readonly namespace: string }
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
   * What the claim states of the pods, if other claims may state the same; absent if there may be only one claim. A claim on every
   * pod of a namespace does not conflict with one on some of them that states the same.
   */
  readonly says?: readonly string[];
}

/** A claim on some requests to a host. Other requests to the host may have other claims. */
export interface RequestsClaim {
  readonly by: 'requests';
  readonly of: ServedHost;
  /** The listener that takes the requests; absent for all of them. */
  readonly listener?: string;
  /** Its port; absent for all of them. */
  readonly listenerPort?: number;
  /** Kind of the route. */
  readonly kind: string;
  /** As the route has them. */
  readonly matches: readonly RequestMatch[];
  /** Why the target cannot tell these requests from those of another claim on the host; `undefined` if it can. */
  readonly contested: (other: RequestsClaim) => string | undefined;
}

/** In place of a kind of route: requests that a gateway leads out of the cluster. */
export const LED_OUT = 'egress';

/** Why no route at the same gateway is for the host, too. */
export const LED_OUT_ALONE = 'the gateway leads all requests to the host out of the cluster';

/** A host, and who serves it; every host, where that is absent. */
export type ServedHost =
  | { readonly type: 'gateway'; readonly host?: string; readonly gateway: string; readonly namespace?: string; /** That has the listener. */ readonly listenerSet?: string }
  | { readonly type: 'ingressClass'; readonly host?: string; readonly className: string };

type Of = Subject | ServedHost;
type FieldOf<Type extends Of['type']> = Exclude<keyof Extract<Of, { readonly type: Type }>, 'type'>;

/** All fields of what claims are of. The last one tells most of them apart. */
const FIELDS: { readonly [Type in Of['type']]: readonly string[] } = {
  service: fieldsOf<'service'>({ namespace: true, clients: true, kind: true, name: true }),
  consulService: fieldsOf<'consulService'>({ namespace: true, name: true }),
  serviceAccount: fieldsOf<'serviceAccount'>({ namespace: true, name: true }),
  namespace: fieldsOf<'namespace'>({ namespace: true }),
  mesh: fieldsOf<'mesh'>({}),
  ofCluster: fieldsOf<'ofCluster'>({ what: true }),
  servicesIn: fieldsOf<'servicesIn'>({ namespace: true }),
  host: fieldsOf<'host'>({ namespace: true, host: true }),
  listener: fieldsOf<'listener'>({ protocol: true, port: true, gateway: true, namespace: true, host: true }),
  tokenIssuer: fieldsOf<'tokenIssuer'>({ namespace: true, workload: true, issuer: true }),
  object: fieldsOf<'object'>({ apiVersion: true, kind: true, namespace: true, name: true }),
  gateway: fieldsOf<'gateway'>({ gateway: true, namespace: true, listenerSet: true, host: true }),
  ingressClass: fieldsOf<'ingressClass'>({ className: true, host: true }),
};

function fieldsOf<Type extends Of['type']>(fields: Readonly<Record<FieldOf<Type>, true>>): readonly string[] {
  return Object.keys(fields);
}

/** The same parts for claims on the same subject, in whichever order their fields are written. */
export function partsOfClaim({ on, port, of }: SubjectClaim): Parts {
  return partsOf(of, on, port);
}

export type Parts = readonly (string | number | undefined)[];

/** The same parts for the same subject, or host. */
export function partsOf(of: Of, on?: Topic, port?: number | string): Parts {
  const parts = [on, port, of.type];
  const fields = of as { readonly [field: string]: string | number | undefined };
  for (const field of FIELDS[of.type]) parts.push(fields[field]);
  return parts;
}

export interface Scope {
  readonly namespace: string;
  /** Absent for all pods of the namespace. */
  readonly workload?: ScopedWorkload;
}

interface ScopedWorkload {
  /** Absent for pods without a Service. */
  readonly service?: string;
  readonly podSelector?: Readonly<Record<string, string>>;
}

/** A claim that excludes every other on the same subject; or, with `says`, those that state something else. */
export function claim(on: Topic, of: Subject, says?: string): SubjectClaim {
  return { by: 'subject', on, of, ...(says !== undefined && { says }) };
}

/** The claim on the name of an object, which each rendered object makes. */
export function objectClaim(object: Omit<ObjectSubject, 'type'>, says?: string): SubjectClaim {
  const { apiVersion, kind, name, namespace } = object;
  return { by: 'subject', of: { type: 'object', apiVersion, kind, name, namespace }, ...(says !== undefined && { says }) };
}

/** A claim on a part of a Service to which a route leads, for the clients of that route. */
export function routedClaim(on: Topic, model: RouteModel, service: BackendRef): SubjectClaim {
  const clients = isConsumerRoute(model) ? model.namespace : undefined;
  return claim(on, backendSubject(service, namespaceOf(model, service), clients));
}

/** A Service, or what takes its place. */
export function backendSubject(backend: BackendRef, namespace: string | undefined, clients?: string): Subject {
  return { type: 'service', name: backend.name, namespace, clients, ...(!isService(backend) && { kind: kindInWords(backend) }) };
}

/** A claim on pods by their labels. A selection without labels claims its namespace, and does not conflict with claims on pods there. */
export function claimOn(on: Topic, { namespace, workload }: Scope, port?: number | string): Claim {
  const labels = workload?.podSelector ?? {};
  const at = { on, ...(port !== undefined && { port }) };
  return Object.keys(labels).length === 0
    ? { by: 'subject', ...at, of: { type: 'namespace', namespace } }
    : { by: 'labels', ...at, namespace, labels };
}

/** The claim of who says what holds for all workloads of a namespace, or of the mesh. */
export function defaultClaim({ namespace }: Pick<NamespaceDefaultModel, 'namespace'>): SubjectClaim {
  return claim('default', namespace === undefined ? { type: 'mesh' } : { type: 'namespace', namespace });
}

/** The same where policies add up: whoever states the same may do so. */
export function defaultClaims(model: Pick<NamespaceDefaultModel, 'namespace' | 'rules'>): Claim[] {
  return [{ ...defaultClaim(model), says: JSON.stringify(model.rules) }];
}

interface Selecting {
  readonly namespace: string;
  /** What leaves all else as it is stands beside any policy. */
  readonly leavesRest?: boolean;
  readonly destination: ScopedWorkload;
}

/** The claims of policies that select pods by their labels. */
export function podClaims({ namespace, destination, leavesRest }: Selecting): Claim[] {
  return leavesRest ? [] : selectorClaims('policy', namespace, destination);
}

/** Those of policies that hold for a Service as well, or are named after it, whichever of its pods they select. */
export function serviceClaims({ namespace, destination, leavesRest }: Selecting): Claim[] {
  return leavesRest ? [] : [...ofService('policy', namespace, destination), ...ofPods('policy', namespace, destination)];
}

/** The claim of a policy on the calls to the outside of a namespace. */
export function namespaceEgressClaim(namespace: string): Claim {
  return claimOn('egressPolicy', { namespace });
}

type Policy = Fields<EgressModel, 'namespace' | 'workload' | 'destinations' | 'inside' | 'denials', 'name' | 'gateway'>;

/** The claims of policies on calls to the outside, where that of a namespace adds to those of the workloads in it. */
export function egressClaims({ namespace, workload, destinations, inside, denials = [] }: Policy): Claim[] {
  const says = [
    ...flatMap(destinations, placesAndPorts),
    ...(inside === undefined ? ['the cluster'] : flatMap(inside, placesAndPorts)),
    // What one allows adds to the other, except what it denies; and what it denies, it denies to the other.
  ].map(one => denials.length === 0 ? one : JSON.stringify([one, denials]));
  const denied = denials.map(denial => JSON.stringify(['denied', denial]));
  return [
    ...workload === undefined ? [namespaceEgressClaim(namespace)] : selectorClaims('egressPolicy', namespace, workload),
    ...stated('egress', { namespace, workload }, [...says, ...denied]),
  ];
}

function placesAndPorts({ ports, ...place }: EgressDestination | InsideDestination): string[] {
  return ports.length === 0 ? [JSON.stringify([place])] : ports.map(port => JSON.stringify([place, port]));
}

/** The claim of a construct that relies on no pod of the namespace accepting plain text, over which no policy holds. */
export function closedClaims(namespace: string): Claim[] {
  return stated('mutualTlsMode', { namespace }, ['strict']);
}

/** The claim of a construct that accepts plain text, even on one port only. */
export function openClaims(selected: Scope): Claim[] {
  return stated('mutualTlsMode', selected, ['permissive']);
}

/** The claim of who relies on no pod of the mesh accepting plain text, or of who accepts it somewhere. */
export function plainTextInMesh(mode: 'strict' | 'permissive'): SubjectClaim {
  return claim('mutualTlsMode', { type: 'mesh' }, mode);
}

/** The claim of what all workloads of a namespace, or of the mesh, allow: it has to add to what each of them says. */
export function allowancesForAll({ namespace }: Pick<NamespaceDefaultModel, 'namespace'>): SubjectClaim {
  return claim('allowances', namespace === undefined ? { type: 'mesh' } : { type: 'servicesIn', namespace }, 'added');
}

/** The claims of a policy that denies what it does not allow, whatever else would allow it. */
export function nothingAdded(namespace: string): SubjectClaim[] {
  return [claim('allowances', { type: 'servicesIn', namespace }, 'denied'), claim('allowances', { type: 'mesh' }, 'denied')];
}

/** A claim on something of which a Gateway has only one. */
export function gatewayClaim(on: Topic, namespace: string, name: string, says?: string): SubjectClaim {
  return claim(on, { type: 'object', apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', name, namespace }, says);
}

/** The claim of who lets something through a whole waypoint: it adds to what each Service behind it allows. */
export function addedAtWaypoint(namespace: string, waypoint: string): SubjectClaim {
  return gatewayClaim('allowances', namespace, waypoint, 'added');
}

/** The claim of a policy of a Service behind a waypoint, which lets nothing else through. */
export function closedWaypoint(namespace: string, waypoint: string): SubjectClaim {
  return gatewayClaim('allowances', namespace, waypoint, 'denied');
}

/** The claim of who says which keys an issuer of tokens has for a workload, which is what messages call it. */
export function issuerClaim(namespace: string, workload: string, issuer: string): SubjectClaim {
  return claim('tokens', { type: 'tokenIssuer', issuer, workload, namespace });
}

/** Claims on the pods of a selection; none if the pods are not known. */
export function stated(on: Topic, { namespace, workload }: Scope, says: readonly string[]): Claim[] {
  return workload !== undefined && workload.podSelector === undefined
    ? []
    : [{ by: 'labels', on, namespace, labels: workload?.podSelector ?? {}, says }];
}

/** The pods of one Service may have several policies, if their labels set these apart. */
export function selectorClaims(on: Topic, namespace: string, workload: ScopedWorkload): Claim[] {
  const { podSelector: pods } = workload;
  return [...ofService(on, namespace, workload).map(claimed => ({ pods, ...claimed })), ...ofPods(on, namespace, workload)];
}

function ofService(on: Topic, namespace: string, { service: name }: ScopedWorkload): SubjectClaim[] {
  return name === undefined ? [] : [claim(on, { type: 'service', name, namespace })];
}

function ofPods(on: Topic, namespace: string, workload: ScopedWorkload): Claim[] {
  return workload.podSelector === undefined ? [] : [claimOn(on, { namespace, workload })];
}

/** A claim on the Deployment that a controller releases: two controllers would scale it in turns. */
export function releaseClaim({ namespace, service }: Pick<RouteModel, 'namespace' | 'service'>, workload: string): SubjectClaim {
  return claim('release', { type: 'object', apiVersion: 'apps/v1', kind: 'Deployment', name: workload, namespace: service.namespace ?? namespace });
}
