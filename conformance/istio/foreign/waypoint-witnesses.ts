import * as fc from 'fast-check';
import { MESHES, PODS } from './cluster';
import { calls, clusterOf, sentBy, WAYPOINTS } from './waypoint-access';
import { enoughWitnesses, type Witnessed } from './witnessed';
import { canBeSent, CLIENTS, podOf, type World } from './witnesses';
import type { Client, Request } from '../../../src/evaluators/access/request';
import type { Difference, Differences } from '../../../src/meaning/compare/difference';
import { ofWaypoints } from '../../../test/dialects/istio/read/foreign';
import { changedBy, compared, HOW } from '../../../test/oracle/differences/pairs';
import { address, type Case, podObject, type Probe } from '../case';

/** How many differences of a pair are asked about. */
const MOST = 8;

/**
 * Policies that somebody else wrote, most of them for waypoints, as they were and as they are now, in ambient mode. The witness of each difference is
 * sent to both sides; where nothing differs, both answer alike.
 */
export function witnessesAtWaypoints(seed: number, count: number): Case[] {
  return enoughWitnesses('witnesses of policies at waypoints', seed, count, witnessesOf);
}

function witnessesOf(seed: number, count: number): Witnessed {
  const pairs = fc.sample(fc.record({
    old: ofWaypoints,
    others: ofWaypoints,
    how: HOW,
    mesh: fc.constantFrom(...MESHES),
    waypoints: fc.constantFrom(...WAYPOINTS),
    some: fc.array(calls, { minLength: 8, maxLength: 8 }),
  }), { seed, numRuns: count });
  const counts = { told: 0, hidden: 0, alike: 0 };
  const cases = pairs.flatMap(({ old, others, how, mesh, waypoints, some }, i): Case[] => {
    const was = old.map((one, n) => aged(one, n));
    const sides = [was, changedBy(was, others.map((one, n) => aged(one, 30 + n)), how)].map(policies =>
      [...clusterOf(mesh.text, waypoints, policies, i), ...CLIENTS.map((pod, n) => podObject(pod, address(PODS.length + n, i)))]);
    const [before, after] = sides.map(manifests => ({ manifests, mesh: 'istio-ambient' as const }));
    const found = compared(before, after);
    const told = found.differences.filter(one => canBeSent(one, mesh)).slice(0, MOST);
    const asked = some.filter(one => isAsked(one, mesh) && isSame(found, one));
    counts.told += told.length;
    counts.hidden += found.differences.length - told.length;
    counts.alike += asked.length;
    const ofMesh = mesh.trustDomain !== undefined && { meshDomain: mesh.trustDomain };
    const alike = asked.map((one, n): Probe => {
      const { answers: _, ...probe } = sentBy({ ...one, client: { ...one.client, ...ofMesh } }, waypoints[one.pod.namespace], i, true);
      return { ...probe, alike: `at waypoints ${seed}/${i}, ${n}`, answers: {} };
    });
    return told.length + alike.length === 0 ? [] : sides.map((manifests, n): Case => ({
      name: `witnesses at waypoints ${i}, ${n === 0 ? 'old' : 'new'}`,
      manifests,
      probes: [...told.map(one => sent(one, mesh, waypoints, i, n === 0 ? 'before' : 'after')), ...alike],
    }));
  });
  return { cases, ...counts };
}

/** No two are of one age: of some, Istio takes any, and not the same each time. */
function aged(one: any, n: number): any {
  return { ...one, metadata: { ...one.metadata, creationTimestamp: `2026-11-03T00:00:${String(n).padStart(2, '0')}Z` } };
}

function isAsked({ client: { kind, trustDomain } }: Request, { aliases = [] }: World): boolean {
  return kind !== 'kubelet' && (trustDomain === undefined || aliases.includes(trustDomain));
}

/** Whether it is known that nothing differs at a port. */
function isSame({ differences, perhaps, unsure }: Differences, { pod, port }: Request): boolean {
  return ![...differences, ...perhaps, ...unsure].some(({ to }) =>
    to === undefined || (to.type === 'pods' && (to.among !== undefined || (podOf(to.port.pod) === PODS.indexOf(pod) && to.port.port === port))));
}

function sent(
  { contrast }: Difference, { trustDomain: meshDomain }: World, waypoints: Readonly<Record<string, string>>, i: number, side: 'before' | 'after',
): Probe {
  const { client, pod, port, entrance, serverName, request = { method: 'GET', path: '/', headers: {}, query: {} } } = contrast.call;
  const { claims, host = 'cart', ...plain } = request;
  const one: Request = {
    ...plain,
    client: { ip: '127.0.0.1', ...client, ...client.address !== undefined && { ip: client.address }, ...meshDomain !== undefined && { meshDomain } } as Client,
    pod: PODS[podOf(pod)],
    port,
    host: serverName ?? host,
    ...entrance && { entrance: { service: entrance.service, port: entrance.port } },
    ...claims !== undefined && { tokens: [{ genuine: true, claims }] },
  };
  const { answers, ...probe } = sentBy(one, waypoints[one.pod.namespace], i, contrast[side].value === 'allowed');
  return { ...probe, answers: { diff: answers } };
}
