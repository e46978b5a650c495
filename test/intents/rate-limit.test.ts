import { GrpcMatch, HttpMatch, Identity, LocalRateLimit, MeshProtocol, MeshService, MeshTarget, ServiceRoute } from '../../src';
import { shop } from '../setup';

const cart = MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' } });
const [web, batch, ops] = [Identity.serviceAccount('web'), Identity.serviceAccount('batch', 'ops'), Identity.namespace('ops')];
const source = (name: string, namespace: string) => ({ kind: 'serviceAccount', name, namespace });

function limit(rateLimit: LocalRateLimit, service = cart) {
  return new ServiceRoute(shop(MeshTarget.smi()), 'route', { service, rateLimit, rules: [{ backends: [{ service }] }] })._route.traffic.rateLimit;
}

test('rules are for clients, together or each by itself, and for requests', () => {
  expect(limit({ rules: [{ sources: [web, batch, ops], perClient: true, requests: 5 }, { matches: [HttpMatch.of({ methods: ['GET'] })], requests: 7 }, { perClient: true, requests: 9 }] })).toEqual({
    interval: 1000,
    rules: [
      { sources: [source('batch', 'ops')], perClient: false, matches: [], requests: 5 },
      { sources: [source('web', 'shop')], perClient: false, matches: [], requests: 5 },
      { sources: [{ kind: 'namespace', name: 'ops' }], perClient: true, matches: [], requests: 5 },
      { sources: [], perClient: false, matches: [expect.objectContaining({ methods: ['GET'] })], requests: 7 },
      { sources: [], perClient: true, matches: [], requests: 9 },
    ],
  });
});

test('a client is left out of a rule where an earlier one counts all of its requests', () => {
  const sources = (...rules: NonNullable<LocalRateLimit['rules']>) => limit({ rules })?.rules?.map(rule => rule.sources.map(one => 'name' in one ? one.name : one.id));
  const some = [HttpMatch.of({ methods: ['GET'] })];

  expect(sources({ sources: [ops], requests: 1 }, { sources: [web, batch], requests: 2 })).toEqual([['ops'], ['web']]);
  expect(sources({ sources: [ops], matches: some, requests: 1 }, { sources: [web, batch], requests: 2 })).toEqual([['ops'], ['batch', 'web']]);
  expect(sources({ sources: [batch], requests: 1 }, { sources: [ops], requests: 2 })).toEqual([['batch'], ['ops']]);
});

test.each<[string, LocalRateLimit, string]>([
  ['nothing', {}, 'MESH1401: nothing is limited'],
  ['no rules', { rules: [] }, 'MESH1004: `rules` is an empty list'],
  ['no clients', { rules: [{ sources: [], requests: 1 }] }, 'rule 1] MESH1004: `sources` is an empty list'],
  ['no requests', { rules: [{ matches: [], requests: 1 }] }, 'rule 1] MESH1004: `matches` is an empty list'],
  ['no number', { rules: [{ requests: 0 }] }, 'rule 1] MESH1011: `requests` is 0'],
  ['clients without an identity', { rules: [{ sources: [Identity.anyone()], requests: 1 }] }, 'MESH1410: the requests of Identity.anyone cannot be counted'],
  ['a rule behind that for all others', { rules: [{ requests: 1 }, { sources: [web], requests: 2 }] }, 'rule 1] MESH1307: the rule is for every request, so rule 2 is never reached'],
  ['a rule whose clients are counted', { rules: [{ sources: [ops], requests: 1 }, { sources: [batch], requests: 2 }] }, 'rule 2] MESH1307: earlier rules count all requests of its clients'],
  ['requests that no port has', { rules: [{ matches: [GrpcMatch.of({ service: 'shop.Cart' })], requests: 1 }] }, 'rateLimit] MESH1312: no port takes a GrpcMatch'],
])('refuses %s', (_, rateLimit, reason) => {
  expect(() => limit(rateLimit)).toThrow(reason);
});

test('a call of gRPC is one of its matches', () => {
  const rpc = MeshService.of('rpc', { port: 9000, protocol: MeshProtocol.GRPC });
  expect(limit({ rules: [{ matches: [GrpcMatch.of({ service: 'shop.Cart' })], requests: 1 }] }, rpc)?.rules).toHaveLength(1);
});
