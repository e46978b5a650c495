import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { compile } from '../targets/compile';
import type { EgressDestination } from '../vocabulary/egress-destination';
import type { MeshService } from '../vocabulary/mesh-service';

/**
 * Properties of `EgressPolicy`.
 */
export interface EgressPolicyProps extends MeshIntentProps {
  /**
   * The workload that calls. Istio, Cilium and NetworkPolicy need its `podSelector`; Consul goes by its name.
   *
   * @default - every workload of the namespace of the chart
   */
  readonly workload?: MeshService;

  /**
   * What it may call outside the cluster; it adds up. Everything else outside is denied. An empty list denies all of it.
   */
  readonly allow: EgressDestination[];
}

/**
 * What a workload, or every workload in a namespace, may call outside the cluster. Calls to other workloads are not
 * touched: their own access policies say who may call them.
 *
 * Cilium: a CiliumNetworkPolicy; the host must be said in TLS and HTTP, and is its addresses otherwise. NetworkPolicy: a
 * NetworkPolicy, for addresses; every pod stays open, and what is no pod, as the API server, has to be allowed.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/
 */
export class EgressPolicy extends MeshIntent {
  constructor(scope: Construct, id: string, props: EgressPolicyProps) {
    super(scope, id, props);
    const { workload, allow } = props;
    const model = {
      name: this._name,
      namespace: this._namespaceOf(workload),
      workload: workload && { service: workload.name, serviceAccount: workload.serviceAccount, podSelector: workload.podSelector },
      destinations: allow.map(destination => destination._toModel()),
    };
    this._render(target => compile('egress', target, model));
  }
}
