import {
  ConsulNamespaces, Identity, MeshImplementation, MeshService, MeshTarget, MutualTls, MutualTlsMode, NamespaceAccessDefault, ServiceAccessPolicy,
} from '../../../src';
import { inYaml, ofKind, shop, synth } from '../../setup';

const target = () => MeshTarget.gatewayApi({ mesh: MeshImplementation.CONSUL, consulNamespaces: ConsulNamespaces.MIRRORED });
const cart = MeshService.of('cart', { port: 8080 });
const allow = [{ sources: [Identity.serviceAccount('web')] }];

test('mutual TLS for one Service stands in its ServiceDefaults', () => {
  const chart = shop(target());
  new MutualTls(chart, 'tls', { workload: cart, mode: MutualTlsMode.STRICT });

  expect(inYaml(synth(chart))).toMatchInlineSnapshot(`
"apiVersion: consul.hashicorp.com/v1alpha1
kind: ServiceDefaults
metadata:
  name: cart
  namespace: shop
spec:
  mutualTLSMode: strict
  protocol: http
"
`);
});

test('says on the service whether it takes plain text too', () => {
  const chart = shop(target());
  new MutualTls(chart, 'tls', { workload: cart, mode: MutualTlsMode.PERMISSIVE });

  expect(synth(chart)).toMatchObject([{ kind: 'ServiceDefaults', metadata: { name: 'cart' }, spec: { protocol: 'http', mutualTLSMode: 'permissive' } }]);
});

test('agrees with the access policy of the workload, which demands mutual TLS too', () => {
  const chart = shop(target());
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow });
  new MutualTls(chart, 'tls', { workload: cart, mode: MutualTlsMode.STRICT });

  expect(ofKind(synth(chart), 'ServiceDefaults')).toHaveLength(1);
});

test('refuses plain text beside an access policy, which would not be asked', () => {
  const chart = shop(target());
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow });
  new MutualTls(chart, 'tls', { workload: cart, mode: MutualTlsMode.PERMISSIVE });

  expect(() => synth(chart)).toThrow("ServiceDefaults 'shop/cart' of consul.hashicorp.com/v1alpha1 is also defined by 'shop/access'");
});

test('refuses two for one workload', () => {
  const chart = shop(target());
  new MutualTls(chart, 'a', { workload: cart, mode: MutualTlsMode.STRICT });
  new MutualTls(chart, 'b', { workload: cart, mode: MutualTlsMode.STRICT });

  expect(() => synth(chart)).toThrow("the mutual TLS of Service 'shop/cart' is also defined by 'shop/a'");
});

test('a workload under the default of its namespace takes no plain text, over which no intention is asked', () => {
  const chart = shop(target());
  new NamespaceAccessDefault(chart, 'deny');
  new MutualTls(chart, 'strict', { workload: MeshService.of('web', { port: 8080 }), mode: MutualTlsMode.STRICT });
  synth(chart);
  new MutualTls(chart, 'tls', { workload: cart, mode: MutualTlsMode.PERMISSIVE });

  expect(() => synth(chart)).toThrow("the mode of mutual TLS of the services in namespace 'shop' is also defined by 'shop/deny'");
});

describe.each([
  ['shared', { consulNamespaces: ConsulNamespaces.SINGLE }, true],
  ['not known', {}, true],
  ['mirrored', { consulNamespaces: ConsulNamespaces.MIRRORED }, false],
])('where namespaces are %s', (_, options, conflict) => {
  test.each([[MutualTlsMode.PERMISSIVE, conflict], [MutualTlsMode.STRICT, false]])('two Services of one name say one thing: %s', (mode, refused) => {
    const chart = shop(MeshTarget.gatewayApi({ mesh: MeshImplementation.CONSUL, ...options }));
    new MutualTls(chart, 'here', { workload: cart, mode: MutualTlsMode.STRICT });
    new MutualTls(chart, 'there', { workload: MeshService.of('cart', { port: 8080, namespace: 'stock' }), mode });

    expect(chart.node.findChild('there').node.validate()).toHaveLength(Number(refused));
  });
});

test.each([
  ['a namespace', {}, 'Consul asks for mutual TLS of a service, or of the whole mesh'],
  ['a port', { workload: cart, ports: [{ port: 8080, mode: MutualTlsMode.PERMISSIVE }] }, 'Consul asks for mutual TLS on all ports of a service'],
])('refuses %s', (_, props, reason) => {
  const chart = shop(target());
  new MutualTls(chart, 'tls', { mode: MutualTlsMode.STRICT, ...props });

  expect(() => synth(chart)).toThrow(reason);
});
