import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { learnPorts, ruleOf, workloadOf } from './service-access-policy';
import { checkedPath, END_USERS, IDENTITY, intentProps, PORTS, REQUESTS, WORKLOAD } from './shapes';
import { WorkloadPorts } from './workload-ports';
import { misuse } from '../errors/misuse';
import { BOOLEAN, listOf, optional, record, TEXT } from '../input/shape';
import type { AccessModel } from '../model/access';
import { admitsUnauthenticated } from '../model/access';
import type { Every, Fields } from '../model/fields';
import { shortHash } from '../model/hash';
import { pushTo } from '../model/lists';
import type { AccessAllowance } from '../vocabulary/access-allowance';
import type { AccessCall } from '../vocabulary/access-call';
import type { Identity } from '../vocabulary/identity';
import type { MeshWorkload } from '../vocabulary/mesh-workload';
import { checkNotEmpty } from '../vocabulary/names';

/**
 * Properties of `AccessGrant`.
 */
export interface AccessGrantProps extends MeshIntentProps {
  /**
   * The client: a ServiceAccount, pods, a namespace, a SPIFFE id or a gateway. Whom nobody can tell from others, only the policy of the
   * workload lets in.
   */
  readonly client: Identity;

  /**
   * What it calls; at least one.
   */
  readonly calls: AccessCall[];

  /**
   * Whether the policies of all these workloads belong to another app, so that nothing is known of them here. If one of them has no policy
   * after all, the grant may close it to everyone else; and a target that has allowances only would let in what such a policy denies. Refused
   * where a policy and its grants are one object.
   *
   * @default false
   */
  readonly policyElsewhere?: boolean;
}

const PROPS = intentProps<AccessGrantProps>({
  client: IDENTITY,
  calls: listOf(record<AccessCall>({
    destination: WORKLOAD,
    ports: optional(PORTS),
    portNames: optional(listOf(TEXT)),
    requests: optional(REQUESTS),
    exceptRequests: optional(REQUESTS),
    endUsers: optional(END_USERS),
  })),
  policyElsewhere: optional(BOOLEAN),
});

type Own = Fields<AccessGrantProps, 'client' | 'calls' | 'policyElsewhere', keyof MeshIntentProps>;

/**
 * What a client may call, in the chart of the client. Grants add to the `ServiceAccessPolicy` of each workload, and to each other, in any order.
 * What a policy denies, and what a `ServiceAccessDenial` denies, stays denied.
 *
 * A grant closes nothing: the workload that is called needs a policy, be it one that allows nothing by itself.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/access-grant.md#what-each-target-renders
 * @example
 * import { AccessGrant, HttpMatch, Identity, MeshService, ServiceAccessPolicy } from 'cdk8s-mesh';
 *
 * const cart = MeshService.of('cart', { port: 8080, serviceAccount: 'cart', podSelector: { app: 'cart' } });
 *
 * // In the chart of the server: nobody gets in, unless a grant says so.
 * new ServiceAccessPolicy(chart, 'cart-access', { destination: cart, allow: [] });
 *
 * // In the chart of the client.
 * new AccessGrant(chart, 'web-calls', {
 *   client: Identity.serviceAccount('web'),
 *   calls: [{ destination: cart, requests: [HttpMatch.of({ methods: ['GET'], pathPrefix: '/items' })] }],
 * });
 */
export class AccessGrant extends MeshIntent {
  constructor(scope: Construct, id: string, props: AccessGrantProps) {
    const path = checkedPath(scope, id, props, PROPS);
    super(scope, id, props);
    const { client, calls, policyElsewhere = false }: Own = props;
    checkNotEmpty(path, 'calls', calls, 'Name at least one call');
    const many = client._toModel('', path).find(source => source.kind === 'anyAuthenticated' || admitsUnauthenticated(source));
    if (many !== undefined) {
      throw misuse('MESH1509', path, `Identity.${many.kind} is no single client`, 'Let the `allow` of the ServiceAccessPolicy name it');
    }
    const byDestination = new Map<string, Numbered[]>();
    calls.forEach((call, i) => pushTo(byDestination, this.keyOf(call.destination), { call, number: i + 1 }));
    this._grant([...byDestination.values()].map(same => this.modelOf(client, same, policyElsewhere)));
  }

  private modelOf(client: Identity, calls: readonly Numbered[], policyElsewhere: boolean): AccessModel {
    const { destination } = calls[0].call;
    const namespace = this._namespaceOf(destination);
    const ports = new WorkloadPorts(this._path, destination);
    learnPorts(ports, calls.map(({ call }) => call));
    const model: Every<AccessModel> = {
      name: nameOf(this._name, destination),
      namespace,
      destination: workloadOf(destination, ports),
      denials: [],
      rules: calls.map(({ call, number }) =>
        ruleOf(`${this._path}: call ${number}`, this._chart.namespace ?? namespace, ports, allowanceOf(client, call))),
      leavesRest: false,
      grant: policyElsewhere ? 'elsewhere' : 'here',
      healthProbes: [],
      audit: false,
    };
    return model;
  }

  /** The same for the same pods. */
  private keyOf({ _called: called, namespace = this._namespace, _subset: subset = {} }: MeshWorkload): string {
    return JSON.stringify([namespace, called, Object.entries(subset).sort()]);
  }
}

interface Numbered {
  readonly call: AccessCall;
  readonly number: number;
}

function allowanceOf(
  client: Identity,
  { ports, portNames, requests, exceptRequests, endUsers }: Fields<AccessCall, 'ports' | 'portNames' | 'requests' | 'exceptRequests' | 'endUsers', 'destination'>,
): AccessAllowance {
  return { sources: [client], ports, portNames, requests, exceptRequests, endUsers };
}

/** Of the workload, so that one call more renames nothing. */
function nameOf(base: string, { _service: service, _subset: subset, podSelector, serviceAccount }: MeshWorkload): string {
  return service === undefined ? `${base}-pods-${shortHash(podSelector === undefined ? serviceAccount : Object.entries(podSelector).sort())}`
    : `${base}-${service}${subset === undefined ? '' : `-${shortHash(Object.entries(subset).sort())}`}`;
}
