import { type Client, type Pod, type ServicePort } from '../../../../meaning/call';
import { allOf, ALWAYS, type Condition, type Doubt, isTrue, NEVER, noneOf } from '../../../../meaning/condition';
import { EVERYTHING, GATEWAY_NAME } from '../../../../meaning/selector';
import type { Cluster } from '../../../../reading/cluster/cluster';

/** The proxy of a Service, which clients in ambient mode pass. */
export interface Waypoint {
  readonly namespace: string;
  readonly name: string;
}

const LABEL = 'istio.io/use-waypoint';

/** The waypoint that a label of a Service, or of its namespace, names; undefined where there is none. */
export function waypointOf({ namespace, service }: ServicePort, cluster: Cluster): Waypoint | undefined {
  const own = cluster.service(namespace, service)?.labels ?? {};
  const said = own[LABEL] !== undefined ? own : cluster.namespaceLabels(namespace) ?? {};
  return said[LABEL] === undefined || said[LABEL] === 'none' ? undefined
    : { namespace: said[`${LABEL}-namespace`] ?? namespace, name: said[LABEL] };
}

/** Whether the gateways of the mesh pass the waypoint of a Service. */
export function takesGateways({ namespace, service }: ServicePort, cluster: Cluster): boolean {
  const label = 'istio.io/ingress-use-waypoint';
  return (cluster.service(namespace, service)?.labels[label] ?? cluster.namespaceLabels(namespace)?.[label]) === 'true';
}

const GATEWAYS: Condition = {
  type: 'pod', labels: { ...EVERYTHING, matchExpressions: [{ key: GATEWAY_NAME, operator: 'Exists' }] },
};

/** Clients of the mesh that call by a port of a Service. Gateways go past the waypoint, unless a label says otherwise. */
export function passes({ namespace, service, port }: ServicePort, cluster: Cluster): Condition {
  return allOf({ type: 'entrance', namespace, service, port }, { type: 'certificate' },
    ...takesGateways({ namespace, service, port }, cluster) ? [] : [noneOf(GATEWAYS)]);
}

/** What a condition comes to where the client is a waypoint, which is known by its certificate, and whose address is not known. */
export function asSeenOf(waypoint: Waypoint, condition: Condition, pod: Pod, doubt: Doubt): Condition {
  switch (condition.type) {
    case 'all': return allOf(...condition.of.map(one => asSeenOf(waypoint, one, pod, doubt)));
    case 'any': return { type: 'any', of: condition.of.map(one => asSeenOf(waypoint, one, pod, doubt)) };
    case 'not': return { type: 'not', of: asSeenOf(waypoint, condition.of, pod, doubt) };
    case 'certificate':
    case 'spiffeId':
    case 'pod':
    case 'client':
    case 'address': {
      const client: Client = { kind: 'pod', namespace: waypoint.namespace, serviceAccount: waypoint.name, meshed: true };
      const truth = isTrue(condition, { client, pod, port: 0, protocol: 'HTTP' });
      return truth === 'yes' ? ALWAYS : truth === 'no' ? NEVER : doubt;
    }
    default: return condition;
  }
}
