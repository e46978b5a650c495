import type { Conventions, World } from './world';
import type { Client } from '../../../src/evaluators/access/request';
import type { AccessModel } from '../../../src/model/access';
import type { AuthenticationModel } from '../../../src/model/authentication';
import type { EgressModel } from '../../../src/model/egress';
import type { GatewayAccessModel } from '../../../src/model/gateway-access';
import type { Written, WrittenExposure, WrittenMatch, WrittenService } from '../routes/written';

/** An app as someone writes it: constructs for the same Services, in some order. */
export interface WrittenApp {
  readonly conventions: Conventions;
  readonly world: World;
  readonly routing?: WrittenRouting;
  /** Of Services, or of some of their pods; and denials, which leave all else as it is. */
  readonly policies: readonly AccessModel[];
  /** For each policy, which of its rules are those of grants beside it. */
  readonly granted: readonly (readonly boolean[])[];
  /** Services whose requests have tokens. */
  readonly tokens: readonly WrittenTokens[];
  /** Namespaces that deny by default. */
  readonly denying: readonly string[];
  readonly mutualTls: readonly WrittenMutualTls[];
  /** All by the gateway. */
  readonly exposures: readonly WrittenOpening[];
  readonly gateway: WrittenGateway;
  /** Policies of the gateway: one at most allows, and another one only denies. */
  readonly edge: readonly Pick<GatewayAccessModel, 'denials' | 'rules' | 'leavesRest'>[];
  /** Where the gateway proves tokens: whether it passes them on. */
  readonly edgeTokens?: { readonly forward: boolean };
  readonly egress: readonly Omit<EgressModel, 'name'>[];
  /** Constructs are made in the order of these numbers. */
  readonly order: readonly number[];
}

export interface WrittenRouting {
  readonly route: Written;
  /** Where it is written as a release. */
  readonly release?: WrittenRelease;
}

/** A release of two versions. */
export interface WrittenRelease {
  readonly kind: ReleaseKind;
  readonly stable: WrittenService;
  readonly canary: WrittenService;
  /** In percent; of a test, nothing comes by chance, and of two versions side by side, all. */
  readonly weight: number;
  readonly matches?: readonly WrittenMatch[];
}

export type ReleaseKind = 'canary' | 'A/B test' | 'blue and green';

/** What of it is exposed: the Service, by rules of the exposure if it has any; or the rules of the route. */
export interface WrittenOpening {
  readonly by: 'service' | 'route';
  readonly rules: WrittenExposure;
  /** Of a gateway that is not its own: which of its listeners take the requests. */
  readonly parents: readonly WrittenParent[];
}

/** A listener by its name; or those of a port, or of the gateway as a whole. A name may be that of a listener of the ListenerSet. */
export interface WrittenParent {
  readonly listener?: string;
  readonly port?: number;
}

export interface WrittenGateway {
  /** Whether the one exposure that there is has a gateway of its own, or all of them share one of others, or one of the app. */
  readonly kind: 'own' | 'shared' | 'made';
  readonly listeners: readonly WrittenListener[];
  /** Absent, where there are no Gateways. */
  readonly className?: string;
  /** What is said of its pods, where the target does not know them. */
  readonly pods?: { readonly serviceAccount: string; readonly namespace: string };
  /** Whether policies hold at it, and what denies by default in its namespace. */
  readonly readsPolicies?: true;
  /** As what it calls pods. */
  readonly client: Client;
  /** The same of the second Gateway, which one of the app has beside it. */
  readonly aside: Client;
}

export interface WrittenListener {
  readonly name: string;
  readonly port: number;
  readonly protocol: 'HTTP' | 'TCP' | 'UDP';
  /** Whether it is one of a ListenerSet. */
  readonly isAdded?: true;
  /** Whether it is that of the second Gateway. */
  readonly isAside?: true;
}

/** The Gateway that exposures share, and the one that an app has beside it. */
export const SHARED = { name: 'front', namespace: 'infra' } as const;
export const ASIDE = { name: 'side', namespace: 'infra' } as const;

/** The listeners of a gateway of others; of one of an exposure, the first. */
export const OF_OTHERS: readonly WrittenListener[] = [{ name: 'http', port: 80, protocol: 'HTTP' }, { name: 'other', port: 8080, protocol: 'HTTP' }];

/** What one of the app has beside these: listeners for connections and for datagrams, and one of a ListenerSet. */
export const BYTES: readonly WrittenListener[] = [{ name: 'bytes', port: 6379, protocol: 'TCP' }, { name: 'other-bytes', port: 6380, protocol: 'TCP' }];
export const DATAGRAMS: readonly WrittenListener[] = [{ name: 'datagrams', port: 53, protocol: 'UDP' }, { name: 'other-datagrams', port: 5353, protocol: 'UDP' }];
export const ADDED: WrittenListener = { name: 'added', port: 9090, protocol: 'HTTP', isAdded: true };
/** That of the second Gateway. */
export const BESIDE: WrittenListener = { name: 'beside', port: 7070, protocol: 'HTTP', isAside: true };

export function carries({ protocol: speaks }: WrittenListener, { service: { ports: [{ protocol }] } }: WrittenExposure): boolean {
  return speaks === (protocol === 'GRPC' ? 'HTTP' : protocol);
}

/** Whether requests come by a listener to an exposure. */
export function isAttached({ parents, rules }: WrittenOpening, listener: WrittenListener): boolean {
  const { name, port, isAdded, isAside } = listener;
  return carries(listener, rules) && parents.some(parent =>
    parent.listener === undefined ? !isAdded && !isAside && (parent.port ?? port) === port : parent.listener === name);
}

/** Whether a port is that of the second Gateway. */
export function isBeside({ listeners }: Pick<WrittenGateway, 'listeners'>, called: number): boolean {
  return listeners.some(({ port, isAside }) => isAside === true && port === called);
}

/** As what the gateway that has a port calls pods. */
export function clientAt(gateway: WrittenGateway, called: number): Client {
  return isBeside(gateway, called) ? gateway.aside : gateway.client;
}

/** The gateways of an exposure, as clients; the same once. */
export function clientsOf(gateway: WrittenGateway, opening: WrittenOpening): Client[] {
  const all = gateway.listeners.filter(one => isAttached(opening, one)).map(({ port }) => clientAt(gateway, port));
  return all.filter((one, i) => all.findIndex(other => other.serviceAccount === one.serviceAccount) === i);
}

/** Whose pods believe tokens: those of a Service, or some of them. */
export type WrittenTokens = Pick<AccessModel['destination'], 'service' | 'subset'> & Pick<AccessModel, 'namespace'>;

export interface WrittenMutualTls extends Omit<AuthenticationModel, 'name' | 'workload'> {
  /** The name of a Service. */
  readonly workload?: string;
}

/** A release, as the route that it is. */
export function routeOf({ stable, canary, weight, matches }: Omit<WrittenRelease, 'kind'>, called: Pick<Written, 'namespace' | 'service'>): Written {
  return {
    ...called,
    handling: {},
    rules: [
      ...(matches === undefined ? [] : [{ matches, backends: [{ service: canary, weight: 1 }] }]),
      { backends: [{ service: stable, weight: 100 - weight }, { service: canary, weight }] },
    ],
  };
}
