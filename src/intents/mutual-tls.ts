import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { checkedPath, intentProps, SERVICE } from './shapes';
import { nameOnly, podPort } from './workload-ports';
import { misuse } from '../errors/misuse';
import { listOf, memberOf, NUMBER, optional, record } from '../input/shape';
import type { AuthenticatedWorkload, AuthenticationModel, PortMode } from '../model/authentication';
import type { Every, Fields } from '../model/fields';
import { flatMap } from '../model/lists';
import type { PodPort } from '../model/pod-port';
import { holdAgainstApp } from '../targets/checks';
import { compile } from '../targets/compile';
import type { MeshService } from '../vocabulary/mesh-service';
import { checkNotEmpty, checkPort } from '../vocabulary/names';

/**
 * Whether clients prove who they are by mutual TLS.
 */
export enum MutualTlsMode {
  /** Clients must prove it. */
  STRICT = 'strict',

  /** Clients may prove who they are; the pods accept plain text too, for clients that are not in the mesh yet. */
  PERMISSIVE = 'permissive',

  /** Clients cannot prove who they are: the pods accept plain text only. */
  DISABLED = 'disabled',
}

/**
 * Mutual TLS on one port.
 */
export interface MutualTlsPort {
  /**
   * The port, by its number in the Service, or in the pods if the Service does not declare it.
   */
  readonly port: number;

  /**
   * The mode of this port.
   */
  readonly mode: MutualTlsMode;
}

/**
 * Properties of `MutualTls`.
 */
export interface MutualTlsProps extends MeshIntentProps {
  /**
   * The workload.
   *
   * @default - every workload of the namespace of the chart
   */
  readonly workload?: MeshService;

  /**
   * The mode of all ports that `ports` does not name.
   */
  readonly mode: MutualTlsMode;

  /**
   * Ports that differ. Only with `workload`.
   *
   * @default - none
   */
  readonly ports?: MutualTlsPort[];
}

const MODE = memberOf(MutualTlsMode, 'MutualTlsMode');
const PROPS = intentProps<MutualTlsProps>({
  workload: optional(SERVICE), mode: MODE, ports: optional(listOf(record<MutualTlsPort>({ port: NUMBER, mode: MODE }))),
});

/**
 * Whether the clients of a workload, or of every workload in a namespace, have to prove who they are.
 *
 * A `ServiceAccessPolicy` brings the mutual TLS that it needs. If a mesh cannot apply both to the same pods, the later construct
 * is refused. An `Exposure` of pods that accept mutual TLS only needs a gateway that is a part of the mesh: any other gateway is
 * an error, and one that may be outside the mesh is a warning.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/mutual-tls.md#what-each-target-renders
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/
 * @see https://linkerd.io/2/reference/authorization-policy/
 * @example
 * import { MeshService, MutualTls, MutualTlsMode } from 'cdk8s-mesh';
 *
 * const cart = MeshService.of('cart', { ports: [{ port: 8080 }, { port: 9090 }], podSelector: { app: 'cart' } });
 *
 * new MutualTls(chart, 'cart-tls', {
 *   workload: cart,
 *   mode: MutualTlsMode.PERMISSIVE,
 * });
 */
export class MutualTls extends MeshIntent {
  constructor(scope: Construct, id: string, props: MutualTlsProps) {
    const path = checkedPath(scope, id, props, PROPS);
    super(scope, id, props);
    const { workload, mode, ports }: Fields<MutualTlsProps, 'workload' | 'mode' | 'ports', keyof MeshIntentProps> = props;
    checkNotEmpty(path, 'ports', ports, 'Leave it out if no port differs');
    if (workload === undefined && ports !== undefined) {
      throw misuse('MESH1006', path, '`ports` needs a `workload`', 'Give the `workload`, or leave out `ports`');
    }
    const model: Every<AuthenticationModel> = {
      name: this._name,
      namespace: this._namespaceOf(workload),
      workload: workload && workloadOf(workload),
      mode,
      ports: workload === undefined ? [] : portModes(path, workload, ports ?? []),
    };
    this._render(target => compile('authentication', target, model));
    holdAgainstApp({ intent: this, chart: this._chart, statements: this._targets.targets.map(target => ({ kind: 'authentication', target, model })) });
  }
}

function workloadOf({ name, podSelector, _subset: subset, _facts: facts, _ports: ports }: MeshService): Every<AuthenticatedWorkload> {
  return {
    service: name,
    podSelector,
    subset,
    facts,
    ports: ports.map(port => ({ ...podPort(port), servicePort: port.port, protocol: port.protocol })),
  };
}

function portModes(path: string, workload: MeshService, ports: readonly MutualTlsPort[]): PortMode[] {
  const modes = ports.map(({ port, mode }: Fields<MutualTlsPort, 'port' | 'mode'>) => {
    checkPort(path, port);
    const named = flatMap(workload._ports, one => one.targetPortName === undefined ? [] : [{ ...one, targetPortName: one.targetPortName }]);
    const declared = workload._ports.find(p => p.port === port) ?? named.find(({ targetPort }) => targetPort === port);
    const unknown = named.find(({ targetPort }) => targetPort === undefined);
    if (declared === undefined && unknown !== undefined) {
      throw nameOnly(path, port, unknown.targetPortName);
    }
    const name = declared?.containerPortName;
    return { ...(declared === undefined ? { port } : podPort(declared)), ...(name !== undefined && { name }), mode };
  });
  const twice = modes.find(({ port }, i) => modes.findIndex(other => other.port === port) !== i);
  if (twice !== undefined) {
    throw misuse('MESH1103', path, `port ${twice.port} of the pods is given twice`, 'Give it once');
  }
  return modes.sort((a, b) => order(a) < order(b) ? -1 : 1);
}

/** By number, then by name. */
function order({ port }: PodPort): string {
  return typeof port === 'number' ? String(port).padStart(5, '0') : `:${port}`;
}
