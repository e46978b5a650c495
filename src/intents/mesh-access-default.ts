import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { ALLOW_FOR_ALL, rulesOf } from './namespace-access-default';
import { checkedPath, intentProps } from './shapes';
import { optional } from '../input/shape';
import type { Fields } from '../model/fields';
import type { DefaultAllowance } from '../vocabulary/default-allowance';

/**
 * Properties of `MeshAccessDefault`.
 */
export interface MeshAccessDefaultProps extends MeshIntentProps {
  /**
   * Who may call every workload of the mesh, beside what policies of their own allow. It adds to each `ServiceAccessPolicy`.
   *
   * @default - nobody
   */
  readonly allow?: DefaultAllowance[];
}

const PROPS = intentProps<MeshAccessDefaultProps>({ allow: optional(ALLOW_FOR_ALL) });

/**
 * In the whole mesh, every workload denies calls that no policy allows: neither one of the workload or its namespace, nor this one. Its
 * object is in the namespace where the mesh looks for such a policy, wherever the chart is.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/mesh-access-default.md#what-each-target-renders
 * @example
 * import { MeshAccessDefault } from 'cdk8s-mesh';
 *
 * new MeshAccessDefault(chart, 'deny-by-default');
 */
export class MeshAccessDefault extends MeshIntent {
  constructor(scope: Construct, id: string, props: MeshAccessDefaultProps = {}) {
    const path = checkedPath(scope, id, props, PROPS);
    super(scope, id, props);
    const { allow = [] }: Fields<MeshAccessDefaultProps, 'allow', keyof MeshIntentProps> = props;
    this._close({ name: this._name, namespace: undefined, rules: rulesOf(path, this._namespaceOf(), allow) });
  }
}
