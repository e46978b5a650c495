import type { WorkloadPorts } from './workload-ports';
import { misuse } from '../errors/misuse';
import type { HealthProbe as ProbeModel } from '../model/access';
import type { Fields } from '../model/fields';
import type { Protocol } from '../model/protocol';
import { checkPath } from '../vocabulary/request-match';

/**
 * How the kubelet makes a health check, by the probe of the container.
 *
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
 */
export enum HealthProbeKind {
  /** `httpGet`: a GET in plain text. */
  HTTP = 'http',

  /** `httpGet` with `scheme: HTTPS`: a GET over TLS, which proxies do not open. */
  HTTPS = 'https',

  /** `grpc`: a call of `grpc.health.v1.Health/Check`, in plain text. */
  GRPC = 'grpc',

  /** `tcpSocket`: a connection, and nothing more. */
  TCP = 'tcp',
}

/**
 * A health check that the kubelet makes. It has no identity, so a mesh either passes it by its policies or has to let anyone in who asks
 * the same.
 */
export interface HealthProbe {
  /**
   * How it is made.
   *
   * @default HealthProbeKind.HTTP
   */
  readonly kind?: HealthProbeKind;

  /**
   * The exact path, as in the `httpGet` of the probe. HTTP and HTTPS need it; the others have none.
   *
   * @default - none
   */
  readonly path?: string;

  /**
   * The port of the probe, by its number in the Service, or in the pods if the Service does not declare it.
   *
   * @default - the first port of the Service that speaks the protocol of the probe
   */
  readonly port?: number;
}

/** What the port of a probe may speak, and what it speaks if the Service does not declare it. */
const SPOKEN: Record<HealthProbeKind, { readonly words: string; readonly by: readonly [Protocol, ...Protocol[]] }> = {
  [HealthProbeKind.HTTP]: { words: 'HTTP', by: ['HTTP'] },
  [HealthProbeKind.HTTPS]: { words: 'TLS', by: ['TLS', 'TCP'] },
  [HealthProbeKind.GRPC]: { words: 'gRPC', by: ['GRPC'] },
  [HealthProbeKind.TCP]: { words: 'TCP', by: ['TCP', 'TLS', 'HTTP', 'GRPC'] },
};

/** Takes note of the ports of probes, those that the Service does not declare too. */
export function learnProbes(ports: WorkloadPorts, probes: readonly HealthProbe[]): void {
  probes.forEach(({ kind = HealthProbeKind.HTTP, port }) => ports.learn(port === undefined ? [] : [port], SPOKEN[kind].by[0]));
}

export function probeOf(where: string, ports: WorkloadPorts, { kind = HealthProbeKind.HTTP, path, port }: Fields<HealthProbe, 'kind' | 'path' | 'port'>): ProbeModel {
  const hasPath = kind === HealthProbeKind.HTTP || kind === HealthProbeKind.HTTPS;
  if (hasPath && path === undefined) {
    throw misuse('MESH1006', where, 'a GET needs its `path`', "Give the path of the `httpGet`, like '/healthz', or another `kind` of probe");
  }
  if (!hasPath && path !== undefined) {
    throw misuse('MESH1005', where, `a probe over ${SPOKEN[kind].words} has no \`path\``, 'Leave it out');
  }
  const { by, words } = SPOKEN[kind];
  return {
    port: ports.speaking(where, port, by, words).port,
    ...(kind !== HealthProbeKind.HTTP && { kind }),
    ...(path !== undefined && { path: checkPath(where, path) }),
  };
}
