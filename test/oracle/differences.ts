import * as fc from 'fast-check';
import { ask, atLeast, cases, type Oracle } from './ask';
import { allowedByIstio } from '../../src/evaluators/access/istio';
import { allowedByNetworkPolicy } from '../../src/evaluators/access/network-policy';
import type { Request } from '../../src/evaluators/access/request';
import { Unknown } from '../../src/evaluators/unknown';
import { documentsIn } from '../../src/manifests/documents';
import type { Call, Client } from '../../src/meaning/call';
import type { Difference, Differences, Target } from '../../src/meaning/compare/difference';
import { compareWorlds } from '../../src/meaning/compare/worlds';
import type { Passage } from '../../src/meaning/world';
import { scopeOf } from '../../src/reading/changed';
import { halfOf, textsOf } from '../../src/reading/half';
import { worldOf } from '../../src/reading/world';
import { manifests as ofIstio } from '../dialects/istio/read/foreign';
import { policies as ofNetworks } from '../dialects/kubernetes/read/foreign';

/** Whether a request gets in; undefined where networks differ, or nobody knows. */
type Judge = (manifests: readonly any[], request: Request) => boolean | undefined;

const istio: Judge = (manifests, request) => known(() => allowedByIstio(manifests, request));

const networks: Judge = (manifests, request) => known(() => {
  const [some, others] = (['everyone', 'outside'] as const).map(blocks => allowedByNetworkPolicy(blocks)(manifests, request));
  if (some !== others) throw new Unknown('whether blocks hold for pods');
  return some;
});

function known(judge: () => boolean): boolean | undefined {
  try {
    return judge();
  } catch (error) {
    if (!(error instanceof Unknown)) throw error;
    return undefined;
  }
}

/** The policies of one side, and who says what they do. */
interface Side {
  readonly policies: readonly any[];
  readonly judge: Judge;
}

type Pair = readonly [old: Side, now: Side];

const sides = (policies: fc.Arbitrary<readonly any[]>, judge: Judge) => policies.map((all): Side => ({ policies: all, judge }));

/** The evaluator is asked about what arrives. */
const arriving = ofNetworks.map(all => all.map(one => ({ ...one, spec: { ...one.spec, policyTypes: ['Ingress'] } })));

/** A policy less, or another one more, or both. */
const changed = (policies: fc.Arbitrary<readonly any[]>, judge: Judge): fc.Arbitrary<Pair> => fc.tuple(policies, policies, fc.nat(3), fc.nat(1))
  .map(([old, others, dropped, added]) => {
    const named = others.slice(0, added).map(one => ({ ...one, metadata: { ...one.metadata, name: `${one.metadata.name}-new` } }));
    return [{ policies: old, judge }, { policies: [...old.filter((_, i) => i !== dropped), ...named], judge }];
  });

/** What `diff` says is what the evaluators of both sides say: each difference in what they do with a request is told, and each that is told is one. */
export const DIFFERENCES: Readonly<Record<string, Oracle>> = {
  'NetworkPolicies': oracle(changed(arriving, networks)),
  'Istio': oracle(changed(ofIstio, istio)),
  'NetworkPolicies and Istio': oracle(fc.tuple(sides(arriving, networks), sides(ofIstio, istio))),
};

const MESH = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: 'trustDomain: cluster.local\n' } };
const CART = { app: 'cart', tier: 'backend' };
const PORTS = [{ port: 8080, name: 'http', protocol: 'HTTP' as const }, { port: 9090, name: 'tcp', protocol: 'TCP' as const }];
const POD: Request['pod'] = { service: 'cart', namespace: 'shop', serviceAccount: 'cart', labels: CART, ports: PORTS };
const CLIENTS: readonly { readonly namespace: string; readonly serviceAccount: string; readonly labels: Readonly<Record<string, string>> }[] = [
  { namespace: 'shop', serviceAccount: 'web', labels: { app: 'web' } }, { namespace: 'ops', serviceAccount: 'job', labels: { app: 'web', tier: 'front' } },
];

const workload = (namespace: string, name: string, labels: object, ports: readonly object[]) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: { template: { metadata: { labels }, spec: { serviceAccountName: name, containers: [{ ports }] } } },
});
const APPS = [
  ...['shop', 'ops'].map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  ...CLIENTS.map(({ namespace, serviceAccount, labels }) => workload(namespace, serviceAccount, labels, [])),
  workload('shop', 'cart', CART, PORTS.map(({ port, name }) => ({ containerPort: port, name }))),
  MESH,
];

const request: fc.Arbitrary<Request> = fc.record({
  client: fc.oneof(
    fc.record({ from: fc.constantFrom(...CLIENTS), meshed: fc.constantFrom(true, true, false) }).map(({ from, meshed }) => (
      { kind: 'pod' as const, ip: '10.1.0.5', ...from, namespaceLabels: { 'kubernetes.io/metadata.name': from.namespace }, meshed })),
    fc.record({ kind: fc.constantFrom('outside' as const, 'node' as const), ip: fc.constantFrom('192.0.2.7', '192.0.2.130', '10.2.0.9'), meshed: fc.constant(false) }),
  ),
  port: fc.constantFrom(8080, 8080, 9090),
  method: fc.constantFrom('GET', 'POST'),
  path: fc.constantFrom('/cart', '/cart/items', '/carts', '/carts/7', '/carts/7/items', '/items', '/'),
  host: fc.constantFrom('shop.example.com', 'other.example.com', 'shop.test'),
  headers: fc.dictionary(fc.constantFrom('x-team', 'x-version'), fc.constantFrom('1', '12', '2'), { maxKeys: 2 }),
}).map(one => ({ ...one, query: {}, pod: POD }));

function oracle(pairs: fc.Arbitrary<Pair>): Oracle {
  return requests => {
    const counts = { same: 0, told: 0, unsure: 0, undecided: 0, witnesses: 0 };
    const asked = ask(requests, 30, cases(pairs, () => request), ([old, now], some) => {
      const told = compared(old, now);
      for (const one of told.differences) counts.witnesses += isReal(one, old, now) ? 1 : 0;
      let count = 0;
      for (const one of some) {
        counts[verdict(told, one, old, now)]++;
        count++;
      }
      return count;
    });
    atLeast(counts, { same: requests / 20, told: requests / 100, witnesses: requests / 200 });
    return { ...asked, counts };
  };
}

function compared(...[old, now]: Pair): Differences {
  const [before, after] = [old, now].map(({ policies }, i) =>
    [...documentsIn(`${i === 0 ? 'old' : 'new'}.json`, [...APPS, ...policies].map(one => JSON.stringify(one)).join('\n---\n'))]);
  const worlds = [worldOf(before, 'default'), worldOf(after, 'default')] as const;
  return compareWorlds(halfOf(worlds[0]), halfOf(worlds[1]), textsOf([...before, ...after]), undefined, scopeOf(...worlds, true));
}

/** Of a request for which the evaluators say something else on each side, it has to be told, or that it is not known. */
function verdict({ differences, unsure }: Differences, one: Request, old: Side, now: Side): 'same' | 'told' | 'unsure' | 'undecided' {
  const [before, after] = [old, now].map(({ policies, judge }) => judge(policies, one));
  if (before === undefined || after === undefined) return 'undecided';
  if (before === after) return 'same';
  const kind = after ? 'wider' : 'narrower';
  const there = differences.filter(({ to }) => isAt(to, one.port));
  if (there.some(({ kind: its, crowd: { clients } }) => its === kind && clients.some(client => isSame(client, one)))) return 'told';
  // Where conditions do not tell the client from others, one of these stands for it, and what is said of the request is the same.
  const isNamed = there.some(({ crowd: { clients } }) => clients.some(client => isSame(client, one)));
  const standsIn = ({ kind: its, crowd: { clients: [client] }, contrast: { call } }: Difference) => its === kind && client.kind === one.client.kind
    && [old, now].map(({ policies, judge }) => judge(policies, { ...one, client: requestOf({ ...call, client }).client })).join()
      === [before, after].join();
  if (!isNamed && there.some(standsIn)) return 'told';
  if (unsure.some(({ to }) => to === undefined || isAt(to, one.port))) return 'unsure';
  throw new Error(`${kind}, and nobody says so: ${JSON.stringify(one)}\n${shown(old, now)}`);
}

function isAt(to: Target, port: number): boolean {
  return to.type === 'pods' && to.port.pod.labels?.app === 'cart' && to.port.port === port;
}

function isSame(client: Client, { client: { kind, meshed, namespace, serviceAccount } }: Request): boolean {
  if (client.kind !== kind) return false;
  return client.kind !== 'pod' || (client.meshed === meshed && client.namespace === namespace && client.serviceAccount === serviceAccount);
}

/** Whether evaluators say what is told of a request; false where they do not know. */
function isReal({ to, contrast: { before, after, call } }: Difference, old: Side, now: Side): boolean {
  if (to.type !== 'pods' || to.among !== undefined || to.port.pod.labels?.app !== 'cart') return false;
  const one = requestOf(call);
  const judged = [old, now].map(({ policies, judge }) => judge(policies, one));
  if (judged.includes(undefined)) return false;
  const told = [before, after].map(({ value }) => (value as Passage) === 'allowed');
  if (judged.join() === told.join()) return true;
  throw new Error(`${JSON.stringify(told)} is told, and not ${JSON.stringify(judged)}, of ${JSON.stringify(one)}\n${shown(old, now)}`);
}

function requestOf({ client: { address = '10.1.0.5', ...client }, port, request: { claims, ...sent } = { method: 'GET', path: '/', headers: {}, query: {} } }: Call): Request {
  return {
    host: 'cart',
    ...sent,
    ...(claims !== undefined && { tokens: [{ genuine: true, claims }] }),
    client: { ...client, ip: address } as Request['client'],
    port,
    pod: POD,
  };
}

function shown(...pair: Pair): string {
  return pair.map(({ policies }) => policies.map(one => JSON.stringify(one)).join('\n')).join('\n----\n');
}
