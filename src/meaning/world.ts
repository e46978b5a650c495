import type { Client, Pod, ServicePort } from './call';
import type { Decision } from './decision';
import type { Text } from './text';
import type { Handling, HeaderChanges, ServiceTraffic } from '../model/handling';
import type { Protocol } from '../model/protocol';

/** Something that a call has to pass. A call is let in if all gates on its way let it pass. */
export interface Gate {
  /** What stands there: `AuthorizationPolicy of Istio`. */
  readonly title: string;
  readonly decision: Decision<Passage>;
}

export type Passage = 'allowed' | 'denied';

/** A port of pods, as calls arrive there. */
export interface PodPort {
  readonly pod: Pod;
  readonly port: number;
  /** What the container calls it. */
  readonly name?: string;
  readonly protocol: Protocol;
  /** The ports of Services that lead there. */
  readonly entrances: readonly ServicePort[];
}

/** Something outside the cluster. */
export interface Outside {
  readonly host?: string;
  readonly address?: string;
  readonly port: number;
  readonly protocol: Protocol;
}

/** What becomes of a request that a route takes. What is answered by the proxy itself has no backends. */
export interface Way {
  readonly backends: readonly WayBackend[];
  /** What happens on the way; redirects and copies stand there too. */
  readonly handling: Handling;
  /** What else is said, which is compared by its text only. */
  readonly besides: readonly string[];
}

/** Of those with a weight above 0. */
export interface WayBackend extends ServicePort {
  /** Of the sum of all. */
  readonly weight: number;
  readonly requestHeaders?: HeaderChanges;
  readonly responseHeaders?: HeaderChanges;
}

/** A way in from outside the cluster. */
export interface Entry {
  /** `namespace/name` of the gateway. */
  readonly gateway: string;
  readonly listener?: string;
  readonly port: number;
  readonly protocol: Protocol | 'HTTPS';
  readonly host: Text;
  readonly ways: Decision<Way>;
}

/** What the manifests of one API say. An API that has nothing to say of something leaves its method out. */
export interface Reading {
  /** Where calls from clients leave for a port of pods, or for outside. The client is one of the pods here. */
  leaving?(client: Client, to: PodPort | Outside): readonly Gate[];
  /** Where calls arrive at a port of pods. */
  entering?(to: PodPort): readonly Gate[];
  /** Where requests to a port of a Service go. Undefined where the API has no route for it: they go to the Service. */
  ways?(to: ServicePort, protocol: Protocol): Decision<Way> | undefined;
  /** What holds for all requests to a Service. */
  traffic?(to: ServicePort): ServiceTraffic | undefined;
  entries?(): readonly Entry[];
}

export function isOutside(to: PodPort | Outside): to is Outside {
  return !('pod' in to);
}
