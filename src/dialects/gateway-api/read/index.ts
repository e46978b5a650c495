import { POLICY, SERVICE } from './backends';
import { entriesOf } from './entries';
import { Grants } from './grants';
import { listeningOf } from './listeners';
import { BY_THE_WORD, isWeightless, READINGS, type RouteReading } from './readings';
import { type Parent, type Route, ROUTE_KINDS, routeOf } from './route';
import { ServicePolicies } from './traffic';
import { type ByParent, type Place, waysInMesh } from './ways';
import { XBackends } from './x-backends';
import type { ServicePort } from '../../../meaning/call';
import type { Doubt } from '../../../meaning/condition';
import { type Decision, unknownBy } from '../../../meaning/decision';
import { ALL_PAST, hasNoProxy, PERHAPS_PAST } from '../../../meaning/past';
import { toService } from '../../../meaning/way';
import type { Aside, Way } from '../../../meaning/world';
import { pushTo } from '../../../model/lists';
import { hasRequests, type Protocol } from '../../../model/protocol';
import { isOfKind, kindInWords, SERVICE_IMPORT } from '../../../model/service-ref';
import { type Cluster, DEFAULT_NAMESPACE } from '../../../reading/cluster/cluster';
import { keyOf } from '../../../reading/cluster/object';
import { unlessHeadless } from '../../../reading/headless-backends';
import { isOfSmi, type MeshOfSmi, type ReadMesh } from '../../../reading/mesh';
import { type ReadObject, sourceOf } from '../../../reading/objects';
import type { Reader } from '../../../reading/reader';

/**
 * Gateway API: routes of Services and of gateways. And the routes of Services in the API of Linkerd, which are merged with them.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/
 * @see https://linkerd.io/2/reference/httproute/
 */
export const GATEWAY_API: Reader = {
  title: 'Gateway API',
  kinds: {
    'gateway.networking.k8s.io': [...ROUTE_KINDS, 'Gateway', 'ListenerSet', 'ReferenceGrant', 'BackendTLSPolicy'],
    'gateway.networking.x-k8s.io': ['XListenerSet', 'XBackend', 'XBackendTrafficPolicy'],
    [POLICY]: ['HTTPRoute'],
  },
  reach: () => () => ({ pods: 'nowhere', ways: 'anywhere' }),
  read: (objects, cluster, mesh) => {
    const of = (...kinds: readonly string[]) => objects.filter(({ kind }) => kinds.includes(kind));
    const grants = new Grants(of('ReferenceGrant'));
    const policies = new ServicePolicies(of('BackendTLSPolicy', 'XBackendTrafficPolicy'), namespaceOf, mesh);
    const hosts = new XBackends(of('XBackend'), namespaceOf);
    const routes = of(...ROUTE_KINDS).map(object => routeOf(object, namespaceOf(object)));
    const byService = attachmentsBy(routes, ({ kind, namespace, name }) => isInMesh(kind) ? `${kind} ${keyOf(namespace, name)}` : undefined);
    const listening = of('Gateway', 'ListenerSet', 'XListenerSet').map(object => listeningOf(object, namespaceOf(object)));
    const keyOfListening = (kind: string, namespace: string, name: string) => `${kind} ${keyOf(namespace, name)}`;
    const byListening = attachmentsBy(routes, ({ kind, namespace, name }) => isInMesh(kind) ? undefined : keyOfListening(kind, namespace, name));
    const byDefault = routes.filter(({ usesDefaults }) => usesDefaults).map(route => ({ route }));
    return {
      entries: () => entriesOf(listening, ({ kind, namespace, name, isDefault }) =>
        [...byListening.get(keyOfListening(kind, namespace, name)) ?? [], ...isDefault ? byDefault : []], { grants, hosts, cluster }),
      asides: () => [
        ...listening.flatMap(({ source, asides }) => asides.map(aside => ({ source, ...aside }))),
        ...of(...ROUTE_KINDS).flatMap(asideOf),
        ...hosts.asides(),
      ],
      ways: (to, protocol) => {
        const ofService = byService.get(`${kindInWords(to)} ${keyOf(to.namespace, to.service)}`) ?? [];
        const closing = mesh !== 'istio-ambient' || hasRequests(protocol) ? [] : ofService.filter(({ route }) => isWeightless(route) && isReadAtWaypoint(route, to, cluster));
        if (closing.length > 0) return lost(closing, CLOSING);
        const attached = ofService.filter(({ parent: { port = to.port } }) => port === to.port);
        return attached.length === 0 ? undefined : inMesh(attached, to, protocol, { grants, hosts, cluster, mesh });
      },
      // Of Cilium, nodes follow them.
      leavesPast: client => !hasNoProxy(client) || mesh === 'cilium' || !isReadBy(mesh) ? undefined : mesh === undefined ? PERHAPS_PAST : ALL_PAST,
      traffic: ({ namespace, service, groupKind }) => groupKind === undefined ? policies.of(namespace, service) : undefined,
    };
  },
};

/** `convertTLSRoute` in `conversion.go` of istio/istio leaves out for which port it is, and `getWaypointTCPRoutes` in `listener_waypoint.go` takes it for all. */
const CLOSING = 'a TLSRoute without weight is for all ports of the Service at a waypoint';

function namespaceOf({ namespace = DEFAULT_NAMESPACE }: ReadObject): string {
  return namespace;
}

function isInMesh(kind: Parent['kind']): boolean {
  return kind === 'Service' || kind === 'ServiceImport';
}

/** Nobody asks where requests to a ServiceImport go, as it stands for several clusters. */
function asideOf(object: ReadObject): Aside[] {
  const { manifest } = object;
  const parents = manifest?.spec?.parentRefs;
  return !Array.isArray(parents) || !parents.some(parent => isOfKind(parent, SERVICE_IMPORT)) ? []
    : [{ source: sourceOf(object), title: 'what is said of a ServiceImport', text: JSON.stringify(manifest.spec) }];
}

function attachmentsBy(routes: readonly Route[], keyOfParent: (parent: Parent) => string | undefined): ReadonlyMap<string, readonly ByParent[]> {
  const attachments = new Map<string, ByParent[]>();
  for (const route of routes) {
    for (const parent of route.parents) {
      const key = keyOfParent(parent);
      if (key !== undefined) pushTo(attachments, key, { route, parent });
    }
  }
  return attachments;
}

function isForSection({ sectionName }: Parent, to: ServicePort, cluster: Cluster): boolean {
  return sectionName === undefined
    || cluster.service(to.namespace, to.service)?.ports.some(one => one.port === to.port && one.name === sectionName) === true;
}

/** A waypoint reads routes of its own namespace and of that of the Service, where a label of the Service, or of its namespace, does not say that there is none. */
function isReadAtWaypoint(route: Route, { namespace, service }: ServicePort, cluster: Cluster): boolean {
  const own = cluster.service(namespace, service)?.labels ?? {};
  const said = own[WAYPOINT] === undefined ? cluster.namespaceLabels(namespace) ?? {} : own;
  return said[WAYPOINT] !== 'none' && [namespace, said[`${WAYPOINT}-namespace`]].includes(route.namespace);
}

const WAYPOINT = 'istio.io/use-waypoint';

interface Surroundings {
  readonly grants: Grants;
  readonly hosts: XBackends;
  readonly cluster: Cluster;
  readonly mesh: ReadMesh | undefined;
}

function lost(attached: readonly ByParent[], why: string): Decision<Way> {
  const routes = attached.map(({ route }) => route);
  return { branches: [], otherwise: { value: unknownBy(why, routes), why, source: routes[0].source } };
}

/** Whether a mesh follows routes of Services. */
function isReadBy(mesh: ReadMesh | undefined): mesh is Exclude<ReadMesh, 'consul' | MeshOfSmi> | undefined {
  return mesh !== 'consul' && !isOfSmi(mesh);
}

/** By the mesh that is said, or as all of them read it. */
function inMesh(
  attached: readonly ByParent[], service: ServicePort, protocol: Protocol, { grants, hosts, cluster, mesh }: Surroundings,
): Decision<Way> | undefined {
  if (!isReadBy(mesh)) return undefined;
  const called = service.groupKind === undefined ? cluster.service(service.namespace, service.service) : undefined;
  const port = called?.ports.find(one => one.port === service.port);
  const by = (reading: RouteReading) => {
    if (service.groupKind !== undefined && reading !== BY_THE_WORD) return undefined;
    const ofPort = reading.readsSections ? attached.filter(({ parent }) => isForSection(parent, service, cluster)) : attached;
    const own = reading.consumers === 'at the waypoint' ? ofPort.filter(({ route }) => isReadAtWaypoint(route, service, cluster)) : ofPort;
    const read = own.filter(({ route }) => reading.groups.includes(route.group) && reading.kinds[protocol].includes(route.kind));
    if (read.length > 0 && called !== undefined && called.forms.includes('headless') && reading.headless !== 'take a route') {
      const why = `it is not known in ${reading.title} which calls to a Service without an address take its routes`;
      return reading.headless === 'reach its pods' ? undefined : lost(read, why);
    }
    const heard = port === undefined ? protocol : reading.hears({ ...port, annotations: called?.annotations ?? {} }, protocol);
    if (heard === undefined && read.length > 0) return lost(read, `it is not known whether ${reading.title} takes the port for one of requests`);
    const place: Place & { readonly service: ServicePort } = {
      asked: { scheme: 'http', port: service.port },
      protocol: heard ?? protocol,
      service,
      allows: (route, { groupKind = SERVICE, namespace, name }) =>
        reading.needsGrant === false || grants.allows(route, { ...groupKind, namespace, name }) || { perhapsBy: [] },
      outside: backend => hosts.at(backend),
    };
    const ways = waysInMesh(reading, own, place);
    return ways === undefined || reading.headlessBackends === 'get them' ? ways : unlessHeadless(ways, service, cluster, reading.title);
  };
  if (mesh !== undefined) return by(READINGS[mesh]);
  if (attached.every(({ route }) => route.group === POLICY)) return by(READINGS.linkerd);
  const { source } = attached[0].route;
  const doubt: Doubt = { type: 'unknown', why: 'it is not known which mesh reads it', place: source.place };
  const unread = (title: string): Decision<Way> => ({ branches: [], otherwise: { value: toService(service), why: `${title} reads none of its routes` } });
  const all = [BY_THE_WORD, ...Object.values(READINGS)].map(reading => by(reading) ?? unread(reading.title));
  const [word, ...others] = all;
  return { branches: [...others.map(then => ({ when: doubt, then, source })), ...word.branches], otherwise: word.otherwise };
}
