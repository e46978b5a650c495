import { didOf, knownGroup, type NotMigrated, splitOfCanary } from './beside';
import { isMarked, type Membership, membershipOf, spoken, together, TRAEFIK } from './meshes';
import { type Enforcement, enforcementOf, type IngressBackend, ingressBackendOf, unsaidOf } from './osm';
import type { SmiMesh } from '../../dialects/smi/read/meshes';
import type { Document, Readable } from '../../manifests/documents';
import { type FieldPlace, Fields, type Finding } from '../../manifests/fields';
import { BySelector, ByLabels } from '../../model/by-labels';
import { grouped } from '../../model/lists';
import { annotations, keyOf, labels, type Marks, type Named, named } from '../../reading/cluster/object';
import type { Scrape } from '../../reading/cluster/scrape';
import { type Service, serviceOf, type ServicePort } from '../../reading/cluster/service';
import { isWorkload, lasting, splitOf, type Workload, workloadOf } from '../../reading/cluster/workload';

export interface WorldOptions {
  /** Who ran the pods. */
  readonly mesh: SmiMesh;
  /** Of objects that do not say theirs. */
  readonly namespace?: string;
}

export interface Account {
  readonly name: string;
  readonly namespace?: string;
}

type Labels = Readonly<Record<string, string>>;

/**
 * What stands beside SMI: Services, ServiceAccounts, workloads, Namespaces, and the configuration of the mesh. The order of files and
 * documents says nothing, and the same object twice is one.
 */
export class World {
  public readonly services: readonly Service[];
  /** Those of several clusters. */
  private readonly imports: ReadonlyMap<string, Service>;
  /** Those that are not made by others of them. */
  public readonly workloads: readonly Workload[];
  public readonly serviceAccounts: readonly Named[];
  public readonly ingressBackends: readonly IngressBackend[];
  /** The ServiceAccounts that Prometheus runs as. */
  public readonly scrapers: readonly Required<Account>[];
  public readonly notMigrated: readonly NotMigrated[];
  /** What is not known, or read by an assumption. */
  public readonly findings: readonly Finding[];
  /** Whether TrafficTargets were enforced. Absent where nothing says it, or different things are said. */
  public readonly enforcement?: Enforcement;

  private readonly byKey = new Map<string, Service>();
  private readonly servicesByNamespace: ReadonlyMap<string, readonly Service[]>;
  private readonly byAccount: ReadonlyMap<string, readonly Workload[]>;
  private readonly pods = new Map<string, ByLabels<Workload>>();
  private readonly selectors = new Map<string, BySelector<Service>>();
  private readonly marks: ReadonlyMap<string, Marks | undefined>;
  private readonly deliverers: ReadonlyMap<string, Named>;

  public constructor(documents: Iterable<Document>, private readonly options: WorldOptions) {
    const reader = new Reader(options);
    for (const { file, content } of documents) if (!('broken' in content)) reader.read(file, content);
    const services = settled(reader.services, true);
    this.services = services.kept;
    this.imports = new Map(settled(reader.serviceImports, true).kept.map(one => [keyOf(one.namespace, one.name), one]));
    const workloads = settled(unmade(reader.workloads), false);
    this.workloads = workloads.kept;
    this.serviceAccounts = settled(reader.serviceAccounts, false).kept;
    this.ingressBackends = settled(reader.ingressBackends, false).kept;
    this.scrapers = scrapersOf(this.workloads, reader.scrapers);
    this.notMigrated = settled(reader.notMigrated, false).kept;
    const [enforcement, ...others] = [...reader.enforcements].sort((a, b) => isBefore(a, b) ? -1 : 1);
    const other = others.find(({ isEnforced }) => isEnforced !== enforcement.isEnforced);
    // What another mesh was told holds for none of the pods.
    if (other === undefined && options.mesh === 'osm') this.enforcement = enforcement;
    const both = other && { place: other.place, message: 'there is another MeshConfig, which says something else', isUnknown: true };
    this.findings = [...reader.findings, ...services.findings, ...workloads.findings, ...both ? [both] : []];

    this.services.forEach(service => this.byKey.set(keyOf(service.namespace, service.name), service));
    this.servicesByNamespace = grouped(this.services, ({ namespace }) => namespace ?? '');
    this.byAccount = grouped(this.workloads, ({ namespace, serviceAccount }) => keyOf(namespace, serviceAccount));
    for (const workload of this.workloads) there(this.pods, workload.namespace, () => new ByLabels<Workload>()).add(workload.labels, workload);
    for (const service of this.services) {
      const selectors = there(this.selectors, service.namespace, () => new BySelector<Service>());
      if (service.selector !== undefined) selectors.add(lasting(service.selector), service);
    }
    this.marks = new Map([...reader.namespaces].map(([name, all]) => [name, together(all)]));
    this.deliverers = reader.deliverers;
  }

  public service(namespace: string | undefined, name: string): Service | undefined {
    return this.byKey.get(keyOf(namespace, name));
  }

  /** What a ServiceImport says, which has no pods here. */
  public serviceImport(namespace: string | undefined, name: string): Service | undefined {
    return this.imports.get(keyOf(namespace, name));
  }

  public servicesIn(namespace: string | undefined): readonly Service[] {
    return this.servicesByNamespace.get(namespace ?? '') ?? [];
  }

  public workloadsOf({ namespace, name }: Account): readonly Workload[] {
    return this.byAccount.get(keyOf(namespace, name)) ?? [];
  }

  public podsWith(namespace: string | undefined, some: Labels): readonly Workload[] {
    return this.pods.get(namespace ?? '')?.having(some) ?? [];
  }

  /** The workloads that a Service leads to; none where it has no selector. */
  public podsBehind({ namespace, selector }: Service): readonly Workload[] {
    return selector === undefined ? [] : this.podsWith(namespace, lasting(selector));
  }

  /** The Services that lead to a workload. */
  public servicesInFrontOf({ namespace, labels: own }: Workload): readonly Service[] {
    return this.selectors.get(namespace ?? '')?.choosing(own) ?? [];
  }

  /** The names of the ServiceAccounts that the pods behind a Service run as. */
  public accountsBehind(service: Service): readonly string[] {
    return [...new Set(this.podsBehind(service).map(({ serviceAccount }) => serviceAccount))].sort();
  }

  /** The workloads that have these labels too, and run as another ServiceAccount. */
  public strangersWith(some: Labels, { namespace, name }: Account): readonly Workload[] {
    return this.podsWith(namespace, some).filter(({ serviceAccount }) => serviceAccount !== name);
  }

  /** Whether these labels choose pods of the ServiceAccount, and no others that are known. */
  public isSeparable(some: Labels, account: Account): boolean {
    const pods = this.podsWith(account.namespace, some);
    return pods.length > 0 && this.strangersWith(some, account).length === 0;
  }

  /** The numbers of the port of the pods behind a port of a Service: of a name, those that the pods give it. */
  public numbersOf(service: Service, { targetPort }: ServicePort): readonly number[] {
    if (typeof targetPort === 'number') return [targetPort];
    const ports = this.podsBehind(service).flatMap(workload => workload.ports);
    return [...new Set(ports.filter(({ name }) => name === targetPort).map(({ port }) => port))].sort((a, b) => a - b);
  }

  /** The names that the pods behind a Service give to one of their ports. */
  public portNamesOf(service: Service, number: number): readonly string[] {
    const ports = this.podsBehind(service).flatMap(workload => workload.ports).filter(({ port }) => port === number);
    return [...new Set(ports.flatMap(({ name }) => name ?? []))];
  }

  /** How the pods of a workload are scraped, as they say, or the Services that lead to them. */
  public scrapesOf(workload: Workload): readonly Scrape[] {
    const all = [workload, ...this.servicesInFrontOf(workload)].flatMap(({ scrape }) => scrape ?? []);
    return [...new Map(all.map(scrape => [JSON.stringify(scrape), scrape])).values()];
  }

  public isMeshed(workload: Workload): Membership {
    return membershipOf(this.options.mesh, workload, this.marks.get(workload.namespace ?? ''));
  }

  /** The namespaces that anything here is in, and whether any pod of them is in the mesh. */
  public namespaces(): ReadonlyMap<string, Membership> {
    const memberships = new Map<string, Membership[]>();
    const note = (namespace: string | undefined, ...said: Membership[]) => {
      if (namespace !== undefined) there(memberships, namespace, () => []).push(...said);
    };
    for (const [name, marks] of this.marks) note(name, membershipOf(this.options.mesh, UNMARKED, marks));
    for (const workload of this.workloads) note(workload.namespace, this.isMeshed(workload));
    for (const { namespace } of [...this.services, ...this.serviceAccounts]) note(namespace);
    return new Map([...memberships].sort(([a], [b]) => a < b ? -1 : 1).map(([name, all]) =>
      [name, all.includes(true) ? true : all.length === 0 || all.includes(undefined) ? undefined : false]));
  }

  /** The controller that writes a TrafficSplit, and would write it again. */
  public delivererOf(namespace: string | undefined, split: string): Named | undefined {
    return this.deliverers.get(keyOf(namespace, split));
  }
}

function scrapersOf(workloads: readonly Workload[], others: readonly Account[]): Required<Account>[] {
  const own = workloads.filter(({ isPrometheus }) => isPrometheus).map(({ namespace, serviceAccount: name }) => ({ namespace, name }));
  const all = [...others, ...own].flatMap(({ namespace, name }) => namespace === undefined ? [] : [{ namespace, name }]);
  return [...new Map(all.map(one => [keyOf(one.namespace, one.name), one]))].sort(([a], [b]) => a < b ? -1 : 1).map(([, one]) => one);
}

function isBefore({ place: a }: { readonly place: FieldPlace }, { place: b }: { readonly place: FieldPlace }): boolean {
  return a.file === b.file ? a.line < b.line : a.file < b.file;
}

const UNMARKED: Marks = { labels: {}, annotations: {} };

interface Read<T> {
  readonly it: T;
  readonly findings: readonly Finding[];
}

/** Sorts documents into what they are. */
class Reader {
  public readonly services: Read<Service>[] = [];
  public readonly serviceImports: Read<Service>[] = [];
  public readonly workloads: Read<Workload>[] = [];
  public readonly serviceAccounts: Read<Named>[] = [];
  public readonly ingressBackends: Read<IngressBackend>[] = [];
  public readonly notMigrated: Read<NotMigrated>[] = [];
  public readonly enforcements: Enforcement[] = [];
  public readonly scrapers: Account[] = [];
  public readonly namespaces = new Map<string, Marks[]>();
  public readonly deliverers = new Map<string, Named>();
  public readonly findings: Finding[] = [];

  public constructor(private readonly options: WorldOptions) {}

  public read(file: string, readable: Readable): void {
    const { manifest } = readable;
    if (typeof manifest?.apiVersion !== 'string' || typeof manifest.kind !== 'string') return;
    const { apiVersion, kind } = manifest;
    const group = knownGroup(apiVersion.includes('/') ? apiVersion.split('/')[0] : '');
    const did = didOf(group, kind);
    const isKnown = isWorkload(group, manifest) || did !== undefined || Object.hasOwn(READERS, `${group} ${kind}`);
    if (!isKnown) return;
    const object = Fields.of(file, readable);
    const isNamespaced = kind !== 'Namespace';
    const head = named(object, isNamespaced ? this.options.namespace : undefined);
    if (head === undefined) this.findings.push(...this.partly(object, head).findings);
    else if (isWorkload(group, manifest)) this.workload(object, head);
    else if (did !== undefined) this.note(head, did);
    else READERS[`${group} ${kind}`](this, object, head, manifest, this.options);
  }

  /** What is asked of an object that has much else in it. */
  public partly<T>(object: Fields, it: T): Read<T> {
    object.take();
    return { it, findings: object.findings() };
  }

  public note(head: Named, did: string): void {
    this.notMigrated.push({ it: { ...head, did }, findings: [] });
  }

  public deliver(head: Named, split: string): void {
    const key = keyOf(head.namespace, split);
    const known = this.deliverers.get(key);
    if (known === undefined || isBefore(head, known)) this.deliverers.set(key, head);
    this.note(head, `it writes TrafficSplit '${split}' by itself: have it write routes of the new mesh instead`);
  }

  private workload(object: Fields, head: Named): void {
    const workload = workloadOf(object, head);
    const split = splitOf(object, head);
    const { findings } = this.partly(object, workload);
    if (workload !== undefined) this.workloads.push({ it: workload, findings });
    else this.findings.push(...findings);
    if (split !== undefined) this.deliver(head, split);
  }
}

const READERS: Readonly<Record<string, (to: Reader, object: Fields, head: Named, manifest: unknown, options: WorldOptions) => void>> = {
  ' Service': (to, object, head, manifest, { mesh }) => {
    const service = serviceOf(object, head, manifest, (transport, port, marks) => spoken(mesh, transport, port, marks));
    to.services.push(to.partly(object, service));
    const lost = Object.keys(service.annotations).filter(name => TRAEFIK.some(prefix => name.startsWith(prefix)) && !name.endsWith('/traffic-type'));
    if (lost.length > 0) to.note(head, `its annotations ${lost.sort().join(', ')} told Traefik Mesh how to treat requests`);
  },
  'multicluster.x-k8s.io ServiceImport': (to, object, head, manifest, { mesh }) => {
    to.serviceImports.push(to.partly(object, serviceOf(object, head, manifest, (transport, port, marks) => spoken(mesh, transport, port, marks))));
  },
  ' ServiceAccount': (to, object, head) => { to.serviceAccounts.push(to.partly(object, head)); },
  ' Namespace': (to, object, { name }) => {
    const metadata = object.field('metadata');
    const marks: Marks = { labels: labels(metadata.field('labels')), annotations: annotations(metadata.field('annotations')) };
    // Commands of meshes mark namespaces in the cluster: of others, one without a mark tells nothing.
    if (metadata.field('uid').isSaid || isMarked(marks)) there(to.namespaces, name, () => []).push(marks);
  },
  'config.openservicemesh.io MeshConfig': (to, object, head) => {
    const enforcement = enforcementOf(object);
    if (enforcement !== undefined) to.enforcements.push(enforcement);
    unsaidOf(object).forEach(did => to.note(head, did));
    to.findings.push(...to.partly(object, head).findings);
  },
  'policy.openservicemesh.io IngressBackend': (to, object, head) => {
    const it = ingressBackendOf(object, head);
    ['apiVersion', 'metadata', 'status'].forEach(field => object.field(field).take());
    const findings = object.findings();
    to.ingressBackends.push({ it, findings });
    to.findings.push(...findings);
  },
  'monitoring.coreos.com Prometheus': (to, object, { namespace }) => {
    to.scrapers.push({ name: object.field('spec').field('serviceAccountName').text() || 'default', namespace });
  },
  'flagger.app Canary': (to, object, head) => {
    const split = splitOfCanary(object);
    if (split !== undefined) to.deliver(head, split);
  },
};

/** What makes what. */
const MAKERS: Readonly<Record<string, readonly string[]>> = {
  Pod: ['ReplicaSet', 'ReplicationController', 'StatefulSet', 'DaemonSet', 'Job'],
  ReplicaSet: ['Deployment', 'Rollout'],
  Job: ['CronJob'],
};

/** Workloads without those that others here make. */
function unmade(all: readonly Read<Workload>[]): Read<Workload>[] {
  const known = new Set(all.map(({ it: { kind, name, namespace } }) => `${kind} ${keyOf(namespace, name)}`));
  return all.filter(({ it: { kind, namespace, owner } }) =>
    owner === undefined || !(MAKERS[kind] ?? []).includes(owner.kind) || !known.has(`${owner.kind} ${keyOf(namespace, owner.name)}`));
}

/**
 * Objects in the order of their names, the same ones once. Of those that say different things under one name, none is kept if there can
 * be only one; that there are some is a finding.
 */
function settled<T extends Named>(all: readonly Read<T>[], isOne: boolean): { readonly kept: T[]; readonly findings: Finding[] } {
  const byName = grouped(all, ({ it: { kind, namespace, name } }) => `${keyOf(namespace, name)} ${kind}`);
  const kept: T[] = [];
  const findings: Finding[] = [];
  for (const [, alike] of [...byName].sort(([a], [b]) => a < b ? -1 : 1)) {
    const said = new Map<string, Read<T>>();
    for (const one of alike.length === 1 ? alike : [...alike].sort((a, b) => isBefore(a.it, b.it) ? 1 : -1)) {
      said.set(JSON.stringify({ ...one.it, place: undefined }), one);
    }
    const different = [...said].sort(([a], [b]) => a < b ? -1 : 1);
    findings.push(...different.flatMap(([, one]) => one.findings));
    if (isOne && different.length > 1) {
      const { kind, name, place } = different[0][1].it;
      findings.push({ place, message: `there is another ${kind} '${name}', which says something else`, isUnknown: true });
    } else {
      kept.push(...different.map(([, { it }]) => it));
    }
  }
  return { kept, findings };
}

function there<T>(map: Map<string, T>, key: string | undefined, make: () => T): T {
  const known = map.get(key ?? '') ?? make();
  map.set(key ?? '', known);
  return known;
}
