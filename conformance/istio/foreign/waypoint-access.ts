import * as fc from 'fast-check';
import { isAdmitted, MESHES, meshOf, ofThisRun, onLoopback, PODS } from './cluster';
import { sentAs } from './sent';
import type { Known } from './share';
import { type Client, type Pod, portOf, type Request, spiffeIdOf } from '../../../src/evaluators/access/request';
import { ofWaypoints } from '../../../test/dialects/istio/read/foreign';
import { request } from '../../../test/dialects/istio/read/foreign-requests';
import { asked } from '../../../test/reading/asked';
import { reading } from '../../../test/reading/world';
import { verdict } from '../../harness/case';
import { address, type Case, podObject, type Probe } from '../case';
import { verdictOnTokens, withTokens, writtenAs } from '../signers';
import { waypoint } from '../waypoints';

/** Those that have a waypoint. */
export const NAMESPACES = ['shop', 'ops'];

/** By port of the pods. */
const DOORS: Readonly<Record<number, readonly number[]>> = { 8080: [80, 8080], 9090: [9090], 9443: [9443] };

/** Where each namespace has its waypoint. */
const OWN = { shop: 'shop', ops: 'ops' };
export const WAYPOINTS: readonly Readonly<Record<string, string>>[] = [OWN, OWN, { shop: 'ops', ops: 'ops' }];

/** Calls of Services, most of them, and of pods. */
export const calls = fc.tuple(request, fc.constantFrom(...PODS), fc.integer({ min: 0, max: 2 })).map(([one, pod, n]): Request => {
  const port = DOORS[one.port][n];
  return { ...one, pod, client: onLoopback(one.client), ...port !== undefined && { entrance: { service: pod.service, port } } };
});

/** Policies that somebody else wrote, most of them for waypoints, and calls in ambient mode: of Services, by their waypoint, and of pods. */
export function foreignAccessAtWaypoints(seed: number, count: number): Known {
  const samples = fc.sample(fc.record({
    all: ofWaypoints,
    mesh: fc.constantFrom(...MESHES),
    waypoints: fc.constantFrom(...WAYPOINTS),
    calls: fc.array(calls, { minLength: 30, maxLength: 30 }),
  }), { seed, numRuns: count });
  let unknown = 0;
  const cases = samples.map(({ all, mesh: { text, trustDomain: meshDomain, aliases = [] }, waypoints, calls: asking }, i): Case => {
    const manifests = clusterOf(text, waypoints, all, i);
    const world = reading(manifests, 'default', 'istio-ambient');
    return {
      name: `foreign access at waypoints ${i}`,
      manifests,
      probes: asking.flatMap(one => {
        const { client, pod } = one;
        if (client.kind === 'kubelet' || (client.trustDomain !== undefined && !aliases.includes(client.trustDomain))) {
          return [];
        }
        const answer = asked(world, one)!;
        if (answer === 'unknown') {
          unknown++;
          return [];
        }
        const sent = { ...one, client: { ...client, ...meshDomain !== undefined && { meshDomain } } };
        const { answers, ...probe } = sentBy(sent, waypoints[pod.namespace], i, answer === 'allowed');
        return [{ ...probe, answers: { library: answers } }];
      }),
    };
  });
  return { about: 'foreign policies at waypoints', cases, unknown };
}

/** Pods and their Services, with waypoints and policies. */
export function clusterOf(mesh: string, waypoints: Readonly<Record<string, string>>, policies: readonly any[], i: number): object[] {
  return [
    meshOf(mesh),
    ...NAMESPACES.flatMap((namespace, n) => waypoint(namespace, n, i)),
    ...PODS.flatMap((pod, n) => [
      podObject({ ...pod, name: pod.service }, address(n, i)), serviceOf(pod, waypoints[pod.namespace], address(20 + n, i)),
    ]),
    ...onLoopback(policies.filter(isAdmitted)).map(ofThisRun),
  ];
}

type Sent = Omit<Probe, 'answers'> & { readonly answers: string | readonly string[] };

/** By the waypoint of a Service, or straight to the pod, and the answers where it is let in, or is not. */
export function sentBy(one: Request, home: string, i: number, allowed: boolean): Sent {
  const n = PODS.indexOf(one.pod);
  return one.client.meshed && one.entrance !== undefined ? atWaypoint(one, home, n, i, allowed)
    : { ...known(one, address(n, i)), port: one.port, ztunnel: one.client.ip, answers: verdict(allowed) };
}

function serviceOf({ service, namespace, labels: selector, ports }: Pod, home: string, clusterIP: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: service, namespace, labels: { 'istio.io/use-waypoint': 'waypoint', ...home !== namespace && { 'istio.io/use-waypoint-namespace': home } },
    },
    spec: {
      clusterIP,
      selector,
      ports: ports.flatMap(({ port: targetPort, protocol }) =>
        DOORS[targetPort].map(port => ({ name: `p-${port}`, port, targetPort, appProtocol: protocol.toLowerCase() }))),
    },
  };
}

/** What it lets pass comes to the pod from its address, and with its certificate. */
function atWaypoint(one: Request, home: string, n: number, i: number, allowed: boolean): Sent {
  const { client, entrance, pod } = one;
  // The Services of several may lead to one pod.
  const called = PODS.findIndex(({ namespace, service }) => namespace === pod.namespace && service === entrance!.service);
  const name = `${pod.namespace}/${entrance!.service}:${entrance!.port}`;
  const proxy: Client = { ...client, namespace: home, serviceAccount: 'waypoint', trustDomain: undefined };
  const [passed, stopped] = [true, false].map(isLetIn => JSON.stringify({ [name]: `1 ${verdict(isLetIn)}` }));
  const probe = withTokens({
    ...known(one, address(20 + called, i)),
    port: entrance!.port,
    waypoint: home,
    pods: {
      [name]: { address: address(n, i), port: one.port, ztunnel: address(80 + NAMESPACES.indexOf(home), i), client: spiffeIdOf(proxy)! },
    },
  }, (one.tokens ?? []).map(writtenAs));
  return { ...probe, answers: allowed ? passed : [stopped, ...verdictOnTokens(false)] };
}

function known(one: Request, ip: string): Omit<Probe, 'port' | 'answers'> {
  const { client, host = '' } = one;
  return { ...sentAs(one, portOf(one).protocol), client: spiffeIdOf(client), namespace: client.namespace ?? 'shop', address: ip, host };
}
