import type { AccessRule, Source } from './access';
import { distinctByKey, sourceKey } from './access';
import type { Fields } from './fields';

/** Who may send which requests through a gateway, or through the waypoint of a namespace. */
export interface GatewayAccessModel {
  /** Base of the names of all objects. */
  readonly name: string;
  /** That of the gateway, and of the policy. */
  readonly namespace: string;
  readonly gateway: PolicedGateway;
  /** A request for which any of these holds is denied, whatever allows it, here or in another policy. */
  readonly denials: readonly GatewayRule[];
  /** A request is let through if any rule allows it. None at all denies everything. */
  readonly rules: readonly GatewayRule[];
  /** Whether what no denial is for stays as it is: the model has no rules then, and closes nothing. */
  readonly leavesRest: boolean;
}

/** What requests pass. */
export type PolicedGateway = GatewayOfClass | Waypoint;

/** A Gateway for what comes from outside. */
export interface GatewayOfClass {
  readonly kind: 'gateway';
  readonly name: string;
  /** Who runs it, where that is known. */
  readonly className?: string;
}

/** The Gateway of a waypoint, which passes on what clients of the mesh send to Services. */
export interface Waypoint {
  readonly kind: 'waypoint';
  readonly name: string;
}

export interface GatewayRule extends Pick<AccessRule, 'exceptSources' | 'requests' | 'exceptRequests' | 'endUsers'> {
  /** Alternatives, sorted; never empty. */
  readonly sources: readonly GatewayClient[];
  /** Ports of the listeners, sorted; at a waypoint, those of the Services. Empty for every port. */
  readonly ports: readonly number[];
}

/** The address that the first trusted proxy got a request from; where no proxy is trusted, that of the connection. */
export interface RemoteIpBlockSource {
  readonly kind: 'remoteIpBlock';
  readonly cidr: string;
  readonly except: readonly string[];
}

/** Clients as a gateway knows them. */
export type GatewayClient = Source | RemoteIpBlockSource;

/** In the form of a rule's sources: each once, sorted. */
export function distinctClients(clients: readonly GatewayClient[]): GatewayClient[] {
  return distinctByKey(clients, client => client.kind === 'remoteIpBlock' ? remoteKey(client) : sourceKey(client));
}

function remoteKey({ kind, cidr, except }: Fields<RemoteIpBlockSource, 'kind' | 'cidr' | 'except'>): string {
  return `${kind}/${cidr}/${JSON.stringify([...except].sort())}`;
}
