import * as fc from 'fast-check';
import { sentAs } from './sent';
import { type Known, mostlyKnown } from './share';
import { storedExperimental } from './stored';
import type { Outcome } from '../../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import { hasRequests, type Protocol } from '../../../src/model/protocol';
import { program as gatewayApiProgram, requests } from '../../../test/reading/routes/gateway-api';
import { readOutcome } from '../../../test/reading/routes/outcome';
import { istioProgram } from '../../../test/reading/routes/virtual-services';
import { reading } from '../../../test/reading/world';
import { perBackend, shareOf } from '../apps';
import { address, type Case } from '../case';
import { waypoint } from '../waypoints';

interface Asking {
  readonly about: string;
  readonly mesh: 'istio' | 'istio-ambient';
  readonly programs: typeof istioProgram;
  /** What a cluster stores of an object, which is one of several. */
  readonly admitted: (manifest: any, i: number) => any[];
  /** The part of the requests of which at most it is not known what becomes of them, and some answers that there are. */
  readonly most: number;
  readonly answers: readonly string[];
}

const REQUESTS: readonly Protocol[] = ['HTTP', 'GRPC'];
const CONNECTIONS: readonly Protocol[] = ['TCP', 'TLS'];
const SENT = ['/cart-v', 'no route'];

/**
 * VirtualServices and DestinationRules that somebody else wrote, and routes of Gateway API, with what is sent to a Service. Where the library says that it
 * goes, sidecars send it, and waypoints.
 */
const ALL: readonly Asking[] = [
  ofIstio('foreign VirtualServices', 'istio', REQUESTS, 0.45, SENT),
  ofGatewayApi('foreign HTTPRoutes and GRPCRoutes', 'istio', REQUESTS, 0.4, SENT),
  ofIstio('foreign VirtualServices at waypoints', 'istio-ambient', REQUESTS, 0.45, SENT),
  ofGatewayApi('foreign HTTPRoutes and GRPCRoutes at waypoints', 'istio-ambient', REQUESTS, 0.5, SENT),
  ofIstio('foreign VirtualServices for connections', 'istio', CONNECTIONS, 0.65, ['/cart-v']),
  ofGatewayApi('foreign TCPRoutes and TLSRoutes', 'istio', CONNECTIONS, 0.7, ['/cart-v']),
  ofIstio('foreign VirtualServices for connections at waypoints', 'istio-ambient', CONNECTIONS, 0.3, ['/cart-v']),
  ofGatewayApi('foreign TCPRoutes and TLSRoutes at waypoints', 'istio-ambient', CONNECTIONS, 0.3, ['/cart-v']),
];

export function foreignRoutes(seed: number, count: number): readonly Case[] {
  return ALL.flatMap(one => mostlyKnown((own, some) => asked(one, own, some), seed, count, one.most, ...one.answers));
}

function ofIstio(about: string, mesh: Asking['mesh'], protocols: readonly Protocol[], most: number, answers: readonly string[]): Asking {
  return { about, mesh, programs: programsFor(istioProgram, mesh, protocols), admitted: asAdmitted, most, answers };
}

function ofGatewayApi(about: string, mesh: Asking['mesh'], protocols: readonly Protocol[], most: number, answers: readonly string[]): Asking {
  return { about, mesh, programs: programsFor(gatewayApiProgram, mesh, protocols), admitted: storedExperimental, most, answers };
}

function programsFor(programs: typeof istioProgram, mesh: Asking['mesh'], protocols: readonly Protocol[]): typeof istioProgram {
  const some = programs.filter(({ protocol }) => protocols.includes(protocol));
  return mesh === 'istio' ? some : atWaypoints(some);
}

/** With a waypoint in the namespace of the Service, or in another one. */
function atWaypoints(programs: typeof istioProgram): typeof istioProgram {
  const labels = fc.constantFrom({}, {}, { 'istio.io/use-waypoint-namespace': 'web' }).map(more => ({ 'istio.io/use-waypoint': 'waypoint', ...more }));
  return fc.tuple(programs, labels).map(([{ protocol, manifests: [service, ...others] }, own]) =>
    ({ protocol, manifests: [{ ...service, metadata: { ...service.metadata, labels: own } }, ...others] }));
}

function asked({ about, mesh, programs, admitted }: Asking, seed: number, count: number): Known {
  const samples = fc.sample(programs.chain(program =>
    fc.tuple(fc.constant(program), fc.array(requests(program), { minLength: 20, maxLength: 20 }))), { seed, numRuns: count });
  let unknown = 0;
  const cases = samples.map(([{ protocol, manifests: [{ metadata: { labels } }, ...others] }, all], i): Case => {
    const objects = JSON.parse(JSON.stringify([...servicesOf(protocol, labels, i), ...others.flatMap(admitted)]));
    const world = reading(objects, 'default', mesh);
    return {
      name: `${about} ${i}`,
      manifests: [...objects, ...mesh === 'istio' ? [] : ['shop', 'web'].flatMap((namespace, n) => waypoint(namespace, n, i))],
      probes: all.flatMap(request => {
        const outcome = readOutcome(world, request);
        if (outcome === 'unknown') {
          unknown++;
          return [];
        }
        const { client: { namespace } } = request;
        return [{
          ...sentAs(request, protocol),
          ...mesh === 'istio-ambient' && {
            client: `spiffe://cluster.local/ns/${namespace}/sa/web`, waypoint: labels['istio.io/use-waypoint-namespace'] ?? 'shop',
          },
          namespace,
          port: 80,
          address: address(0, i),
          host: request.host,
          answers: { library: mesh === 'istio' ? said(outcome, request) : atWaypoint(said(outcome, request)) },
        }];
      }),
    };
  });
  return { about, cases, unknown };
}

/** The Service that is called, and those behind it. */
function servicesOf(protocol: string, labels: object | undefined, i: number): object[] {
  const one = (name: string, namespace: string, n: number, ports: readonly object[]) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, ...n === 0 && { labels } },
    spec: { clusterIP: address(n, i), selector: { app: name }, ports: ports.map(port => ({ appProtocol: protocol.toLowerCase(), ...port })) },
  });
  const behind = [{ name: 'one', port: 80 }, { name: 'other', port: 8080 }];
  return [
    one('cart', 'shop', 0, [{ name: 'main', port: 80 }, { name: 'admin', port: 81 }, { name: 'other', port: 8080 }]),
    ...['shop', 'other', 'web'].flatMap((namespace, n) => ['cart-v1', 'cart-v2'].map((name, k) => one(name, namespace, 1 + 2 * n + k, behind))),
    ...['other', 'web'].map((namespace, n) => one('cart', namespace, 7 + n, behind)),
  ];
}

/**
 * What a cluster takes of it: some weight, times, one list of copies, a redirect to somewhere, and server names of the hosts alone. What is misspelt is
 * not stored. What fails by chance, always fails; no two are of one age, or have one name.
 */
function asAdmitted({ kind, metadata, spec }: any, i: number): any[] {
  const { exportTo, ...own } = spec;
  const to = exportTo?.filter((one: string) => one !== '~');
  const creationTimestamp = `${metadata.creationTimestamp?.slice(0, 10) ?? '2026-11-03'}T00:00:0${i}Z`;
  const manifest = { apiVersion: 'networking.istio.io/v1', kind, metadata: { ...metadata, creationTimestamp }, spec: { ...own, ...to !== undefined && { exportTo: to } } };
  if (kind === 'VirtualService') {
    const routes = { http: own.http.map(httpAsAdmitted), tcp: own.tcp?.map(weighed), ...namedAsAdmitted(own) };
    return to?.length === 0 ? [] : [{ ...manifest, spec: { ...manifest.spec, ...routes } }];
  }
  const isSaid = (own.trafficPolicy.portLevelSettings ?? []).every((setting: any) => Object.keys(setting).length > 1);
  return isSaid && Object.keys(own.trafficPolicy).some(name => name !== 'retryBudget') && !JSON.stringify(own).includes('"0s"')
    ? [{ ...manifest, metadata: { ...manifest.metadata, name: `rule-${i}` } }] : [];
}

/** Server names are those of the hosts. */
function namedAsAdmitted({ hosts, tls = [] }: any): { readonly tls?: any[]; readonly hosts?: string[] } {
  const isNamed = (name: string) => name.endsWith('.example.com') || hosts.includes(name);
  const named = tls.map((route: any) => ({ ...weighed(route), match: route.match.filter(({ sniHosts }: any) => sniHosts.every(isNamed)) }))
    .filter(({ match }: any) => match.length > 0);
  return { tls: named.length > 0 ? named : undefined, hosts: named.length > 0 ? [...hosts, '*.example.com'] : hosts };
}

function httpAsAdmitted({ mirror, timeout, redirect, fault, timeouts: _, header: __, ...route }: any): any {
  return weighed({
    ...route,
    ...mirror !== undefined && route.mirrors === undefined && { mirror },
    ...timeout !== undefined && timeout !== '0s' && { timeout },
    ...redirect && { redirect: ['scheme', 'authority', 'uri', 'port'].some(name => name in redirect) ? redirect : { ...redirect, uri: '/v2' } },
    ...fault && { fault: fault.abort === undefined ? fault : { abort: { ...fault.abort, percentage: { value: 100 } } } },
  });
}

function weighed({ route, ...rule }: any): any {
  const isNothing = route?.length > 1 && route.every(({ weight = 0 }: any) => weight === 0);
  return { ...rule, ...route && { route: isNothing ? route.map((one: any) => ({ ...one, weight: 1 })) : route } };
}

/** The answer of a sidecar. It says the path, where the route may change it. A connection that nobody takes is closed. */
function said(outcome: Outcome, { protocol, path }: RouteRequest): string | readonly string[] {
  switch (outcome.kind) {
    case 'failed': return hasRequests(protocol) ? 'no route' : 'denied';
    case 'redirected': return `${protocol === 'GRPC' ? 'HTTP 200, gRPC "2"' : `HTTP ${outcome.status}, gRPC ""`}, to ${outcome.location}`;
    case 'responded': return status(protocol, outcome.status);
  }
  const { abort } = (outcome.policies.faults ?? {}) as { readonly abort?: { readonly statusCode: number } };
  if (abort !== undefined) {
    return status(protocol, abort.statusCode);
  }
  // What gets some requests with one change of headers, and some with another, is one backend in the answer.
  const backends = perBackend(outcome.arrivals, ({ service }) => shareOf(...outcome.arrivals.filter(one => one.service === service)));
  const [changed = path] = outcome.arrivals.map(({ request }) => request?.path);
  return changed === path ? [backends, `${backends} ${path}`] : `${backends} ${changed}`;
}

/** A waypoint does not say the path. Its clients here speak TLS, and so it redirects to that where nothing says something else. */
function atWaypoint(answer: string | readonly string[]): readonly string[] {
  const [backends] = typeof answer === 'string' ? [answer] : answer;
  return backends.startsWith('{') ? [backends.split(' ')[0]] : [backends, backends.replace(', to http:', ', to https:')];
}

function status(protocol: string, code: number): string {
  return protocol === 'GRPC' ? `HTTP 200, gRPC "${code === 503 ? 14 : 2}"` : `HTTP ${code}, gRPC ""`;
}
