import type { Fields } from './fields';
import type { RequestMatch } from './match';
import type { PodPort } from './pod-port';
import type { Protocol } from './protocol';
import type { ServiceFacts } from './service-facts';

/** Who may make which requests to one workload; everything else is denied. */
export interface AccessModel {
  /** Base of the names of all objects. */
  readonly name: string;
  /** Namespace of the workload, and of the policy. */
  readonly namespace: string;
  readonly destination: Workload;
  /** A request is let in if any rule allows it. None at all denies everything. */
  readonly rules: readonly AccessRule[];
  /** Requests that the kubelet makes without an identity. */
  readonly healthProbes: readonly HealthProbe[];
  /** Whether what is denied is only reported, and let in all the same. */
  readonly audit: boolean;
}

export interface Workload {
  readonly service: string;
  readonly serviceAccount?: string;
  readonly podSelector?: Readonly<Record<string, string>>;
  /** What the Service says of itself, if that is known. */
  readonly facts?: ServiceFacts;
  /** Whether a policy made before is for other pods of the same Service: an object that is named after the Service then has another name. */
  readonly isPart?: boolean;
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
  /** Whether its clients call each pod by its address, as who scrapes metrics does. */
  readonly byAddress?: boolean;
}

/** Clients that mutual TLS tells apart. */
export type IdentitySource =
  | { readonly kind: 'serviceAccount'; readonly name: string; readonly namespace: string }
  | { readonly kind: 'namespace'; readonly name: string }
  | { readonly kind: 'spiffeId'; readonly id: string };

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

export type Source =
  | IdentitySource
  | GatewaySource
  /** Every pod of the namespaces that have these labels. */
  | { readonly kind: 'namespaceLabels'; readonly labels: Readonly<Record<string, string>> }
  /** The address that the connection comes from, identity or not. */
  | { readonly kind: 'ipBlock'; readonly cidr: string; readonly except: readonly string[] }
  /** Every client that has an identity. */
  | { readonly kind: 'anyAuthenticated' }
  /** Every client, identity or not. */
  | { readonly kind: 'anyone' };

export interface HealthProbe {
  readonly port: number | string;
  /** Absent for a GET in plain text. */
  readonly kind?: 'https' | 'grpc' | 'tcp';
  /** Of a GET. */
  readonly path?: string;
}

/** Whether a source holds for clients without an identity too. */
export function admitsUnauthenticated({ kind }: Source): boolean {
  return kind === 'ipBlock' || kind === 'anyone';
}

/** A string equal for equal sources, and for no others; also the order in which they are written. */
export function sourceKey(source: Source): string {
  switch (source.kind) {
    case 'serviceAccount': return `serviceAccount/${source.namespace}/${source.name}`;
    case 'namespace': return `namespace/${source.name}`;
    case 'namespaceLabels': return `namespaceLabels/${JSON.stringify(Object.entries(source.labels).sort())}`;
    case 'spiffeId': return `spiffeId/${source.id}`;
    case 'gateway': return gatewayKey(source);
    case 'ipBlock': return `ipBlock/${source.cidr}/${JSON.stringify([...source.except].sort())}`;
    case 'anyAuthenticated': return 'anyAuthenticated';
    case 'anyone': return 'anyone';
  }
}

function gatewayKey({ namespace, name, className, pods }: Fields<GatewaySource, 'namespace' | 'name' | 'className' | 'pods', 'kind'>): string {
  const known = [className, ...podsKey(pods)];
  return `gateway/${namespace}/${name}${known.every(one => one === undefined) ? '' : ` ${JSON.stringify(known)}`}`;
}

function podsKey({ serviceAccount, namespace, podSelector }: Fields<GatewayPods, 'serviceAccount' | 'namespace' | 'podSelector'>): unknown[] {
  return [serviceAccount, namespace, podSelector && Object.entries(podSelector).sort()];
}
