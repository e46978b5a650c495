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

const PROPS = intentProps({});

/**
 * In the namespace of the chart, every workload denies what no policy of its own allows.
 *
 * Istio: an AuthorizationPolicy without rules, for the whole namespace.
 * Linkerd has the annotation `config.linkerd.io/default-inbound-policy: deny` of the namespace, and no policy: refused.
 * Consul: a ServiceIntentions for every service of the namespace; refused where namespaces share one of Consul. Kuma: a
 * MeshTLS that demands mutual TLS, over which proxies deny by themselves.
 * Cilium: a CiliumNetworkPolicy with an empty rule. NetworkPolicy: a NetworkPolicy without rules.
 *
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
