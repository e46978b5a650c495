import * as fc from 'fast-check';
import { CART, CLIENTS } from './apps';
import { across, type Api, changed, compared, judged, type Pair, shown } from './pairs';
import { Unknown } from '../../../src/evaluators/unknown';
import type { Call, Client } from '../../../src/meaning/call';
import type { Difference, Differences } from '../../../src/meaning/compare/difference';
import type { Passage } from '../../../src/meaning/world';
import { outbound as ofIstio } from '../../dialects/istio/read/foreign-outbound';
import { foreign as ofKuma } from '../../dialects/kuma/read/foreign-egress';
import { foreign as ofLinkerd } from '../../dialects/linkerd/read/foreign-egress';
import { ask, atLeast, cases, type Oracle } from '../ask';
import { foreignEgresses as ofOsm } from '../egress/arbitraries';
import { ANY_SENT, type Call as Leaving, type Says } from '../egress/call';
import { letOutByCilium } from '../egress/cilium';
import { ciliumPolicies as ofCilium, networkPolicies as ofNetworks } from '../egress/foreign';
import { fateByIstio } from '../egress/istio-outbound';
import { letOutByKuma } from '../egress/kuma';
import { letOutByLinkerd } from '../egress/linkerd';
import { letOutByNetworkPolicy } from '../egress/network-policy';
import { letOutByOsm } from '../egress/osm';

type Judge = Api<Leaving>['judge'];

function known(judge: Judge): Judge {
  return (manifests, call) => {
    try {
      return judge(manifests, call);
    } catch (error) {
      // Envoy takes none of what is there twice.
      if (!(error instanceof Unknown) && !/^Envoy rejects/.test((error as Error).message)) throw error;
      return undefined;
    }
  };
}

function byIstio(manifests: readonly any[], call: Leaving): boolean {
  if (call.says.kind === 'datagram') return true;
  const fate = fateByIstio(manifests, call, call);
  if (fate === 'elsewhere') throw new Unknown('where it goes');
  return fate !== 'ends';
}

export const APIS: Readonly<Record<string, Api<Leaving>>> = {
  'NetworkPolicies': { policies: ofNetworks, judge: known(letOutByNetworkPolicy) },
  'Cilium': { policies: ofCilium, judge: known(letOutByCilium), mesh: 'cilium' },
  'Istio': { policies: ofIstio, judge: known(byIstio), mesh: 'istio' },
  'Linkerd': { policies: ofLinkerd, judge: known(letOutByLinkerd), mesh: 'linkerd' },
  'Kuma': { policies: ofKuma, judge: known(letOutByKuma), mesh: 'kuma' },
  'Open Service Mesh': { policies: ofOsm.map(all => JSON.parse(JSON.stringify(all))), judge: known(letOutByOsm), mesh: 'osm' },
};

/** What `diff` says of what leaves is what the evaluators of both sides say: each difference is told, and each that is told is one. */
export const LEAVING: Readonly<Record<string, Oracle>> = Object.fromEntries(Object.entries(APIS).flatMap(([title, api]) => [
  [`what leaves by ${title}`, oracle(changed(api), 1 / 1_000)], [`what leaves by ${title} and others`, oracle(across(api, Object.values(APIS)), 1 / 50)],
]));

const NAMES = {
  'api.example.com': '203.0.113.10', 'a.api.example.com': '203.0.113.20', 'pay.example.org': '198.51.100.7', 'db.example.com': '192.0.2.7', 'api.bank.example': '1.2.3.4', 'example.org': '1.9.9.9',
} as const;

const OF_CART = { namespace: 'shop', serviceAccount: 'cart', labels: CART };
const APPS = [...CLIENTS, OF_CART, OF_CART];

const saying = (name: keyof typeof NAMES): fc.Arbitrary<Says> => fc.oneof(
  fc.record({
    method: fc.constantFrom('GET', 'POST'), path: fc.constantFrom('/', '/v1', '/v1/a', '/api', '/api/7'), headers: fc.constantFrom<Record<string, string>>({}, { 'x-key': '7' }, { 'x-team': 'a' }), query: fc.constant({}),
  }).map(request => ({ kind: 'http' as const, host: name, request })),
  fc.constantFrom<Says>({ kind: 'tls', serverName: name }, { kind: 'bytes' }, { kind: 'datagram' }),
);

export const call: fc.Arbitrary<Leaving> = fc.constantFrom(...Object.keys(NAMES) as (keyof typeof NAMES)[]).chain(name => fc.record({
  client: fc.constantFrom(...APPS), port: fc.constantFrom(80, 443, 443, 5432, 9000), says: saying(name),
}).map(({ client, port, says }) => ({ ...client, name, ip: NAMES[name], port, says })));

function oracle(pairs: fc.Arbitrary<Pair<Leaving>>, told: number): Oracle {
  return calls => {
    const counts = { same: 0, told: 0, unsure: 0, undecided: 0, witnesses: 0 };
    const asked = ask(calls, 30, cases(pairs, () => call), (pair, some) => {
      const found = compared(...pair);
      for (const one of found.differences) counts.witnesses += isReal(one, pair) ? 1 : 0;
      let count = 0;
      for (const one of some) {
        counts[verdict(found, one, pair)]++;
        count++;
      }
      return count;
    });
    atLeast(counts, { same: calls / 20, told: told * calls - 1, witnesses: calls / 1000 - 1 });
    return { ...asked, counts };
  };
}

/** Of a call of which the evaluators say something else on each side, it has to be told, or that it is not known. */
function verdict({ differences, unsure }: Differences, one: Leaving, pair: Pair<Leaving>): 'same' | 'told' | 'unsure' | 'undecided' {
  const [before, after] = judged(one, ...pair);
  if (before === undefined || after === undefined) return 'undecided';
  if (before === after) return 'same';
  const kind = after ? 'wider' : 'narrower';
  const isTold = ({ to, kind: its, crowd: { clients } }: Difference) => to.type === 'outside' && its === kind && clients.some(client => isSame(client, one));
  if (differences.some(isTold)) return 'told';
  if (unsure.some(({ to, crowd }) => to === undefined || (to.type === 'outside' && crowd?.clients.some(client => isSame(client, one)) !== false))) return 'unsure';
  throw new Error(`${kind}, and nobody says so: ${JSON.stringify(one)}\n${shown(...pair)}`);
}

function isSame(client: Client, { namespace, serviceAccount }: Leaving): boolean {
  return client.kind === 'pod' && client.namespace === namespace && client.serviceAccount === serviceAccount;
}

/** Whether evaluators say what is told of a call; false where they do not know. */
function isReal({ to, contrast: { before, after, call: told } }: Difference, pair: Pair<Leaving>): boolean {
  if (to.type !== 'outside') return false;
  const one = leavingOf(told);
  const decided = judged(one, ...pair);
  if (decided.includes(undefined)) return false;
  const passes = [before, after].map(({ value }) => (value as Passage) === 'allowed');
  if (decided.join() === passes.join()) return true;
  throw new Error(`${JSON.stringify(passes)} is told, and not ${JSON.stringify(decided)}, of ${JSON.stringify(one)}\n${shown(...pair)}`);
}

/** Where nothing is said of its address, or of the name that it says, these are some of which no policy speaks. */
function leavingOf({ client, outside, port, protocol, request, serverName }: Call): Leaving {
  const { namespace, labels, serviceAccount } = client.kind === 'pod' ? client : { namespace: '' } as const;
  const { address: ip = '100.127.9.9', host: name } = outside ?? {};
  const says: Says = protocol === 'HTTP' ? { kind: 'http', host: request?.host ?? name ?? ip, request: { ...ANY_SENT, ...request } }
    : protocol === 'TLS' ? { kind: 'tls', serverName: serverName ?? name ?? 'any.example.net' } : { kind: protocol === 'UDP' ? 'datagram' : 'bytes' };
  return { namespace, labels, serviceAccount, ip, port, says, ...(name !== undefined && { name }) };
}
