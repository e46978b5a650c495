import { byKind } from './by-kind';
import type { OfKind } from './by-kind';
import type { EndUser } from './end-user';
import type { Fields } from './fields';
import type { RequestMatch } from './match';
import type { PodPort } from './pod-port';
import type { Protocol } from './protocol';
import type { ServiceFacts } from './service-facts';

/** Who may make which requests to one workload. */
export interface AccessModel {
  /** Base of the names of all objects. */
  readonly name: string;
  /** Namespace of the workload, and of the policy. */
  readonly namespace: string;
  readonly destination: Workload;
  /** A request for which any of these holds is denied, whatever allows it, here or in another policy. */
  readonly denials: readonly AccessRule[];
  /** A request is let in if any rule allows it. None at all denies everything. */
  readonly rules: readonly AccessRule[];
  /** Whether what no denial is for stays as it is: the model has no rules then, and closes nothing. */
  readonly leavesRest: boolean;
  /**
   * Set for a grant: what it allows adds to the policy of the workload, which alone closes it; and whether that policy is known here. A grant
   * has no probes, and no denials but those of its policy.
   */
  readonly grant?: 'here' | 'elsewhere';
  /** Requests that the kubelet makes without an identity. */
  readonly healthProbes: readonly HealthProbe[];
  /** Whether what is denied is only reported, and let in all the same. */
  readonly audit: boolean;
}

export interface Workload {
  /** Absent for pods without a Service. */
  readonly service?: string;
  readonly serviceAccount?: string;
  readonly podSelector?: Readonly<Record<string, string>>;
  /** What the Service says of itself, if that is known. */
  readonly facts?: ServiceFacts;
  /** Where it is some of the pods of the Service: the labels, among those of `podSelector`, that only they have. */
  readonly subset?: Readonly<Record<string, string>>;
  /** The ports that the policy governs: those the Service declares, then those that only rules name. */
  readonly ports: readonly WorkloadPort[];
}

/** A port of the pods. */
export interface WorkloadPort extends PodPort {
  /** `undefined` where the Service does not declare the port. */
  readonly protocol?: Protocol;
  /** Name that the container gives the port, if it gives it one. */
  readonly name?: string;
  /** The numbers by which the Service offers the port; none where it does not declare it. Absent, the number is the same. */
  readonly servicePorts?: readonly number[];
}

export interface AccessRule {
  /** Alternatives, sorted; never empty. */
  readonly sources: readonly Source[];
  /** Identities that the rule is not for, though `sources` includes them; sorted. All sources then have an identity. */
  readonly exceptSources: readonly IdentitySource[];
  /** Never empty. */
  readonly ports: readonly WorkloadPort[];
  /** Alternatives. Empty is every request, and every byte of a port that has no requests. */
  readonly requests: readonly RequestMatch[];
  /** Requests that the rule is not for, though `requests` includes them. */
  readonly exceptRequests: readonly RequestMatch[];
  /** Who sends a request, beside the client that makes it: alternatives. Empty is everyone, with a token or without. */
  readonly endUsers: readonly EndUser[];
  /** Whether its clients call each pod by its address, as who scrapes metrics does. */
  readonly byAddress?: boolean;
}

export interface ServiceAccountSource {
  readonly kind: 'serviceAccount';
  readonly name: string;
  readonly namespace: string;
}

/** Every pod of a namespace. */
export interface NamespaceSource {
  readonly kind: 'namespace';
  readonly name: string;
}

export interface SpiffeIdSource {
  readonly kind: 'spiffeId';
  readonly id: string;
}

/** Clients that mutual TLS tells apart. */
export type IdentitySource = ServiceAccountSource | NamespaceSource | SpiffeIdSource;

export interface GatewayPods {
  readonly serviceAccount?: string;
  /** That of the Gateway, where it is absent. */
  readonly namespace?: string;
  readonly podSelector?: Readonly<Record<string, string>>;
}

/** A gateway, which calls for clients outside the mesh. */
export interface GatewaySource {
  readonly kind: 'gateway';
  readonly name: string;
  readonly namespace: string;
  readonly className?: string;
  /** What is known of its pods. */
  readonly pods: GatewayPods;
}

/** Every pod of the namespaces that have these labels. */
export interface NamespaceLabelsSource {
  readonly kind: 'namespaceLabels';
  readonly labels: Readonly<Record<string, string>>;
}

/** Pods by their labels, in one namespace, or in those that have labels; in every namespace, if there are none of these. */
export interface PodsSource {
  readonly kind: 'pods';
  /** Never empty. */
  readonly labels: Readonly<Record<string, string>>;
  readonly namespace?: string;
  /** Where there is no `namespace`. */
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  /** The name of the cluster that they are in; absent for this one. */
  readonly cluster?: string;
}

/** Pods whose labels are not known yet. */
export interface UninitializedSource {
  readonly kind: 'uninitialized';
}

/** Every client whose SPIFFE id is of this trust domain. */
export interface TrustDomainSource {
  readonly kind: 'trustDomain';
  readonly name: string;
}

/** The API server, which calls webhooks and aggregated APIs. */
export interface ApiServerSource {
  readonly kind: 'apiServer';
}

/** The nodes of the cluster, and what runs in their network. */
export interface NodesSource {
  readonly kind: 'nodes';
}

/** The nodes that have these labels. */
export interface NodeLabelsSource {
  readonly kind: 'nodeLabels';
  /** Never empty. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The address that the connection comes from, identity or not. */
export interface IpBlockSource {
  readonly kind: 'ipBlock';
  readonly cidr: string;
  readonly except: readonly string[];
}

/** Every client that has an identity. */
export interface AnyAuthenticatedSource {
  readonly kind: 'anyAuthenticated';
}

/** Every client, identity or not. */
export interface AnyoneSource {
  readonly kind: 'anyone';
}

export type Source = IdentitySource | GatewaySource | NamespaceLabelsSource | PodsSource | UninitializedSource | ApiServerSource | NodesSource
  | NodeLabelsSource | TrustDomainSource | IpBlockSource | AnyAuthenticatedSource | AnyoneSource;

/** The fields that a writer takes of a kind of source, and those that it leaves out. */
export type SourceFields<
  Kind extends Source['kind'], Taken extends keyof OfKind<Source, Kind>, LeftOut extends keyof OfKind<Source, Kind> = never,
> = Fields<OfKind<Source, Kind>, Taken, LeftOut | 'kind'>;

export interface HealthProbe {
  readonly port: number | string;
  /** Absent for a GET in plain text. */
  readonly kind?: 'https' | 'grpc' | 'tcp';
  /** Of a GET. */
  readonly path?: string;
}

/** Whether a rule holds for requests, not for connections as such. */
export function tellsRequestsApart({ requests, exceptRequests, endUsers }: Pick<AccessRule, 'requests' | 'exceptRequests' | 'endUsers'>): boolean {
  return requests.length > 0 || exceptRequests.length > 0 || endUsers.length > 0;
}

/** Whether a source holds for clients without an identity too. */
export function admitsUnauthenticated({ kind }: Source): boolean {
  return ADMITS_UNAUTHENTICATED[kind];
}

const ADMITS_UNAUTHENTICATED: Readonly<Record<Source['kind'], boolean>> = {
  serviceAccount: false,
  namespace: false,
  spiffeId: false,
  gateway: false,
  namespaceLabels: false,
  pods: false,
  uninitialized: true,
  trustDomain: false,
  apiServer: true,
  nodes: true,
  nodeLabels: true,
  ipBlock: true,
  anyAuthenticated: false,
  anyone: true,
};

/** A string equal for equal sources, and for no others; also the order in which they are written. */
export const sourceKey = byKind<Source, string>({
  serviceAccount: ({ namespace, name }: SourceFields<'serviceAccount', 'namespace' | 'name'>) => `serviceAccount/${namespace}/${name}`,
  namespace: ({ name }: SourceFields<'namespace', 'name'>) => `namespace/${name}`,
  namespaceLabels: ({ labels }: SourceFields<'namespaceLabels', 'labels'>) => `namespaceLabels/${JSON.stringify(Object.entries(labels).sort())}`,
  pods: ({ labels, namespace, namespaceLabels, cluster }: SourceFields<'pods', 'labels' | 'namespace' | 'namespaceLabels' | 'cluster'>) =>
    `pods/${JSON.stringify([namespace, namespaceLabels && Object.entries(namespaceLabels).sort(), Object.entries(labels).sort(), ...cluster === undefined ? [] : [cluster]])}`,
  uninitialized: ({ kind }: Fields<UninitializedSource, 'kind'>) => kind,
  trustDomain: ({ name }: SourceFields<'trustDomain', 'name'>) => `trustDomain/${name}`,
  apiServer: ({ kind }: Fields<ApiServerSource, 'kind'>) => kind,
  nodes: ({ kind }: Fields<NodesSource, 'kind'>) => kind,
  nodeLabels: ({ labels }: SourceFields<'nodeLabels', 'labels'>) => `nodeLabels/${JSON.stringify(Object.entries(labels).sort())}`,
  spiffeId: ({ id }: SourceFields<'spiffeId', 'id'>) => `spiffeId/${id}`,
  gateway: gatewayKey,
  ipBlock: ({ cidr, except }: SourceFields<'ipBlock', 'cidr' | 'except'>) => `ipBlock/${cidr}/${JSON.stringify([...except].sort())}`,
  anyAuthenticated: ({ kind }: Fields<AnyAuthenticatedSource, 'kind'>) => kind,
  anyone: ({ kind }: Fields<AnyoneSource, 'kind'>) => kind,
});

/** In the form of a rule's sources: each once, sorted. */
export function distinctSources(sources: readonly Source[]): Source[] {
  return distinctByKey(sources, sourceKey);
}

/** Each once, sorted by key. */
export function distinctByKey<T>(all: readonly T[], keyOf: (one: T) => string): T[] {
  if (all.length < 2) return [...all];
  const distinct = new Map(all.map(one => [keyOf(one), one]));
  return [...distinct].sort(([a], [b]) => a < b ? -1 : 1).map(([, one]) => one);
}

function gatewayKey({ namespace, name, className, pods }: SourceFields<'gateway', 'namespace' | 'name' | 'className' | 'pods'>): string {
  const known = [className, ...podsKey(pods)];
  return `gateway/${namespace}/${name}${known.every(one => one === undefined) ? '' : ` ${JSON.stringify(known)}`}`;
}

function podsKey({ serviceAccount, namespace, podSelector }: Fields<GatewayPods, 'serviceAccount' | 'namespace' | 'podSelector'>): unknown[] {
  return [serviceAccount, namespace, podSelector && Object.entries(podSelector).sort()];
}
