import { App, Chart, Testing } from 'cdk8s';
import {
  ConsulNamespaces, Identity, MeshAccessDefault, MeshPods, MeshService, MeshTarget, MeshTargets, MutualTls, MutualTlsMode, NamespaceAccessDefault,
  ServiceAccessPolicy,
} from '../../../src';
import { allowedByConsul } from '../../../src/evaluators/access/consul';
import { letsInBy, pod } from '../requests';

const cart = MeshService.of('cart', { port: 8080 });
const web = Identity.serviceAccount('web');

function shop(make: (chart: Chart) => void, namespaces = ConsulNamespaces.MIRRORED): any[] {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.consul({ namespaces }));
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  make(chart);
  return Testing.synth(chart);
}

test.each([
  [ConsulNamespaces.MIRRORED, 'mirrored', { name: '*', namespace: '*' }], [ConsulNamespaces.SINGLE, 'single', { name: '*' }],
] as const)('a default for the mesh is for every service, with namespaces %s', (namespaces, namespacing, everyone) => {
  const letsIn = letsInBy(allowedByConsul(namespacing));
  const [alone] = shop(chart => new MeshAccessDefault(chart, 'default'), namespaces);
  const beside = shop(chart => {
    new MeshAccessDefault(chart, 'default');
    new ServiceAccessPolicy(chart, 'cart', { destination: cart, allow: [{ sources: [web] }] });
  }, namespaces);

  expect(alone.spec).toEqual({ destination: everyone, sources: [{ ...everyone, action: 'deny' }] });
  expect(letsIn([alone], pod('shop', 'web'), 8080)).toBe(false);
  expect(letsIn(beside, pod('shop', 'web'), 8080)).toBe(true);
  expect(letsIn(beside, pod('shop', 'other'), 8080)).toBe(false);
});

test('allowances for all are refused: the intentions of a service go before them', () => {
  expect(() => shop(chart => new NamespaceAccessDefault(chart, 'default', { allow: [{ sources: [web] }] }))).toThrow('Allow it in the policy of each workload');
  expect(() => shop(chart => new MeshAccessDefault(chart, 'default', { allow: [{ sources: [web] }] }))).toThrow('Allow it in the policy of each workload');
});

test('plain text in a workload is at odds with a default for the mesh', () => {
  expect(() => shop(chart => {
    new MeshAccessDefault(chart, 'default');
    new MutualTls(chart, 'tls', { workload: cart, mode: MutualTlsMode.PERMISSIVE });
  })).toThrow(/MESH300.*the mode of mutual TLS/);
});

test('pods without a Service are refused', () => {
  expect(() => shop(chart => new ServiceAccessPolicy(chart, 'agent', {
    destination: MeshPods.of({ podSelector: { app: 'agent' }, ports: [{ port: 8080 }] }), allow: [],
  }))).toThrow('Make a Service for the pods');
});
