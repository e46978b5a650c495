import { authenticated } from './authentications';
import { defaultOf, demandsIdentity, isPastProxy, letInBy } from './default-policy';
import { leavingBy } from './egress';
import { certified } from './identities';
import { ANY, ANY_CALL, type Taken } from './matches';
import { type Authorization, authenticationKey, authorizationPolicy, serverAuthorization } from './policies';
import { Probes } from './probes';
import { type Route, routeOf } from './routes';
import { isFor, type Server, serverOf } from './servers';
import { allOf, ALWAYS, type Doubt, NEVER } from '../../../meaning/condition';
import type { Branch, Decision, Source, Verdict } from '../../../meaning/decision';
import { selects } from '../../../meaning/selector';
import type { Passage, PodPort } from '../../../meaning/world';
import { grouped } from '../../../model/lists';
import { DEFAULT_NAMESPACE } from '../../../reading/cluster/cluster';
import type { ReadObject } from '../../../reading/objects';
import type { Reader } from '../../../reading/reader';

const POLICY = 'policy.linkerd.io';

/**
 * What Linkerd's proxies let in. A port with a Server denies whom no policy lets in; where routes stand on the Server, one of them takes a
 * request, and its policies decide with those of the Server. Without a Server, the default of the pods decides.
 *
 * @see https://linkerd.io/2/reference/authorization-policy/
 */
export const LINKERD: Reader = {
  title: 'Linkerd',
  kinds: {
    [POLICY]: ['Server', 'ServerAuthorization', 'AuthorizationPolicy', 'MeshTLSAuthentication', 'NetworkAuthentication', 'HTTPRoute', 'EgressNetwork'],
    'gateway.networking.k8s.io': ['HTTPRoute', 'GRPCRoute'],
  },
  // Policies may name authentications of other namespaces.
  reach: ({ kind }) => ({ pods: /^(?:Server|ServerAuthorization|AuthorizationPolicy|HTTPRoute|GRPCRoute)$/.test(kind) ? 'namespace' : 'anywhere', ways: 'anywhere' }),
  read: (objects, cluster, mesh) => {
    // Routes of Gateway API are those of any mesh.
    if (mesh === undefined ? !objects.some(({ group }) => group === POLICY) : mesh !== 'linkerd') return {};
    const policies = new Policies(objects);
    const probes = new Probes(cluster);
    return {
      entering: to => to.protocol === 'UDP' || isPastProxy(to.pod, to.port) ? [] : [{ title: 'Linkerd', decision: entering(to, policies, probes) }],
      leaving: leavingBy(objects.filter(({ kind }) => kind === 'EgressNetwork')),
    };
  },
};

/** All that is said, by namespace. */
class Policies {
  private readonly servers: ReadonlyMap<string, readonly Server[]>;
  private readonly routes: ReadonlyMap<string, readonly Route[]>;
  private readonly authorizations: ReadonlyMap<string, readonly Authorization[]>;

  public constructor(objects: readonly ReadObject[]) {
    const of = (...kinds: string[]) => objects.filter(({ group, kind }) => group === POLICY && kinds.includes(kind));
    const authentications = new Map(of('MeshTLSAuthentication', 'NetworkAuthentication')
      .map(object => [authenticationKey(object.kind, object.namespace ?? DEFAULT_NAMESPACE, object.name), authenticated(object)]));
    const namespaceOf = ({ namespace }: { readonly namespace: string }) => namespace;
    this.servers = grouped(of('Server').flatMap(object => serverOf(object) ?? []), namespaceOf);
    this.routes = grouped(objects.filter(({ kind }) => kind.endsWith('Route')).flatMap(object => routeOf(object) ?? []), namespaceOf);
    this.authorizations = grouped([
      ...of('AuthorizationPolicy').map(object => authorizationPolicy(object, authentications)), ...of('ServerAuthorization').map(serverAuthorization),
    ], namespaceOf);
  }

  public serversFor(to: PodPort): { readonly server: Server; readonly isCertain: boolean }[] {
    return (this.servers.get(to.pod.namespace) ?? []).flatMap(server => {
      const truth = isFor(server, to);
      return truth === 'no' ? [] : [{ server, isCertain: truth === 'yes' }];
    });
  }

  public routesOn(server: Server, kind: Route['kind']): Route[] {
    return (this.routes.get(server.namespace) ?? []).filter(route => route.kind === kind && route.servers?.includes(server.name) !== false);
  }

  public forServer(server: Server): Authorization[] {
    return (this.authorizations.get(server.namespace) ?? []).filter(({ target }) => target.type === 'unknown' || (target.type === 'server' && target.name === server.name)
      || (target.type === 'servers' && (target.labels === undefined || selects(target.labels, server.labels) === 'yes')));
  }

  public forRoute(route: Route): Authorization[] {
    return (this.authorizations.get(route.namespace) ?? []).filter(({ target }) => target.type === 'route' && target.name === route.name);
  }
}

function entering(to: PodPort, policies: Policies, probes: Probes): Decision<Passage> {
  const servers = policies.serversFor(to);
  const [only] = servers;
  if (servers.length === 1 && only.isCertain) return byServer(only.server, to, policies, probes);
  // Of several, the oldest counts, and nobody knows which that is.
  const perhaps = servers.map(({ server }): Branch<Passage> => ({
    when: doubt('it is not known whether this Server is that of the port', server.source), then: byServer(server, to, policies, probes), source: server.source,
  }));
  const certain = servers.find(({ isCertain }) => isCertain);
  if (certain !== undefined) {
    const { server } = certain;
    return { branches: [...perhaps, { when: ALWAYS, then: byServer(server, to, policies, probes), source: server.source }], otherwise: NOBODY };
  }
  const { branches, otherwise } = byDefault(to, probes);
  return { branches: [...perhaps, ...branches], otherwise };
}

const NOBODY: Verdict<Passage> = { value: 'denied', why: 'no policy lets the client in' };
const NOT_FOUND: Verdict<Passage> = { value: 'denied', why: 'no route takes the request, so that it is not found' };

function byServer(server: Server, to: PodPort, policies: Policies, probes: Probes): Decision<Passage> {
  const { source, speaks } = server;
  if (server.doubt !== undefined) return { branches: [], otherwise: undecided(server.doubt, source) };
  const hasRequests = to.protocol !== 'TCP' && speaks !== 'bytes';
  if (to.protocol === 'TCP' && (speaks === 'http' || speaks === 'grpc')) {
    return { branches: [], otherwise: undecided(doubt('it is not known whether the port speaks what the Server says', source), source) };
  }
  const own = [...policies.forServer(server).map(allowing), ...server.letsIn === NEVER ? [] : [{
    when: server.letsIn, then: { value: 'allowed' as const, why: 'its `accessPolicy` lets it in', source }, source,
  }]];
  const denied = { ...NOBODY, source };
  if (!hasRequests) return { branches: own, otherwise: denied };
  const routes = policies.routesOn(server, speaks === 'grpc' ? 'GRPCRoute' : 'HTTPRoute');
  if (routes.length > 0) {
    return byRoutes(routes, route => ({
      branches: [...policies.forRoute(route).map(allowing), ...own], otherwise: { ...denied, source: route.source },
    }), source);
  }
  const all: Taken = speaks === 'grpc' ? ANY_CALL : ANY;
  const probing = speaks === 'grpc' ? [] : probes.ofPort(to, source);
  return { branches: [...probing, { when: all.when, then: { branches: own, otherwise: denied }, source }], otherwise: { ...NOT_FOUND, source } };
}

/** One route takes a request: the one whose match goes before the others. Of equals the older one does, and nobody knows which that is. */
function byRoutes(routes: readonly Route[], decisionOf: (route: Route) => Decision<Passage>, server: Source): Decision<Passage> {
  const unknown = routes.flatMap(({ doubt: why, source }): Branch<Passage>[] =>
    why === undefined ? [] : [{ when: why, then: undecided(why, source), source }]);
  const decisions = new Map(routes.map(route => [route, decisionOf(route)]));
  const entries = routes.flatMap(route => route.takes.map(taken => ({ route, taken, then: decisions.get(route) ?? NOBODY })))
    .sort((a, b) => compare(b.taken.rank, a.taken.rank));
  const branches = entries.map(({ route, taken, then }, i): Branch<Passage> => {
    const { source } = route;
    const ties: Branch<Passage>[] = [];
    for (let j = i + 1; j < entries.length && compare(entries[j].taken.rank, taken.rank) === 0; j++) {
      const other = entries[j];
      const isOlder = doubt('it is not known which of the routes is older', other.route.source);
      if (other.route !== route) ties.push({ when: allOf(other.taken.when, isOlder), then: other.then, source: other.route.source });
    }
    return { when: taken.when, then: ties.length === 0 ? then : { branches: [...ties, { when: ALWAYS, then, source }], otherwise: NOBODY }, source };
  });
  return { branches: [...unknown, ...branches], otherwise: { ...NOT_FOUND, source: server } };
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((n, k) => n !== b[k]);
  return i < 0 ? 0 : a[i] - (b[i] ?? -Infinity);
}

/** Without a Server, an annotation of the pods decides, or the installation, of which nothing is known. */
function byDefault(to: PodPort, probes: Probes): Decision<Passage> {
  const policy = defaultOf(to.pod);
  const source = probes.sourceOf(to);
  const letIn = policy === undefined ? undefined : letInBy(policy, source.place);
  const probing = to.protocol === 'TCP' ? [] : probes.ofPort(to);
  if (policy === undefined || letIn === undefined) return { branches: probing, otherwise: { value: { unknown: WITHOUT }, why: WITHOUT } };
  const clients = demandsIdentity(to.pod, to.port) ? allOf(letIn, certified()) : letIn;
  return {
    branches: [...probing, { when: clients, then: { value: 'allowed', why: `the default of its pods is '${policy}'` }, source }],
    otherwise: { value: 'denied', why: `the default of its pods is '${policy}'` },
  };
}

const WITHOUT = 'there is no Server for the port, and the default of the installation is not known';

function allowing({ clients, source }: Authorization): Branch<Passage> {
  return { when: clients, then: { value: 'allowed', why: 'a policy lets it in', source }, source };
}

function undecided({ why }: Doubt, source: Source): Verdict<Passage> {
  return { value: { unknown: why }, why, source };
}

function doubt(why: string, { place }: Pick<Source, 'place'>): Doubt {
  return { type: 'unknown', why, place };
}
