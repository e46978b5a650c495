import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { misuse } from '../diagnostics';
import type { MutualTlsMode as ModeModel, PortMode } from '../model/authentication';
import { compile } from '../targets/compile';
import type { MeshService } from '../vocabulary/mesh-service';
import { checkNotEmpty, checkPort } from '../vocabulary/names';

/**
 * Whether clients prove who they are by mutual TLS.
 */
export enum MutualTlsMode {
  /** They must. */
  STRICT = 'strict',

  /** They may; plain text is taken too, for clients that are not in the mesh yet. */
  PERMISSIVE = 'permissive',

  /** They cannot: plain text only. */
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
   * What holds there.
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
   * What holds on all ports that `ports` does not name.
   */
  readonly mode: MutualTlsMode;

  /**
   * Ports that differ. Only with `workload`.
   *
   * @default - none
   */
  readonly ports?: MutualTlsPort[];
}

/**
 * Whether the clients of a workload, or of every workload in a namespace, must prove who they are.
 *
 * Cilium demands authentication only in rules that also allow, and a NetworkPolicy knows none: refused.
 *
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/
 */
export class MutualTls extends MeshIntent {
  constructor(scope: Construct, id: string, props: MutualTlsProps) {
    super(scope, id, props);
    const path = this.node.path;
    const { workload, mode, ports } = props;
    checkNotEmpty(path, 'ports', ports, 'Leave it out if no port differs');
    if (workload === undefined && ports !== undefined) {
      throw misuse(path, '`ports` are those of a workload, and there is none', 'Give the `workload`, or leave out `ports`');
    }
    const model = {
      name: this._name,
      namespace: this._namespaceOf(workload),
      workload: workload && {
        service: workload.name,
        podSelector: workload.podSelector,
        ports: workload.ports.map(port => port.targetPort!),
      },
      mode: modeOf(path, mode),
      ports: workload === undefined ? [] : portModes(path, workload, ports ?? []),
    };
    this._render(target => compile('authentication', target, model));
  }
}

function portModes(path: string, workload: MeshService, ports: readonly MutualTlsPort[]): PortMode[] {
  const modes = ports.map(({ port, mode }) => {
    checkPort(path, port);
    return { port: workload.ports.find(p => p.port === port)?.targetPort ?? port, mode: modeOf(path, mode) };
  });
  const twice = modes.find(({ port }, i) => modes.findIndex(other => other.port === port) !== i);
  if (twice !== undefined) {
    throw misuse(path, `port ${twice.port} of the pods is given twice`, 'Give it once');
  }
  return modes.sort((a, b) => a.port - b.port);
}

function modeOf(path: string, mode: MutualTlsMode): ModeModel {
  if (!Object.values(MutualTlsMode).includes(mode)) {
    throw misuse(path, `'${String(mode)}' is not a mode`, 'Use a member of MutualTlsMode');
  }
  return mode;
}
