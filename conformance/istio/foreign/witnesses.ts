import * as fc from 'fast-check';
import { isAdmitted, MESHES, meshOf, ofThisRun, onLoopback, PODS } from './cluster';
import { sentAs } from './sent';
import { type Client, spiffeIdOf } from '../../../src/evaluators/access/request';
import type { Call } from '../../../src/meaning/call';
import type { Difference } from '../../../src/meaning/compare/difference';
import { manifests } from '../../../test/dialects/istio/read/foreign';
import { PORTS } from '../../../test/dialects/istio/read/foreign-requests';
import { changedBy, compared, HOW } from '../../../test/oracle/differences/pairs';
import { address, type Case, podObject, type Probe, serviceObject } from '../case';
import { verdictOnTokens, withTokens, writtenAs } from '../signers';

/** How many differences of a pair are asked about. */
const MOST = 8;

/** Those that call. */
export const CLIENTS = ['shop', 'ops'].flatMap(namespace => ['web', 'job'].map(name => ({ name, namespace, serviceAccount: name, labels: { app: name } })));

export type World = typeof MESHES[number];

/**
 * Policies that somebody else wrote, as they were and as they are now. For each difference that `diff` tells, its witness is sent to sidecars that
 * have the old policies and to sidecars that have the new ones: one lets it in, and the other does not.
 */
export function witnesses(seed: number, count: number): Case[] {
  const pairs = fc.sample(fc.record({ old: manifests, others: manifests, how: HOW, mesh: fc.constantFrom(...MESHES) }), { seed, numRuns: count });
  const cases = pairs.flatMap(({ old, others, how, mesh }, i): Case[] => {
    const sides = [old, changedBy(old, others, how)].map(policies => cluster(mesh, policies, i));
    const [before, after] = sides.map(all => ({ manifests: all, mesh: 'istio' as const }));
    const told = compared(before, after).differences.filter(one => canBeSent(one, mesh)).slice(0, MOST);
    return told.length === 0 ? [] : sides.map((all, n): Case => ({
      name: `witnesses ${i}, ${n === 0 ? 'old' : 'new'}`,
      manifests: all,
      probes: told.map(one => sent(one, mesh, i, n === 0 ? 'before' : 'after')),
    }));
  });
  const asked = cases.flatMap(({ probes }) => probes).length / 2;
  console.error(`witnesses of differences: ${asked} of ${pairs.length} pairs`);
  if (asked < pairs.length / 4) {
    throw new Error('next to no difference is told');
  }
  return cases;
}

function cluster({ text }: World, policies: readonly any[], i: number): object[] {
  return [
    meshOf(text),
    ...[...PODS.map(pod => ({ ...pod, name: pod.service })), ...CLIENTS].map((pod, n) => podObject(pod, address(n, i))),
    ...PODS.map(({ service: name, namespace, labels: selector }, n) =>
      serviceObject({ name, namespace, selector, ports: PORTS }, address(20 + n, i))),
    ...onLoopback(policies.filter(isAdmitted)).map(ofThisRun),
  ];
}

/** Of a pod that is there, from somebody who is known to have a certificate that the mesh takes, or none, and from an address of this machine. */
export function canBeSent({ to, contrast: { call: { client, protocol } } }: Difference, { aliases = [] }: World): boolean {
  return to.type === 'pods' && to.among === undefined && podOf(to.port.pod) >= 0 && PORTS.some(({ port }) => port === to.port.port)
    && client.kind !== 'kubelet' && client.meshed !== undefined && protocol !== 'UDP'
    && (client.trustDomain === undefined || aliases.includes(client.trustDomain))
    && (client.address === undefined || client.address.startsWith('127.'));
}

export function podOf({ namespace, labels }: Call['pod']): number {
  const sorted = (all: object = {}) => JSON.stringify(Object.entries(all).sort());
  return PODS.findIndex(pod => pod.namespace === namespace && sorted(pod.labels) === sorted(labels));
}

function sent({ contrast }: Difference, { trustDomain: meshDomain }: World, i: number, side: 'before' | 'after'): Probe {
  const { client, pod, port, protocol, serverName, request = { method: 'GET', path: '/', headers: {}, query: {} } } = contrast.call;
  const { claims, host = 'cart', ...plain } = request;
  const sender = { ip: '127.0.0.1', ...client, ...meshDomain !== undefined && { meshDomain } } as Client;
  return withTokens({
    ...sentAs(plain, protocol),
    client: spiffeIdOf(sender),
    source: client.address,
    namespace: client.kind === 'pod' ? client.namespace : 'shop',
    address: address(podOf(pod), i),
    port,
    host: serverName ?? host,
    answers: { diff: verdictOnTokens(contrast[side].value === 'allowed') },
  }, claims === undefined ? [] : [writtenAs({ genuine: true, claims })]);
}
