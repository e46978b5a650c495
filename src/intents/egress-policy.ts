import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { checkedPath, intentProps, SERVICE } from './shapes';
import { instanceOf, listOf, optional } from '../input/shape';
import type { EgressModel, EgressWorkload } from '../model/egress';
import type { Every, Fields } from '../model/fields';
import { compile } from '../targets/compile';
import { EgressDestination } from '../vocabulary/egress-destination';
import type { MeshService } from '../vocabulary/mesh-service';

/**
 * Properties of `EgressPolicy`.
 */
export interface EgressPolicyProps extends MeshIntentProps {
  /**
   * The workload that calls; it needs its `podSelector`. The policy of a workload stands in place of the policy of its namespace. Where a
   * target adds the two up, the policy of the namespace is refused if it lets out more.
   *
   * @default - every workload of the namespace of the chart
   */
  readonly workload?: MeshService;

  /**
   * What the workload may call outside the cluster; destinations add up. Everything else outside is denied. An empty list denies all
   * calls to the outside.
   */
  readonly allow: EgressDestination[];
}

const PROPS = intentProps<EgressPolicyProps>({
  workload: optional(SERVICE),
  allow: listOf(instanceOf(EgressDestination, "an EgressDestination, such as `EgressDestination.host('api.example.com', EgressPort.tls())`")),
}, { deny: 'What `allow` does not name is denied. Did you mean to leave it out of `allow`?' });

/**
 * What a workload, or every workload in a namespace, may call outside the cluster. Calls to other workloads are not
 * touched: their own access policies say who may call them.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/egress-policy.md#what-each-target-renders
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/
 * @see https://linkerd.io/2/reference/egress-network/
 */
export class EgressPolicy extends MeshIntent {
  constructor(scope: Construct, id: string, props: EgressPolicyProps) {
    checkedPath(scope, id, props, PROPS);
    super(scope, id, props);
    const { workload, allow }: Fields<EgressPolicyProps, 'workload' | 'allow', keyof MeshIntentProps> = props;
    const model: Every<EgressModel> = {
      name: this._name,
      namespace: this._namespaceOf(workload),
      workload: workload && workloadOf(workload),
      destinations: allow.map(destination => destination._toModel()),
    };
    this._render(target => compile('egress', target, model));
  }
}

function workloadOf({ name, serviceAccount, podSelector, _subset: subset }: MeshService): Every<EgressWorkload> {
  return { service: name, serviceAccount, podSelector, subset };
}
