import * as fc from 'fast-check';
import { sentAs } from './sent';
import type { Known } from './share';
import { storedExperimental } from './stored';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import type { Protocol } from '../../../src/model/protocol';
import type { World } from '../../../src/reading/world';
import { program as gatewayApiProgram, requests } from '../../../test/reading/routes/gateway-api';
import { istioProgram } from '../../../test/reading/routes/virtual-services';
import { reading } from '../../../test/reading/world';
import { address, type Case, type Probe } from '../case';
import { waypoint } from '../waypoints';

/** Routes that somebody else wrote, and who follows them. */
export interface Routed {
  readonly about: string;
  readonly mesh: 'istio' | 'istio-ambient';
  readonly programs: typeof istioProgram;
  /** What a cluster stores of an object, which is one of several. */
  readonly admitted: (manifest: any, i: number) => any[];
}

export function ofIstio(about: string, mesh: Routed['mesh'], protocols: readonly Protocol[], programs = istioProgram): Routed {
  return { about, mesh, programs: programsFor(programs, mesh, protocols), admitted: asAdmitted };
}

export function ofGatewayApi(about: string, mesh: Routed['mesh'], protocols: readonly Protocol[], programs: typeof istioProgram = gatewayApiProgram): Routed {
  return { about, mesh, programs: programsFor(programs, mesh, protocols), admitted: storedExperimental };
}

function programsFor(programs: typeof istioProgram, mesh: Routed['mesh'], protocols: readonly Protocol[]): typeof istioProgram {
  const some = programs.filter(({ protocol }) => protocols.includes(protocol));
  return mesh === 'istio' ? some : atWaypoints(some);
}

/** With a waypoint in the namespace of the Service, or in another one. */
function atWaypoints(programs: typeof istioProgram): typeof istioProgram {
  const labels = fc.constantFrom({}, {}, { 'istio.io/use-waypoint-namespace': 'web' }).map(more => ({ 'istio.io/use-waypoint': 'waypoint', ...more }));
  return fc.tuple(programs, labels).map(([{ protocol, manifests: [service, ...others] }, own]) =>
    ({ protocol, manifests: [{ ...service, metadata: { ...service.metadata, labels: own } }, ...others] }));
}

/** What is said of a request to the `n`th of all; undefined where nobody asks. */
type Say = (world: World, request: RouteRequest, n: number) => Pick<Probe, 'answers'> & Partial<Pick<Probe, 'tried' | 'headers'>> | 'unknown' | undefined;

export function casesOf({ about, mesh, programs, admitted }: Routed, seed: number, count: number, say: Say): Known {
  const samples = fc.sample(programs.chain(program =>
    fc.tuple(fc.constant(program), fc.array(requests(program), { minLength: 20, maxLength: 20 }))), { seed, numRuns: count });
  let unknown = 0;
  const cases = samples.map(([{ protocol, manifests: [{ metadata: { labels } }, ...others] }, all], i): Case => {
    const objects = JSON.parse(JSON.stringify([...servicesOf(protocol, labels, i), ...others.flatMap(admitted)]));
    const world = reading(objects, 'default', mesh);
    return {
      name: `${about} ${i}`,
      manifests: [...objects, ...mesh === 'istio' ? [] : ['shop', 'web'].flatMap((namespace, n) => waypoint(namespace, n, i))],
      probes: all.flatMap((request, n) => {
        const said = say(world, request, all.length * i + n);
        if (said === 'unknown' || said === undefined) {
          unknown += said === 'unknown' ? 1 : 0;
          return [];
        }
        const { client: { namespace } } = request;
        const sent = sentAs(request, protocol);
        return [{
          ...sent,
          ...mesh === 'istio-ambient' && {
            client: `spiffe://cluster.local/ns/${namespace}/sa/web`, waypoint: labels['istio.io/use-waypoint-namespace'] ?? 'shop',
          },
          namespace,
          port: 80,
          address: address(0, i),
          host: request.host,
          ...said,
          headers: [...sent.headers, ...said.headers ?? []],
        }];
      }),
    };
  });
  return { about, cases, unknown };
}

/** The Service that is called, and those behind it. */
export function servicesOf(protocol: string, labels: object | undefined, i: number) {
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
