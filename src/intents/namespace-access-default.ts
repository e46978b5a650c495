import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { clientsOf } from './service-access-policy';
import { checkedPath, IDENTITIES, intentProps, PORTS } from './shapes';
import { listOf, optional, record } from '../input/shape';
import type { Every, Fields } from '../model/fields';
import type { NamespaceRule } from '../model/namespace-default';
import type { DefaultAllowance } from '../vocabulary/default-allowance';
import { checkNotEmpty, checkPort } from '../vocabulary/names';

/**
 * Properties of `NamespaceAccessDefault`.
 */
export interface NamespaceAccessDefaultProps extends MeshIntentProps {
  /**
   * Who may call every workload of the namespace, beside what a policy of its own allows. It adds to a `ServiceAccessPolicy` there.
   *
   * @default - nobody
   */
  readonly allow?: DefaultAllowance[];
}

export const ALLOW_FOR_ALL = listOf(record<DefaultAllowance>({ sources: IDENTITIES, exceptSources: optional(IDENTITIES), ports: optional(PORTS) }));

const PROPS = intentProps<NamespaceAccessDefaultProps>({ allow: optional(ALLOW_FOR_ALL) });

/**
 * In the namespace of the chart, every workload denies calls that no policy allows: neither one of the workload, nor this one.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/namespace-access-default.md#what-each-target-renders
 * @see https://istio.io/latest/docs/concepts/security/#allow-nothing-deny-all-and-allow-all-policy
 * @example
 * import { NamespaceAccessDefault } from 'cdk8s-mesh';
 *
 * new NamespaceAccessDefault(chart, 'deny-by-default');
 */
export class NamespaceAccessDefault extends MeshIntent {
  constructor(scope: Construct, id: string, props: NamespaceAccessDefaultProps = {}) {
    const path = checkedPath(scope, id, props, PROPS);
    super(scope, id, props);
    const { allow = [] }: Fields<NamespaceAccessDefaultProps, 'allow', keyof MeshIntentProps> = props;
    const namespace = this._namespaceOf();
    this._close({ name: this._name, namespace, rules: rulesOf(path, namespace, allow) });
  }
}

/** Of the clients that may call every workload. */
export function rulesOf(path: string, clientNamespace: string, allow: readonly DefaultAllowance[]): Every<NamespaceRule>[] {
  return allow.map((allowance, i) => {
    const { sources, exceptSources, ports }: Fields<DefaultAllowance, 'sources' | 'exceptSources' | 'ports'> = allowance;
    const where = `${path}: allowance ${i + 1}`;
    checkNotEmpty(where, 'ports', ports, 'Leave it out for all ports');
    ports?.forEach(port => checkPort(where, port));
    return {
      ...clientsOf(where, clientNamespace, { sources, exceptSources }),
      ports: [...new Set(ports)].sort((a, b) => a - b),
    };
  });
}
