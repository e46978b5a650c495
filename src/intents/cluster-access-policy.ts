import { JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { checkedPath, intentProps } from './shapes';
import { misuse } from '../errors/misuse';
import { instanceOf, listOf, optional, record } from '../input/shape';
import type { ClusterAccessModel, ClusterDirection, ClusterRule } from '../model/cluster-access';
import type { Every, Fields } from '../model/fields';
import { compile } from '../targets/compile';
import { ClusterPeer } from '../vocabulary/cluster-peer';
import { ClusterPort } from '../vocabulary/cluster-port';
import { ClusterSubject } from '../vocabulary/cluster-subject';
import type { ClusterTraffic, ClusterTrafficRule } from '../vocabulary/cluster-traffic';
import { checkNotEmpty } from '../vocabulary/names';

/**
 * Properties of `ClusterAccessPolicy`.
 */
export interface ClusterAccessPolicyProps extends MeshIntentProps {
  /**
   * What is protected.
   */
  readonly subject: ClusterSubject;

  /**
   * Who may call it.
   *
   * @default - that stays as it is
   */
  readonly ingress?: ClusterTraffic;

  /**
   * What it may call. Of pods, only what is denied: what they may call is for each `EgressPolicy` to allow.
   *
   * @default - that stays as it is
   */
  readonly egress?: ClusterTraffic;
}

const RULES = optional(listOf(record<ClusterTrafficRule>({
  peers: listOf(instanceOf(ClusterPeer, 'a ClusterPeer, such as `ClusterPeer.otherNodes()`')),
  ports: optional(listOf(instanceOf(ClusterPort, 'a ClusterPort, such as `ClusterPort.tcp(22)`'))),
})));
const TRAFFIC = optional(record<ClusterTraffic>({ allow: RULES, deny: RULES }));

const PROPS = intentProps<ClusterAccessPolicyProps>({
  subject: instanceOf(ClusterSubject, "a ClusterSubject, such as `ClusterSubject.nodes({ type: 'worker' })`"), ingress: TRAFFIC, egress: TRAFFIC,
});

type Own = Fields<ClusterAccessPolicyProps, 'subject' | 'ingress' | 'egress', keyof MeshIntentProps>;

/**
 * Who may call the nodes of the cluster, or pods of every namespace, and what these may call. It has no namespace. What it allows adds to what
 * the policies of pods allow; what it denies goes before all of them.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/cluster-access-policy.md#what-each-target-renders
 * @see https://docs.cilium.io/en/stable/security/host-firewall/
 * @example
 * import { ClusterAccessPolicy, ClusterPeer, ClusterPort, ClusterSubject } from 'cdk8s-mesh';
 *
 * new ClusterAccessPolicy(chart, 'workers', {
 *   subject: ClusterSubject.nodes({ type: 'worker' }),
 *   ingress: {
 *     allow: [
 *       { peers: [ClusterPeer.otherNodes(), ClusterPeer.healthEndpoints(), ClusterPeer.apiServer()] },
 *       { peers: [ClusterPeer.outside()], ports: [ClusterPort.tcp(22)] },
 *     ],
 *   },
 * });
 */
export class ClusterAccessPolicy extends MeshIntent {
  constructor(scope: Construct, id: string, props: ClusterAccessPolicyProps) {
    const path = checkedPath(scope, id, props, PROPS);
    super(scope, id, props);
    const { subject, ingress, egress }: Own = props;
    if (this._metadata.namespace !== undefined) {
      throw misuse('MESH1502', path, `the policy would stand in namespace '${this._metadata.namespace}', and it is for the whole cluster`, 'Leave out `metadata.namespace`');
    }
    if (ingress === undefined && egress === undefined) {
      throw misuse('MESH1006', path, 'it says nothing of who calls, and nothing of what is called', 'Write `ingress`, `egress` or both');
    }
    const model: Every<ClusterAccessModel> = {
      name: this._name,
      subject: subject._toModel(),
      ingress: ingress && directionOf(`${path}: ingress`, ingress),
      egress: egress && directionOf(`${path}: egress`, egress),
    };
    if (model.subject.kind === 'pods' && model.egress?.leavesRest === false) {
      throw misuse('MESH1006', path, 'what pods may call would add to what their EgressPolicies let out', 'Write an EgressPolicy in each namespace, or deny what no pod may call');
    }
    this._render(target => compile('clusterAccess', target, model));
    // The chart would put its objects into its namespace.
    if (this._chart.namespace !== undefined) this.apiObjects.forEach(object => object.addJsonPatch(JsonPatch.remove('/metadata/namespace')));
  }
}

function directionOf(where: string, { allow, deny }: Fields<ClusterTraffic, 'allow' | 'deny'>): Every<ClusterDirection> {
  checkNotEmpty(where, 'deny', deny, 'Leave it out if nothing is denied');
  if (allow === undefined && deny === undefined) {
    throw misuse('MESH1006', where, 'it allows nothing and denies nothing', 'Write `allow`, `deny` or both; `allow: []` denies everything');
  }
  return { leavesRest: allow === undefined, rules: rulesOf(where, 'allow', allow), denials: rulesOf(where, 'deny', deny) };
}

function rulesOf(where: string, list: string, rules: readonly ClusterTrafficRule[] = []): Every<ClusterRule>[] {
  return rules.map(({ peers, ports }: Fields<ClusterTrafficRule, 'peers' | 'ports'>, i) => {
    const at = `${where}.${list}[${i}]`;
    checkNotEmpty(at, 'peers', peers, 'Name who is meant, such as ClusterPeer.anyone()');
    checkNotEmpty(at, 'ports', ports, 'Leave it out for every port');
    return { peers: peers.map(peer => peer._toModel()), ports: (ports ?? []).map(port => port._toModel()) };
  });
}
