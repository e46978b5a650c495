import * as fc from 'fast-check';
import { HTTP, policy } from './models';
import type { MeshTraffic } from '../../../src/dialects/contract/mesh-traffic';
import { secondLayer } from '../../../src/dialects/kubernetes/second-layer';
import { allowedByNetworkPolicy } from '../../../src/evaluators/access/network-policy';
import type { AccessRule, Source } from '../../../src/model/access';
import { ANY_REQUEST } from '../../../src/model/match';
import { inYaml } from '../../setup';
import { letsInBy, outside, pod } from '../requests';

const letsIn = letsInBy(allowedByNetworkPolicy('everyone'));

const account: Source = { kind: 'serviceAccount', name: 'web', namespace: 'shop' };
const rule = (...sources: Source[]): AccessRule =>
  ({ sources, exceptSources: [], exceptRequests: [], endUsers: [], ports: [HTTP], requests: [{ ...ANY_REQUEST, methods: ['GET'] }] });

const sidecars: MeshTraffic = { proxyPorts: [[15008, 15008]] };
const render = (sources: Source[], traffic: MeshTraffic = sidecars): any => secondLayer(policy([rule(...sources)]), traffic).manifests[0];

test('a client is let in by its namespace, on the port and on that of the sidecars', () => {
  expect(inYaml(render([account]))).toMatchInlineSnapshot(`
"apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: cart-access
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: cart
  policyTypes:
    - Ingress
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: shop
      ports:
        - port: 8080
          protocol: TCP
        - port: 15008
          protocol: TCP
"
`);
});

test('a ServiceAccount becomes its namespace, and requests become their port and that of the proxy', () => {
  const manifest = render([account]);

  expect(manifest.metadata).toEqual({ name: 'cart-access', namespace: 'shop' });
  expect(letsIn(manifest, pod('shop'), 8080)).toBe(true);
  expect(letsIn(manifest, pod('shop'), 15008)).toBe(true);
  expect(letsIn(manifest, pod('shop'), 9090)).toBe(false);
  expect(letsIn(manifest, pod('ops'), 8080)).toBe(false);
  expect(letsIn(manifest, outside('203.0.113.7'), 8080)).toBe(false);
});

test('two ServiceAccounts of one namespace are one peer', () => {
  expect(render([account, { kind: 'serviceAccount', name: 'job', namespace: 'shop' }]).spec.ingress[0].from).toHaveLength(1);
});

test.each<Source>([{ kind: 'anyAuthenticated' }, { kind: 'spiffeId', id: 'spiffe://other.org/vm' }, { kind: 'anyone' }])(
  '%j may come from anywhere', source => {
    expect(letsIn(render([source]), outside('203.0.113.7'), 8080)).toBe(true);
    expect(letsIn(render([source]), outside('203.0.113.7'), 9090)).toBe(false);
  });

test('addresses may be those of pods', () => {
  const manifest = render([{ kind: 'ipBlock', cidr: '10.0.0.0/8', except: [] }]);

  expect(letsIn(manifest, pod('ops'), 8080)).toBe(true);
  expect(letsIn(manifest, outside('10.1.2.3'), 8080)).toBe(true);
  expect(letsIn(manifest, outside('203.0.113.7'), 8080)).toBe(false);
});

test('proxies between client and workload may stand in any namespace, and reach the ports of the proxies only', () => {
  const manifest = render([account], { ...sidecars, waypoints: true });

  expect(letsIn(manifest, pod('istio-waypoints'), 15008)).toBe(true);
  expect(letsIn(manifest, pod('istio-waypoints'), 8080)).toBe(false);
  expect(letsIn(manifest, outside('203.0.113.7'), 15008)).toBe(false);
});

test('health probes come from the addresses that the mesh gives them', () => {
  const traffic = { ...sidecars, probeAddresses: ['169.254.7.127/32'] };

  expect(letsIn(secondLayer(policy([]), traffic).manifests[0], outside('169.254.7.127'), 8081)).toBe(true);
  expect(letsIn(secondLayer(policy([]), traffic).manifests[0], pod('shop'), 8081)).toBe(false);
});

test('where the mesh is not known, all ports are open to the clients', () => {
  const manifest = render([account], { proxyPorts: 'any' });

  expect(letsIn(manifest, pod('shop'), 4143)).toBe(true);
  expect(letsIn(manifest, pod('ops'), 8080)).toBe(false);
});

test('denies everyone where nothing is allowed, with waypoints too', () => {
  expect(secondLayer(policy([]), { ...sidecars, waypoints: true }).manifests.map(({ spec }) => spec)).toEqual([
    { podSelector: { matchLabels: { app: 'cart' } }, policyTypes: ['Ingress'] },
  ]);
});

test('denies nobody where denials are only reported', () => {
  expect(secondLayer(policy([rule(account)], { audit: true }), sidecars).manifests).toEqual([]);
});

test('never denies a client that the policy may allow', () => {
  const namespaces = ['shop', 'ops'];
  const source: fc.Arbitrary<Source> = fc.oneof(
    fc.record({ kind: fc.constant('serviceAccount' as const), name: fc.constantFrom('web', 'job'), namespace: fc.constantFrom(...namespaces) }),
    fc.constantFrom(...namespaces).map(name => ({ kind: 'namespace' as const, name })),
    fc.constantFrom<Source>({ kind: 'anyAuthenticated' }, { kind: 'anyone' }, { kind: 'namespaceLabels', labels: { 'kubernetes.io/metadata.name': 'ops' } }));
  const holds = (one: Source, namespace: string) => 'namespace' in one ? one.namespace === namespace
    : one.kind === 'namespace' ? one.name === namespace : one.kind !== 'namespaceLabels' || namespace === 'ops';
  fc.assert(fc.property(fc.array(fc.array(source, { minLength: 1, maxLength: 3 }), { maxLength: 3 }), all => {
    const [manifest] = secondLayer(policy(all.map(sources => rule(...sources))), sidecars).manifests;
    for (const namespace of namespaces.filter(name => all.flat().some(one => holds(one, name)))) {
      expect(letsIn(manifest, pod(namespace), 8080) && letsIn(manifest, pod(namespace), 15008)).toBe(true);
    }
  }));
});

test('a range of ports of the proxy is one entry, and one port has no end', () => {
  expect(render([account], { proxyPorts: [[15000, 15100], [15200, 15200]] }).spec.ingress[0].ports).toEqual([
    { port: 8080, protocol: 'TCP' }, { port: 15000, protocol: 'TCP', endPort: 15100 }, { port: 15200, protocol: 'TCP' },
  ]);
});

test('a gateway is let in by the namespace of its pods', () => {
  const from = (pods: { readonly namespace?: string }) => render([{ kind: 'gateway', name: 'public', namespace: 'edge', pods }]).spec.ingress[0].from;

  expect([from({}), from({ namespace: 'infra' })]).toEqual(['edge', 'infra'].map(namespace => [
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } },
  ]));
});
