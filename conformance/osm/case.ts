import type { Pod } from '../../src/evaluators/access/request';
import { PODS, PORTS } from '../../test/oracle/access/arbitraries';
import type { CaseOf } from '../harness/case';

export interface Case extends CaseOf<Probe> {
  /** Whether everyone may call everyone, whatever SMI says. */
  readonly permissive: boolean;
}

/** A request as the sidecar of its pod gets it, or as that of its client sends it on, and who says what becomes of it. */
export interface Probe {
  /**
   * Of a pod, whose answer is `allowed` or `denied`; of a client, whose answer is the backends with their shares; or of a client that
   * calls what is outside, whose answer is `allowed` or `denied`.
   */
  readonly direction: 'inbound' | 'outbound' | 'egress';
  readonly namespace: string;
  readonly pod: string;
  /** The identity in the certificate of the client; absent for plain text. */
  readonly client?: string;
  readonly address: string;
  /** By which sidecars tell Services apart. */
  readonly serverName?: string;
  readonly port: number;
  /** TCP carries HTTP; bytes are neither that nor TLS, whose server name is the host. */
  readonly protocol: 'HTTP' | 'TCP' | 'TLS' | 'BYTES';
  readonly host: string;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** One answer, or several of which each will do. */
  readonly answers: Readonly<Record<string, readonly string[]>>;
}

/** A port of a Service, and of its pods. */
export interface Port {
  readonly port: number;
  readonly podPort: number;
  readonly protocol: 'http' | 'grpc' | 'tcp';
}

/** Datagrams pass by the sidecars. */
export const SENT = PORTS.filter(({ protocol }) => protocol !== 'UDP');

const DECLARED = SENT.filter(({ servicePorts }) => servicePorts?.length !== 0);

/** All pods of the tests, each behind its Service. */
export function world(): object[] {
  return [
    ...['shop', 'ops', 'ops-lab', 'web'].map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ...PODS.flatMap(pod => workload(pod, pod.service, pod.labels, DECLARED.map(({ port, servicePorts, protocol }) =>
      ({ port: servicePorts?.[0] ?? port, podPort: port, protocol: protocol.toLowerCase() as Port['protocol'] })))),
  ];
}

/** A pod with a Service of its name; or with another Service only, if it has no ports. */
export function workload(
  { namespace, serviceAccount }: Pick<Pod, 'namespace' | 'serviceAccount'>, name: string, labels: Readonly<Record<string, string>>, ports: readonly Port[],
): object[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels },
      spec: { serviceAccountName: serviceAccount, containers: [{ name: 'main' }] },
      status: { podIP: podIp(name, namespace), podIPs: [{ ip: podIp(name, namespace) }], phase: 'Running' },
    },
    ...ports.length === 0 ? [] : service(name, namespace, labels, [name], ports),
  ];
}

export function service(name: string, namespace: string, selector: object, pods: readonly string[], ports: readonly Port[]): object[] {
  const named = ports.map(({ port, podPort, protocol }) => ({ name: `${protocol}-${port}`, port, podPort, protocol }));
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: {
        clusterIP: serviceIp(name, namespace),
        selector,
        ports: named.map(({ name: portName, port, podPort, protocol }) =>
          ({ name: portName, port, targetPort: podPort, protocol: 'TCP', appProtocol: protocol })),
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name, namespace },
      subsets: [{
        addresses: pods.map(pod => ({ ip: podIp(pod, namespace) })),
        ports: named.map(({ name: portName, podPort }) => ({ name: portName, port: podPort, protocol: 'TCP' })),
      }],
    },
  ];
}

const NAMES = ['cart', 'checkout', 'basket', 'web', 'v1', 'v2', 'v3'];
const NAMESPACES = ['shop', 'ops', 'ops-lab', 'web'];

export function podIp(name: string, namespace: string): string {
  return `10.1.${NAMESPACES.indexOf(namespace)}.${NAMES.indexOf(name) + 1}`;
}

export function serviceIp(name: string, namespace: string): string {
  return `10.2.${NAMESPACES.indexOf(namespace)}.${NAMES.indexOf(name) + 1}`;
}

export function verdict(allowed: boolean): readonly string[] {
  return [allowed ? 'allowed' : 'denied'];
}
