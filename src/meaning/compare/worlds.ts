import { type Crowd, crowds, type Known } from './clients';
import { type Comparison, compareSides, type Conclusion, type Contrast, decisionKey, type Setting, type Side } from './decisions';
import { comparePassages } from './passages';
import { trafficKey, wayKey } from './values';
import type { FieldPlace } from '../../manifests/fields';
import { hasRequests, type Protocol } from '../../model/protocol';
import type { Call, Client, Request, ServicePort } from '../call';
import type { Atom } from '../condition';
import { type Decision, decide, isUndecided, type Verdict, valueOf } from '../decision';
import type { TitledReading } from '../journey';
import { atomsOf } from '../restrict';
import { toService } from '../way';
import type { Entry, Gate, Passage, PodPort, Traffic, Way } from '../world';

/** One of two worlds that are compared. */
export interface Half extends Known {
  readonly readings: readonly TitledReading[];
  /** By what stays the same when something else of a workload changes. */
  readonly podPorts: ReadonlyMap<string, PodPort>;
  /** Ports of pods of which no number is known. */
  readonly openPorts: ReadonlyMap<string, OpenPort>;
  readonly servicePorts: ReadonlyMap<string, HalfService>;
  /** Numbers of ports at which something that is said may begin or end. */
  portNumbers(): ReadonlySet<number>;
}

export interface OpenPort extends Omit<PodPort, 'port'> {
  /** Why it is not known, and what to do about it. */
  readonly why: string;
}

export interface HalfService extends ServicePort {
  readonly protocol: Protocol;
  readonly place: FieldPlace;
  /** Two that say the same lead to the same pods, and so do two that lead to pods that are known and the same. */
  readonly leadsTo: { readonly said: string; readonly pods: readonly string[] };
}

export type Kind = 'wider' | 'narrower' | 'shares' | 'handling';

/** Something that changes for some clients. */
export interface Difference {
  readonly kind: Kind;
  readonly to: Target;
  readonly crowd: Crowd;
  readonly contrast: Contrast<Passage | Way | Traffic>;
}

/** What is called: pods, a Service, or a host at a gateway. */
export type Target =
  | { readonly type: 'pods'; readonly port: PodPort }
  | { readonly type: 'service'; readonly port: ServicePort }
  | { readonly type: 'gateway'; readonly entry: Entry };

/** Something of which it is not known whether it changes. */
export interface Unsure {
  readonly to?: Target;
  readonly crowd?: Crowd;
  readonly why: string;
}

export interface Differences {
  readonly differences: readonly Difference[];
  readonly unsure: readonly Unsure[];
  /** How much was compared. */
  readonly compared: { readonly podPorts: number; readonly servicePorts: number; readonly entries: number };
}

/** Pairs of clients and ports whose way out is compared: with more, it is not known. */
const MOST_PAIRS = 200_000;

/** What changes for whom from one world to another, whichever APIs they are of. */
export function compareWorlds(
  before: Half, after: Half, textAt: (place: FieldPlace) => string, doing: (what: string) => void = () => undefined,
): Differences {
  return new Worlds(before, after, textAt).compare(doing);
}

class Worlds {
  private readonly differences: Difference[] = [];
  private readonly unsure: Unsure[] = [];
  private readonly known: Known;

  public constructor(private readonly before: Half, private readonly after: Half, private readonly textAt: (place: FieldPlace) => string) {
    this.known = {
      pods: distinct([...after.pods, ...before.pods]),
      podsIn: namespace => distinct([...after.podsIn(namespace), ...before.podsIn(namespace)]),
      namespaceLabels: namespace => after.namespaceLabels(namespace) ?? before.namespaceLabels(namespace),
    };
  }

  public compare(doing: (what: string) => void): Differences {
    const podPorts = [...new Set([...this.before.podPorts.keys(), ...this.after.podPorts.keys()])].sort();
    const openPorts = this.openPorts();
    const readings = [this.before, this.after].flatMap(half => half.readings);
    if (podPorts.length + openPorts.length === 0 && readings.some(({ reading }) => reading.entering !== undefined)) {
      this.unsure.push({ why: 'no workload and no Service is in the files, so it is not known for which pods the policies are' });
    }
    const numbers = openPorts.length === 0 ? [] : this.portNumbers();
    const leaving = this.clientsWithWaysOut(podPorts.length + openPorts.length * numbers.length);
    podPorts.forEach((key, i) => {
      if (i % 100 === 0) doing(`comparing ${i + 1} of ${podPorts.length} ports of pods`);
      this.comparePodPort(key, leaving);
    });
    this.compareOpenPorts(openPorts, numbers, leaving);
    const servicePorts = [...new Set([...this.before.servicePorts.keys(), ...this.after.servicePorts.keys()])].sort();
    doing(`comparing ${servicePorts.length} ports of Services`);
    servicePorts.forEach(key => this.compareServicePort(key));
    const entries = this.compareEntries();
    const compared = { podPorts: podPorts.length, servicePorts: servicePorts.length, entries };
    return { differences: this.differences, unsure: this.unsure, compared };
  }

  private clientsWithWaysOut(ports: number): readonly Client[] {
    const [first] = [...this.after.podPorts.values(), ...this.before.podPorts.values(), ...this.openPorts().map(port => ({ ...port, port: 1 }))];
    if (first === undefined) return [];
    const found = this.known.pods.filter(client => [this.before, this.after].some(half => gatesOut(half, client, first).length > 0));
    if (found.length * ports <= MOST_PAIRS) return found;
    this.unsure.push({ why: `${found.length} workloads have policies for what they call, which is too many to compare for each of ${ports} ports` });
    return [];
  }

  private comparePodPort(key: string, withWaysOut: readonly Client[]): void {
    const [was, is] = [this.before.podPorts.get(key), this.after.podPorts.get(key)];
    const port = is ?? was;
    if (port === undefined) return;
    const [old, now] = [gatesIn(this.before, was ?? port), gatesIn(this.after, is ?? port)];
    const isSame = this.keyOf(old) === this.keyOf(now);
    const request = hasRequests(port.protocol) ? { request: ANY } : {};
    const call = { pod: port.pod, port: port.port, protocol: port.protocol, ...request };
    const atoms = isSame ? [] : [...old, ...now].flatMap(({ decision }) => [...atomsOf(decision)]);
    const found = isSame ? [] : this.crowdsOf({ type: 'pods', port }, atoms, call);
    for (const crowd of found) this.comparePassage({ type: 'pods', port }, crowd, call, old, now);
    for (const client of withWaysOut) {
      const [out, nowOut] = [gatesOut(this.before, client, was ?? port), gatesOut(this.after, client, is ?? port)];
      if (this.keyOf(out) !== this.keyOf(nowOut)) {
        this.comparePassage({ type: 'pods', port }, { clients: [client], areAll: false }, call, [...out, ...old], [...nowOut, ...now]);
      }
    }
  }

  private openPorts(): OpenPort[] {
    return [...new Map([...this.before.openPorts, ...this.after.openPorts])].sort(([a], [b]) => a < b ? -1 : 1).map(([, open]) => open);
  }

  private portNumbers(): number[] {
    return [...new Set([...this.before.portNumbers(), ...this.after.portNumbers()])].filter(number => number > 0 && number < 2 ** 16);
  }

  /** Nothing changes at a port where nothing does at any number. What else changes there is not known. */
  private compareOpenPorts(openPorts: readonly OpenPort[], numbers: readonly number[], withWaysOut: readonly Client[]): void {
    if (openPorts.length * numbers.length > MOST_PAIRS) {
      this.unsure.push({ why: `${openPorts.length} ports of pods have no number in the files, which is too many to compare. For one: ${openPorts[0].why}` });
      return;
    }
    const isSame = (to: PodPort) => this.keyOf(gatesIn(this.before, to)) === this.keyOf(gatesIn(this.after, to))
      && withWaysOut.every(client => this.keyOf(gatesOut(this.before, client, to)) === this.keyOf(gatesOut(this.after, client, to)));
    for (const { why, ...open } of openPorts) {
      const number = numbers.find(port => !isSame({ ...open, port }));
      if (number !== undefined) this.unsure.push({ to: { type: 'pods', port: { ...open, port: number } }, why });
    }
  }

  private crowdsOf(to: Target, atoms: readonly Atom[], call: Omit<Call, 'client'>): readonly Crowd[] {
    const { crowds: found, isWhole } = crowds(atoms, this.known, call);
    if (!isWhole) this.unsure.push({ to, why: 'there are too many conditions on clients to tell all clients apart' });
    return found;
  }

  private comparePassage(
    to: Target & { readonly type: 'pods' }, crowd: Crowd, call: Omit<Call, 'client'>, old: readonly Gate[], now: readonly Gate[],
  ): void {
    const { entrances, pod } = to.port;
    const hosts = entrances.length === 0 ? [] : hostsOf(entrances[0], pod.namespace);
    const setting = this.setting({ ...call, client: crowd.clients[0] }, [...entrances, undefined], hosts);
    this.take(to, crowd, comparePassages(old, now, setting), ({ after }) => after.value === 'allowed' ? 'wider' : 'narrower');
  }

  private compareServicePort(key: string): void {
    const [was, is] = [this.before.servicePorts.get(key), this.after.servicePorts.get(key)];
    const port = is ?? was;
    if (port === undefined) return;
    const to = { namespace: port.namespace, service: port.service, port: port.port };
    const target: Target = { type: 'service', port: to };
    if (was !== undefined && is !== undefined && !isSameEnd(was, is)) {
      const [old, now] = [was, is].map(({ place: { file, line } }) => `${file}:${line}`);
      this.unsure.push({ to: target, why: `${now}: the Service itself leads elsewhere than before (${old}), which is not compared. Compare the two` });
    }
    const ways = [this.before, this.after].map(half => waysOf(half, to, port.protocol)) as [Decision<Way>, Decision<Way>];
    this.compareDecisions(target, to, port.protocol, ways, wayKey, kindOfWays);
    const traffic = [this.before, this.after].map(half => trafficOf(half, to)) as [Decision<Traffic>, Decision<Traffic>];
    this.compareDecisions(target, to, port.protocol, traffic, trafficKey, () => 'handling');
  }

  private compareDecisions<T extends Way | Traffic>(
    target: Target, to: ServicePort, protocol: Protocol, [old, now]: readonly [Decision<T>, Decision<T>],
    key: (value: T) => string, kind: (contrast: Contrast<T>) => Kind,
  ): void {
    const keyOf = (decision: Decision<T>) => this.decisionKey(decision, key);
    if (keyOf(old) === keyOf(now)) return;
    const call = { pod: { namespace: to.namespace }, port: to.port, protocol, entrance: to, ...(hasRequests(protocol) && { request: ANY }) };
    for (const crowd of target.type === 'gateway' ? [OUTSIDE] : this.crowdsOf(target, [...atomsOf(old), ...atomsOf(now)], call)) {
      const setting = this.setting({ ...call, client: crowd.clients[0] }, [to], hostsOf(to, to.namespace));
      this.take(target, crowd, compareSides(deciding(old, key, setting), deciding(now, key, setting), setting), kind);
    }
  }

  private compareEntries(): number {
    const [old, now] = [this.before, this.after].map(({ readings }) => new Map(readings.flatMap(({ reading }) => reading.entries?.() ?? [])
      .map(entry => [JSON.stringify([entry.gateway, entry.port, entry.protocol, entry.host]), entry])));
    const all = [...new Set([...old.keys(), ...now.keys()])].sort();
    for (const key of all) {
      const [was, is] = [old.get(key), now.get(key)];
      const entry = is ?? was;
      if (entry === undefined) continue;
      const to = { namespace: entry.gateway.split('/')[0], service: entry.gateway.split('/')[1], port: entry.port };
      const protocol = entry.protocol === 'HTTPS' ? 'HTTP' : entry.protocol;
      this.compareDecisions({ type: 'gateway', entry }, to, protocol, [was?.ways ?? CLOSED, is?.ways ?? CLOSED], wayKey, contrast => {
        const leads = ({ value }: Conclusion<Way>) => !isUndecided(value) && value.backends.some(({ status }) => status === undefined);
        const [before, after] = [leads(contrast.before), leads(contrast.after)];
        return before === after ? kindOfWays(contrast) : after ? 'wider' : 'narrower';
      });
    }
    return all.length;
  }

  private take<T extends Passage | Way | Traffic>(
    to: Target, crowd: Crowd, { contrasts, unknown }: Comparison<T>, kind: (contrast: Contrast<T>) => Kind,
  ): void {
    for (const contrast of contrasts) this.differences.push({ kind: kind(contrast), to, crowd, contrast });
    for (const why of unknown) this.unsure.push({ to, crowd, why });
  }

  private setting(call: Call, entrances: Setting['entrances'], hosts: readonly string[]): Setting {
    return { call, entrances, hosts, textAt: this.textAt };
  }

  /** Equal for gates that say the same, whoever says it. */
  private keyOf(gates: readonly Gate[]): string {
    return gates.map(({ decision, layer }) => `${layer ?? ''} ${this.decisionKey(decision, value => value)}`).sort().join('\n');
  }

  private decisionKey<T>(decision: Decision<T>, key: (value: T) => string): string {
    return decisionKey(decision, atom => atom.type === 'unknown' ? `unknown ${atom.why} ${this.textAt(atom.place)}` : JSON.stringify(atom),
      ({ value, source }) => isUndecided(value) ? `unknown ${value.unknown} ${source === undefined ? '' : this.textAt(source.place)}` : key(value));
  }
}

const ANY: Request = { method: 'GET', path: '/', headers: {}, query: {} };
const OUTSIDE: Crowd = { clients: [{ kind: 'outside', meshed: false }], areAll: true };
const CLOSED: Decision<Way> = { branches: [], otherwise: { value: { backends: [], status: 404, handling: {}, besides: [] }, why: 'there is no such entrance' } };

function gatesIn({ readings }: Half, to: PodPort): readonly Gate[] {
  return readings.flatMap(({ reading }) => reading.entering?.(to) ?? []);
}

function gatesOut({ readings }: Half, client: Client, to: PodPort): readonly Gate[] {
  return readings.flatMap(({ reading }) => reading.leaving?.(client, to) ?? []);
}

function waysOf({ readings }: Half, to: ServicePort, protocol: Protocol): Decision<Way> {
  const itself = toService(to);
  return onlyOne(readings.flatMap(({ reading }) => reading.ways?.(to, protocol) ?? []), itself);
}

function trafficOf({ readings }: Half, to: ServicePort): Decision<Traffic> {
  return onlyOne(readings.flatMap(({ reading }) => reading.traffic?.(to) ?? []), { besides: [] });
}

function onlyOne<T>([only, ...others]: readonly Decision<T>[], otherwise: T): Decision<T> {
  if (only === undefined) return { branches: [], otherwise: { value: otherwise, why: 'nothing is said of it' } };
  if (others.length === 0) return only;
  const why = 'several APIs speak of it, and it is not known which of them the mesh follows';
  return { branches: [], otherwise: { value: { unknown: why }, why } };
}

function deciding<T>(decision: Decision<T>, key: (value: T) => string, { call }: Setting): Side<T> {
  return {
    decisions: [decision],
    conclude: ([left]) => {
      const decided = decide(left as Decision<T>, call);
      const value = valueOf(decided);
      return { value, by: decided.verdicts.slice(0, 1) as Verdict<unknown>[], key: isUndecided(value) ? `unknown ${value.unknown}` : key(value) };
    },
  };
}

function kindOfWays({ before, after }: Contrast<Way>): Kind {
  if (isUndecided(before.value) || isUndecided(after.value)) return 'handling';
  const shares = ({ backends, status }: Way) => wayKey({ backends, handling: {}, besides: [], ...(status !== undefined && { status }) });
  return shares(before.value) === shares(after.value) ? 'handling' : 'shares';
}

function isSameEnd({ leadsTo: old }: HalfService, { leadsTo: now }: HalfService): boolean {
  return old.said === now.said || (old.pods.length > 0 && old.pods.join() === now.pods.join());
}

/** Names by which people call a Service. */
function hostsOf({ service, namespace }: ServicePort, own: string): string[] {
  return [...namespace === own ? [service] : [], `${service}.${namespace}`, `${service}.${namespace}.svc`, `${service}.${namespace}.svc.cluster.local`];
}

function distinct<T extends Client>(clients: readonly T[]): T[] {
  return [...new Map(clients.map(client => [JSON.stringify(client), client])).values()];
}
