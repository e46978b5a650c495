import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { checkedPath, intentProps, SERVICE } from './shapes';
import { portsOfPods } from './workload-ports';
import { misuse } from '../errors/misuse';
import { BOOLEAN, instanceOf, listOf, optional } from '../input/shape';
import { byKind } from '../model/by-kind';
import type { EgressDestination as OutsideModel, EgressModel, EgressWorkload, InsideDestination, ServiceDestination } from '../model/egress';
import type { Every, Fields } from '../model/fields';
import { flatMap } from '../model/lists';
import { holdAgainstApp } from '../targets/checks';
import { compile } from '../targets/compile';
import type { CalledService } from '../vocabulary/called-service';
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
   * What the workload may call; destinations add up. Everything else outside the cluster is denied. An empty list denies all
   * calls to the outside.
   */
  readonly allow: EgressDestination[];

  /**
   * Whether calls inside the cluster are denied too, but those to the DNS and to what `allow` names there, such as an
   * `EgressDestination.service`. Nodes and the API server are then closed as well.
   *
   * @default false - calls inside the cluster are not touched
   */
  readonly closeCluster?: boolean;
}

const PROPS = intentProps<EgressPolicyProps>({
  workload: optional(SERVICE),
  allow: listOf(instanceOf(EgressDestination, "an EgressDestination, such as `EgressDestination.host('api.example.com', EgressPort.tls())`")),
  closeCluster: optional(BOOLEAN),
}, { deny: 'What `allow` does not name is denied. Did you mean to leave it out of `allow`?' });

/**
 * What a workload, or every workload in a namespace, may call outside the cluster. Calls to other workloads are not
 * touched, unless the policy closes the cluster: their own access policies say who may call them.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/egress-policy.md#what-each-target-renders
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/
 * @see https://linkerd.io/2/reference/egress-network/
 */
export class EgressPolicy extends MeshIntent {
  constructor(scope: Construct, id: string, props: EgressPolicyProps) {
    checkedPath(scope, id, props, PROPS);
    super(scope, id, props);
    const { workload, allow, closeCluster = false }: Fields<EgressPolicyProps, 'workload' | 'allow' | 'closeCluster', keyof MeshIntentProps> = props;
    const namespace = this._namespaceOf(workload);
    const home = this._chart.namespace ?? namespace;
    const called = allow.map(destination => destination._toModel(home));
    const inside = flatMap(called, one => isOutside(one) ? [] : [one.kind === 'service' ? this.podsOf(home, one) : one]);
    if (inside.length > 0 && !closeCluster) {
      throw misuse('MESH1006', this._path, `${insideInWords(inside[0])} are not denied, so that allowing them says nothing`,
        'Write `closeCluster: true` to deny all other calls inside the cluster, or leave it out of `allow`');
    }
    const model: Every<EgressModel> = {
      name: this._name,
      namespace,
      workload: workload && workloadOf(workload),
      destinations: called.filter(isOutside),
      inside: closeCluster ? inside : undefined,
    };
    this._render(target => compile('egress', target, model));
    holdAgainstApp({ intent: this, chart: this._chart, statements: this._targets.targets.map(target => ({ kind: 'egress', target, model })) });
  }

  /** A Service without a namespace is in that of the chart. */
  private podsOf(home: string, { service, ports }: CalledService): Every<ServiceDestination> {
    const { name, namespace = home, podSelector, _subset: subset } = service;
    return { kind: 'service', service: name, namespace, podSelector, subset, ports: portsOfPods(this._path, service, ports) };
  }
}

function isOutside(one: { readonly kind: string }): one is OutsideModel {
  return one.kind === 'host' || one.kind === 'cidr';
}

/** For people. */
const insideInWords = byKind<InsideDestination, string>({
  service: ({ service }) => `calls to Service '${service}'`,
  pods: ({ labels }) => `calls to the pods '${labelsInWords(labels)}'`,
  namespace: ({ name }) => `calls to the namespace '${name}'`,
  namespaceLabels: ({ labels }) => `calls to the namespaces '${labelsInWords(labels)}'`,
  anyPod: () => 'calls to pods',
  apiServer: () => 'calls to the API server',
  nodes: () => 'calls to nodes',
});

function labelsInWords(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels).map(([label, value]) => `${label}=${value}`).join();
}

function workloadOf({ name, serviceAccount, podSelector, _subset: subset }: MeshService): Every<EgressWorkload> {
  return { service: name, serviceAccount, podSelector, subset };
}
