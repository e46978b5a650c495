import type { FieldPlace } from '../../../../manifests/fields';
import { type Client, type Pod, type ServicePort } from '../../../../meaning/call';
import { allOf, ALWAYS, type Condition, type Doubt, isTrue, NEVER, noneOf } from '../../../../meaning/condition';
import { EVERYTHING, GATEWAY_NAME, type Labels, selectsNamespace } from '../../../../meaning/selector';
import { type Truth, truthOf } from '../../../../meaning/truth';
import type { Cluster } from '../../../../reading/cluster/cluster';
import { keyOf, labels } from '../../../../reading/cluster/object';
import type { ReadObject } from '../../../../reading/objects';
import { selectorOf } from '../../../../reading/selector';
import { namespaceOf } from '../owner';

/** A proxy that clients in ambient mode pass, on their way to a Service or to a pod. */
export interface Waypoint {
  readonly namespace: string;
  readonly name: string;
  /** Why it is not known whether it is passed. */
  readonly doubt?: Doubt;
}

const LABEL = 'istio.io/use-waypoint';
const TRAFFIC = 'istio.io/waypoint-for';

/**
 * The waypoints that labels name. Where the Gateway of one is in the files, it says which traffic it is for, and for which namespaces
 * (`pilot/pkg/serviceregistry/ambient/waypoints.go` of istio/istio); where it is not, it is taken for one of Services.
 *
 * @see https://istio.io/latest/docs/ambient/usage/waypoint/
 */
export class Waypoints {
  private readonly gateways: ReadonlyMap<string, ReadObject>;
  private readonly classes: ReadonlyMap<string, ReadObject>;

  public constructor(gateways: readonly ReadObject[], classes: readonly ReadObject[], private readonly cluster: Cluster) {
    this.gateways = new Map(gateways.map(one => [keyOf(namespaceOf(one), one.name), one]));
    this.classes = new Map(classes.map(one => [one.name, one]));
    // Of a class, nothing else is asked.
    classes.forEach(({ fields }) => fields.take());
  }

  /** The one that a label of a Service, or of its namespace, names; undefined where no label says whether there is one. */
  public ofService(to: ServicePort): Waypoint | 'none' | undefined {
    const { namespace, service } = to;
    const own = this.cluster.service(namespace, service);
    const waypoint = this.named(namespace, own?.labels ?? {}, this.cluster.namespaceLabels(namespace), 'service');
    if (own === undefined || typeof waypoint !== 'object' || !this.isHeadless(to)) return waypoint;
    return { ...waypoint, doubt: doubtAt(own.place, 'whether calls to a Service without an address of its own pass its waypoint is not known') };
  }

  /** Whether those who call a Service call its pods. */
  public isHeadless({ namespace, service }: ServicePort): boolean {
    return this.cluster.service(namespace, service)?.forms.includes('headless') === true;
  }

  /** The one of calls that name no Service. */
  public ofPod({ namespace, labels: own = {}, namespaceLabels }: Pod): Waypoint | undefined {
    const waypoint = this.named(namespace, own, namespaceLabels, 'workload');
    return waypoint === 'none' ? undefined : waypoint;
  }

  private named(namespace: string, own: Labels, ofNamespace: Labels = {}, traffic: 'service' | 'workload'): Waypoint | 'none' | undefined {
    const said = own[LABEL] !== undefined ? own : ofNamespace;
    const name = said[LABEL];
    if (name === undefined || name === 'none') return name;
    const waypoint = { namespace: said[`${LABEL}-namespace`] ?? namespace, name };
    const gateway = this.gateways.get(keyOf(waypoint.namespace, name));
    if (gateway === undefined) {
      if (traffic === 'service') return waypoint;
      return said === own ? { ...waypoint, doubt: doubtAt(NOWHERE, `the Gateway of the waypoint '${name}' is not in the files`) } : undefined;
    }
    const kinds = marksOf(gateway)[TRAFFIC] ?? this.trafficOfClass(gateway) ?? 'service';
    const attaches = attachesTo(gateway, namespace, this.cluster);
    if ((kinds !== traffic && kinds !== 'all') || attaches === 'no') return 'none';
    const why = attaches === 'unknown' ? 'it is not known of which namespaces it takes Services and pods'
      : said[`${LABEL}-canary`] !== undefined ? 'another waypoint takes a part of the calls' : undefined;
    return why === undefined ? waypoint : { ...waypoint, doubt: doubtAt(gateway.place, `of the waypoint '${name}', ${why}`) };
  }

  private trafficOfClass({ fields }: ReadObject): string | undefined {
    const own = this.classes.get(fields.field('spec').field('gatewayClassName').text() ?? '');
    return own && marksOf(own)[TRAFFIC];
  }
}

const NOWHERE: FieldPlace = { file: '', line: 0, path: '' };

function doubtAt(place: FieldPlace, why: string): Doubt {
  return { type: 'unknown', why, place };
}

function marksOf({ fields }: ReadObject): Labels {
  return labels(fields.field('metadata').field('labels'));
}

/** By its listener for the mesh: without one, it is for its own namespace. */
function attachesTo(gateway: ReadObject, theirs: string, cluster: Cluster): Truth {
  const listener = gateway.fields.field('spec').field('listeners').items().find(one => one.field('protocol').text() === 'HBONE' && one.field('port').integer() === 15008);
  const namespaces = listener?.field('allowedRoutes').field('namespaces');
  switch (namespaces?.field('from').text() ?? 'Same') {
    case 'All': return 'yes';
    case 'Same': return truthOf(theirs === namespaceOf(gateway));
    case 'Selector': {
      const selector = namespaces && selectorOf(namespaces.field('selector'));
      return selector === undefined ? 'unknown' : selectsNamespace(selector, cluster.namespaceLabels(theirs), theirs);
    }
    default: return 'unknown';
  }
}

/** Whether the gateways of the mesh pass the waypoint of a Service. */
export function takesGateways({ namespace, service }: ServicePort, cluster: Cluster): boolean {
  const label = 'istio.io/ingress-use-waypoint';
  return (cluster.service(namespace, service)?.labels[label] ?? cluster.namespaceLabels(namespace)?.[label]) === 'true';
}

const GATEWAYS: Condition = {
  type: 'pod', labels: { ...EVERYTHING, matchExpressions: [{ key: GATEWAY_NAME, operator: 'Exists' }] },
};

/** Clients of the mesh that call pods by their addresses. Gateways go past the waypoint. */
export const PASSES_TO_PODS: Condition = allOf(noneOf({ type: 'entrance' }), { type: 'certificate' }, noneOf(GATEWAYS));

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
