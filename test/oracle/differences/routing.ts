import * as fc from 'fast-check';
import { changedBy, compared, HOW, isOfMesh, type Written } from './pairs';
import type { Arrival, Outcome } from '../../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import { Unknown } from '../../../src/evaluators/unknown';
import type { Call } from '../../../src/meaning/call';
import type { Difference, Differences, Target } from '../../../src/meaning/compare/difference';
import { clusterOf } from '../../migrate/routes/moved';
import type { Program } from '../../reading/routes/foreign';
import { requests } from '../../reading/routes/gateway-api';
import { canonical } from '../../reading/routes/outcome';
import { ask, atLeast, cases, isAtLeast, type Oracle } from '../ask';
import { type Api, IN_THE_MESH } from '../foreign/routes';

type Pair = readonly [old: Written, now: Written];

interface Change {
  readonly protocol: Program['protocol'];
  readonly pair: Pair;
}

/** An object less, or others more, or both. */
function changes({ programs, mesh }: Api & { readonly programs: fc.Arbitrary<Program> }): fc.Arbitrary<Change> {
  return fc.tuple(programs, programs, HOW).map(([old, { manifests: others }, how]) => {
    const own = old.manifests.filter(isOfMesh);
    const beside = old.manifests.filter(one => !isOfMesh(one));
    // Several ports of a service are several services of Consul.
    const cluster = beside.some(({ kind }) => kind === 'Service') ? beside : clusterOf(old, mesh === 'consul');
    const side = (manifests: readonly any[]): Written => ({ manifests: [...cluster, ...manifests], mesh });
    return { protocol: old.protocol, pair: [side(own), side(changedBy(own, others, how))] };
  });
}

/** What `diff` says of where requests go is what the evaluators of both sides say: each difference is told, and each that is told is one. */
export const ROUTING: Readonly<Record<string, Oracle>> = Object.fromEntries(
  Object.entries(IN_THE_MESH).map(([title, api]) => [`where requests go by ${title}`, oracle(api, changes(api))]));

function oracle(api: Api, all: fc.Arbitrary<Change>): Oracle {
  return wanted => {
    const counts = { same: 0, told: 0, unsure: 0, undecided: 0, witnesses: 0 };
    const least = { same: wanted / 20, told: wanted / 1000 - 1, witnesses: wanted / 1000 - 1 };
    const asked = ask(wanted, 30, cases(all, requests), ({ pair }, some) => {
      const found = compared(...pair);
      for (const one of found.differences) counts.witnesses += isReal(api, one, pair) ? 1 : 0;
      let count = 0;
      for (const one of some) {
        const its = verdict(api, found, one, pair);
        counts[its]++;
        count += its === 'undecided' ? 0 : 1;
      }
      return count || undefined;
    }, () => isAtLeast(counts, least));
    atLeast(counts, least);
    return { ...asked, counts };
  };
}

/** Of a request of which the evaluators say something else on each side, it has to be told, or that it is not known. */
function verdict(api: Api, { differences, unsure }: Differences, one: RouteRequest, pair: Pair): 'same' | 'told' | 'unsure' | 'undecided' {
  const [before, after] = outcomes(api, one, pair);
  if (before === undefined || after === undefined) return 'undecided';
  if (canonical(before) === canonical(after)) return 'same';
  const services = new Set([keyOf(one.to), ...[before, after].flatMap(arrivals).map(({ service }) => service)]);
  const isOfIt = (to: Target | undefined) => to?.type === 'service' && services.has(keyOf(to.port));
  if (differences.some(({ to }) => isOfIt(to))) return 'told';
  if (unsure.some(({ to }) => to === undefined || isOfIt(to))) return 'unsure';
  throw new Error(`${canonical(before)} before, ${canonical(after)} now, and nobody says so: ${JSON.stringify(one)}\n${shown(pair)}`);
}

function outcomes({ judge, alike = outcome => outcome }: Api, request: RouteRequest, pair: Pair): (Outcome | undefined)[] {
  return pair.map(({ manifests }) => {
    try {
      return alike(judge(manifests, request));
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      return undefined;
    }
  });
}

function arrivals(outcome: Outcome): readonly Arrival[] {
  return outcome.kind === 'forwarded' ? outcome.arrivals : [];
}

function keyOf({ service, namespace, port }: { readonly service: string; readonly namespace: string; readonly port: number }): string {
  return `${namespace}/${service}:${port}`;
}

/** Whether evaluators say that shares are others, as is told; false where they do not know. Some of what is told of handling is no part of outcomes. */
function isReal(api: Api, { kind, to, contrast: { call } }: Difference, pair: Pair): boolean {
  if (kind !== 'shares' || to.type !== 'service' || call.client.kind !== 'pod') return false;
  const one = requestOf(call, to, call.client.namespace);
  const [before, after] = outcomes(api, one, pair);
  if (before === undefined || after === undefined) return false;
  if (canonical(before) !== canonical(after)) return true;
  throw new Error(`it is told that shares are others, and they are not: ${JSON.stringify(one)}: ${canonical(before)}\n${shown(pair)}`);
}

function requestOf({ request, serverName, protocol }: Call, { port: to }: Target & { readonly type: 'service' }, namespace: string): RouteRequest {
  const { host = 'cart.shop', ...said } = request ?? { method: 'GET', path: '/', headers: {}, query: {} };
  return {
    client: { namespace },
    to,
    portName: PORT_NAMES[to.port],
    protocol,
    ...said,
    host: serverName ?? host,
    response: {},
  };
}

/** Those of the Services that routes speak of. */
const PORT_NAMES: Readonly<Record<number, string>> = { 80: 'main', 81: 'admin', 8080: 'other' };

function shown(pair: Pair): string {
  return pair.map(({ manifests }) => manifests.filter(isOfMesh).map(one => JSON.stringify(one)).join('\n')).join('\n----\n');
}
