import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { checkedPath, intentProps } from './shapes';
import { Cluster } from '../targets/cluster';
import { compile } from '../targets/compile';

/**
 * Properties of `NamespaceAccessDefault`.
 */
export interface NamespaceAccessDefaultProps extends MeshIntentProps {}

const PROPS = intentProps<NamespaceAccessDefaultProps>({});

/**
 * In the namespace of the chart, every workload denies calls that no policy of the workload allows.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/namespace-access-default.md#what-each-target-renders
 * @see https://istio.io/latest/docs/concepts/security/#allow-nothing-deny-all-and-allow-all-policy
 */
export class NamespaceAccessDefault extends MeshIntent {
  constructor(scope: Construct, id: string, props: NamespaceAccessDefaultProps = {}) {
    checkedPath(scope, id, props, PROPS);
    super(scope, id, props);
    const model = { name: this._name, namespace: this._namespaceOf() };
    this._render(target => compile('namespaceDefault', target, model))
      .forEach(([target]) => Cluster.of(this, target.id).policies.close(model.namespace, this));
  }
}
