import type { Client, Pod, ServicePort } from './call';
import type { Decision, Source } from './decision';
import type { Past } from './past';
import type { Labels } from './selector';
import type { Text } from './text';
import { type Truth, truthOf } from './truth';
import type { Handling, HeaderChanges, ServiceTraffic, Stickiness } from '../model/handling';
import type { Protocol } from '../model/protocol';

/** Something that a call has to pass. A call is let in if all gates on its way let it pass. */
export interface Gate {
  /** What stands there: `AuthorizationPolicy of Istio`. */
  readonly title: string;
  readonly decision: Decision<Passage>;
  /** Gates of one layer add up: what one of them lets pass, passes. One that says nothing of a call leaves it to the others. */
  readonly layer?: 'network' | 'networkOfClient';
}

export type Passage = 'allowed' | 'denied';

/** A port of pods, as calls arrive there. */
export interface PodPort {
  readonly pod: Pod;
  readonly port: number;
  /** What the container calls it. Absent where it does not, and where the container is not known. */
  readonly name?: string;
  readonly protocol: Protocol;
  /** The ports of Services that lead there. */
  readonly entrances: readonly ServicePort[];
}

/** Whether the container calls a port so. Of pods that are not in the files, neither that nor all their labels are known. */
export function isCalled({ name, pod }: PodPort, wanted: string): Truth {
  return name === undefined && pod.labels === undefined ? 'unknown' : truthOf(name === wanted);
}

/** All that is outside the cluster. Which part of it is meant, conditions ask of the call: by its address, its name and its port. */
export interface Outside {
  readonly isOutside: true;
  readonly protocol: Protocol;
}

/** What becomes of a request, or of a connection. */
export interface Way {
  /** Those with a weight above 0, by Service and port. With none, the proxy itself answers, with a redirect or with `status`, or closes the connection. */
  readonly backends: readonly WayBackend[];
  /** The status code of an answer that is no redirect. */
  readonly status?: number;
  /** What happens on the way; redirects and copies stand there too. A redirect says its scheme, and its port unless that goes without saying. */
  readonly handling: Omit<Handling, 'directResponse'>;
  /**
   * The start of the path that the `prefix` of a rewrite or a redirect stands in place of. Both are texts, compared and joined character by
   * character; if nothing is left of the path, it is `/`.
   */
  readonly replaced?: string;
  /** What else is said, which is compared by its text only; sorted. */
  readonly besides: readonly string[];
  /** What the mesh makes of all that beyond what is written, and another mesh does not. It is compared by its text only; sorted. */
  readonly byMesh?: readonly string[];
}

/** A host outside the cluster, and how it is called. The rest is compared by its text only. */
export interface OutsideHost {
  readonly host: string;
  readonly protocol?: string;
  /** Absent where no TLS is begun; what is said of it, in words, where one is. */
  readonly tls?: string;
}

export interface WayBackend extends ServicePort {
  /** Of the sum of all. */
  readonly weight: number;
  /** Labels of the only pods of the Service that get something. */
  readonly subset?: Labels;
  /** The host for which it stands, at its port, where it is not a Service. */
  readonly outside?: OutsideHost;
  /** The status code with which its share is answered, as nothing may be sent there; connections are closed. */
  readonly status?: number | 'closed';
  readonly requestHeaders?: HeaderChanges;
  readonly responseHeaders?: HeaderChanges;
}

/** What holds for all that is sent to a Service. */
export interface Traffic extends ServiceTraffic {
  readonly stickiness?: Stickiness;
  /** What else is said, which is compared by its text only; sorted. */
  readonly besides: readonly string[];
}

/** A way in from outside the cluster. */
export interface Entry {
  /** `namespace/name` of the gateway. */
  readonly gateway: string;
  readonly listener?: string;
  readonly port: number;
  readonly protocol: Protocol | 'HTTPS';
  readonly host: Text;
  /** Absent without TLS, and where more is said of it than this. */
  readonly tls?: EntryTls;
  /** Its pods, as far as they are known. Absent where these have the label of gateways with its name. */
  readonly pods?: Pod;
  readonly ways: Decision<Way>;
}

/** TLS at a way in: pods open it, or the gateway does with the certificates in some Secrets. */
export type EntryTls = 'passed' | { readonly secrets: readonly { readonly namespace: string; readonly name: string }[] };

/** Something that an object says, and that no call asks about. It is compared by its text only. */
export interface Aside {
  readonly source: Source;
  /** What it is, in a few words: `the addresses that it names`. */
  readonly title: string;
  readonly text: string;
  /** Whether all of it is so without the object, too. */
  readonly goesWithoutSaying?: true;
}

/** What the manifests of one API say. An API that has nothing to say of something leaves its method out. */
export interface Reading {
  /** Whether pods have a proxy, or one for them, as they say; undefined where they say nothing. */
  isInMesh?(pod: Pod): boolean | undefined;
  /** Where calls from clients leave for a port of pods, or for outside. The client is one of the pods here. */
  leaving?(client: Client, to: PodPort | Outside): readonly Gate[];
  /** Equal for clients from which calls leave by the same gates, whatever they call. Absent where each may have its own. */
  leavesAs?(client: Client): string;
  /**
   * Which calls of a client no proxy sees that would follow routes, as its annotations say, or as it has none. They take no route, and meet no gate of
   * the API where they leave. Undefined where proxies see all of them.
   */
  leavesPast?(client: Client): Past | undefined;
  /** Whether a client has the kind of proxy whose routes these are; undefined where the mesh has one kind, or it is that. */
  followsRoutes?(client: Client): 'unknown' | undefined;
  /** Where calls arrive at a port of pods. */
  entering?(to: PodPort): readonly Gate[];
  /**
   * Where requests to a port of a Service go, from clients whose proxy, or that of the Service, follows routes. Undefined where the API has no
   * route for it: they go to the Service.
   */
  ways?(to: ServicePort, protocol: Protocol): Decision<Way> | undefined;
  /**
   * The same, where the API stands above others: in place of what another one says, which is `below`, or with it for all that it leaves. Undefined
   * where it leaves all of it.
   */
  waysAbove?(to: ServicePort, protocol: Protocol, below: Decision<Way> | undefined): Decision<Way> | undefined;
  /** What holds for what is sent to a port of a Service, whichever route sends it there. */
  traffic?(to: Pick<WayBackend, keyof ServicePort | 'subset'>): Decision<Traffic> | undefined;
  entries?(): readonly Entry[];
  asides?(): readonly Aside[];
  /** Manifests are read when something that they say is asked for. This reads all of them, so that what is not understood is found. */
  readAll?(): void;
}

export interface TitledReading {
  /** The API, as people call it. */
  readonly title: string;
  readonly reading: Reading;
}

export function isOutside(to: PodPort | Outside): to is Outside {
  return 'isOutside' in to;
}
