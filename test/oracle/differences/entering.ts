import * as fc from 'fast-check';
import { CLIENTS, POD } from './apps';
import { across, changed, compared, judged, type Pair, shown } from './pairs';
import { APIS } from './sides';
import type { Request } from '../../../src/evaluators/access/request';
import type { Call, Client } from '../../../src/meaning/call';
import type { Difference, Differences, Target } from '../../../src/meaning/compare/difference';
import type { Passage } from '../../../src/meaning/world';
import { ask, atLeast, cases, type Oracle } from '../ask';

/** What `diff` says of who gets in is what the evaluators of both sides say: each difference is told, and each that is told is one. */
export const ENTERING: Readonly<Record<string, Oracle>> = Object.fromEntries(Object.entries(APIS).flatMap(([title, api]) =>
  [[title, oracle(changed(api), 1 / 10_000)], [`${title} and others`, oracle(across(api, Object.values(APIS)), 1 / 20)]]));

const pod = fc.record({
  from: fc.constantFrom(...CLIENTS),
  meshed: fc.constantFrom(true, true, true, false),
  trustDomain: fc.constantFrom(undefined, undefined, undefined, 'partner.example'),
}).map(({ from, meshed, trustDomain }) => ({
  kind: 'pod' as const,
  ip: '10.1.0.5',
  ...from,
  namespaceLabels: { 'kubernetes.io/metadata.name': from.namespace },
  meshed,
  ...(meshed && trustDomain && { trustDomain }),
}));

const other = fc.record({
  kind: fc.constantFrom('outside' as const, 'node' as const, 'kubelet' as const),
  ip: fc.constantFrom('192.0.2.7', '192.0.2.130', '10.2.0.9'),
  meshed: fc.constant(false),
});

export const request: fc.Arbitrary<Request> = fc.record({
  client: fc.oneof({ weight: 3, arbitrary: pod }, { weight: 1, arbitrary: other }),
  port: fc.constantFrom(8080, 8080, 8080, 6379, 9090, 9443, 5353),
  entrance: fc.boolean(),
  method: fc.constantFrom('GET', 'POST'),
  path: fc.constantFrom('/cart', '/cart/items', '/carts', '/carts/7', '/carts/7/items', '/items', '/', '/api', '/api/v1', '/foo', '/healthz'),
  host: fc.constantFrom('shop.example.com', 'other.example.com', 'shop.test'),
  headers: fc.dictionary(fc.constantFrom('x-team', 'x-version', 'x-a', 'x-b'), fc.constantFrom('1', '12', '2', 'shop', 'b'), { maxKeys: 2 }),
}).map(({ entrance, ...one }) => ({ ...one, query: {}, pod: POD, ...(entrance && { entrance: { service: 'cart', port: one.port } }) }));

/** At least so much of the requests has to be told of; a change to one API leaves most as they are. */
function oracle(pairs: fc.Arbitrary<Pair<Request>>, told: number): Oracle {
  return requests => {
    const counts = { same: 0, told: 0, unsure: 0, undecided: 0, witnesses: 0 };
    const asked = ask(requests, 30, cases(pairs, () => request), ([old, now], some) => {
      const found = compared(old, now);
      for (const one of found.differences) counts.witnesses += isReal(one, old, now) ? 1 : 0;
      let count = 0;
      for (const one of some) {
        counts[verdict(found, one, old, now)]++;
        count++;
      }
      return count;
    });
    atLeast(counts, { same: requests / 20, told: told * requests - 1, witnesses: requests / 1000 - 1 });
    return { ...asked, counts };
  };
}

/** Of a request for which the evaluators say something else on each side, it has to be told, or that it is not known. */
function verdict({ differences, unsure }: Differences, one: Request, ...[old, now]: Pair<Request>): 'same' | 'told' | 'unsure' | 'undecided' {
  const [before, after] = judged(one, old, now);
  if (before === undefined || after === undefined) return 'undecided';
  if (before === after) return 'same';
  const kind = after ? 'wider' : 'narrower';
  const there = differences.filter(({ to }) => isAt(to, one.port));
  if (there.some(({ kind: its, crowd: { clients } }) => its === kind && clients.some(client => isSame(client, one)))) return 'told';
  // Where conditions do not tell the client from others, one of these stands for it, and what is said of the request is the same.
  const isNamed = there.some(({ crowd: { clients } }) => clients.some(client => isSame(client, one)));
  const isLike = (client: Client) => client.kind === one.client.kind || (client.meshed === false && !one.client.meshed);
  // An evaluator may know less of it than of the client: whether it may join a mesh at all.
  const isDecidedAlike = (client: Client, call: Call) =>
    judged({ ...one, client: requestOf({ ...call, client }).client }, old, now)
      .every((value, i) => value === undefined || value === [before, after][i]);
  const standsIn = ({ kind: its, crowd: { clients }, contrast: { call } }: Difference) =>
    its === kind && clients.some(client => isLike(client) && isDecidedAlike(client, call));
  if (!isNamed && there.some(standsIn)) return 'told';
  if (unsure.some(({ to }) => to === undefined || isAt(to, one.port))) return 'unsure';
  throw new Error(`${kind}, and nobody says so: ${JSON.stringify(one)}\n${shown(old, now)}`);
}

function isCart(to: Target): to is Target & { readonly type: 'pods' } {
  return to.type === 'pods' && to.among === undefined && to.port.pod.namespace === POD.namespace && to.port.pod.labels?.app === POD.labels.app;
}

function isAt(to: Target, port: number): boolean {
  return isCart(to) && to.port.port === port;
}

function isSame(client: Client, { client: { kind, meshed, namespace, serviceAccount, trustDomain } }: Request): boolean {
  if (client.kind !== kind) return false;
  return client.kind !== 'pod' || (client.meshed === meshed && client.namespace === namespace && client.serviceAccount === serviceAccount
    && client.trustDomain === trustDomain);
}

/** Whether evaluators say what is told of a request; false where they do not know. */
function isReal({ to, contrast: { before, after, call } }: Difference, ...[old, now]: Pair<Request>): boolean {
  if (!isCart(to)) return false;
  const one = requestOf(call);
  const decided = judged(one, old, now);
  if (decided.includes(undefined)) return false;
  const told = [before, after].map(({ value }) => (value as Passage) === 'allowed');
  if (decided.join() === told.join()) return true;
  throw new Error(`${JSON.stringify(told)} is told, and not ${JSON.stringify(decided)}, of ${JSON.stringify(one)}\n${shown(old, now)}`);
}

function requestOf({ client: { address = '10.1.0.5', ...client }, port, entrance, request: given = { method: 'GET', path: '/', headers: {}, query: {} } }: Call): Request {
  const { claims, ...sent } = given;
  return {
    host: 'cart',
    ...sent,
    ...(claims !== undefined && { tokens: [{ genuine: true, claims }] }),
    ...(entrance !== undefined && { entrance: { service: entrance.service, port: entrance.port } }),
    client: { ...client, ip: address } as Request['client'],
    port,
    pod: POD,
  };
}
