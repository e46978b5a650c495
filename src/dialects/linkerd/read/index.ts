import { authenticated } from './authentications';
import { defaultOf, demandsIdentity, isInMesh, isPastProxy, leavesPast, letInBy, skipsSubnets } from './default-policy';
import { leavingBy } from './egress';
import { certified } from './identities';
import { ANY, ANY_CALL, type Taken } from './matches';
import { type Authorization as Authorized, authenticationKey, authorizationPolicy, serverAuthorization } from './policies';
import { Probes } from './probes';
import { Profiles } from './profiles';
import { RateLimits } from './rate-limits';
import { type Route, routeOf } from './routes';
import { isFor, type Server, serverOf } from './servers';
import { allOf, ALWAYS, type Condition, type Doubt, NEVER } from '../../../meaning/condition';
import { type Branch, type Decision, type Source, unknownBy, type Verdict } from '../../../meaning/decision';
import { doubted } from '../../../meaning/depending';
import { selects } from '../../../meaning/selector';
import type { Passage, PodPort } from '../../../meaning/world';
import { grouped } from '../../../model/lists';
import { hasRequests } from '../../../model/protocol';
import { ByNamespace } from '../../../reading/by-namespace';
import { DEFAULT_NAMESPACE } from '../../../reading/cluster/cluster';
import type { ReadObject } from '../../../reading/objects';
import { ANYWHERE, type Reach, type Reader } from '../../../reading/reader';
import { Selecting } from '../../../reading/selecting';

const POLICY = 'policy.linkerd.io';
const PROFILES = 'linkerd.io';

/** Where objects of a kind matter; others anywhere. Policies may name authentications of other namespaces. */
const REACHES: Readonly<Record<string, Reach>> = {
  Server: { pods: 'namespace', ways: 'anywhere' },
  ServerAuthorization: { pods: 'namespace', ways: 'nowhere' },
  AuthorizationPolicy: { pods: 'namespace', ways: 'nowhere' },
  MeshTLSAuthentication: { pods: 'anywhere', ways: 'nowhere' },
  NetworkAuthentication: { pods: 'anywhere', ways: 'nowhere' },
  HTTPRoute: { pods: 'namespace', ways: 'anywhere' },
  GRPCRoute: { pods: 'namespace', ways: 'anywhere' },
  ServiceProfile: { pods: 'nowhere', ways: 'anywhere' },
};

/**
 * What Linkerd's proxies let in. A port with a Server denies whom no policy lets in; where routes stand on the Server, one of them takes a
 * request, and its policies decide with those of the Server. Without a Server, the default of the pods decides.
 *
 * @see https://linkerd.io/2/reference/authorization-policy/
 */
export const LINKERD: Reader = {
  title: 'Linkerd',
  of: ['linkerd'],
  kinds: {
    [POLICY]: ['Server', 'ServerAuthorization', 'AuthorizationPolicy', 'MeshTLSAuthentication', 'NetworkAuthentication', 'HTTPRoute', 'EgressNetwork', 'HTTPLocalRateLimitPolicy'],
    [PROFILES]: ['ServiceProfile'],
    'gateway.networking.k8s.io': ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute'],
  },
  reach: () => ({ kind }) => REACHES[kind] ?? ANYWHERE,
  read: (objects, cluster, mesh) => {
    // Routes of Gateway API are those of any mesh.
    if (mesh === undefined ? !objects.some(({ group }) => group === POLICY || group === PROFILES) : mesh !== 'linkerd') return {};
    const policies = new Policies(objects);
    const probes = new Probes(cluster);
    const limits = new RateLimits(objects.filter(({ kind }) => kind === 'HTTPLocalRateLimitPolicy'), to => policies.serversFor(to));
    const profiles = new Profiles(objects.filter(({ kind }) => kind === 'ServiceProfile'), mesh === 'linkerd');
    return {
      isInMesh,
      // Profiles are asked for by the address of a Service.
      waysAbove: (to, protocol, below) =>
        cluster.service(to.namespace, to.service)?.forms.includes('headless') === true ? undefined : profiles.above(to, protocol, below),
      entering: to => {
        if (to.protocol === 'UDP' || isPastProxy(to.pod, to.port)) return [];
        const gates = [{ title: 'Linkerd', decision: entering(to, policies, probes) }];
        return skipsSubnets(to.pod) ? doubted(gates, 'what calls from networks in `skip-subnets` comes past the proxy') : gates;
      },
      traffic: to => limits.of(to, cluster),
      leavesPast,
      leaving: leavingBy(objects),
      leavesAs: client => client.kind === 'pod' && client.meshed !== false ? client.namespace : '',
      readAll: () => policies.readAll(),
    };
  },
};

/** An authorization, in the order of the manifests. */
type Authorization = Authorized & { readonly order: number };

/** What is said in one namespace. */
interface Own {
  readonly servers: Selecting<Server>;
  readonly routes: readonly Route[];
  /** Those for one Server, by its name. */
  readonly ofServer: ReadonlyMap<string, readonly Authorization[]>;
  readonly ofRoute: ReadonlyMap<string, readonly Authorization[]>;
  /** Those for several Servers, or for nobody knows which. */
  readonly others: readonly Authorization[];
}

class Policies {
  private readonly own: ByNamespace<Own>;
  private readonly authentications = new Map<string, Condition>();

  public constructor(objects: readonly ReadObject[]) {
    for (const object of objects.filter(({ kind }) => kind === 'MeshTLSAuthentication' || kind === 'NetworkAuthentication')) {
      this.authentications.set(authenticationKey(object.kind, object.namespace ?? DEFAULT_NAMESPACE, object.name), authenticated(object));
    }
    this.own = new ByNamespace(objects, own => this.read(own));
  }

  public readAll(): void {
    this.own.all();
  }

  public serversFor(to: PodPort): { readonly server: Server; readonly isCertain: boolean }[] {
    return this.own.about(to.pod).flatMap(({ own, holds }) => own.servers.choosing(to.pod).flatMap(({ thing: server }) => {
      const truth = isFor(server, to);
      return truth === 'no' ? [] : [{ server, isCertain: holds === 'yes' && truth === 'yes' }];
    }));
  }

  public routesOn({ namespace, name }: Server, kind: Route['kind']): Route[] {
    return this.own.of(namespace).routes.filter(route => route.kind === kind && route.servers?.includes(name) !== false);
  }

  public forServer(server: Server): Authorization[] {
    const { ofServer, others } = this.own.of(server.namespace);
    const some = others.filter(({ target }) => target.type === 'unknown'
      || (target.type === 'servers' && (target.labels === undefined || selects(target.labels, server) === 'yes')));
    return [...ofServer.get(server.name) ?? [], ...some].sort((a, b) => a.order - b.order);
  }

  public forRoute({ namespace, name }: Route): readonly Authorization[] {
    return this.own.of(namespace).ofRoute.get(name) ?? [];
  }

  private read(objects: readonly ReadObject[]): Own {
    const of = (kind: string) => objects.filter(object => object.group === POLICY && object.kind === kind);
    const authorizations = [
      ...of('AuthorizationPolicy').map(object => authorizationPolicy(object, this.authentications)), ...of('ServerAuthorization').map(serverAuthorization),
    ].map((one, order) => ({ ...one, order }));
    const to = (type: 'server' | 'route') => grouped(authorizations.filter(({ target }) => target.type === type), ({ target }) => 'name' in target ? target.name : '');
    return {
      servers: new Selecting(of('Server').flatMap(object => serverOf(object) ?? []), ({ pods }) => pods),
      routes: objects.filter(({ kind }) => kind === 'HTTPRoute' || kind === 'GRPCRoute').flatMap(object => routeOf(object) ?? []),
      ofServer: to('server'),
      ofRoute: to('route'),
      others: authorizations.filter(({ target }) => target.type === 'servers' || target.type === 'unknown'),
    };
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
  const { source, doubt: open } = server;
  const { branches, otherwise } = understood(server, to, policies, probes);
  return { branches: [...open === undefined ? [] : [{ when: open, then: undecided(open, source), source }], ...branches], otherwise };
}

function understood(server: Server, to: PodPort, policies: Policies, probes: Probes): Decision<Passage> {
  const { source, speaks } = server;
  const isHttp = hasRequests(to.protocol);
  if (!isHttp && (speaks === 'http' || speaks === 'grpc')) {
    const why = 'it is not known whether the port speaks what the Server says';
    return { branches: [], otherwise: { value: unknownBy(why, policies.forServer(server)), why, source } };
  }
  const own = [...policies.forServer(server).map(allowing), ...server.letsIn === NEVER ? [] : [{
    when: server.letsIn, then: { value: 'allowed' as const, why: 'its `accessPolicy` lets it in', source }, source,
  }]];
  const denied = { ...NOBODY, source };
  if (!isHttp || speaks === 'bytes') return { branches: own, otherwise: denied };
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
  const probing = hasRequests(to.protocol) ? probes.ofPort(to) : [];
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
