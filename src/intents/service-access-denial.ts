import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { AccessMode, DENIALS, learnPorts, ruleOf, workloadOf } from './service-access-policy';
import { checkedPath, intentProps, WORKLOAD } from './shapes';
import { WorkloadPorts } from './workload-ports';
import { memberOf, optional } from '../input/shape';
import type { AccessModel } from '../model/access';
import type { Every, Fields } from '../model/fields';
import type { AccessDenial } from '../vocabulary/access-denial';
import type { MeshWorkload } from '../vocabulary/mesh-workload';
import { checkNotEmpty } from '../vocabulary/names';

/**
 * Properties of `ServiceAccessDenial`.
 */
export interface ServiceAccessDenialProps extends MeshIntentProps {
  /**
   * The Service whose pods are protected, or pods without a Service. Targets select the pods as for a `ServiceAccessPolicy`.
   */
  readonly destination: MeshWorkload;

  /**
   * Who is denied which requests; at least one.
   */
  readonly deny: AccessDenial[];

  /**
   * Whether the denials are enforced, or only reported.
   *
   * @default AccessMode.ENFORCE
   */
  readonly mode?: AccessMode;
}

const PROPS = intentProps<ServiceAccessDenialProps>({ destination: WORKLOAD, deny: DENIALS, mode: optional(memberOf(AccessMode, 'AccessMode')) },
  { allow: 'All that is not denied stays as it is. To deny all but what is allowed, use a ServiceAccessPolicy' });

/**
 * Requests to a Service that are denied, whatever allows them. All other requests stay as they are: a Service that takes every request
 * takes all but these, and one with a `ServiceAccessPolicy` takes what that allows, but for these.
 *
 * Denials of several constructs add up. A target that has allowances only refuses this construct.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/service-access-denial.md#what-each-target-renders
 * @example
 * import { HttpMatch, Identity, MeshService, ServiceAccessDenial } from 'cdk8s-mesh';
 *
 * new ServiceAccessDenial(chart, 'no-admin', {
 *   destination: MeshService.of('cart', { port: 8080, serviceAccount: 'cart', podSelector: { app: 'cart' } }),
 *   deny: [{ sources: [Identity.anyone()], requests: [HttpMatch.of({ pathPrefix: '/admin' })] }],
 * });
 */
export class ServiceAccessDenial extends MeshIntent {
  constructor(scope: Construct, id: string, props: ServiceAccessDenialProps) {
    const path = checkedPath(scope, id, props, PROPS);
    super(scope, id, props);
    const { destination, deny, mode }: Fields<ServiceAccessDenialProps, 'destination' | 'deny' | 'mode', keyof MeshIntentProps> = props;
    checkNotEmpty(path, 'deny', deny, 'Name at least one denial');
    const namespace = this._namespaceOf(destination);
    const ports = new WorkloadPorts(path, destination);
    learnPorts(ports, deny);
    const model: Every<AccessModel> = {
      name: this._name,
      namespace,
      destination: workloadOf(destination, ports),
      denials: deny.map((denial, i) => ruleOf(`${path}: denial ${i + 1}`, this._chart.namespace ?? namespace, ports, denial)),
      rules: [],
      leavesRest: true,
      grant: undefined,
      healthProbes: [],
      audit: mode === AccessMode.AUDIT,
    };
    this._protect(model);
  }
}
