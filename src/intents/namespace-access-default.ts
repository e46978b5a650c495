import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { compile } from '../targets/compile';

/**
 * Properties of `NamespaceAccessDefault`.
 */
export interface NamespaceAccessDefaultProps extends MeshIntentProps {}

/**
 * In the namespace of the chart, every workload denies what no policy of its own allows.
 *
 * Cilium: a CiliumNetworkPolicy with an empty rule. NetworkPolicy: a NetworkPolicy without rules.
 *
 * @see https://istio.io/latest/docs/concepts/security/#allow-nothing-deny-all-and-allow-all-policy
 */
export class NamespaceAccessDefault extends MeshIntent {
  constructor(scope: Construct, id: string, props: NamespaceAccessDefaultProps = {}) {
    super(scope, id, props);
    const model = { name: this._name, namespace: this._namespaceOf() };
    this._render(target => compile('namespaceDefault', target, model));
  }
}
