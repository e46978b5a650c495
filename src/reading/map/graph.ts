import { type Absent, type Callers, Clients } from './callers';
import { exitsOf, OUTSIDE } from './exits';
import type { Client, ServicePort } from '../../meaning/call';
import type { Condition } from '../../meaning/condition';
import { type Decision, isUndecided, type Source } from '../../meaning/decision';
import { gatesOut } from '../../meaning/leaving';
import type { Passable, Reach } from '../../meaning/reach';
import { waysOf } from '../../meaning/routing';
import type { Gate, PodPort, Way, WayBackend } from '../../meaning/world';
import { distinctBy, grouped } from '../../model/lists';
import { kindInWords, labelsInWords } from '../../model/service-ref';
import { DEFAULT_NAMESPACE } from '../cluster/cluster';
import { keyOf } from '../cluster/object';
import type { Service } from '../cluster/service';
import type { Workload } from '../cluster/workload';
import { isInMesh } from '../in-mesh';
import type { World } from '../world';

/** Who may call whom. All lists are in the order of their ids. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

export interface Node {
  /** `Service shop/cart`, and `Subset shop/cart version=v2` for some of its pods; a backend of another kind has that in its place. */
  readonly id: string;
  readonly kind: 'Service' | 'Subset' | 'Backend' | 'Workload' | 'Gateway' | 'Outside' | Absent['kind'];
  readonly namespace: string;
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  readonly ports: readonly NodePort[];
}

export interface NodePort {
  readonly port: number;
  readonly protocol: string;
  /** What pods of the mesh may send there of which no rule speaks. */
  readonly others: Reach;
}

/** A client that may call a Service, or what is outside, a gateway that sends requests to a Service, a Service whose requests another one gets, or several such. */
export interface Edge {
  readonly kind: 'calls' | 'leaves' | 'enters' | 'share' | 'count';
  readonly from: string;
  readonly to: string;
  /** Of what is called. */
  readonly port?: number;
  /** How many edges it stands for. */
  readonly count?: number;
  /** How much of it; of calls. */
  readonly reach?: Exclude<Reach, 'none'>;
  /** Which requests: each of these rules lets some in, or sends some there. */
  readonly rules: readonly Rule[];
}

export interface Rule {
  /** Absent for all requests. */
  readonly when?: Condition;
  /** Of the requests that the rule takes; of shares. */
  readonly percent?: number;
  /** The host that a gateway takes. */
  readonly host?: string;
  readonly source?: Source;
}

/** What the manifests of a world say of who may call whom. Pods are taken to be in the mesh. */
export function graphOf(world: World): Graph {
  return new Graphing(world).graph();
}

class Graphing {
  private readonly nodes = new Map<string, Node>();
  private readonly edges: Edge[] = [];
  private readonly clients: Clients;
  /** The Services whose requests a Service gets, by the ids of both. */
  private readonly parents = new Map<string, Set<string>>();
  private readonly callers = new Map<string, Callers>();

  public constructor(private readonly world: World) {
    this.clients = new Clients(world.cluster.workloads, workload => this.clientOf(workload));
  }

  public graph(): Graph {
    const { services, workloads } = this.world.cluster;
    for (const service of services) this.shares(service);
    for (const service of services) this.service(service);
    for (const workload of workloads) if (this.world.cluster.servicesInFrontOf(workload).length === 0) this.workload(workload);
    this.entries();
    for (const workload of workloads) this.exits(workload);
    const byId = (a: { readonly id: string }, b: { readonly id: string }) => a.id < b.id ? -1 : 1;
    const calls = new Set(this.edges.filter(({ kind }) => kind === 'calls').map(callKey));
    const byEnds = (edge: Edge) => JSON.stringify([edge.from, edge.to, edge.port, edge.kind]);
    return {
      nodes: [...this.nodes.values()].sort(byId),
      edges: distinctBy(this.edges.filter(edge => !this.isSaidOfParent(edge, calls)), byEnds).sort((a, b) => byEnds(a) < byEnds(b) ? -1 : 1),
    };
  }

  private clientOf(workload: Workload): Client {
    const pod = this.world.cluster.podOf(workload);
    return { kind: 'pod', ...pod, meshed: isInMesh(this.world.readings, pod) };
  }

  private shares(service: Service): void {
    for (const { port, protocol = 'HTTP' } of service.ports) {
      const to = { namespace: namespaceOf(service), service: service.name, port };
      for (const { ways } of waysOf(this.world.readings, to, protocol)) this.ways(idOf(service), ways, 'share', port);
    }
  }

  /** Where requests that come somewhere are sent. */
  private ways(from: string, ways: Decision<Way>, kind: 'share' | 'enters', port: number, host?: string): void {
    const rules = new Map<string, { readonly to: WayBackend; readonly rules: Rule[] }>();
    for (const { when, way, source } of endsOf(ways)) {
      const total = way.backends.reduce((sum, { weight }) => sum + weight, 0);
      for (const backend of way.backends) {
        // By which pods of a Service a gateway comes in, the routes of the mesh say no more.
        const to = kind === 'share' ? shareId(backend) : takerId(backend);
        if (to === from) continue;
        const own = rules.get(to) ?? { to: backend, rules: [] };
        rules.set(to, own);
        own.rules.push({
          ...(kind === 'share' && { percent: Math.round(backend.weight / total * 1000) / 10 }),
          ...(when !== undefined && { when }),
          ...(host !== undefined && { host }),
          ...(source !== undefined && { source }),
        });
      }
    }
    for (const [to, { to: target, rules: own }] of rules) {
      if (to === takerId(target)) this.ghost(target);
      else this.nodes.set(to, subsetNode(to, target));
      if (kind === 'share' && target.outside === undefined) this.parents.set(to, (this.parents.get(to) ?? new Set()).add(from));
      this.edges.push({ kind, from, to, port, rules: distinctRules(own) });
    }
  }

  /** A Service that is only spoken of, or a host outside. */
  private ghost(to: WayBackend): void {
    const { namespace, service, groupKind, outside } = to;
    const id = takerId(to);
    if (outside !== undefined) {
      this.nodes.set(id, { id, kind: 'Outside', namespace: OUTSIDE, name: outside.host, ports: [] });
      return;
    }
    if (!this.nodes.has(id) && (groupKind !== undefined || this.world.cluster.service(namespace, service) === undefined)) {
      this.nodes.set(id, { id, kind: groupKind === undefined ? 'Service' : 'Backend', namespace, name: service, ports: [] });
    }
  }

  private service(service: Service): void {
    const namespace = namespaceOf(service);
    const pods = this.world.cluster.podsBehind(service);
    const ports = service.ports.map(({ port, protocol = 'HTTP' }): NodePort => {
      const all = pods.flatMap(workload => {
        const to = this.world.cluster.portsOf(workload)
          .find(({ entrances }) => entrances.some(one => one.service === service.name && one.namespace === namespace && one.port === port));
        return to === undefined ? [] : [this.callersOf(workload, to)];
      });
      this.calls(idOf(service), port, all);
      return { port, protocol, others: all.length === 0 ? 'unknown' : widest(all.map(({ others }) => others.reach)) };
    });
    this.nodes.set(idOf(service), { id: idOf(service), kind: 'Service', namespace, name: service.name, ports, ...placeOf(service) });
  }

  private callersOf(workload: Workload, to: PodPort): Callers {
    const key = `${keyOf(workload.namespace, workload.name)} ${workload.kind} ${to.port}`;
    const known = this.callers.get(key) ?? this.clients.through(this.gatesOf(to), to, client => this.leaving(client, to));
    this.callers.set(key, known);
    return known;
  }

  private leaving(client: Client, to: PodPort): readonly Gate[] {
    return gatesOut(this.world.readings, client, to);
  }

  private gatesOf(to: PodPort): Gate[] {
    return this.world.readings.flatMap(({ reading }) => reading.entering?.(to) ?? []);
  }

  /** Edges from those who may do more than others. */
  private calls(to: string, port: number, all: readonly Callers[]): void {
    const named = grouped(all.flatMap(({ named: some, absent, others }) => [
      ...[...some].map(([workload, passes]) => ({ from: this.home(workload), passes, client: undefined })),
      ...absent.map(({ client, ...passes }) => ({ from: `${client.kind} ${client.namespace}/${client.name}`, passes, client })),
    ].filter(({ passes: { reach } }) => reach !== 'none' && reach !== others.reach)), ({ from }) => from);
    for (const [from, some] of named) {
      const reach = widest(some.map(({ passes }) => passes.reach));
      if (from === to || reach === 'none') continue;
      for (const { client } of some) if (client !== undefined) this.nodes.set(from, { id: from, ports: [], ...client });
      this.edges.push({ kind: 'calls', from, to, port, reach, rules: rulesOf(some.map(({ passes }) => passes)) });
    }
  }

  /** What stands for a workload: the Service of all its versions, if it has some, or else that of its own. */
  private home(workload: Workload): string {
    const services = this.world.cluster.servicesInFrontOf(workload);
    if (services.length === 0) return workloadId(workload);
    const isRoot = (service: Service) => services.some(other => this.parents.get(idOf(other))?.has(idOf(service)));
    const [best] = [...services].sort((a, b) => Number(isRoot(b)) - Number(isRoot(a))
      || Number(b.name === workload.name) - Number(a.name === workload.name) || (a.name < b.name ? -1 : 1));
    const [parent] = [...this.parents.get(idOf(best)) ?? []].filter(id => this.runAs(id, workload));
    return parent ?? idOf(best);
  }

  /** Whether the pods of a Service of the same namespace run as a workload does: then it is a version of these. */
  private runAs(id: string, { namespace, serviceAccount }: Workload): boolean {
    const service = this.world.cluster.services.find(one => idOf(one) === id);
    return service !== undefined && service.namespace === namespace
      && this.world.cluster.podsBehind(service).some(other => other.serviceAccount === serviceAccount);
  }

  /** Whoever may call a Service may call what gets its requests: that is said once. */
  private isSaidOfParent(edge: Edge, calls: ReadonlySet<string>): boolean {
    return edge.kind === 'calls' && [...this.parents.get(edge.to) ?? []].some(to => calls.has(callKey({ ...edge, to })));
  }

  private workload(workload: Workload): void {
    const { namespace = DEFAULT_NAMESPACE, name } = workload;
    const ports = this.world.cluster.portsOf(workload).map((to): NodePort => {
      const callers = this.callersOf(workload, to);
      this.calls(workloadId(workload), to.port, [callers]);
      return { port: to.port, protocol: to.protocol, others: callers.others.reach };
    });
    this.nodes.set(workloadId(workload), { id: workloadId(workload), kind: 'Workload', namespace, name, ports, ...placeOf(workload) });
  }

  private exits(workload: Workload): void {
    const client = this.clientOf(workload);
    const exits = exitsOf(client, to => gatesOut(this.world.readings, client, to));
    for (const [name, some] of grouped(exits, exit => exit.name)) {
      const [from, to] = [this.home(workload), outsideId(name)];
      this.nodes.set(to, { id: to, kind: 'Outside', namespace: OUTSIDE, name, ports: [] });
      this.edges.push({ kind: 'leaves', from, to, rules: distinctRules(some.map(({ when, source }) => ({ when, source }))) });
    }
  }

  private entries(): void {
    for (const { gateway, port, host, ways } of this.world.readings.flatMap(({ reading }) => reading.entries?.() ?? [])) {
      const [namespace, name] = gateway.split('/');
      const id = `Gateway ${gateway}`;
      if (!this.nodes.has(id)) this.nodes.set(id, { id, kind: 'Gateway', namespace, name, ports: [] });
      this.ways(id, ways, 'enters', port, host.type === 'exact' || host.type === 'suffix' ? host.value : undefined);
    }
  }
}

function* endsOf({ branches, otherwise }: Decision<Way>): Generator<{ readonly way: Way; readonly when?: Condition; readonly source?: Source }> {
  for (const { when, then, source } of branches) {
    if ('branches' in then) yield* endsOf(then);
    else if (!isUndecided(then.value)) yield { way: then.value, source, ...(!isAnyRequest(when) && { when }) };
  }
  if (!isUndecided(otherwise.value)) yield { way: otherwise.value, ...(otherwise.source !== undefined && { source: otherwise.source }) };
}

const WIDTH: Readonly<Record<Reach, number>> = { none: 0, some: 1, unknown: 2, all: 3 };

function widest(reaches: readonly Reach[]): Reach {
  return reaches.reduce<Reach>((a, b) => WIDTH[b] > WIDTH[a] ? b : a, 'none');
}

function rulesOf(all: readonly Passable[]): Rule[] {
  return distinctRules(all.flatMap(({ rules }) => rules.map(({ when, source }): Rule => ({ source, ...(!isAnyRequest(when) && { when }) }))));
}

function subsetNode(id: string, backend: WayBackend): Node {
  return { id, kind: 'Subset', namespace: backend.namespace, name: subsetName(backend), ports: [] };
}

function subsetName({ service, subset = {} }: WayBackend): string {
  return `${service} ${labelsInWords(subset)}`;
}

/** Every path begins with a slash. */
function isAnyRequest(condition: Condition): boolean {
  switch (condition.type) {
    case 'all': return condition.of.every(isAnyRequest);
    case 'any': return condition.of.some(isAnyRequest);
    case 'path': return condition.is.type === 'anything' || (condition.is.type === 'prefix' && ['', '/'].includes(condition.is.value));
    default: return false;
  }
}

/** What an object says is said once, whichever of its fields say it: what it says of some requests is left out where it says it of all. */
function distinctRules(rules: readonly Rule[]): Rule[] {
  const ofAll = new Set(rules.filter(({ when }) => when === undefined).map(ruleKey));
  return distinctBy(rules.filter(rule => rule.when === undefined || !ofAll.has(ruleKey({ ...rule, when: undefined }))), ruleKey);
}

function ruleKey({ when, percent, host, source }: Rule): string {
  return JSON.stringify([when, percent, host, source?.kind, source?.namespace, source?.name]);
}

const callKey = ({ from, to, reach }: Edge) => JSON.stringify([from, to, reach]);
const namespaceOf = ({ namespace = DEFAULT_NAMESPACE }: Service) => namespace;
const backendId = ({ namespace, service, groupKind }: Omit<ServicePort, 'port'>) => `${kindInWords({ groupKind })} ${namespace}/${service}`;
const outsideId = (name: string) => `Outside ${name}`;
const takerId = (to: WayBackend) => to.outside === undefined ? backendId(to) : outsideId(to.outside.host);
const shareId = (backend: WayBackend) => backend.subset === undefined ? takerId(backend) : `Subset ${backend.namespace}/${subsetName(backend)}`;
const idOf = (service: Service) => backendId({ namespace: namespaceOf(service), service: service.name });
const workloadId = ({ kind, namespace = DEFAULT_NAMESPACE, name }: Workload) => `${kind} ${namespace}/${name}`;
const placeOf = ({ place: { file, line } }: { readonly place: { readonly file: string; readonly line: number } }) => ({ file, line });

/** Some nodes, with whatever calls them or is called by them. */
export function around({ nodes, edges }: Graph, isMeant: (node: Node) => boolean): Graph {
  const own = new Set(nodes.filter(isMeant).map(({ id }) => id));
  const near = edges.filter(({ from, to }) => own.has(from) || own.has(to));
  const shown = new Set([...own, ...near.flatMap(({ from, to }) => [from, to])]);
  return { nodes: nodes.filter(({ id }) => shown.has(id)), edges: near };
}

/** A namespace alone, with the names of what is beyond it, instead of lines into the distance. */
export interface Inside extends Graph {
  /** By the ids of its nodes: which namespaces, gateways and hosts call each of them, and which it calls. */
  readonly beyond: ReadonlyMap<string, Beyond>;
}

export interface Beyond {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** Each namespace, in the order of the names. */
export function insideOf(graph: Graph): ReadonlyMap<string, Inside> {
  const byId = new Map(graph.nodes.map(node => [node.id, node]));
  const parts = new Map([...namespacesOf(graph)].map(([namespace, nodes]) =>
    [namespace, { nodes, edges: new Array<Edge>(), beyond: new Map(nodes.map(({ id }) => [id, unseen()])) }]));
  for (const edge of graph.edges) {
    const [from, to] = [byId.get(edge.from), byId.get(edge.to)];
    if (from === undefined || to === undefined) continue;
    if (from.namespace === to.namespace) {
      parts.get(from.namespace)?.edges.push(edge);
    } else {
      parts.get(from.namespace)?.beyond.get(from.id)?.to.add(nameFromAfar(to));
      parts.get(to.namespace)?.beyond.get(to.id)?.from.add(nameFromAfar(from));
    }
  }
  return new Map([...parts].map(([namespace, { beyond, ...part }]) =>
    [namespace, { ...part, beyond: new Map([...beyond].map(([id, { from, to }]) => [id, { from: [...from].sort(), to: [...to].sort() }])) }]));
}

function unseen(): { readonly from: Set<string>; readonly to: Set<string> } {
  return { from: new Set(), to: new Set() };
}

function nameFromAfar({ kind, namespace, name }: Node): string {
  return kind === 'Gateway' ? `gateway ${name}` : kind === 'Outside' ? name : namespace;
}

/** The namespaces alone, and how often one of them calls into another. */
export function betweenNamespaces({ nodes, edges }: Graph): Graph {
  const homes = new Map(nodes.map(({ id, namespace }) => [id, namespace]));
  const ends = edges.map(({ from, to }) => ({ from: homes.get(from) ?? '', to: homes.get(to) ?? '' })).filter(({ from, to }) => from !== to);
  return {
    nodes: [...new Set(nodes.map(({ namespace }) => namespace))].sort().map((name): Node =>
      ({ id: name, kind: 'Namespace', namespace: name, name, ports: [] })),
    edges: [...grouped(ends, ({ from, to }) => JSON.stringify([from, to])).values()].map(([{ from, to }, ...others]): Edge =>
      ({ kind: 'count', from, to, count: others.length + 1, rules: [] })),
  };
}

/** The nodes of each namespace, in the order of the names. */
export function namespacesOf({ nodes }: Graph): ReadonlyMap<string, readonly Node[]> {
  return new Map([...grouped(nodes, node => node.namespace)].sort(([a], [b]) => a < b ? -1 : 1));
}
