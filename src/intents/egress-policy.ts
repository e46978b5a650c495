import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { checkedPath, intentProps, SERVICE } from './shapes';
import { instanceOf, listOf, optional } from '../shape';
import { compile } from '../targets/compile';
import { EgressDestination } from '../vocabulary/egress-destination';
import type { MeshService } from '../vocabulary/mesh-service';

/**
 * Properties of `EgressPolicy`.
 */
export interface EgressPolicyProps extends MeshIntentProps {
  /**
   * The workload that calls. A policy of its own stands in place of that of its namespace; where a target adds the two up (Cilium,
   * Kuma, NetworkPolicy), that of the namespace is refused if it lets out more. Istio, Cilium, Kuma and NetworkPolicy need its `podSelector`. Linkerd knows whole namespaces
   * only: refused.
   *
   * @default - every workload of the namespace of the chart
   */
  readonly workload?: MeshService;

  /**
   * What it may call outside the cluster; it adds up. Everything else outside is denied. An empty list denies all of it.
   */
  readonly allow: EgressDestination[];
}

const PROPS = intentProps({
  workload: optional(SERVICE),
  allow: listOf(instanceOf(EgressDestination, "an EgressDestination, such as `EgressDestination.host('api.example.com', EgressPort.tls())`")),
}, { deny: 'What `allow` does not name is denied. Did you mean to leave it out of `allow`?' });

/**
 * What a workload, or every workload in a namespace, may call outside the cluster. Calls to other workloads are not
 * touched: their own access policies say who may call them.
 *
 * Istio with sidecars: a Sidecar that names what may be called, and a ServiceEntry for each host and block of addresses; the
 * Sidecar of a workload stands in place of that of its namespace. Ambient mode: refused.
 * Kuma: a MeshPassthrough; it cannot tell what is in the cluster without a proxy from what is outside, so that has to be
 * allowed by its addresses. Consul closes the outside for the whole mesh or not at all: refused.
 * Linkerd (2.17 or newer): an EgressNetwork that denies, one for each block of addresses, and HTTPRoutes, TLSRoutes and TCPRoutes
 * on them; the latter two take the experimental channel of Gateway API. A port speaks one of HTTP, TLS and TCP. What is outside
 * is what the `clusterNetworks` of its installation leave out: as installed, private addresses pass by the policy.
 * Cilium: a CiliumNetworkPolicy; the host must be said in TLS and HTTP, and is its addresses otherwise. NetworkPolicy: a
 * NetworkPolicy, for addresses; every pod stays open, and what is no pod, as the API server, has to be allowed.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/
 * @see https://linkerd.io/2/reference/egress-network/
 */
export class EgressPolicy extends MeshIntent {
  constructor(scope: Construct, id: string, props: EgressPolicyProps) {
    checkedPath(scope, id, props, PROPS);
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
