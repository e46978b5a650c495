import type { PodPort } from '../../src/model/pod-port';
import type { Protocol } from '../../src/model/protocol';
import type { CaseOf } from '../harness/case';

export type Case = CaseOf<Probe>;

/** A request as it is sent, and who says what becomes of it. */
export interface Probe {
  /** SPIFFE id of the client; absent for plain text. */
  readonly client?: string;
  /** The address of the client, one of loopback, where it matters. */
  readonly source?: string;
  /** Namespace of the client. */
  readonly namespace: string;
  /** Of a pod, whose answer is `allowed`, `denied` or `limited`, or of a Service, whose answer is its backends. */
  readonly address: string;
  readonly port: number;
  /** What the client speaks; bytes are neither HTTP nor TLS. */
  readonly protocol: Protocol | 'BYTES';
  readonly host: string;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The pods behind the backends of a Service; the answer then says of each backend what becomes of the request there. */
  readonly pods?: Readonly<Record<string, Behind>>;
  /** Of the client. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Whether the answer is how the sidecar sends requests to the host, instead of where. */
  readonly upstream?: boolean;
  /** Whether the answer is how the sidecar chooses among the pods of the Service, instead of where it sends the request. */
  readonly balancing?: boolean;
  /** Whether the answer is how the sidecar keeps connections to the pods of the Service, instead of where it sends the request. */
  readonly connections?: boolean;
  /** Whose waypoint is asked instead of the sidecar of the client: that of a namespace. */
  readonly waypoint?: string;
  /** A text of the request; the answer then says whether the pod gets it. */
  readonly passedOn?: string;
  /** The address of the client, where the ztunnel of the pod is asked about a connection. */
  readonly ztunnel?: string;
  /** Whether the address is that of a pod of a gateway, which routes the request. */
  readonly gateway?: boolean;
  /** Whether the sidecar of the client is asked by any of its listeners: one for the address, one for the port, or that for everything else. */
  readonly anywhere?: boolean;
  /** Whether the answer is how the request ends, and after how many tries, where a backend answers them as the request says. */
  readonly tried?: boolean;
  /** Of all probes with this word, the answer is the same, whatever it is. */
  readonly alike?: string;
  /** How many proxies before the gateway it takes at their word on the address of the client. */
  readonly trustedProxies?: number;
  /** By who says it; of several, each will do. */
  readonly answers: Readonly<Record<string, string | readonly string[]>>;
}

/** A port of a pod. Behind a waypoint, its ztunnel is asked, about a connection from the address of the waypoint, with its certificate. */
interface Behind {
  readonly address: string;
  readonly port: number;
  readonly ztunnel?: string;
  readonly client?: string;
}

/** An address for one thing of one case. */
export function address(thing: number, test: number): string {
  return `10.${thing}.${Math.floor(test / 256)}.${test % 256}`;
}

export function pod(name: string, ip: string, labels: Readonly<Record<string, string>> = { app: name }): object {
  return podObject({ name, namespace: 'shop', serviceAccount: name, labels }, ip);
}

export function podObject({ name, namespace, serviceAccount, labels }: Readonly<Record<'name' | 'namespace' | 'serviceAccount', string>> & {
  readonly labels: Readonly<Record<string, string>>;
}, ip: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: { serviceAccountName: serviceAccount, containers: [{ name: 'main' }] },
    status: { podIP: ip, phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

type Port = { readonly port: number; readonly podPort?: PodPort; readonly protocol?: Protocol };

export function service(name: string, ip: string, ports: readonly Port[]): object {
  return serviceObject({ name, namespace: 'shop', selector: { app: name }, ports }, ip);
}

export function serviceObject({ name, namespace, selector, ports }: {
  readonly name: string; readonly namespace: string; readonly selector: Readonly<Record<string, string>>; readonly ports: readonly Port[];
}, ip: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    // Only ambient mode reads it.
    metadata: { name, namespace, labels: { 'istio.io/use-waypoint': 'waypoint' } },
    spec: {
      clusterIP: ip,
      selector,
      ports: ports.map(({ port, podPort = { port }, protocol }) =>
        ({ name: `${protocol!.toLowerCase()}-${port}`, port, targetPort: podPort.port, protocol: 'TCP' })),
    },
  };
}
