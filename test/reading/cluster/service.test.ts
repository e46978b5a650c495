import type { SmiMesh } from '../../../src/dialects/smi/read/meshes';
import { findingsOf, worldOf } from '../../migrate/world/setup';

const CART = `
apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
  annotations: {mesh.traefik.io/traffic-type: tcp, mesh.traefik.io/retry-attempts: 2}
spec:
  selector: {app: cart, tier: 1}
  clusterIP: None
  ports:
    - {port: 80, name: web, targetPort: http}
    - {port: 443, name: https-web, targetPort: "8443"}
    - {port: 3306, name: tcp-mysql, appProtocol: tcp-server-first}
    - {port: 6379, name: tcp-redis}
    - {port: 9000, name: grpc-api}
    - {port: 53, protocol: UDP}
    - {port: 54, protocol: SCTP}
    - {name: none}
`;

test('a Service is its ports, its selector and its form', () => {
  const world = worldOf(CART);
  const service = world.service('shop', 'cart')!;

  expect(service).toMatchObject({ kind: 'Service', name: 'cart', namespace: 'shop', selector: { app: 'cart', tier: '1' }, forms: ['headless'] });
  expect(service.place).toMatchObject({ file: 'a.yaml', line: 2 });
  expect(service.ports.map(({ port, targetPort, transport }) => [port, targetPort, transport])).toEqual([
    [80, 'http', 'TCP'], [443, 8443, 'TCP'], [3306, 3306, 'TCP'], [6379, 6379, 'TCP'], [9000, 9000, 'TCP'], [53, 53, 'UDP'], [54, 54, 'SCTP'],
  ]);
  expect(findingsOf(world)).toEqual([
    "a.yaml:9 spec.selector.tier: it is a number, and read as the text '1' (assumed)",
    'a.yaml:19 spec.ports[7]: there is no `port`',
  ]);
  expect(world.service('other', 'cart')).toBeUndefined();
  expect(world.servicesIn('shop')).toEqual([service]);
  expect(world.servicesIn('other')).toEqual([]);
});

test.each<[SmiMesh, unknown[]]>([
  // By the name, with its dash, or by the appProtocol; all else is HTTP.
  ['osm', ['HTTP', 'HTTP', 'TCP', 'TCP', 'GRPC', 'UDP', undefined]],
  // By the annotation.
  ['traefik', ['TCP', 'TCP', 'TCP', 'TCP', 'TCP', 'UDP', undefined]],
  ['linkerd', [undefined, 'TLS', 'TCP', 'TCP', 'GRPC', 'UDP', undefined]],
  ['nginx', [undefined, 'TLS', 'TCP', 'TCP', 'GRPC', 'UDP', undefined]],
  ['consul', [undefined, 'TLS', 'TCP', 'TCP', 'GRPC', 'UDP', undefined]],
  ['istio-adapter', [undefined, 'TLS', 'TCP', 'TCP', 'GRPC', 'UDP', undefined]],
  ['spec', [undefined, 'TLS', 'TCP', 'TCP', 'GRPC', 'UDP', undefined]],
])('what ports spoke to %s', (mesh, protocols) => {
  expect(worldOf(CART, mesh).service('shop', 'cart')!.ports.map(({ protocol }) => protocol)).toEqual(protocols);
});

test('Open Service Mesh lets nobody in where it knows no such protocol', () => {
  const world = worldOf('{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 1, appProtocol: HTTPS}, {port: 2, appProtocol: gRPC}]}}');

  expect(world.services[0].ports.map(({ protocol }) => protocol)).toEqual([undefined, 'GRPC']);
  expect(findingsOf(world)).toEqual(['a.yaml:1 spec.ports[0].appProtocol: the mesh knows no such protocol, and lets nobody in at the port']);
});

test('with Traefik Mesh, a port speaks HTTP where no annotation says otherwise, by the old prefix too', () => {
  const spoken = (annotations: string) => worldOf(`{apiVersion: v1, kind: Service, metadata: {name: a, annotations: {${annotations}}}, spec: {ports: [{port: 1}]}}`, 'traefik')
    .service(undefined, 'a')!.ports[0].protocol;

  expect([spoken(''), spoken('maesh.containo.us/traffic-type: udp'), spoken('mesh.traefik.io/traffic-type: none')]).toEqual(['HTTP', 'UDP', 'HTTP']);
});

test('annotations of Traefik Mesh that are not carried over are named', () => {
  expect(worldOf(CART).notMigrated).toMatchObject([
    { kind: 'Service', name: 'cart', did: 'its annotations mesh.traefik.io/retry-attempts told Traefik Mesh how to treat requests' },
  ]);
});
