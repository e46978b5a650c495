import * as fc from 'fast-check';
import { deployment, service } from './setup';
import type { SmiMesh } from '../../../src/dialects/smi/read/meshes';
import { allowedByCilium } from '../../../src/evaluators/access/cilium';
import { allowedByConsul } from '../../../src/evaluators/access/consul';
import { allowedByIstio } from '../../../src/evaluators/access/istio';
import { allowedByIstioAmbient } from '../../../src/evaluators/access/istio-ambient';
import { allowedByKuma } from '../../../src/evaluators/access/kuma';
import { allowedByLinkerd } from '../../../src/evaluators/access/linkerd';
import { allowedByNetworkPolicy } from '../../../src/evaluators/access/network-policy';
import { type Request, TRUST_DOMAIN } from '../../../src/evaluators/access/request';
import { allowedBySmi } from '../../../src/evaluators/access/smi';
import { Unknown } from '../../../src/evaluators/unknown';
import type { PlanOptions } from '../../../src/migrate/plan';
import { type TargetName, TARGETS, type TargetSettings, traitsOf } from '../../../src/migrate/targets';
import { ACCOUNTS, NAMESPACES, PATHS, VALUES, type World } from '../../oracle/smi/worlds';

/** A target, and who reads what is written for it. */
export interface Migrated {
  readonly name: TargetName;
  readonly settings: TargetSettings;
  /** Absent where nothing says who may call. */
  readonly allowed?: (manifests: readonly any[], request: Request) => boolean;
  /** Whether it tells who asks from others, as far as the manifests tell of them. */
  readonly isNamed?: (world: World, request: Request) => boolean;
  /** Whether it knows pods without a proxy of a mesh. */
  readonly isNetwork?: boolean;
}

/** Where namespaces share their names, others of a name can be told from it only if anything here says that they are there. */
function isNamed({ targets }: World, { client: { namespace, serviceAccount } }: Request): boolean {
  return namespace === 'shop' || targets.some(({ sources }) => sources.some(source => source.namespace === namespace && source.name === serviceAccount));
}

/** Every target, and every way in which its settings change who may call. */
export const MIGRATED: Readonly<Record<string, Migrated>> = {
  'istio': { name: 'istio', settings: {}, allowed: allowedByIstio },
  'istio-ambient': { name: 'istio-ambient', settings: { waypoint: 'waypoint' }, allowed: allowedByIstioAmbient },
  'linkerd': { name: 'linkerd', settings: {}, allowed: allowedByLinkerd },
  'consul, mirrored': { name: 'consul', settings: { consulNamespaces: 'MIRRORED' }, allowed: allowedByConsul('mirrored') },
  'consul, single': { name: 'consul', settings: { consulNamespaces: 'SINGLE' }, allowed: allowedByConsul('single'), isNamed },
  'kuma': { name: 'kuma', settings: { trustDomain: TRUST_DOMAIN }, allowed: allowedByKuma },
  'cilium': { name: 'cilium', settings: {}, allowed: allowedByCilium, isNetwork: true },
  'gateway-api': { name: 'gateway-api', settings: {} },
  'network-policy': { name: 'network-policy', settings: {}, allowed: allowedByNetworkPolicy('everyone'), isNetwork: true },
};

/** What a plan for a target is made with. */
export function optionsFor({ name, settings }: Migrated): Pick<PlanOptions, 'targets' | 'asksAtServices' | 'deniesUnasked' | 'knowsNamesOnly'> {
  return { targets: [TARGETS[name].of(settings)], ...traitsOf([name], settings) };
}

/** Whether SMI let a request in, as it was read; nothing, where that is not certain. */
export function judged(from: SmiMesh, manifests: readonly any[], request: Request): boolean | undefined {
  return certainly(() => allowedBySmi(from)(manifests, request));
}

/** What a judge says; nothing, where that is not certain. */
export function certainly<T>(judge: () => T): T | undefined {
  try {
    return judge();
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

const PORTS = [{ port: 80, targetPort: 8080, name: 'http', appProtocol: 'http' }, { port: 9090, name: 'tcp', appProtocol: 'tcp' }];
// Traefik goes by an annotation of the whole Service.
const BYTES = { annotations: { 'mesh.traefik.io/traffic-type': 'tcp' } };

/**
 * Services and workloads for the worlds of SMI that are made up: HTTP on one port, bytes on the other. The pods of `cart` are those of one
 * workload, or of one for each version.
 */
export function besideFor(from: SmiMesh, hasVersions = false): object[] {
  const services = (name: string) => from !== 'traefik' ? [service(name, PORTS)]
    : [service(name, PORTS.slice(0, 1)), service(`${name}-bytes`, PORTS.slice(1), { app: name }, BYTES)];
  const versions = ['v1', 'v2'].map(version => [`cart-${version}`, { app: 'cart', version }] as const);
  return [
    ...ACCOUNTS.flatMap(services),
    ...ACCOUNTS.filter(name => !hasVersions || name !== 'cart').map(name => deployment(name)),
    ...!hasVersions ? [] : versions.map(([name, labels]) => deployment(name, { serviceAccountName: 'cart' }, labels)),
    ...versions.map(([name, labels]) => service(name, from === 'traefik' ? PORTS.slice(0, 1) : PORTS, hasVersions ? labels : { app: name })),
  ];
}

/** A world in which a mesh finds something to read: the adapter for Istio takes paths as they are, and matches by their names. */
export function fitting(world: World, from: SmiMesh): World {
  if (from !== 'istio-adapter') return world;
  const groups = world.groups.map(({ matches, ...group }) =>
    ({ ...group, matches: matches.map(({ pathRegex = '', ...match }) => ({ ...match, pathRegex: pathRegex.replace('.*', '*') || '/foo*' })) }));
  const rules = world.groups.slice(0, 1).map(({ name, matches }) => ({ kind: 'HTTPRouteGroup', name, matches: matches.map(match => match.name) }));
  return { ...world, groups, targets: world.targets.map(target => ({ ...target, rules })) };
}

/** A request to a pod of these workloads: often one that a TrafficTarget names, since others are mostly denied. */
export function requestsIn(world: World, from: SmiMesh): fc.Arbitrary<Request> {
  const named = world.targets.flatMap(({ sources, destination }) => sources.map(source => ({ source, destination: destination.name })));
  const any = fc.record({
    source: fc.record({ namespace: fc.constantFrom(...NAMESPACES), name: fc.constantFrom(...ACCOUNTS) }),
    destination: fc.constantFrom(...ACCOUNTS),
  });
  return fc.record({
    who: fc.oneof(any, fc.constantFrom(...named)),
    meshed: fc.constantFrom(true, true, true, true, false),
    port: fc.constantFrom(8080, 8080, 9090),
    method: fc.constantFrom('GET', 'POST', 'PUT'),
    path: fc.constantFrom(...PATHS),
    headers: fc.dictionary(fc.constantFrom('x-a', 'x-b'), fc.constantFrom(...VALUES.filter(value => value !== '')), { noNullPrototype: true }),
  }).map(({ who: { source: { namespace, name }, destination }, meshed, port, ...sent }) => ({
    ...sent,
    query: {},
    port,
    entrance: port === 8080 ? { service: destination, port: 80 } : { service: from === 'traefik' ? `${destination}-bytes` : destination, port: 9090 },
    client: { kind: 'pod', ip: '10.0.0.1', meshed, namespace, serviceAccount: name, labels: { app: name }, namespaceLabels: {} },
    pod: {
      service: destination,
      namespace: 'shop',
      serviceAccount: destination,
      labels: { app: destination, version: 'v1' },
      ports: [{ port: 8080, protocol: 'HTTP', servicePorts: [80] }, { port: 9090, protocol: 'TCP' }],
    },
  }));
}
