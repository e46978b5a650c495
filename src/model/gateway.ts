import type { GatewayPods } from './access';
import type { GatewayRef, SecretRef, Tls } from './exposure';
import { flatMap } from './lists';

/** A gateway that exposures share; or listeners that they share, on a gateway that exists. */
export interface GatewayModel {
  readonly name: string;
  readonly namespace?: string;
  readonly base: GatewayBase;
  /** What is known of its pods. */
  readonly pods: GatewayPods;
  /** Each has its name from the others, and no two take the same connections. */
  readonly listeners: readonly Listener[];
  /** Whose ListenerSets may add listeners; nobody's, where it is absent. */
  readonly allowedListeners?: FromNamespaces;
  /** Empty where the controller of its class chooses. */
  readonly addresses: readonly GatewayAddress[];
  /** Of the objects that its controller creates. */
  readonly infrastructure: Infrastructure;
  /** Which certificates clients have to show; absent where none are asked for. */
  readonly clientCertificates?: ClientCertificates;
  /** What it shows to pods that it speaks TLS with. */
  readonly backendCertificate?: SecretRef;
}

/** The class of a gateway, or the gateway that gets more listeners. These say nothing of the gateway itself. */
export type GatewayBase = { readonly kind: 'class'; readonly className: string } | { readonly kind: 'gateway'; readonly gateway: Pick<GatewayRef, 'name' | 'namespace'> };

export type ListenerProtocol = 'HTTP' | 'HTTPS' | 'TLS' | 'TCP' | 'UDP';

export type RouteKind = 'HTTPRoute' | 'GRPCRoute' | 'TLSRoute' | 'TCPRoute' | 'UDPRoute';

export interface Listener {
  readonly name: string;
  readonly protocol: ListenerProtocol;
  readonly port: number;
  /** `*.` at the start stands for one or more labels; absent for every host. */
  readonly hostname?: string;
  /** Only of HTTPS and TLS, and always there. */
  readonly tls?: ListenerTls;
  readonly namespaces: FromNamespaces;
  /** Empty for all that the protocol carries. */
  readonly kinds: readonly RouteKind[];
}

export interface ListenerTls {
  readonly how: Tls;
  /** Of the controller of the class. */
  readonly options: Readonly<Record<string, string>>;
}

/** Which namespaces something is from. */
export type FromNamespaces =
  | { readonly kind: 'same' }
  | { readonly kind: 'all' }
  | { readonly kind: 'labels'; readonly labels: Readonly<Record<string, string>> }
  | { readonly kind: 'names'; /** Sorted. */ readonly names: readonly string[] };

/** The value is absent where the controller of the class chooses one of the type. */
export interface GatewayAddress {
  readonly type: string;
  readonly value?: string;
}

export interface Infrastructure {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly parameters?: ObjectRef;
}

export interface ObjectRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** What holds for all ports that speak HTTPS, and instead of it for some. */
export interface ClientCertificates {
  readonly ofAll?: ClientValidation;
  readonly byPort: readonly (ClientValidation & { readonly port: number })[];
}

export interface ClientValidation {
  /** ConfigMaps with the certificates to trust. */
  readonly authorities: readonly ConfigMapRef[];
  /** Whether clients without one, or with another one, are let in too. */
  readonly isOptional: boolean;
}

export interface ConfigMapRef {
  readonly name: string;
  /** That of the gateway, where it is absent. */
  readonly namespace?: string;
}

/** The kinds of routes that a protocol can carry. */
export const KINDS_OF: Readonly<Record<ListenerProtocol, readonly RouteKind[]>> = {
  HTTP: ['HTTPRoute', 'GRPCRoute'],
  HTTPS: ['HTTPRoute', 'GRPCRoute'],
  TLS: ['TLSRoute', 'TCPRoute'],
  TCP: ['TCPRoute'],
  UDP: ['UDPRoute'],
};

/** The certificates of all listeners. */
export function secretsOf({ listeners }: Pick<GatewayModel, 'listeners'>): SecretRef[] {
  return flatMap(listeners, ({ tls }) => tls?.how.mode === 'terminate' ? tls.how.secrets : []);
}

/** The certificates to trust for clients, on whichever port. */
export function authoritiesOf({ clientCertificates }: Pick<GatewayModel, 'clientCertificates'>): ConfigMapRef[] {
  const { ofAll, byPort = [] } = clientCertificates ?? {};
  return flatMap([...ofAll === undefined ? [] : [ofAll], ...byPort], ({ authorities }) => authorities);
}

/** Whether what a gateway refers to is in another namespace. */
export function isElsewhereThan({ namespace }: Pick<GatewayModel, 'namespace'>, ref: { readonly namespace?: string }): boolean {
  return ref.namespace !== undefined && ref.namespace !== namespace;
}
