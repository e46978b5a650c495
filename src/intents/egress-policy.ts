import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { checkedPath, intentProps, SERVICE } from './shapes';
import { portsOfPods } from './workload-ports';
import { misuse } from '../errors/misuse';
import { BOOLEAN, instanceOf, listOf, optional, record, TEXT } from '../input/shape';
import type {
  DeniedDestination, EgressDestination as OutsideModel, EgressGateway as EgressGatewayModel, EgressModel, EgressWorkload, InsideDestination,
  ServiceDestination,
} from '../model/egress';
import { isOpenOutside } from '../model/egress';
import { calledInWords } from '../model/egress-words';
import type { Every, Fields } from '../model/fields';
import { flatMap } from '../model/lists';
import { holdAgainstApp } from '../targets/checks';
import { compile } from '../targets/compile';
import type { CalledService } from '../vocabulary/called-service';
import { EgressDestination } from '../vocabulary/egress-destination';
import type { MeshService } from '../vocabulary/mesh-service';
import { checkNamespace, checkObjectName } from '../vocabulary/names';

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
   * Calls that are denied, although `allow` includes them, or although the cluster is open: to addresses, or to what there is in the
   * cluster. Even lookups in the DNS are denied if its pods are among it. No target denies a host by its name.
   *
   * @default - nothing that `allow` includes
   */
  readonly deny?: EgressDestination[];

  /**
   * Whether calls inside the cluster are denied too, but those to the DNS and to what `allow` names there, such as an
   * `EgressDestination.service`. Nodes and the API server are then closed as well.
   *
   * @default false - calls inside the cluster are not touched
   */
  readonly closeCluster?: boolean;

  /**
   * The gateway by which calls to the hosts in `allow` leave the cluster; the pods call addresses themselves, and nothing else outside. It is
   * rendered with the policy, and policies of several workloads may name the same one: each may call only its own hosts there. The workload
   * needs its `serviceAccount`, by which the gateway knows its pods. Hosts are called over HTTP, on one port each, without retries; the
   * gateway begins TLS where the port has `tls`.
   *
   * @default - the pods call the hosts themselves
   */
  readonly gateway?: EgressGateway;
}

/**
 * A gateway by which calls leave the cluster. Nothing else comes by it.
 */
export interface EgressGateway {
  /**
   * Name of the Gateway.
   */
  readonly name: string;

  /**
   * Its namespace, which is none of a workload that calls by it.
   */
  readonly namespace: string;
}

const DESTINATIONS = listOf(instanceOf(EgressDestination, "an EgressDestination, such as `EgressDestination.host('api.example.com', EgressPort.tls())`"));

const PROPS = intentProps<EgressPolicyProps>({
  workload: optional(SERVICE),
  allow: DESTINATIONS,
  deny: optional(DESTINATIONS),
  closeCluster: optional(BOOLEAN),
  gateway: optional(record<EgressGateway>({ name: TEXT, namespace: TEXT })),
});

type Own = Fields<EgressPolicyProps, 'workload' | 'allow' | 'deny' | 'closeCluster' | 'gateway', keyof MeshIntentProps>;

/**
 * What a workload, or every workload in a namespace, may call outside the cluster. Calls to other workloads are not
 * touched, unless the policy closes the cluster: their own access policies say who may call them.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/egress-policy.md#what-each-target-renders
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/
 * @see https://linkerd.io/2/reference/egress-network/
 * @example
 * import { EgressDestination, EgressPolicy, EgressPort, MeshService } from 'cdk8s-mesh';
 *
 * const payment = MeshService.of('payment', { port: 8080, podSelector: { app: 'payment' } });
 *
 * new EgressPolicy(chart, 'payment-egress', {
 *   workload: payment,
 *   allow: [
 *     EgressDestination.cidr('203.0.113.0/24', EgressPort.tcp(5432)),
 *   ],
 * });
 */
export class EgressPolicy extends MeshIntent {
  constructor(scope: Construct, id: string, props: EgressPolicyProps) {
    checkedPath(scope, id, props, PROPS);
    super(scope, id, props);
    const { workload, allow, deny = [], closeCluster = false, gateway }: Own = props;
    const namespace = this._namespaceOf(workload);
    const home = this._chart.namespace ?? namespace;
    const modelOf = (destination: EgressDestination) => {
      const one = destination._toModel(home);
      return one.kind === 'service' ? this.podsOf(home, one) : one;
    };
    const called = allow.map(modelOf);
    this.checkOutside(called.filter(isOutside));
    if (gateway !== undefined) this.checkGateway(gateway, called);
    const inside = flatMap(called, one => isOutside(one) ? [] : [one]);
    if (inside.length > 0 && !closeCluster) {
      throw misuse('MESH1006', this._path, `calls to ${calledInWords(inside[0])} are not denied, so that allowing them says nothing`,
        'Write `closeCluster: true` to deny all other calls inside the cluster, or leave it out of `allow`');
    }
    const model: Every<EgressModel> = {
      name: this._name,
      namespace,
      workload: workload && workloadOf(workload),
      destinations: called.filter(isOutside),
      inside: closeCluster ? inside : undefined,
      denials: deny.length > 0 ? deny.map(modelOf).map(one => this.denied(one)) : undefined,
      gateway: gateway && gatewayOf(gateway),
    };
    this._render(target => compile('egress', target, model));
    holdAgainstApp({ intent: this, chart: this._chart, statements: this._targets.targets.map(target => ({ kind: 'egress', target, model })) });
  }

  private checkOutside(destinations: readonly OutsideModel[]) {
    const beside = destinations.find(({ kind }) => kind !== 'outside');
    if (isOpenOutside(destinations) && beside !== undefined) {
      throw misuse('MESH1006', this._path, `everything outside the cluster is allowed, so that allowing ${calledInWords(beside)} says nothing`,
        'Leave it out, or leave out `EgressDestination.outside()`');
    }
  }

  private checkGateway({ name, namespace }: EgressGateway, called: readonly { readonly kind: string }[]) {
    checkObjectName(this._path, 'name of a Gateway', name);
    checkNamespace(this._path, namespace);
    if (!called.some(({ kind }) => kind === 'host')) {
      throw misuse('MESH1006', this._path, `no host is called by the gateway '${name}'`, 'Name one in `allow`, or leave `gateway` out');
    }
  }

  private denied(one: OutsideModel | InsideDestination): DeniedDestination {
    if (one.kind === 'host') {
      throw misuse('MESH1006', this._path, `calls to '${one.host}' are denied by its name, which no target does`,
        'Leave it out of `allow`, or deny its addresses: EgressDestination.cidr');
    }
    if (one.kind === 'outside') {
      throw misuse('MESH1006', this._path, 'everything outside the cluster is in `deny`, although what `allow` does not name there is denied already',
        'Leave it out: with an empty `allow`, all calls to the outside are denied');
    }
    return one;
  }

  /** A Service without a namespace is in that of the chart. */
  private podsOf(home: string, { service, ports }: CalledService): Every<ServiceDestination> {
    const { name, namespace = home, podSelector, _subset: subset } = service;
    return { kind: 'service', service: name, namespace, podSelector, subset, ports: portsOfPods(this._path, service, ports) };
  }
}

function isOutside(one: { readonly kind: string }): one is OutsideModel {
  return one.kind === 'host' || one.kind === 'cidr' || one.kind === 'outside';
}

function gatewayOf({ name, namespace }: EgressGateway): Every<EgressGatewayModel> {
  return { name, namespace };
}

function workloadOf({ name, serviceAccount, podSelector, _subset: subset }: MeshService): Every<EgressWorkload> {
  return { service: name, serviceAccount, podSelector, subset };
}
