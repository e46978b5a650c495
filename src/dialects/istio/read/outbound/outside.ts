import { speechOf, type Takes, takesAt } from './matching';
import { coversName, type Scopes } from './scopes';
import type { EntryPort, ServiceEntry } from './service-entry';
import type { Sidecar } from './sidecar';
import { unknownTo } from './unregistered';
import type { ServicePort } from '../../../../meaning/call';
import { allOf, ALWAYS, anyOf, type Condition, type Doubt, NEVER } from '../../../../meaning/condition';
import type { Branch, Decision, Source, Verdict } from '../../../../meaning/decision';
import { dependingOn } from '../../../../meaning/depending';
import { PAST_THE_MESH } from '../../../../meaning/passage';
import type { Gate, Passage } from '../../../../meaning/world';
import { grouped } from '../../../../model/lists';
import { hasRequests, type Protocol } from '../../../../model/protocol';
import type { Cluster } from '../../../../reading/cluster/cluster';
import type { Service } from '../../../../reading/cluster/service';
import { sourceOf } from '../../../../reading/objects';
import { nameOfService, type Visibility } from '../routes/hosts';

/** A ServiceEntry, and which calls it takes. */
export interface Taking extends Takes {
  readonly entry: ServiceEntry;
}

/** What the proxy of a client makes of calls to something outside: a ServiceEntry names it, or else the mesh says what becomes of it. */
export class Outward {
  private httpPorts?: ReadonlyMap<number, readonly Service[]>;

  public constructor(private readonly entries: readonly ServiceEntry[], private readonly scopes: Scopes, private readonly cluster: Cluster) {}

  /** Whether no ServiceEntry is for the clients of some namespaces only. */
  public get isSeenByAll(): boolean {
    return this.entries.every(({ visibleTo }) => visibleTo === 'all');
  }

  public gates(namespace: string, protocol: Protocol): Gate[] {
    const of = (sidecar?: Sidecar) => this.decisionOf(namespace, protocol, sidecar);
    return [{ title: 'ServiceEntry of Istio', decision: dependingOn(this.scopes.decision(this.scopes.in(namespace), of, of()), this.sayingTo(namespace)) }];
  }

  private sayingTo(namespace: string): readonly { readonly source: Source }[] {
    const { source } = this.scopes.config;
    return [...this.visibleTo(namespace), ...this.scopes.in(namespace), ...source === undefined ? [] : [{ source }]];
  }

  /** The ports at which something is known to clients of a namespace. */
  public portsFor(namespace: string): readonly number[] {
    return [...new Set(this.visibleTo(namespace).flatMap(({ ports }) => ports.map(({ number }) => number)))].sort((a, b) => a - b);
  }

  /** Those that take calls to a port from clients of a namespace, the first that holds before the others. */
  public taking(namespace: string, port: number, protocol: Protocol, sidecar: Sidecar | undefined): Taking[] {
    const seen = this.visibleTo(namespace);
    const known = seen.filter(({ doubt }) => doubt === undefined).map(entry => ({ entry, imported: this.imported(entry, port, sidecar) }))
      .filter(({ imported }) => imported !== NEVER);
    const isCrowded = this.crowdedAt(known.map(({ entry }) => entry), port);
    return known.flatMap(({ entry, imported }) => takesAt(entry, port, protocol).map((takes): Taking => ({
      entry,
      ...takes,
      when: allOf(takes.when, imported),
      ...(seen.some(other => other.host === entry.host && !areOne(entry, other, port))
        && { unknown: 'several ServiceEntries are for the host, of which the proxy picks one' }),
      ...(isCrowded(entry) && { unknown: 'several ServiceEntries take what comes to the port, and it is not known which of them' }),
    }))).sort((a, b) => rank(b) - rank(a));
  }

  /** Of which it is not known whether it takes calls to a port: there, the proxy looks for requests, or something else takes all connections. */
  private crowdedAt(all: readonly ServiceEntry[], port: number): (entry: ServiceEntry) => boolean {
    const speaking = (speech: EntryPort['speaks']) =>
      all.filter(({ ports }) => ports.some(({ number, speaks }) => number === port && speaks === speech));
    const wide = speaking('tcp').filter(({ addresses }) => addresses.length === 0 || addresses.some(isOfMany));
    const takingAll = wide.filter(({ addresses }) => addresses.length === 0);
    const reading = [...speaking('http'), ...speaking(undefined).filter(({ addresses }) => addresses.length === 0)];
    const crowded = new Set([
      ...wide.length > 0 && (reading.length > 0 || this.readingHttp().has(port)) ? [...wide, ...reading] : [],
      ...takingAll.length > 1 && !takingAll.every(({ keepsAddress }) => keepsAddress) ? takingAll : [],
    ]);
    return entry => crowded.has(entry);
  }

  /** When a call to a Service that the proxy does not know may be taken for one to something outside, by its port or its address. */
  public takingFor(
    to: ServicePort, namespace: string, sidecar: Sidecar | undefined,
  ): readonly { readonly when: Condition; readonly source: Source }[] {
    const name = nameOfService(to);
    const mayTake = ({ number, speaks }: EntryPort, host: string) =>
      number === to.port && speaks !== 'udp' && (speaks === undefined || speaks === 'tcp' || coversName(host, name));
    return this.visibleTo(namespace).filter(({ doubt, host, ports }) => doubt !== undefined || ports.some(port => mayTake(port, host)))
      .map(entry => ({ when: this.imported(entry, to.port, sidecar), source: entry.source }));
  }

  public visibleTo(namespace: string): readonly ServiceEntry[] {
    return this.entries.filter(({ visibleTo }) => isVisible(visibleTo, namespace));
  }

  /** What is not understood may be for anything, whoever else takes the call. */
  public doubtful(namespace: string): Branch<Passage>[] {
    return this.visibleTo(namespace).flatMap(({ doubt, source }): Branch<Passage>[] => doubt === undefined ? []
      : [{ when: ALWAYS, then: { value: { unknown: doubt.why }, why: doubt.why, source }, source }]);
  }

  private imported({ namespace, host }: ServiceEntry, port: number, sidecar: Sidecar | undefined): Condition {
    return sidecar === undefined ? ALWAYS : this.scopes.imports(sidecar, { namespace, host, port }).when;
  }

  private decisionOf(namespace: string, protocol: Protocol, sidecar?: Sidecar): Decision<Passage> {
    const says = speechOf(protocol);
    const ports = [...new Set([...this.portsFor(namespace), ...says === 'http' ? [] : this.readingHttp().keys()])].sort((a, b) => a - b);
    const otherwise = outward(unknownTo(this.scopes.modeOf(sidecar), sidecar?.source ?? this.scopes.config.source, 'no ServiceEntry that the proxy knows names it'));
    const ofPorts = ports.flatMap((port): Branch<Passage>[] => {
      const branches = [...this.named(namespace, port, protocol, sidecar), ...says === 'http' ? [] : this.readAsHttp(port, sidecar)];
      return branches.length === 0 ? [] : [{ when: { type: 'toPort', first: port, last: port }, then: { branches, otherwise }, source: branches[0].source }];
    });
    return { branches: [...this.doubtful(namespace), ...ofPorts], otherwise };
  }

  private named(namespace: string, port: number, protocol: Protocol, sidecar: Sidecar | undefined): Branch<Passage>[] {
    return this.taking(namespace, port, protocol, sidecar).map(({ entry, when, unknown }) => {
      const { source, leadsInside } = entry;
      const why = unknown ?? (leadsInside ? 'it leads to pods or machines of the mesh, where others decide, too' : undefined);
      return {
        when,
        then: why === undefined ? { value: 'allowed', why: 'the ServiceEntry names it', source } : { value: { unknown: why }, why, source },
        source,
      };
    });
  }

  private readingHttp(): ReadonlyMap<number, readonly Service[]> {
    if (this.httpPorts !== undefined) return this.httpPorts;
    const all = this.cluster.services.flatMap(service => service.ports.filter(({ protocol }) => protocol !== undefined && hasRequests(protocol))
      .map(({ port }) => ({ port, service })));
    return this.httpPorts = new Map([...grouped(all, ({ port }) => port)].map(([port, some]) => [port, some.map(({ service }) => service)]));
  }

  /** At the port of a Service that speaks HTTP, the proxy reads whatever is sent there as HTTP, whoever is called. */
  private readAsHttp(port: number, sidecar: Sidecar | undefined): Branch<Passage>[] {
    const reads = this.readingHttp().get(port) ?? [];
    const [first] = reads;
    if (first === undefined) return [];
    const why = 'Services of the cluster speak HTTP at this port, so that the proxy may read what is sent there as HTTP';
    const whens = sidecar === undefined ? [ALWAYS] : reads.slice(0, MOST).map(({ namespace = '', name }): Condition =>
      this.scopes.imports(sidecar, { namespace, host: nameOfService({ namespace, service: name }), port }).when);
    const source = sourceOf(first);
    const doubt: Doubt = { type: 'unknown', why, place: source.place, about: `what is read at port ${port}` };
    return [{ when: allOf(anyOf(...whens), doubt), then: { value: { unknown: why }, why }, source }];
  }
}

/** A block of addresses, and not only one. */
function isOfMany(address: string): boolean {
  return address.includes('/') && !address.endsWith('/32');
}

/** Whether it is the same to calls to a port, which of two for one host the proxy takes: it makes one of both, or they are one. */
function areOne(one: ServiceEntry, other: ServiceEntry, port: number): boolean {
  const speech = ({ ports }: ServiceEntry) => ports.filter(({ number }) => number === port).map(({ speaks }) => speaks ?? '');
  const [own, its] = [speech(one), speech(other)];
  return one.namespace === other.namespace && one.kin === other.kin && (its.length === 0 || own.join() === its.join());
}

/** What does not look at names, those by their names, those without, and last what is not known. */
function rank({ isFirst, byAddress, byName, unknown, entry }: Taking): number {
  if (isFirst === true) return 4500;
  if (byAddress === true && unknown === undefined) return 4000;
  return byName === true ? 1000 + closeness(entry) : unknown === undefined ? 500 : 0;
}

/** The name itself goes before the end of one, and the longer end before the shorter; of equals, those go first of which less is known. */
function closeness({ host, leadsInside }: ServiceEntry): number {
  return (host.startsWith('*') ? host.length : 999) + (leadsInside ? 0.5 : 0);
}

/** Services that are asked about one by one. */
const MOST = 200;

/** Outside, nobody asks for a certificate of the mesh. */
function outward(verdict: Verdict<Passage>): Verdict<Passage> {
  if (verdict.value !== PAST_THE_MESH) return verdict;
  return { ...verdict, value: 'allowed', why: 'no ServiceEntry that the proxy knows names it, and what it does not know it lets pass (ALLOW_ANY)' };
}

export function isVisible(visibleTo: Visibility, namespace: string): boolean {
  return visibleTo === 'all' || visibleTo.includes(namespace);
}
