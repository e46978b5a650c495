import { App, Chart, Testing } from 'cdk8s';
import {
  Identity, MeshAccessDefault, MeshPods, MeshService, MeshTarget, MeshTargets, MutualTls, MutualTlsMode, NamespaceAccessDefault, ServiceAccessPolicy,
} from '../../../src';
import { allowedByKuma } from '../../../src/evaluators/access/kuma';
import { TRUST_DOMAIN } from '../../../src/evaluators/access/request';
import { letsInBy, pod } from '../requests';

const cart = MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' } });
const letsIn = letsInBy(allowedByKuma);
const [web, prometheus] = [Identity.serviceAccount('web'), Identity.serviceAccount('prometheus', 'monitoring')];

function shop(make: (chart: Chart) => void): any[] {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.kuma({ trustDomain: TRUST_DOMAIN }));
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  make(chart);
  return Testing.synth(chart);
}

test('what all workloads allow adds to what each of them does', () => {
  const manifests = shop(chart => {
    new NamespaceAccessDefault(chart, 'default', { allow: [{ sources: [prometheus] }] });
    new ServiceAccessPolicy(chart, 'cart', { destination: cart, allow: [{ sources: [web] }] });
  });

  expect(letsIn(manifests, pod('monitoring', 'prometheus'), 8080)).toBe(true);
  expect(letsIn(manifests, pod('shop', 'web'), 8080)).toBe(true);
  expect(letsIn(manifests, pod('shop', 'other'), 8080)).toBe(false);
});

test('a default for the mesh stands in the namespace of Kuma, and holds for all', () => {
  const manifests = shop(chart => new MeshAccessDefault(chart, 'default', { allow: [{ sources: [prometheus] }] }));

  expect(manifests.map(({ kind, metadata, spec }) => [kind, metadata.namespace, spec.targetRef])).toEqual([
    ['MeshTLS', 'kuma-system', { kind: 'Mesh' }], ['MeshTrafficPermission', 'kuma-system', { kind: 'Mesh' }],
  ]);
  expect(letsIn(manifests, pod('monitoring', 'prometheus'), 8080)).toBe(true);
  expect(letsIn(manifests, pod('shop', 'web'), 8080)).toBe(false);
  expect(letsIn(manifests, { ...pod('shop', 'web'), meshed: false }, 8080)).toBe(false);
});

const SCOPES = [['namespace', NamespaceAccessDefault], ['mesh', MeshAccessDefault]] as const;

test.each(SCOPES)('a workload that denies is at odds with what all of the %s allow, since denials go first', (_, Default) => {
  const beside = (allow: ConstructorParameters<typeof ServiceAccessPolicy>[2]['allow'], all = [{ sources: [prometheus] }]) => () => shop(chart => {
    new Default(chart, 'default', { allow: all });
    new ServiceAccessPolicy(chart, 'cart', { destination: cart, allow });
  });

  expect(beside([])).toThrow(/MESH3001.*what is allowed beside the policies/);
  expect(beside([{ sources: [Identity.namespace('shop')], exceptSources: [web] }])).toThrow(/MESH3001.*what is allowed beside the policies/);
  expect(beside([], [])).not.toThrow();
  expect(beside([{ sources: [web] }])).not.toThrow();
});

test('a denial that was written as one stays one', () => {
  const manifests = shop(chart => {
    new NamespaceAccessDefault(chart, 'default', { allow: [{ sources: [Identity.namespace('monitoring')] }] });
    new ServiceAccessPolicy(chart, 'cart', { destination: cart, allow: [{ sources: [web] }], deny: [{ sources: [prometheus] }] });
  });

  expect(letsIn(manifests, pod('monitoring', 'prometheus'), 8080)).toBe(false);
  expect(letsIn(manifests, pod('monitoring', 'grafana'), 8080)).toBe(true);
});

test.each(SCOPES)('plain text in a workload is at odds with a default of the %s', (_, Default) => {
  expect(() => shop(chart => {
    new Default(chart, 'default');
    new MutualTls(chart, 'tls', { workload: cart, mode: MutualTlsMode.PERMISSIVE });
  })).toThrow(/MESH300.*the mode of mutual TLS/);
});

test('ports and exceptions of all workloads are refused, and so are pods without a Service', () => {
  expect(() => shop(chart => new NamespaceAccessDefault(chart, 'default', { allow: [{ sources: [web], ports: [9090] }] }))).toThrow('by the name that the container gives it');
  expect(() => shop(chart => new NamespaceAccessDefault(chart, 'default', {
    allow: [{ sources: [Identity.namespace('shop')], exceptSources: [web] }],
  }))).toThrow('that of a workload could not allow');
  expect(() => shop(chart => new ServiceAccessPolicy(chart, 'agent', {
    destination: MeshPods.of({ podSelector: { app: 'agent' }, ports: [{ port: 8080 }] }), allow: [],
  }))).toThrow('Make a Service for the pods');
});
