import { Identity, MeshImplementation, MeshService, MeshTarget, MutualTls, MutualTlsMode, NamespaceAccessDefault, ServiceAccessPolicy } from '../../../src';
import { inYaml, ofKind, shop, synth } from '../../setup';

const { STRICT, PERMISSIVE } = MutualTlsMode;
const target = () => MeshTarget.gatewayApi({ mesh: MeshImplementation.KUMA, trustDomain: 'shop.mesh.local' });
const cart = MeshService.of('cart', {
  ports: [{ port: 80, targetPort: 8080, containerPortName: 'web' }, { port: 9090 }], podSelector: { app: 'cart' },
});
const allow = [{ sources: [Identity.serviceAccount('web')] }];

/** The mode on an inbound: of all that is said, what is most specific. */
function modeOn(manifests: readonly any[], section: string): string | undefined {
  const rank = ({ spec: { targetRef } }: any) => targetRef.kind === 'Mesh' ? 0 : targetRef.sectionName === undefined ? 1 : 2;
  return ofKind(manifests, 'MeshTLS')
    .filter(({ spec: { targetRef } }) => targetRef.sectionName === undefined || targetRef.sectionName === section)
    .sort((a, b) => rank(b) - rank(a))[0]?.spec.rules[0].default.mode;
}

test('mutual TLS for one workload is a MeshTLS', () => {
  const chart = shop(target());
  new MutualTls(chart, 'cart', { workload: cart, mode: STRICT });

  expect(inYaml(synth(chart))).toMatchInlineSnapshot(`
"apiVersion: kuma.io/v1alpha1
kind: MeshTLS
metadata:
  name: shop-cart-c85bff34
  namespace: shop
spec:
  rules:
    - default:
        mode: Strict
  targetRef:
    kind: Dataplane
    labels:
      app: cart
"
`);
});

test('asks it of a namespace, and of a workload in spite of its namespace', () => {
  const chart = shop(target());
  new MutualTls(chart, 'all', { mode: PERMISSIVE });
  new MutualTls(chart, 'cart', { workload: cart, mode: STRICT });

  const manifests = synth(chart);
  expect(modeOn(manifests.slice(0, 1), 'web')).toBe('Permissive');
  expect(modeOn(manifests, 'web')).toBe('Strict');
});

test('lets plain text in on the ports that are named, by the names of the container', () => {
  const chart = shop(target());
  new MutualTls(chart, 'tls', { workload: cart, mode: STRICT, ports: [{ port: 80, mode: PERMISSIVE }] });

  const manifests = synth(chart);
  expect([modeOn(manifests, 'web'), modeOn(manifests, '9090'), modeOn(manifests, '8080')]).toEqual(['Permissive', 'Strict', 'Strict']);
});

test('refuses to demand it of a port alone, which would stay open under another name', () => {
  const chart = shop(target());
  new MutualTls(chart, 'tls', { workload: cart, mode: PERMISSIVE, ports: [{ port: 9090, mode: STRICT }] });

  expect(() => synth(chart)).toThrow('cannot express mutual TLS on port 9090 alone');
});

test('refuses a workload whose labels are unknown', () => {
  const chart = shop(target());
  new MutualTls(chart, 'tls', { workload: MeshService.of('cart', { port: 80 }), mode: STRICT });

  expect(() => synth(chart)).toThrow('Give the MeshService its `podSelector`');
});

test('refuses plain text beside an access policy, which would not be asked', () => {
  const chart = shop(target());
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow });
  new MutualTls(chart, 'tls', { workload: cart, mode: STRICT, ports: [{ port: 9090, mode: PERMISSIVE }] });

  expect(() => synth(chart)).toThrow("the mutual TLS of the pods 'app=cart' in namespace 'shop' is also defined by 'shop/access'");
});

test('mutual TLS beside an access policy is what that demands too', () => {
  const chart = shop(target());
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow });
  new MutualTls(chart, 'tls', { workload: cart, mode: STRICT });

  expect(modeOn(synth(chart), 'web')).toBe('Strict');
});

test('the default of a namespace demands it, and refuses plain text for all beside it', () => {
  const alone = shop(target());
  new NamespaceAccessDefault(alone, 'deny');
  expect(modeOn(synth(alone), 'web')).toBe('Strict');

  const chart = shop(target());
  new NamespaceAccessDefault(chart, 'deny');
  new MutualTls(chart, 'tls', { mode: PERMISSIVE });
  expect(() => synth(chart)).toThrow("the mode of mutual TLS of all pods in namespace 'shop' is also defined by 'shop/deny'");
});

test('refuses to take plain text only', () => {
  const chart = shop(target());
  new MutualTls(chart, 'tls', { mode: MutualTlsMode.DISABLED });

  expect(() => synth(chart)).toThrow('the proxies of Kuma always take mutual TLS');
});
