import { backend, routeModel, rule } from './route-models';
import { MeshImplementation, MeshTarget } from '../../src';
import { consulNativeRoutes } from '../../src/dialects/consul/native-routes';
import { ConsulNamespaces } from '../../src/dialects/gateway-api/extension/consul-namespaces';
import { istioRoutes } from '../../src/dialects/istio/routes';
import { kumaNativeRoutes } from '../../src/dialects/kuma/native-routes';
import type { LoadBalancing } from '../../src/model/load-balancing';
import type { PortRoute, RouteModel } from '../../src/model/route';
import { expectValid } from '../schema';
import { applied, ofKind } from '../setup';

const consul = consulNativeRoutes(ConsulNamespaces.MIRRORED);
const route = (loadBalancing: LoadBalancing, protocol: PortRoute['protocol'] = 'HTTP', more: Partial<RouteModel> = {}) =>
  routeModel([rule({ backends: [backend('cart-v1'), backend('cart-v2')].slice(0, protocol === 'HTTP' ? 2 : 1) })], protocol, { traffic: { loadBalancing }, ...more });
const written = (dialect: Pick<typeof consul, 'render'>, model: RouteModel, kind: string) => {
  const { manifests, refusals } = dialect.render(model);
  expect(refusals).toEqual([]);
  const all = applied(manifests);
  expectValid(...all);
  return ofKind(all, kind);
};

const [HEADER, COOKIE, PARAMETER, ADDRESS] = [
  { kind: 'header', name: 'x-user' }, { kind: 'cookie', name: 'cart' }, { kind: 'queryParameter', name: 'page' }, { kind: 'sourceAddress' },
] as const;

test.each<[LoadBalancing, istio: object, consul: object | undefined, kuma: object | undefined, hashed: object | undefined]>([
  [{ kind: 'random' }, { simple: 'RANDOM' }, { policy: 'random' }, { type: 'Random' }, undefined],
  [{ kind: 'roundRobin' }, { simple: 'ROUND_ROBIN' }, { policy: 'round_robin' }, { type: 'RoundRobin' }, undefined],
  [{ kind: 'leastRequest' }, { simple: 'LEAST_REQUEST' }, { policy: 'least_request' }, { type: 'LeastRequest' }, undefined],
  [{ kind: 'roundRobin', warmUp: 1500 }, { simple: 'ROUND_ROBIN', warmup: { duration: '1.5s' } }, undefined, undefined, undefined],
  [{ kind: 'leastRequest', warmUp: 30_000 }, { simple: 'LEAST_REQUEST', warmup: { duration: '30s' } }, undefined, undefined, undefined],
  [
    { kind: 'ringHash', key: HEADER }, { consistentHash: { httpHeaderName: 'x-user' } },
    { policy: 'ring_hash', hashPolicies: [{ field: 'header', fieldValue: 'x-user' }] }, { type: 'RingHash' }, { type: 'Header', header: { name: 'x-user' } },
  ],
  [
    { kind: 'ringHash', key: COOKIE, minimumRingSize: 9 }, { consistentHash: { httpCookie: { name: 'cart' }, ringHash: { minimumRingSize: 9 } } },
    { policy: 'ring_hash', ringHashConfig: { minimumRingSize: 9, maximumRingSize: 8_388_608 }, hashPolicies: [{ field: 'cookie', fieldValue: 'cart' }] },
    { type: 'RingHash', ringHash: { minRingSize: 9 } }, { type: 'Cookie', cookie: { name: 'cart' } },
  ],
  [
    { kind: 'maglev', key: PARAMETER }, { consistentHash: { httpQueryParameterName: 'page', maglev: { tableSize: 65_537 } } },
    { policy: 'maglev', hashPolicies: [{ field: 'query_parameter', fieldValue: 'page' }] }, { type: 'Maglev' },
    { type: 'QueryParameter', queryParameter: { name: 'page' } },
  ],
  [
    { kind: 'maglev', key: ADDRESS }, { consistentHash: { useSourceIp: true, maglev: { tableSize: 65_537 } } },
    { policy: 'maglev', hashPolicies: [{ sourceIP: true }] }, { type: 'Maglev' }, { type: 'Connection', connection: { sourceIP: true } },
  ],
])('%j holds for each backend', (loadBalancing, istio, ofConsul, ofKuma, hashed) => {
  const model = route(loadBalancing);

  expect(written(istioRoutes, model, 'DestinationRule').map(({ spec }) => [spec.host, spec.trafficPolicy]))
    .toEqual([['cart-v1', { loadBalancer: istio }], ['cart-v2', { loadBalancer: istio }]]);
  if (ofConsul !== undefined) {
    expect(written(consul, model, 'ServiceResolver').map(({ metadata, spec }) => [metadata.name, spec]))
      .toEqual([['cart-v1', { loadBalancer: ofConsul }], ['cart-v2', { loadBalancer: ofConsul }]]);
  }
  if (ofKuma !== undefined) {
    const [strategy] = written(kumaNativeRoutes('default.zone.mesh.local'), model, 'MeshLoadBalancingStrategy');
    expect(strategy.spec.to.map((to: any) => [to.targetRef.labels['kuma.io/display-name'], to.default])).toEqual([
      ...hashed === undefined ? [] : [['cart', { hashPolicies: [hashed] }]], ['cart-v1', { loadBalancer: ofKuma }], ['cart-v2', { loadBalancer: ofKuma }],
    ]);
  }
});

test('Consul and Kuma compare as many pods as they are told', () => {
  const model = route({ kind: 'leastRequest', choices: 3 });

  expect(written(consul, model, 'ServiceResolver')[0].spec.loadBalancer).toEqual({ policy: 'least_request', leastRequestConfig: { choiceCount: 3 } });
  expect(written(kumaNativeRoutes('default.zone.mesh.local'), model, 'MeshLoadBalancingStrategy')[0].spec.to[0].default)
    .toEqual({ loadBalancer: { type: 'LeastRequest', leastRequest: { choiceCount: 3 } } });
});

test('connections have their balance too, behind the redirect of Consul', () => {
  const model = route({ kind: 'random' }, 'TCP');

  expect(written(consul, model, 'ServiceResolver').map(({ metadata, spec }) => [metadata.name, Object.keys(spec)]))
    .toEqual([['cart', ['redirect']], ['cart-v1', ['loadBalancer']]]);
  expect(written(kumaNativeRoutes('default.zone.mesh.local'), model, 'MeshLoadBalancingStrategy')).toHaveLength(1);
  expect(written(istioRoutes, route({ kind: 'maglev', key: ADDRESS }, 'TCP'), 'DestinationRule')).toHaveLength(1);
});

test('what proxies hash of connections differs', () => {
  const model = route({ kind: 'maglev', key: ADDRESS }, 'TCP');

  for (const dialect of [consul, kumaNativeRoutes('default.zone.mesh.local')]) {
    expect(dialect.render(model).refusals).toMatchObject([{ feature: 'SourceAddressHash', port: 80, reason: expect.stringContaining('this port speaks TCP') }]);
  }
});

describe('a hash on a port without a route', () => {
  const ports: PortRoute[] = [{ port: 80, protocol: 'HTTP', rules: [rule()] }, { port: 81, protocol: 'HTTP', rules: [] }];
  const model = (loadBalancing: LoadBalancing) => routeModel([], 'HTTP', { ports, traffic: { loadBalancing } });
  const ambient = (meshRelease?: string) => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT, waypoint: 'waypoint', meshRelease })._dialects.routes;

  test.each([undefined, '1.20', '1.30'])('is refused where Istio is %s, and a waypoint would not hash it', release => {
    expect(ambient(release).render(model({ kind: 'maglev', key: HEADER })).refusals).toMatchObject([
      { feature: 'ConsistentHash', port: 81, remedy: expect.stringContaining("`meshRelease` if that is '1.31' or newer") },
    ]);
    expect(ambient(release).render(model({ kind: 'random' })).refusals).toEqual([]);
    expect(ambient(release).render(route({ kind: 'maglev', key: HEADER })).refusals).toEqual([]);
  });

  test.each(['1.31', '1.32'])('is one of a waypoint of Istio %s', release => {
    const { refusals, manifests } = ambient(release).render(model({ kind: 'maglev', key: HEADER }));

    expect(refusals).toEqual([]);
    expect(manifests.some(({ kind, spec }) => kind === 'DestinationRule' && JSON.stringify(spec).includes('consistentHash'))).toBe(true);
  });

  test('is one of sidecars', () => {
    expect(istioRoutes.render(model({ kind: 'maglev', key: HEADER })).refusals).toEqual([]);
  });
});

test('two routes that balance one backend conflict, whichever objects say so', () => {
  const model = route({ kind: 'leastRequest', choices: 3, warmUp: 1000 });
  const claimed = (dialect: Pick<typeof consul, 'claims'>) => dialect.claims(model).flatMap(claim => claim.by === 'subject' && 'name' in claim.of ? [`${claim.on} ${claim.of.name}`] : []);

  expect(claimed(consul)).toEqual(expect.arrayContaining(['ServiceResolver cart-v1', 'ServiceResolver cart-v2']));
  expect(claimed(kumaNativeRoutes('default.zone.mesh.local'))).toEqual(expect.arrayContaining(['loadBalancing cart-v1', 'loadBalancing cart-v2']));
  expect(istioRoutes.claims(model)).toMatchObject([{ on: 'DestinationRule', of: { host: 'cart-v1' } }, { of: { host: 'cart-v2' } }]);
});
