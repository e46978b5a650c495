import { MeshProtocol, MeshService } from '../../src';
import { WorkloadPorts } from '../../src/intents/workload-ports';

const { GRPC, TCP, UDP } = MeshProtocol;
const service = MeshService.of('cart', {
  ports: [
    { port: 80, targetPort: 8080, name: 'web' }, { port: 81, targetPort: 8081, protocol: GRPC, name: 'grpc' },
    { port: 53, protocol: TCP, name: 'dns-tcp' }, { port: 53, protocol: UDP, name: 'dns' },
  ],
});
const ports = () => new WorkloadPorts('shop/access', service);
const HTTP_PORT = { port: 8080, protocol: 'HTTP', servicePorts: [80] };
const GRPC_PORT = { port: 8081, protocol: 'GRPC', servicePorts: [81] };
const DNS_PORTS = [{ port: 53, protocol: 'TCP', servicePorts: [53] }, { port: 53, protocol: 'UDP', servicePorts: [53] }];

test('governs the ports of the pods behind those that the Service declares', () => {
  expect(ports().governed).toEqual([HTTP_PORT, GRPC_PORT, ...DNS_PORTS]);
});

test('means all declared ports where none are named; those that tell requests apart where there are requests', () => {
  expect(ports().chosen('here', undefined, undefined, false)).toEqual([HTTP_PORT, GRPC_PORT, ...DNS_PORTS]);
  expect(ports().chosen('here', undefined, undefined, true)).toEqual([HTTP_PORT, GRPC_PORT]);
});

test('finds ports by number and by name, each once', () => {
  expect(ports().chosen('here', [80], ['web', 'dns'], false)).toEqual([HTTP_PORT, DNS_PORTS[1]]);
  expect(ports().chosen('here', [53], undefined, false)).toEqual(DNS_PORTS);
});

test('a number that is not declared is a port of the pods, and speaks HTTP if requests are told apart there', () => {
  const learned = ports();
  learned.learn([9090], 'HTTP');
  learned.learn([9090, 9091], undefined);

  expect(learned.chosen('here', [9090, 9091], undefined, false)).toEqual([
    { port: 9090, protocol: 'HTTP', servicePorts: [] }, { port: 9091, protocol: undefined, servicePorts: [] },
  ]);
  expect(learned.speaking('here', 9090, ['HTTP'], 'HTTP')).toEqual({ port: 9090, protocol: 'HTTP', servicePorts: [] });
});

test('the HTTP port is the first that speaks it, unless said', () => {
  expect(ports().speaking('here', undefined, ['HTTP'], 'HTTP')).toEqual(HTTP_PORT);
  expect(ports().speaking('here', 81, ['HTTP', 'GRPC'], 'HTTP')).toEqual(GRPC_PORT);
});

test('two numbers of the Service can be one port of the pods, which then speaks one protocol', () => {
  const both = MeshService.of('cart', { ports: [{ port: 80, targetPort: 8080 }, { port: 8080 }] });
  const contradictory = MeshService.of('cart', { ports: [{ port: 80, targetPort: 8080 }, { port: 8080, protocol: TCP }] });

  expect(new WorkloadPorts('x', both).governed).toEqual([{ ...HTTP_PORT, servicePorts: [80, 8080] }]);
  expect(() => new WorkloadPorts('x', contradictory)).toThrow('port 8080 of the pods is declared as HTTP and as TCP');
});

test.each<[string, () => unknown, RegExp]>([
  ['requests on a TCP port', () => ports().chosen('here', [53], undefined, true), /requests cannot be told apart on TCP port 53/],
  ['a name that no port has', () => ports().chosen('here', undefined, ['admin'], false), /no port of 'cart' has the name 'admin'/],
  ['HTTP on a TCP port', () => ports().speaking('here', 53, ['HTTP'], 'HTTP'), /port 53 does not speak HTTP/],
  [
    'HTTP where there is none',
    () => new WorkloadPorts('x', MeshService.of('db', { port: 1, protocol: TCP })).speaking('here', undefined, ['HTTP'], 'HTTP'),
    /'db' has no HTTP port/,
  ],
  ['port 0', () => ports().learn([0], undefined), /0 is not a port number/],
])('refuses %s', (_, act, message) => {
  expect(act).toThrow(message);
});
