import { MeshImplementation, MeshTarget } from '../../../src';
import { claim } from '../../../src/dialects/contract/claim';
import type { Handling } from '../../../src/model/handling';
import type { RouteModel } from '../../../src/model/route';
import { expectValid } from '../../schema';
import { retries, routeModel, rule } from '../route-models';

const { routes } = MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO })._dialects;
const { routes: ambient } = MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT })._dialects;

const http = (handling: Handling): RouteModel => routeModel([rule({ handling })]);
const grpc = (handling: Handling): RouteModel => ({ ...http(handling), ports: [{ port: 80, protocol: 'GRPC', rules: [rule({ handling })] }] });
const faults: Handling = { faults: { delay: { percent: 10, delay: 100 } } };
const byStatus: Handling = { retries: { ...retries, statusCodes: [], grpcStatuses: ['internal'] } };

function kinds(model: RouteModel): string[] {
  expect(routes.render(model).refusals).toEqual([]);
  const manifests = routes.render(model).manifests;
  expectValid(...manifests);
  return manifests.map(({ kind }) => kind);
}

test.each<[string, RouteModel]>([
  ['faults', http(faults)],
  ['retries by gRPC status', http(byStatus)],
  ['retries by response alone', http({ retries: { ...retries, connectionFailures: false } })],
  ['faults of gRPC', grpc(faults)],
  ['retries of gRPC', grpc(byStatus)],
  ['timeouts of gRPC, for which a GRPCRoute has no field', grpc({ timeouts: { request: 1000 } })],
  ['another host for gRPC', grpc({ rewrite: { hostname: 'next.example.com' } })],
])('%s make the route a VirtualService', (_, model) => {
  expect(kinds(model)).toEqual(['VirtualService']);
});

test('what Gateway API has the words for stays with it', () => {
  expect(kinds(http({ retries, timeouts: { request: 1000 } }))).toEqual(['HTTPRoute']);
  expect(kinds(grpc({}))).toEqual(['GRPCRoute']);
});

test('there is one for all ports, and no route of Gateway API beside it', () => {
  const [port] = http(faults).ports;
  const [other] = grpc({}).ports;
  const model = { ...http(faults), ports: [port, { ...other, port: 9090 }, { port: 6379, protocol: 'TCP' as const, rules: [rule()] }] };

  expect(kinds(model)).toEqual(['VirtualService']);
});

test('what holds for a Service as a whole stays in its DestinationRule', () => {
  expect(kinds({ ...http({ ...faults, stickiness: { type: 'cookie', name: 'cart' } }), traffic: { circuitBreaking: { maxConnections: 10 } } }))
    .toEqual(['VirtualService', 'DestinationRule']);
});

test('either is the route of the Service, of which there is one', () => {
  expect(routes.claims(http(faults))).toEqual(routes.claims(http({})));
  expect(routes.claims(http(faults))).toEqual([claim('route', { type: 'service', name: 'cart', namespace: 'shop' })]);
});

test('what Istio refuses of other routes is refused here, too', () => {
  const reasons = (model: RouteModel) => routes.render(model).refusals.map(({ reason }) => reason);

  expect(reasons(http({ ...faults, stickiness: { type: 'header', name: 'x' } }))).toEqual(['the proxies of Istio hand out cookies, not headers']);
  expect(reasons({ ...http(faults), ports: [...http(faults).ports, { port: 443, protocol: 'TLS', rules: [rule()] }] }))
    .toEqual(['sidecars read no TCPRoute on a port that speaks TLS']);
});

test('sidecars of all namespaces would follow a route for connections that is for those of one', () => {
  const [requests] = http({}).ports;
  const consumer = (handling: Handling, ...ports: RouteModel['ports']): RouteModel =>
    ({ ...http(handling), namespace: 'web', service: { name: 'cart', namespace: 'shop' }, ports });
  const connections = { port: 6379, protocol: 'TCP', rules: [rule()] } as const;
  const ports = (model: RouteModel) => routes.render(model).refusals.map(({ port }) => port);

  expect(ports(consumer({}, requests))).toEqual([]);
  expect(ports(consumer({}, requests, connections))).toEqual([6379]);
  expect(ports({ ...consumer({}, connections), namespace: 'shop' })).toEqual([]);
  // A VirtualService says who sees it.
  expect(ports(consumer(faults, { ...requests, rules: [rule({ handling: faults })] }, connections))).toEqual([]);
});

test('waypoints read no VirtualService beside routes of Gateway API', () => {
  expect((['FaultInjection', 'RetryGRPCStatus', 'RetryResponsesOnly'] as const).map(feature => ambient.supports[feature].level))
    .toEqual(['none', 'none', 'none']);
});
