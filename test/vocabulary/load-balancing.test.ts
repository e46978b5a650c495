import { Duration } from 'cdk8s';
import { HashKey, LoadBalancing, MeshImplementation, MeshProtocol, MeshService, MeshTarget, ServiceRoute } from '../../src';
import { shop } from '../setup';

test('what is said is what the model has, and nothing else', () => {
  expect(LoadBalancing.roundRobin()._toModel()).toStrictEqual({ kind: 'roundRobin' });
  expect(LoadBalancing.random()._toModel()).toStrictEqual({ kind: 'random' });
  expect(LoadBalancing.leastRequest({ choices: 3, warmUp: Duration.seconds(30) })._toModel()).toStrictEqual({ kind: 'leastRequest', choices: 3, warmUp: 30_000 });
  expect(LoadBalancing.ringHash(HashKey.header('X-User'), { minimumRingSize: 2048 })._toModel())
    .toStrictEqual({ kind: 'ringHash', key: { kind: 'header', name: 'x-user' }, minimumRingSize: 2048 });
  expect(LoadBalancing.maglev(HashKey.sourceAddress())._toModel()).toStrictEqual({ kind: 'maglev', key: { kind: 'sourceAddress' } });
  expect(LoadBalancing.maglev(HashKey.queryParameter('Page'))._toModel()).toStrictEqual({ kind: 'maglev', key: { kind: 'queryParameter', name: 'Page' } });
});

test.each<[string, () => unknown]>([
  ['`choices` is 1', () => LoadBalancing.leastRequest({ choices: 1 })],
  ['`minimumRingSize` is 0', () => LoadBalancing.ringHash(HashKey.cookie('cart'), { minimumRingSize: 0 })],
  ['`minimumRingSize` is 8000001', () => LoadBalancing.ringHash(HashKey.cookie('cart'), { minimumRingSize: 8_000_001 })],
  ['a time is 0 milliseconds', () => LoadBalancing.roundRobin({ warmUp: Duration.millis(0) })],
  ["'x user' is not a header name", () => HashKey.header('x user')],
  ["'a;b' is not the name of a cookie", () => HashKey.cookie('a;b')],
  ["'a=b' is not a name of a query parameter", () => HashKey.queryParameter('a=b')],
])('refuses: %s', (words, build) => {
  expect(build).toThrow(words);
});

const cart = MeshService.of('cart', { ports: [{ port: 80 }, { port: 6379, protocol: MeshProtocol.TCP }, { port: 53, protocol: MeshProtocol.UDP }] });
const routed = (loadBalancing: LoadBalancing, more: object = {}) => () =>
  new ServiceRoute(shop(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO })), 'route', { service: cart, ports: [80], loadBalancing, rules: [{ backends: [{ service: cart }] }], ...more });

test('stickiness says which pod gets a request, too', () => {
  expect(routed(LoadBalancing.random(), { stickiness: { name: 'cart' } })).toThrow('`stickiness` and `loadBalancing` both say which pod gets a request');
  expect(routed(LoadBalancing.random())).not.toThrow();
});

test('connections have nothing to hash but the address from which they come', () => {
  expect(routed(LoadBalancing.maglev(HashKey.header('x-user')))).toThrow('`loadBalancing` hashes requests, and port 6379 speaks TCP');
  expect(routed(LoadBalancing.maglev(HashKey.sourceAddress()))).not.toThrow();
});
