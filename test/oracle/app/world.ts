import type { Pod, PodPort } from '../access/request';
import { fraction } from '../routes/outcome';
import type { Written, WrittenService } from '../routes/written';

/** What runs in the cluster: Services and pods, by the conventions of whoever deployed them. */
export interface World {
  readonly known: KnownBy;
  readonly services: readonly Running[];
  readonly pods: readonly Pod[];
}

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
}

export interface Conventions {
  readonly known: KnownBy;
  /** Whether the versions of a Service run as one ServiceAccount, or as one of their own each. */
  readonly accounts: 'shared' | 'own';
  /** Whether the Service that is called selects all of its versions, or the first. */
  readonly selects: 'all' | 'first';
  /** How far the ports of the pods are from those of the Services. */
  readonly shift: 0 | 1000;
}

export const HOME = 'shop';
const CALLED = 'cart';

/** A route whose Services are those of the cluster. */
export function inWorld(route: Written, conventions: Conventions): Written {
  const { service: called } = route;
  const versions = versionsOf(route);
  // A Service is the same in all rules.
  const dress = (service: WrittenService) => running([called, ...versions].find(one => one.name === service.name)!, called, versions, conventions);
  return {
    ...route,
    service: dress(called),
    rules: route.rules.map(rule => ({
      ...rule,
      ...(rule.backends && { backends: rule.backends.map(backend => ({ ...backend, service: dress(backend.service) })) }),
      ...(rule.mirrors && { mirrors: rule.mirrors.map(mirror => ({ ...mirror, service: dress(mirror.service) })) }),
    })),
  };
}

function versionsOf({ service: called, rules }: Written): WrittenService[] {
  const all = rules.flatMap(({ backends = [], mirrors = [] }) => [...backends, ...mirrors].map(({ service }) => service))
    .filter(({ name }) => name !== called.name);
  return [...new Map(all.map(one => [one.name, one])).values()];
}

/** Versions of a Service listen on the same ports, whatever the numbers of their Services; and a mirror is a program of its own. */
function running(service: WrittenService, called: WrittenService, versions: readonly WrittenService[], conventions: Conventions): Running {
  const { accounts, selects, shift } = conventions;
  const { name } = service;
  const ofVersions = versions.map(one => one.name).filter(isVersion);
  const version = isVersion(name) ? name : name === CALLED && selects === 'first' ? ofVersions[0] : undefined;
  return {
    ...service,
    // Written without one, a backend is where the called Service is.
    namespace: service.namespace ?? called.namespace ?? HOME,
    podSelector: version === undefined ? { app: name } : { app: CALLED, version },
    serviceAccount: isVersion(name) && accounts === 'shared' ? CALLED : name,
    ports: service.ports.map((port, i) => ({ ...port, targetPort: called.ports[i].port + shift })),
  };
}

function isVersion(name: string): boolean {
  return name.startsWith(`${CALLED}-`);
}

/** Other Services: one without a route, one that shares the ServiceAccount of the first, and one of its name elsewhere. */
function neighbours({ accounts, shift }: Conventions): Running[] {
  const ports = [{ port: 80, protocol: 'HTTP' as const, targetPort: 80 + shift }, { port: 6379, protocol: 'TCP' as const, targetPort: 6379 + shift }];
  const one = (name: string, namespace: string, serviceAccount = name): Running =>
    ({ name, namespace, ports, podSelector: { app: name }, serviceAccount });
  return [one('checkout', HOME), one('basket', HOME, accounts === 'shared' ? CALLED : 'basket'), one(CALLED, 'ops')];
}

/** The cluster in which a route stands; without one, all Services stand by themselves. */
export function worldOf(route: Written | undefined, conventions: Conventions): World {
  const called: WrittenService = route?.service ?? { name: CALLED, ports: [{ port: 80, protocol: 'HTTP' }] };
  const versions = route === undefined ? [] : versionsOf(route);
  const services = [called, ...versions].map(one => running(one, called, versions, conventions)).concat(neighbours(conventions));
  // A Service that selects one of its versions has no pod beside.
  const own = services.filter(one => services.every(other => other === one || JSON.stringify(other.podSelector) !== JSON.stringify(one.podSelector)
    || other.namespace !== one.namespace || services.indexOf(other) < services.indexOf(one)));
  return { known: conventions.known, services, pods: own.map(podOf) };
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
export function podPort({ targetPort, protocol, port }: Running['ports'][0]): PodPort & { readonly servicePorts: readonly number[] } {
  return { port: targetPort!, protocol: protocol === 'TLS' ? 'TCP' : protocol, servicePorts: [port] };
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

/** The pods behind a port of a Service, which share its requests. */
export function podsBehind(world: World, namespace: string, name: string, port: number): Place[] {
  const { podSelector, ports } = serviceIn(world, namespace, name);
  const selected = world.pods.filter(pod => pod.namespace === namespace && (world.known === 'registered name'
    ? pod.serviceAccount === name
    : Object.entries(podSelector).every(([key, value]) => pod.labels[key] === value)));
  const targetPort = ports.find(one => one.port === port)?.targetPort;
  if (targetPort === undefined) {
    throw new Error(`${namespace}/${name} has no port ${port}`);
  }
  return selected.map(pod => ({ pod, port: targetPort, share: [1, selected.length] }));
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
