import * as fc from 'fast-check';
import type { Case, Probe } from './case';
import { limitedBy, type Sent, type Sequence, sequenceCase, WEB } from './rate-limits';
import type { IdentitySource } from '../../src/model/access';
import type { LimitAnswer, LimitRule } from '../../src/model/handling';
import { ANY_REQUEST, type RequestMatch } from '../../src/model/match';

type Asked = Pick<Probe, 'client' | 'method' | 'target' | 'headers'>;

/** What may stand in a rule, and for which requests it is. */
interface Part<Said> {
  readonly said: Said;
  readonly holds: (asked: Asked) => boolean;
}

const [ADMIN, NEIGHBOUR, BATCH, LAB] = ['shop/sa/admin', 'shop/sa/web-2', 'ops/sa/batch', 'ops-lab/sa/batch']
  .map(id => `spiffe://cluster.local/ns/${id}`);
/** Plain text has no identity. */
const CLIENTS = [WEB, ADMIN, NEIGHBOUR, BATCH, LAB, undefined];

const SOURCES: readonly Part<IdentitySource>[] = [
  { said: { kind: 'serviceAccount', namespace: 'shop', name: 'web' }, holds: ({ client }) => client === WEB },
  { said: { kind: 'serviceAccount', namespace: 'ops', name: 'batch' }, holds: ({ client }) => client === BATCH },
  { said: { kind: 'namespace', name: 'ops' }, holds: ({ client }) => client === BATCH },
  { said: { kind: 'spiffeId', id: ADMIN }, holds: ({ client }) => client === ADMIN },
];

const valueOf = ({ headers }: Asked, name: string) => headers.find(([one]) => one === name)?.[1];
const tier = (type: 'exact' | 'start' | 'end' | 'present', value = ''): RequestMatch =>
  ({ ...ANY_REQUEST, headers: [{ name: 'x-tier', type, value }] });
const pathOf = ({ target }: Asked) => target.split('?')[0];

const MATCHES: readonly Part<RequestMatch>[] = [
  { said: { ...ANY_REQUEST, methods: ['DELETE', 'POST'] }, holds: ({ method }) => method === 'POST' },
  { said: { ...ANY_REQUEST, path: { type: 'exact', value: '/api' } }, holds: asked => pathOf(asked) === '/api' },
  { said: { ...ANY_REQUEST, path: { type: 'prefix', value: '/api' } }, holds: asked => ['/api', '/api/v1'].includes(pathOf(asked)) },
  {
    said: { ...ANY_REQUEST, methods: ['GET'], path: { type: 'prefix', value: '/api' } },
    holds: asked => asked.method === 'GET' && ['/api', '/api/v1'].includes(pathOf(asked)),
  },
  { said: tier('exact', 'gold'), holds: asked => valueOf(asked, 'x-tier') === 'gold' },
  { said: tier('start', 'go'), holds: asked => valueOf(asked, 'x-tier')?.startsWith('go') === true },
  { said: tier('end', '"old'), holds: asked => valueOf(asked, 'x-tier')?.endsWith('"old') === true },
  { said: tier('present'), holds: asked => valueOf(asked, 'x-tier') !== undefined },
];

/** How many are let through, and the answer to others. */
interface Limit {
  readonly requests?: number;
  readonly rules: readonly Part<LimitRule>[];
  readonly answer?: LimitAnswer;
}

const anyOf = <Said>(parts: readonly Part<Said>[]) => (asked: Asked) => parts.length === 0 || parts.some(({ holds }) => holds(asked));

const rule = fc.record({
  sources: fc.subarray([...SOURCES], { maxLength: 2 }),
  matches: fc.subarray([...MATCHES], { maxLength: 2 }),
  requests: fc.integer({ min: 1, max: 3 }),
}).map(({ sources, matches, requests }): Part<LimitRule> => ({
  said: { sources: sources.map(({ said }) => said), perClient: false, matches: matches.map(({ said }) => said), requests },
  holds: asked => anyOf(sources)(asked) && anyOf(matches)(asked),
}));

const NAMED = [{ name: 'x-limit', value: 'cart' }];
const ANSWERS: readonly (LimitAnswer | undefined)[] = [
  undefined, undefined, { statusCode: 503, headers: [] }, { statusCode: 503, headers: NAMED }, { headers: NAMED },
];

const limit: fc.Arbitrary<Limit> = fc.record({
  requests: fc.constantFrom(undefined, 4, 6), rules: fc.array(rule, { minLength: 1, maxLength: 3 }), answer: fc.constantFrom(...ANSWERS),
});

const asked: fc.Arbitrary<Asked> = fc.record({
  client: fc.constantFrom(...CLIENTS),
  method: fc.constantFrom('GET', 'GET', 'POST'),
  target: fc.constantFrom('/api', '/api/v1', '/api/v1?a=/api', '/apis', '/'),
  headers: fc.constantFrom<Asked['headers']>([], [], [['x-tier', 'gold']], [['x-tier', 'gone']], [['x-tier', 'very "old']]),
});

/** The first rule that a request meets counts it; one that it lets through is counted among all. */
function sentTo({ requests = Infinity, rules, answer }: Limit, all: readonly Asked[]): Sent[] {
  const left = rules.map(({ said }) => said.requests);
  let ofAll = requests;
  return all.map(one => {
    const met = rules.findIndex(({ holds }) => holds(one));
    const isLimited = (met >= 0 && left[met]-- <= 0) || ofAll-- <= 0;
    return { ...one, times: 1, answer: isLimited ? limitedWith(answer) : 'allowed' };
  });
}

function limitedWith({ statusCode = 429, headers }: LimitAnswer = { headers: [] }): string {
  return [statusCode === 429 ? 'limited' : `HTTP ${statusCode}, gRPC ""`, ...headers.map(({ value }) => `by ${value}`)].join(' ');
}

function sequenceOf(said: Limit, all: readonly Asked[]): Sequence {
  const { requests, rules, answer } = said;
  const model = limitedBy({ rules: rules.map(one => one.said), ...(requests !== undefined && { requests }), ...(answer && { answer }) }, 'HTTP');
  // Plain text has a limit of its own.
  const [meshed, plain] = [all.filter(({ client }) => client !== undefined), all.filter(({ client }) => client === undefined)];
  return [`${rules.length} rules`, model, [], [meshed, plain].flatMap(some => sentTo(said, some))];
}

const call = (client: string, answer: string, times: number): Sent =>
  ({ client, answer, times, protocol: 'GRPC', method: 'POST', target: '/shop.Cart/Add' });

/** What speaks gRPC learns it by its status, whatever that of HTTP. */
const GRPC: Sequence = [
  'gRPC',
  limitedBy({
    rules: [{
      sources: [SOURCES[0].said], perClient: false, matches: [{ ...ANY_REQUEST, path: { type: 'exact', value: '/shop.Cart/Add' } }], requests: 2,
    }],
    answer: { statusCode: 503, headers: NAMED },
  }, 'GRPC'),
  [],
  [call(WEB, 'allowed', 2), call(WEB, 'limited by cart', 1), call(NEIGHBOUR, 'allowed', 3)],
];

/** Limits of some clients and some requests, and what becomes of requests to one pod, one after the other. */
export function limitRuleCases(seed: number, count: number): Case[] {
  const sequence = fc.tuple(limit, fc.array(asked, { minLength: 16, maxLength: 16 })).map(([one, all]) => sequenceOf(one, all));
  return [GRPC, ...fc.sample(sequence, { seed, numRuns: count })].map((one, i) => sequenceCase('limit rules', one, i));
}
