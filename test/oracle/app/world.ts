import type { Pod, PodPort } from '../../../src/evaluators/access/request';
import { fraction } from '../../../src/evaluators/routes/outcome';
import type { ServiceForm } from '../../../src/model/service-facts';
import type { Written, WrittenService } from '../routes/written';

/** What runs in the cluster: Services and pods, by the conventions of whoever deployed them. */
export interface World {
  readonly known: KnownBy;
  readonly services: readonly Running[];
  /** Some of the pods of Services, as the backends of routes. */
  readonly parts: readonly Part[];
  readonly pods: readonly Pod[];
}

/** A Service, or some of its pods: `podSelector` has the labels of `subset`, too. */
export type Part = Running;

/**
 * By what a mesh knows the pods of a Service, and those that a policy is for: both by labels; the latter by the ServiceAccount that
 * they run as; or both by the name that the pods are registered with, which is that of their ServiceAccount.
 */
export type KnownBy = 'labels' | 'ServiceAccount' | 'registered name';

/** A Service of which everything is known. */
export interface Running extends WrittenService {
  readonly namespace: string;
  readonly podSelector: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  readonly form: Form;
  readonly ports: readonly RunningPort[];
}

export type Form = 'address with selector' | ServiceForm;

export type RunningPort = WrittenService['ports'][0] & {
  readonly targetPort: number;
  /** What the containers call it. */
  readonly containerPortName?: string;
  /** Whether the Service leads to it by that name. */
  readonly byName: boolean;
  readonly appProtocol?: string;
};

/** What of the ports of pods has a name: nothing; or what their containers say; or also what Services lead to. */
export type PortNames = 'nothing' | 'containers' | 'Services';

/** What Services say of what their ports speak, beside the names of these. */
export const WORDS = {
  'names alone': {},
  'of Kubernetes': { HTTP: 'http', GRPC: 'kubernetes.io/h2c' },
  'of protocols': { HTTP: 'http', GRPC: 'grpc' },
} as const satisfies Record<string, Partial<Record<WrittenService['ports'][0]['protocol'], string>>>;

export type Words = keyof typeof WORDS;

/** How the constructs of an app come to know its Services. */
export type Telling =
  /** The app does not have them, and their words are all there is. */
  | 'in words'
  /** They are read from the objects of the app. */
  | 'read'
  /** The app has the objects, and what constructs say is all of it. */
  | 'in words, beside the objects'
  /** The app has the objects, and constructs say only what these do not. */
  | 'in few words, beside the objects'
  /** The same, and as if the pods listened on the ports of the Service. */
  | 'in too few words, beside the objects';

export interface Conventions {
  readonly known: KnownBy;
  /** Whether the versions of a Service run as one ServiceAccount, or as one of their own each. */
  readonly accounts: 'shared' | 'own';
  /** Whether the Service that is called selects all of its versions, or the first. */
  readonly selects: 'all' | 'first';
  /** How far the ports of the pods are from those of the Services: of the first port of a Service, and of others. */
  readonly shifts: readonly [first: number, others: number];
  readonly portNames: PortNames;
  readonly words: Words;
  readonly telling: Telling;
  /** When the workloads come into the app, if it has them. */
  readonly workloads: 'first' | 'last' | 'of others';
  /** Whether a name is that of one ServiceAccount and one Service only, in all namespaces. */
  readonly uniqueNames: boolean;
  /** Whether a Service takes datagrams. */
  readonly datagrams: boolean;
  /** The Services that are something else than an address with a selector, by name. */
  readonly forms: Readonly<Record<string, Form>>;
}

export const HOME = 'shop';
const CALLED = 'cart';

/** A route whose Services are those of the cluster. */
export function inWorld(route: Written, conventions: Conventions): Written {
  const { service: called } = route;
  const versions = versionsOf(route);
  // A Service is the same in all rules.
  const dress = (service: WrittenService): WrittenService => {
    if (service.groupKind !== undefined) return { ...service, namespace: service.namespace ?? called.namespace ?? HOME };
    return part(running([called, ...versions].find(one => one.name === service.name)!, called, versions, conventions), service.subset);
  };
  return {
    ...route,
    service: dress(called),
    ...(route.failover && { failover: route.failover.map(({ service, ...one }) => ({ ...one, ...(service && { service: dress(service) }) })) }),
    rules: route.rules.map(rule => ({
      ...rule,
      ...(rule.backends && { backends: rule.backends.map(backend => ({ ...backend, service: dress(backend.service) })) }),
      ...(rule.mirrors && { mirrors: rule.mirrors.map(mirror => ({ ...mirror, service: dress(mirror.service) })) }),
    })),
  };
}

function versionsOf({ service: called, rules, failover = [] }: Written): WrittenService[] {
  const all = [...leadsTo(rules), ...failover.flatMap(({ service }) => service ?? [])].filter(({ name }) => name !== called.name);
  return [...new Map(all.map(({ subset: _, ...one }) => [one.name, one])).values()];
}

/** The Services of the cluster to which rules send requests, or copies of them. */
function leadsTo(rules: Written['rules']): WrittenService[] {
  return rules.flatMap(({ backends = [], mirrors = [] }) => [...backends, ...mirrors].map(({ service }) => service))
    .filter(({ groupKind }) => groupKind === undefined);
}

/** A label that all pods of a Service have tells none of them apart. */
function part(whole: Running, labels: WrittenService['subset']): Part {
  if (labels === undefined) return whole;
  const subset = Object.fromEntries(Object.entries(labels).map(([name, value]) => [Object.hasOwn(whole.podSelector, name) ? 'track' : name, value]));
  return { ...whole, podSelector: { ...whole.podSelector, ...subset }, subset };
}

/** Versions of a Service listen on the same ports, whatever the numbers of their Services; and a mirror is a program of its own. */
function running(service: WrittenService, called: WrittenService, versions: readonly WrittenService[], conventions: Conventions): Running {
  const { accounts, selects } = conventions;
  const { name } = service;
  const ofVersions = versions.map(one => one.name).filter(isVersion);
  const version = isVersion(name) ? name : name === CALLED && selects === 'first' ? ofVersions[0] : undefined;
  return {
    ...service,
    // Written without one, a backend is where the called Service is.
    namespace: service.namespace ?? called.namespace ?? HOME,
    podSelector: version === undefined ? { app: name } : { app: CALLED, version },
    serviceAccount: isVersion(name) && accounts === 'shared' ? CALLED : name,
    // A headless Service has the port of its pods.
    form: service.ports[0].port === called.ports[0].port ? conventions.forms[name] ?? 'address with selector' : 'address with selector',
    ports: service.ports.map((port, i) => runningPort(port, i, service, called.ports[i].port, conventions)),
  };
}

/** Of several ports, each has a name; and so has one whose Service is in the app. */
function runningPort(
  port: WrittenService['ports'][0], i: number, { ports }: WrittenService, target: number, { shifts, portNames, words, telling }: Conventions,
): RunningPort {
  const { protocol } = port;
  const own = ports.length === 1 && telling === 'in words' ? undefined : `${protocol.toLowerCase()}-${port.port}`;
  const appProtocol: string | undefined = (WORDS[words] as Partial<Record<typeof protocol, string>>)[protocol];
  const name = port.name ?? own;
  return {
    port: port.port,
    protocol,
    ...(name !== undefined && { name }),
    targetPort: target + shifts[i === 0 ? 0 : 1],
    ...(portNames !== 'nothing' && { containerPortName: ['serving', 'admin'][i] }),
    byName: portNames === 'Services',
    ...(appProtocol !== undefined && { appProtocol }),
  };
}

function isVersion(name: string): boolean {
  return name.startsWith(`${CALLED}-`);
}

/** Other Services: one without a route, one that shares the ServiceAccount of the first, one of its name elsewhere, and one for datagrams. */
function neighbours(conventions: Conventions): Running[] {
  const { accounts, uniqueNames, datagrams, workloads } = conventions;
  const both = [{ port: 80, protocol: 'HTTP' as const }, { port: 6379, protocol: 'TCP' as const }];
  const one = (name: string, namespace: string, serviceAccount = name, ports: WrittenService['ports'] = both): Running =>
    ({ ...running({ name, namespace, ports }, { name, ports }, [], { ...conventions, selects: 'all' }), serviceAccount });
  // Where accounts are what a policy is for, an app that shows the pods of another Service beside those of the first is refused.
  const shared = accounts === 'shared' && workloads === 'of others' ? CALLED : 'basket';
  return [
    one('checkout', HOME), one('basket', HOME, shared), ...(uniqueNames ? [] : [one(CALLED, 'ops')]),
    ...(datagrams ? [one('names', HOME, 'names', [{ port: 53, protocol: 'UDP' }])] : []),
  ];
}

/** The cluster in which a route stands; without one, all Services stand by themselves. */
export function worldOf(route: Written | undefined, conventions: Conventions): World {
  const called: WrittenService = route?.service ?? { name: CALLED, ports: [{ port: 80, protocol: 'HTTP' }] };
  const versions = route === undefined ? [] : versionsOf(route);
  const services = [called, ...versions].map(one => running(one, called, versions, conventions)).concat(neighbours(conventions));
  // A Service that selects one of its versions has no pod beside.
  const own = services.filter(one => one.form !== 'externalName'
    && services.every(other => other === one || JSON.stringify(other.podSelector) !== JSON.stringify(one.podSelector)
      || other.namespace !== one.namespace || services.indexOf(other) < services.indexOf(one)));
  const parts = route === undefined ? [] : partsOf(route);
  const pods = parts.map((one, i) => ({ ...podOf(one), service: `${one.name}-part-${i}` }));
  return { known: conventions.known, services, parts, pods: [...own.map(podOf), ...pods] };
}

/** Each once. */
function partsOf({ rules }: Written): Part[] {
  const parts = leadsTo(rules).filter(({ subset }) => subset !== undefined) as Part[];
  return [...new Map(parts.map(one => [JSON.stringify([one.namespace, one.podSelector]), one])).values()].filter(({ form }) => form !== 'externalName');
}

/** One pod for each Service. */
function podOf({ name, namespace, serviceAccount, podSelector, ports }: Running): Pod {
  return {
    service: name,
    namespace,
    serviceAccount,
    labels: podSelector,
    ports: ports.map(podPort),
  };
}

/** The port of the pods behind one of a Service. TLS is bytes to whoever does not open it. */
export function podPort(
  { targetPort, protocol, port, containerPortName: name }: RunningPort,
): PodPort & { readonly servicePorts: readonly number[] } {
  return { port: targetPort, ...(name !== undefined && { name }), protocol: protocol === 'TLS' ? 'TCP' : protocol, servicePorts: [port] };
}

/** Where requests to a Service arrive, each pod with its share of them. */
export interface Place {
  readonly pod: Pod;
  readonly port: number;
  /** Numerator and denominator. */
  readonly share: readonly [number, number];
}

export function serviceIn({ services }: World, namespace: string, name: string): Running {
  const found = services.find(one => one.name === name && one.namespace === namespace);
  if (found === undefined) {
    throw new Error(`there is no Service ${namespace}/${name}`);
  }
  return found;
}

/**
 * The pods behind a port of a Service, or some of them, which share its requests; of one without a selector, somebody says which they are.
 */
export function podsBehind(world: World, namespace: string, name: string, port: number, subset: WrittenService['subset'] = {}): Place[] {
  const { podSelector, ports, form } = serviceIn(world, namespace, name);
  const selected = world.pods.filter(pod => pod.namespace === namespace && (form === 'selectorless' ? pod.service === name
    : world.known === 'registered name' ? pod.serviceAccount === name
      : hasLabels(pod, podSelector)) && hasLabels(pod, subset));
  const targetPort = ports.find(one => one.port === port)?.targetPort;
  if (targetPort === undefined) {
    throw new Error(`${namespace}/${name} has no port ${port}`);
  }
  return selected.map(pod => ({ pod, port: targetPort, share: [1, selected.length] }));
}

export function hasLabels(pod: Pod, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([key, value]) => pod.labels[key] === value);
}

/** A share of a share, as a fraction. */
export function shareOf(share: string, [numerator, denominator]: Place['share']): string {
  const [some, all] = share.split('/').map(Number);
  return fraction(some * numerator, all * denominator);
}

export function added(a: string, b: string): string {
  const [[n, d], [m, e]] = [a, b].map(one => one.split('/').map(Number));
  return fraction(n * e + m * d, d * e);
}
