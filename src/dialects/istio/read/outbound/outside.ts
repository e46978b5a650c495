import { unknownTo } from './inside';
import { speechOf, type Takes, takesAt } from './matching';
import type { Scopes } from './scopes';
import type { ServiceEntry } from './service-entry';
import type { Sidecar } from './sidecar';
import { allOf, ALWAYS, anyOf, type Condition, type Doubt } from '../../../../meaning/condition';
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

  /** Those that take calls to a port from clients of a namespace. Of one host that several namespaces have, a proxy picks one. */
  public taking(namespace: string, port: number, protocol: Protocol, sidecar: Sidecar | undefined): Taking[] {
    const seen = this.visibleTo(namespace);
    const imported = ({ namespace: from, host }: ServiceEntry) =>
      sidecar === undefined ? ALWAYS : this.scopes.imports(sidecar, { namespace: from, host, port }).when;
    return seen.filter(({ doubt }) => doubt === undefined).flatMap(entry => takesAt(entry, port, protocol).map((takes): Taking => ({
      entry,
      ...takes,
      when: allOf(takes.when, imported(entry)),
      ...(seen.some(other => other.host === entry.host && other.namespace !== entry.namespace)
        && { unknown: 'several namespaces have a ServiceEntry for the host, of which the proxy picks one' }),
    })));
  }

  public visibleTo(namespace: string): readonly ServiceEntry[] {
    return this.entries.filter(({ visibleTo }) => isVisible(visibleTo, namespace));
  }

  private decisionOf(namespace: string, protocol: Protocol, sidecar?: Sidecar): Decision<Passage> {
    // What is not understood may be for anything.
    const doubtful = this.visibleTo(namespace).flatMap(({ doubt, source }): Branch<Passage>[] => doubt === undefined ? []
      : [{ when: ALWAYS, then: { value: { unknown: doubt.why }, why: doubt.why, source }, source }]);
    const says = speechOf(protocol);
    const ports = [...new Set([...this.portsFor(namespace), ...says === 'http' ? [] : this.readingHttp().keys()])].sort((a, b) => a - b);
    const otherwise = outward(unknownTo(this.scopes.modeOf(sidecar), sidecar?.source ?? this.scopes.config.source, 'no ServiceEntry that the proxy knows names it'));
    const ofPorts = ports.flatMap((port): Branch<Passage>[] => {
      const branches = [...this.named(namespace, port, protocol, sidecar), ...says === 'http' ? [] : this.readAsHttp(port, sidecar)];
      return branches.length === 0 ? [] : [{ when: { type: 'toPort', first: port, last: port }, then: { branches, otherwise }, source: branches[0].source }];
    });
    return { branches: [...doubtful, ...ofPorts], otherwise };
  }

  private named(namespace: string, port: number, protocol: Protocol, sidecar: Sidecar | undefined): Branch<Passage>[] {
    const rank = ({ byAddress, isStray, byName, unknown, entry }: Taking): number =>
      byAddress && unknown === undefined ? 4000 : isStray && speechOf(protocol) === 'http' ? 3000 : byName ? 1000 + closeness(entry) : unknown === undefined ? 500 : 0;
    return this.taking(namespace, port, protocol, sidecar).sort((a, b) => rank(b) - rank(a)).map(({ entry, when, unknown }) => {
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
