import { ApiObject, Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { HttpMatch, MeshProtocol, MeshService } from '../../src';

test('a subset has the name and the ports of its Service, more labels, and a ServiceAccount of its own', () => {
  const cart = MeshService.of('cart', { ports: [{ port: 80, name: 'http' }], namespace: 'shop', serviceAccount: 'cart', podSelector: { app: 'cart' } });
  const [v1, next] = [cart.subset({ version: 'v1' }), cart.subset({ app: 'cart', version: 'v2' }, { serviceAccount: 'next' })];

  expect(v1).toMatchObject({ name: 'cart', namespace: 'shop', ports: cart.ports, podSelector: { app: 'cart', version: 'v1' } });
  expect([v1, next].map(({ serviceAccount }) => serviceAccount)).toEqual([undefined, 'next']);
  expect([v1, next, next.subset({ tier: 'a' })].map(({ _subset }) => _subset)).toEqual([{ version: 'v1' }, { version: 'v2' }, { version: 'v2', tier: 'a' }]);
  expect(cart).toMatchObject({ podSelector: { app: 'cart' }, _subset: undefined });
  expect(v1.variant('cart-v1')._subset).toBeUndefined();
});

test('a subset knows what its Service says of itself', () => {
  const service = new ApiObject(Testing.chart(), 'cart', {
    apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart' }, spec: { selector: { app: 'cart' }, clusterIP: 'None', ports: [{ port: 80 }] },
  } as any);
  const cart = MeshService.fromKubeService(service);

  expect(cart.subset({ version: 'v1' })).toMatchObject({ podSelector: { app: 'cart', version: 'v1' }, _facts: cart._facts });
});

test('a variant has the ports of its Service', () => {
  const ports = [{ port: 80, targetPort: 8080, containerPortName: 'web' }, { port: 90, protocol: MeshProtocol.GRPC }];
  const cart = MeshService.of('cart', { ports, namespace: 'shop' });
  const variant = cart.variant('cart-v2');

  expect(variant).toMatchObject({ name: 'cart-v2', namespace: 'shop', ports: cart.ports });
  expect(MeshService.of('cart', { port: 80 }).variant('v2', { port: 81 }).ports).toMatchObject([{ port: 81, targetPort: 81 }]);
});

test('one number can be a port for TCP and one for UDP', () => {
  expect(MeshService.of('dns', {
    ports: [{ port: 53, protocol: MeshProtocol.TCP }, { port: 53, protocol: MeshProtocol.UDP }],
  }).ports).toHaveLength(2);
});

test('allows what another Service requests', () => {
  const web = MeshService.of('web', { port: 80, serviceAccount: 'web-sa', namespace: 'front' });
  const { sources, requests } = MeshService.of('cart', { port: 80 }).allowFrom(web, HttpMatch.get('/cart'));

  expect(sources.flatMap(source => source._toModel('shop'))).toEqual([{ kind: 'serviceAccount', name: 'web-sa', namespace: 'front' }]);
  expect(requests!.map(request => request._toModel())).toMatchObject([{ methods: ['GET'], path: { type: 'exact', value: '/cart' } }]);
});

test('the name that a container gives its port is one that a container can give', () => {
  expect(() => MeshService.of('cart', { ports: [{ port: 80, containerPortName: 'the-web-port-of-cart' }] }))
    .toThrow("'the-web-port-of-cart' is not a valid name of a container port");
});

test('a port of a Service may have a name that no port of a container can have', () => {
  expect(MeshService.of('cart', { ports: [{ port: 80, name: 'the-web-port-of-cart' }, { port: 81, name: '81' }] }).ports.map(({ name }) => name))
    .toEqual(['the-web-port-of-cart', '81']);
});

test('reads a Service of cdk8s-plus', () => {
  const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
  const deployment = new kplus.Deployment(chart, 'cart', { containers: [{ image: 'cart', portNumber: 8080 }] });
  const service = new kplus.Service(chart, 'service', {
    metadata: { name: 'cart' },
    selector: deployment,
    ports: [{ name: 'grpc', port: 80, targetPort: 8080 }, { name: 'dns', port: 53, protocol: kplus.Protocol.UDP }, { name: 'web', port: 81 }],
  });
  const cart = MeshService.fromKubeService(service, { serviceAccount: 'cart' });

  expect(cart).toMatchObject({ name: 'cart', namespace: 'shop', serviceAccount: 'cart' });
  expect(cart.podSelector).toEqual((service.metadata as any) && Testing.synth(chart)[1].spec.selector);
  expect(cart.ports).toMatchObject([
    { port: 80, targetPort: 8080, protocol: 'GRPC' }, { port: 53, protocol: 'UDP' }, { port: 81, targetPort: 81, protocol: 'HTTP' },
  ]);
});

test.each([
  [{ appProtocol: 'grpc' }, 'GRPC'], [{ appProtocol: 'kubernetes.io/h2c' }, 'HTTP'], [{ name: 'tcp-redis' }, 'TCP'],
  [{ appProtocol: 'https' }, 'TLS'], [{ name: 'tls-postgres' }, 'TLS'], [{ name: 'web' }, 'HTTP'], [{ name: 'grpc-web' }, 'HTTP'],
  [{ appProtocol: 'kafka' }, 'TCP'], [{ appProtocol: 'tcp-server-first' }, 'TCP'], [{ name: 'http', appProtocol: 'linkerd.io/opaque' }, 'TCP'],
  [{ protocol: 'UDP', appProtocol: 'http' }, 'UDP'], [{}, 'HTTP'],
])('a port like %j speaks %s', (port, protocol) => {
  const service = new ApiObject(Testing.chart(), 'service', { apiVersion: 'v1', kind: 'Service', spec: { ports: [{ port: 80, ...port }] } } as any);

  expect(MeshService.fromKubeService(service).ports[0].protocol).toBe(protocol);
});

test('what neither an `appProtocol` nor a name that is known tells, the caller does', () => {
  const service = new ApiObject(Testing.chart(), 'service', {
    apiVersion: 'v1', kind: 'Service', spec: { ports: [{ port: 80, appProtocol: 'acme.io/rpc' }, { port: 90, name: 'http-admin' }] },
  } as any);

  expect(MeshService.fromKubeService(service, { protocol: MeshProtocol.GRPC }).ports).toMatchObject([{ protocol: 'GRPC' }, { protocol: 'HTTP' }]);
});

const APP = MeshService.of('cart', { port: 80, serviceAccount: 'cart', podSelector: { app: 'cart' } });

test.each<[string, () => unknown, RegExp]>([
  ['an upper case name', () => MeshService.of('Cart', { port: 80 }), /'Cart' is not a valid Service name/],
  ['a name that starts with a digit', () => MeshService.of('1cart', { port: 80 }), /not a valid Service name/],
  ['a long name', () => MeshService.of('c'.repeat(64), { port: 80 }), /at most 63 characters/],
  ['a namespace that is none', () => MeshService.of('cart', { port: 80, namespace: 'a.b' }), /'a\.b' is not a valid namespace/],
  ['a ServiceAccount that is none', () => MeshService.of('cart', { port: 80, serviceAccount: 'A' }), /not a valid ServiceAccount name/],
  ['no port', () => MeshService.of('cart', {}), /the port is missing\. Write `port: 8080`/],
  ['both ports', () => MeshService.of('cart', { port: 80, ports: [{ port: 80 }] }), /exclude each other/],
  ['no ports', () => MeshService.of('cart', { ports: [] }), /`ports` is an empty list/],
  ['port 0', () => MeshService.of('cart', { port: 0 }), /0 is not a port number/],
  ['half a port', () => MeshService.of('cart', { port: 80.5 }), /80\.5 is not a port number/],
  ['a port twice', () => MeshService.of('cart', { ports: [{ port: 80 }, { port: 80 }] }), /port 80 declared twice/],
  ['a port name twice', () => MeshService.of('cart', { ports: [{ port: 80, name: 'web' }, { port: 81, name: 'web' }] }), /port 'web' declared twice/],
  ['a port name that is none', () => MeshService.of('cart', { ports: [{ port: 80, name: 'Web' }] }), /not a valid port name/],
  ['a label that is none', () => MeshService.of('cart', { port: 80, podSelector: { app: 'c a r t' } }), /'c a r t' is not a value for label 'app'/],
  ['an allowance for a client without an account', () => MeshService.of('cart', { port: 80 }).allowFrom(MeshService.of('web', { port: 80 })),
    /the ServiceAccount of 'web' is unknown/],
  ['an empty selector', () => MeshService.of('cart', { port: 80, podSelector: {} }), /would select every pod/],
  ['a port for one variant of many', () => MeshService.of('cart', { ports: [{ port: 1 }, { port: 2 }] }).variant('v', { port: 3 }), /has 2 ports/],
  ['a subset of pods that are not known', () => MeshService.of('cart', { port: 80 }).subset({ version: 'v1' }), /MESH1122: the pods of 'cart' are unknown/],
  ['a subset of other pods', () => APP.subset({ version: 'v1', app: 'web' }), /MESH1122: no pod of 'cart' has app=web: all of them have app=cart/],
  ['a subset of all pods', () => APP.subset({ app: 'cart' }), /MESH1122: all pods of 'cart' have these labels/],
  ['a subset without labels', () => APP.subset({}), /MESH1122: all pods of 'cart' have these labels/],
  ['a subset by the account of all pods', () => APP.subset({ version: 'v1' }, { serviceAccount: 'cart' }), /MESH1122: all pods of 'cart' run as/],
  ['a label of a subset that is none', () => APP.subset({ version: 'v 1' }), /'v 1' is not a value for label 'version'/],
  ['labels of a subset that are no text', () => APP.subset({ version: 1 } as any), /MESH1001/],
  ['another option of a subset', () => APP.subset({ version: 'v1' }, { port: 80 } as any), /MESH1003/],
  ['an allowance for a subset without an account of its own', () => APP.allowFrom(APP.subset({ version: 'v1' })),
    /MESH1108: the ServiceAccount of these pods of 'cart' is unknown\. Give the subset a `serviceAccount`/],
  ['another kind', () => MeshService.fromKubeService(new ApiObject(Testing.chart(), 'x', { apiVersion: 'v1', kind: 'Pod' })), /this is a Pod/],
  ['a port for SCTP', () => MeshService.fromKubeService(new ApiObject(Testing.chart(), 'x', {
    apiVersion: 'v1', kind: 'Service', spec: { ports: [{ port: 80, protocol: 'SCTP' }] },
  } as any)), /port 80 speaks SCTP, which no mesh knows/],
])('refuses %s', (_, make, message) => {
  expect(make).toThrow(message);
});

test('a Service of somebody else is none of Kubernetes', () => {
  const object = new ApiObject(Testing.chart(), 'cart', { apiVersion: 'serving.knative.dev/v1', kind: 'Service', spec: { ports: [{ port: 80 }] } } as any);

  expect(() => MeshService.fromKubeService(object)).toThrow('MESH1107: a Service is needed, and this is a Service of serving.knative.dev/v1');
});
