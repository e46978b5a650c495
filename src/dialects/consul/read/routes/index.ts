import { type Entries, followed, type ServiceName, standingIn } from './chain';
import { type Resolver, resolverOf } from './resolver';
import { type Reference, type Route, routesOf } from './router';
import { type Split, splitsOf } from './splitter';
import type { Fields } from '../../../../manifests/fields';
import type { ServicePort } from '../../../../meaning/call';
import { type Branch, type Decision, isUndecided, type Source, type Undecided, unknownBy, type Verdict } from '../../../../meaning/decision';
import { dependingOn } from '../../../../meaning/depending';
import type { Traffic, Way } from '../../../../meaning/world';
import { grouped } from '../../../../model/lists';
import { hasRequests, type Protocol } from '../../../../model/protocol';
import { type Cluster, DEFAULT_NAMESPACE } from '../../../../reading/cluster/cluster';
import type { Named } from '../../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import { beside } from '../access/beside';
import { unsaidOf } from '../access/speaking';
import { isLinked, type Linked, linkedBy } from '../gateways/terminating-gateway';

export const ROUTE_KINDS = ['ServiceRouter', 'ServiceSplitter', 'ServiceResolver'];

/** A config entry, or why it is not known what is in force. */
interface Entry<T> {
  readonly source: Source;
  readonly namespace: string;
  readonly said: T | Undecided;
}

/** What a service speaks to Consul; undefined where nobody says it. */
export type SpokenBy = (service: ServiceName) => string | Undecided | undefined;

/**
 * Where requests to a service of Consul go: the first route of its ServiceRouter that takes a request names a service, whose ServiceSplitter is
 * followed, and whose ServiceResolver may lead elsewhere. Intentions are those of the service that gets the request in the end.
 *
 * @see https://developer.hashicorp.com/consul/docs/manage-traffic/discovery-chain
 */
export class Routes {
  private readonly routers: ReadonlyMap<string, readonly Entry<readonly Route[]>[]>;
  private readonly splitters: ReadonlyMap<string, readonly Entry<readonly Split[]>[]>;
  private readonly resolvers: ReadonlyMap<string, readonly Entry<Resolver>[]>;
  /** What there is of a service, by its name. */
  private readonly homes: ReadonlyMap<string, readonly Named[]>;
  private readonly all: readonly { readonly source: Source }[];
  private readonly linked: readonly Linked[];

  /** @param areMirrored - whether the namespaces are those of Consul, too; otherwise they may be, or may share one */
  public constructor(
    objects: readonly ReadObject[], private readonly cluster: Cluster, private readonly areMirrored: boolean, public readonly spokenBy: SpokenBy,
  ) {
    const [routers, splitters, resolvers] = ROUTE_KINDS.map(kind => objects.filter(object => object.kind === kind));
    this.routers = byName(routers, routesOf);
    this.splitters = byName(splitters, splitsOf);
    this.resolvers = byName(resolvers, resolverOf);
    const defined = objects.filter(({ kind }) => ['ServiceDefaults', 'ProxyDefaults', ...ROUTE_KINDS].includes(kind));
    this.all = defined.map(object => ({ source: sourceOf(object) }));
    this.linked = objects.filter(({ kind }) => kind === 'TerminatingGateway').flatMap(linkedBy);
    this.homes = grouped([...cluster.services, ...defined], ({ name }) => name);
  }

  /** Entries lead to others: what one of them leaves open may hide any of them. */
  public ways(to: ServicePort, protocol: Protocol): Decision<Way> | undefined {
    const linked = protocol === 'UDP' ? undefined : this.linked.find(one => isLinked(one, to));
    if (linked !== undefined) return { branches: [], otherwise: { value: unknownBy(LINKED, this.linked), why: LINKED, source: linked.source } };
    const decision = this.waysTo(to, protocol);
    return decision && dependingOn(decision, this.all);
  }

  private waysTo(to: ServicePort, protocol: Protocol): Decision<Way> | undefined {
    if (protocol === 'UDP') return undefined;
    const isHttp = hasRequests(protocol);
    const [router, splitter, resolver] = [this.of(this.routers, to), this.of(this.splitters, to), this.of(this.resolvers, to)];
    const [source] = [router, splitter, resolver].flatMap(entry => entry?.source ?? []);
    if (source === undefined) return undefined;
    if (router === undefined && splitter === undefined && resolver !== undefined && leadsNowhereElse(resolver.said)) return undefined;
    const decided = (value: Way | Undecided, by: Source = source): Verdict<Way> =>
      ({ value, why: isUndecided(value) ? value.unknown : `${by.kind} '${by.name}' says so`, source: by });
    const speaks = this.spokenBy(to);
    if (isUndecided(speaks)) return { branches: [], otherwise: decided(speaks) };
    const isRouted = router !== undefined || splitter !== undefined;
    const ownTimeouts = resolver === undefined || isUndecided(resolver.said) ? undefined : resolver.said.timeouts;
    const dependsOnIt = isRouted || (isHttp && ownTimeouts !== undefined);
    if (speaks === undefined && dependsOnIt) return { branches: [], otherwise: decided({ unknown: unsaidOf() }) };
    const spoken = speaks === undefined ? undefined : SPEAKING[speaks];
    const open = (unknown: string): Decision<Way> => ({ branches: [], otherwise: decided({ unknown }) });
    if (isRouted && spoken === undefined) return open(`to Consul, the service speaks ${speaks}, for which it refuses a ServiceRouter or a ServiceSplitter`);
    if ((isRouted && spoken !== protocol) || (!isHttp && spoken !== undefined)) {
      return open(`to Consul, the service speaks ${speaks}, which is not what is sent there`);
    }
    const chain = this.entriesFor(to);
    if (router !== undefined) chain.entries.reach(to);
    // Its limit holds only where nothing stands before it, and for requests.
    const timeouts = isHttp && !isRouted && spoken !== undefined ? ownTimeouts : undefined;
    const otherwise = followed(chain.entries, to, { to: {}, handling: { ...(timeouts && { timeouts }) }, besides: [] });
    const last = decided(otherwise, (splitter ?? resolver ?? router)?.source);
    const said = router === undefined || isUndecided(router.said) ? [] : router.said;
    const branches = said.map((route): Branch<Way> => {
      const { when, source: at } = route;
      return { when, then: decided(followed(chain.entries, to, route), at), source: at };
    });
    const refused = chain.refused();
    if (refused !== undefined) return { branches: [], otherwise: decided(refused) };
    if (router === undefined || !isHttp) return { branches: [], otherwise: last };
    return isUndecided(router.said) ? { branches: [], otherwise: decided(router.said) } : { branches, otherwise: last };
  }

  /** What its resolver says of all that is sent to a service. */
  public traffic(to: ServicePort): { readonly source: Source; readonly said: Traffic | Undecided } | undefined {
    const entry = this.of(this.resolvers, to);
    return entry && { source: entry.source, said: isUndecided(entry.said) ? entry.said : this.withFailover(to, entry.said) };
  }

  private withFailover(to: ServicePort, { failover = [], traffic }: Resolver): Traffic | Undecided {
    const { entries, refused } = this.entriesFor(to);
    const standing = standingIn(entries, to, failover);
    const others = refused() ?? standing;
    return isUndecided(others) ? others : { ...traffic, ...(others.length > 0 && { failover: others }) };
  }

  /** Of two for a service, one overwrites the other; one in another namespace is for it where namespaces share one of Consul. */
  private of<T>(all: ReadonlyMap<string, readonly Entry<T>[]>, { namespace, service }: ServiceName): Entry<T> | undefined {
    const some = (all.get(service) ?? []).filter(entry => !this.areMirrored || entry.namespace === namespace);
    const [first, ...others] = some;
    if (first === undefined || (others.length === 0 && first.namespace === namespace)) return first;
    return { ...first, said: { unknown: `it is not known whether ${first.source.kind} '${service}' of the namespace ${first.namespace} is for the service` } };
  }

  /** The entries of a chain, and what Consul refuses of it, once it was followed. */
  private entriesFor(called: ServicePort): { readonly entries: Entries; readonly refused: () => Undecided | undefined } {
    const speaks = JSON.stringify(this.spokenBy(called));
    let first: Undecided | undefined;
    const refused = (why: string) => first ??= { unknown: why };
    const entries: Entries = {
      splits: of => this.of(this.splitters, of)?.said,
      resolver: of => this.of(this.resolvers, of)?.said,
      named: (reference, home) => this.named(reference, home),
      port: of => {
        if (this.linked.some(one => isLinked(one, of))) return unknownBy(LINKED, this.linked);
        const [own, ...more] = this.cluster.service(of.namespace, of.service)?.ports ?? [];
        const isSame = own === undefined || [own, ...more].some(({ port }) => port === called.port);
        return isSame ? called.port : more.length === 0 ? own.port : { unknown: `it is not known which port of ${of.service} Consul takes` };
      },
      reach: of => {
        const its = this.spokenBy(of);
        if (JSON.stringify(its) === speaks) return;
        refused(its === undefined || speaks === undefined ? unsaidOf((its === undefined ? of : called).service)
          : `to Consul, ${of.service} speaks something else than ${called.service}, which it refuses`);
      },
      refused,
    };
    return { entries, refused: () => first };
  }

  /** Services of one name in several namespaces are one where namespaces share one of Consul. */
  private named({ service, namespace, cluster }: Reference, home: ServiceName): ServiceName | Undecided {
    const name = service ?? home.service;
    // Without a namespace, that of a peer is the one called `default` (`newTarget` in `discoverychain/compile.go`).
    if (cluster !== undefined) return { service: name, namespace: namespace ?? (this.areMirrored ? 'default' : home.namespace) };
    if (namespace !== undefined || this.areMirrored || name === home.service) return { service: name, namespace: namespace ?? home.namespace };
    const other = this.homes.get(name)?.find(({ namespace: of = DEFAULT_NAMESPACE }) => of !== home.namespace);
    return other === undefined ? { service: name, namespace: home.namespace }
      : { unknown: `it is not known whether the service ${name} is that of the namespace ${other.namespace}` };
  }
}

/** Whether a resolver says nothing of where requests to its service go: without one, they go there as well. */
function leadsNowhereElse(said: Resolver | Undecided): boolean {
  return !isUndecided(said) && said.redirect === undefined && said.defaultSubset === undefined && said.timeouts === undefined;
}

const LINKED = 'a terminating gateway takes a part of it, and what it makes of that is not read';

/** What ports of such services are taken to speak; of others, there are no requests. */
const SPEAKING: Readonly<Record<string, Protocol | undefined>> = { http: 'HTTP', http2: 'HTTP', grpc: 'GRPC' };

function byName<T>(objects: readonly ReadObject[], read: (object: ReadObject) => T): ReadonlyMap<string, readonly Entry<T>[]> {
  return grouped(objects.map(object => ({ name: object.name, ...entryOf(object, read) })), ({ name }) => name);
}

/** What Consul refuses a part of, it does not take at all. */
function entryOf<T>(object: ReadObject, read: (object: ReadObject) => T): Entry<T> {
  beside(object.fields);
  const { namespace = DEFAULT_NAMESPACE, fields } = object;
  const said = read(object);
  const [doubt] = fields.doubts();
  return { source: sourceOf(object), namespace, said: doubt === undefined ? said : { unknown: doubt.message } };
}

/** Whether an object names a namespace of Consul. */
export function namesNamespace({ fields, kind }: ReadObject): boolean {
  const spec = fields.field('spec');
  return (REFERENCES[kind]?.(spec) ?? []).some(item => item.field('namespace').isSaid);
}

/** Where config entries name services. */
const REFERENCES: Readonly<Record<string, (spec: Fields) => readonly Fields[]>> = {
  ServiceRouter: spec => spec.field('routes').items().map(route => route.field('destination')),
  ServiceSplitter: spec => spec.field('splits').items(),
  ServiceResolver: spec => [spec.field('redirect'), ...standIns(spec.field('failover'))],
  IngressGateway: spec => spec.field('listeners').items().flatMap(listener => listener.field('services').items()),
  TerminatingGateway: spec => spec.field('services').items(),
};

/** Each place where `failover` may name a service. */
function standIns(failover: Fields): Fields[] {
  return failover.fields().flatMap(([, section]) => [section, ...section.field('targets').items()]);
}
