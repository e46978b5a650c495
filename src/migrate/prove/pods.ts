import type { Client, Entrance, Pod, PodPort } from '../../evaluators/access/request';
import { pushTo } from '../../model/lists';
import type { Protocol } from '../../model/protocol';
import type { Migration } from '../migrate';
import { stated } from '../plan/options';
import { type Account, type Service, speechOf, type Workload } from '../world';

/** Pods that requests come to. */
export interface Known {
  readonly pod: Pod;
  /** Absent for pods of which no more is known than that they may be there. */
  readonly workload?: Workload;
  /** The Services by which a port is called. */
  readonly entrances: ReadonlyMap<number, readonly Entrance[]>;
  /** Ports at which the mesh let nobody in, as it did not know what they speak. */
  readonly closed: ReadonlySet<number>;
}

const STRANGER = 'stranger';
/** A port that no Service has. */
const UNNAMED = 29999;

interface PortFact {
  readonly port: number;
  readonly name?: string;
  readonly protocol: Protocol;
  readonly isClosed: boolean;
  readonly entrance?: Entrance;
}

/** The pods in the manifests, those of the destinations that have none there, and one in each namespace that is nobody's. */
export function podsOf(migration: Migration, destinations: readonly Required<Account>[]): Known[] {
  const { beside } = migration;
  const workloads = beside.workloads.flatMap(workload =>
    workload.namespace === undefined ? [] : [ofWorkload(workload, workload.namespace, migration)]);
  const others = destinations.filter(account => beside.workloadsOf(account).length === 0).map(account => ofAccount(account, migration));
  const strangers = [...new Set(destinations.map(({ namespace }) => namespace))].map(namespace =>
    known({ namespace, name: STRANGER }, { app: STRANGER }, [{ port: 8080, protocol: 'HTTP', isClosed: false }], undefined));
  return [...workloads, ...others, ...strangers];
}

function ofWorkload(workload: Workload, namespace: string, { beside }: Migration): Known {
  const services = beside.servicesInFrontOf(workload);
  const named = (port: number) => workload.ports.find(one => one.port === port)?.name;
  const facts = services.flatMap(service => factsOf(service, port => beside.numbersOf(service, port)))
    .map(fact => ({ ...fact, name: named(fact.port) }));
  return known({ namespace, name: workload.serviceAccount }, workload.labels, facts, workload);
}

/** What is stated of pods that are not there, or else what their Service says. */
function ofAccount(account: Required<Account>, { beside, options }: Migration): Known {
  const { namespace, name } = account;
  const labels = stated(options.pods, namespace, name) ?? {};
  const leads = ({ selector = {} }: Service) =>
    Object.keys(selector).length > 0 && Object.entries(selector).every(([label, value]) => labels[label] === value);
  const services = beside.servicesIn(namespace).filter(leads);
  const facts = services.flatMap(service => factsOf(service, port => beside.numbersOf(service, port)));
  const ports = (stated(options.ports, namespace, name) ?? [{ port: 8080 }]).map(({ port, protocol = 'HTTP' }): PortFact =>
    ({ port, protocol, isClosed: false, entrance: { service: name, port } }));
  return known(account, labels, facts.length > 0 ? facts : ports, undefined);
}

function factsOf({ name: service, ports }: Service, numbersOf: (port: Service['ports'][number]) => readonly number[]): PortFact[] {
  return ports.filter(({ transport }) => transport === 'TCP' || transport === 'UDP').flatMap(port => numbersOf(port).map(number => ({
    port: number,
    ...speechOf(port),
    entrance: { service, port: port.port },
  })));
}

/** Ports of which Services say different things are left out: nobody knows what they speak. */
function known(account: Required<Account>, labels: Pod['labels'], facts: readonly PortFact[], workload: Workload | undefined): Known {
  const byPort = new Map<number, PortFact[]>();
  for (const fact of facts) pushTo(byPort, fact.port, fact);
  const ports: PodPort[] = [];
  const entrances = new Map<number, Entrance[]>();
  for (const [port, all] of byPort) {
    if (new Set(all.map(({ protocol, isClosed }) => `${protocol} ${isClosed}`)).size > 1) continue;
    const [{ name, protocol }] = all;
    const own = all.flatMap(({ entrance }) => entrance ?? []);
    entrances.set(port, own);
    ports.push({ port, protocol: protocol === 'TLS' ? 'TCP' : protocol, servicePorts: own.map(one => one.port), ...name !== undefined && { name } });
  }
  ports.push({ port: UNNAMED, protocol: 'HTTP', servicePorts: [] });
  return {
    pod: { service: account.name, namespace: account.namespace, serviceAccount: account.name, labels, ports },
    workload,
    entrances,
    closed: new Set(facts.filter(({ isClosed }) => isClosed).map(({ port }) => port)),
  };
}

/** Who may call: every account, in its namespace and in the others, strangers, and who has no identity, or another one. */
export function clientsOf(accounts: readonly Required<Account>[], { beside, options: { trustDomain } }: Migration): Client[] {
  const namespaces = [...new Set([...accounts.map(({ namespace }) => namespace), 'elsewhere'])];
  const pod = ({ namespace, name }: Required<Account>): Client => ({
    kind: 'pod',
    ip: '10.1.2.3',
    namespace,
    namespaceLabels: { 'kubernetes.io/metadata.name': namespace },
    serviceAccount: name,
    labels: beside.workloadsOf({ namespace, name })[0]?.labels ?? { app: name },
    meshed: true,
    ...trustDomain !== undefined && { meshDomain: trustDomain },
  });
  return [
    ...accounts.map(pod),
    ...namespaces.map(namespace => pod({ namespace, name: STRANGER })),
    ...accounts.slice(0, 20).map(({ name }) => pod({ namespace: 'elsewhere', name })),
    ...accounts.slice(0, 20).map(account => ({ ...pod(account), meshed: false })),
    ...accounts.slice(0, 5).map(account => ({ ...pod(account), trustDomain: 'another.example' })),
    { kind: 'outside', ip: '198.51.100.7', meshed: false },
  ];
}
