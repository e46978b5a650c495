import { Chart } from 'cdk8s';
import {
  AccessMode, HttpMatch, Identity, MeshImplementation, MeshService, MeshTarget, MeshTargets, NamespaceAccessDefault, ServiceAccessPolicy,
} from '../../../src';
import { shop, synth } from '../../setup';

const target = (trustDomain?: string) => MeshTarget.gatewayApi({ mesh: MeshImplementation.KUMA, trustDomain });
const cart = MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' } });
const allow = [{ sources: [Identity.serviceAccount('web')] }];

test('refuses access policies while the trust domain is unknown', () => {
  const chart = shop(target());
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow });
  new NamespaceAccessDefault(chart, 'deny');

  expect(() => synth(chart)).toThrow('whose trust domain depends on the mesh and its zone. Give the target the `trustDomain` of the MeshIdentity');
});

test('refuses requests, which Kuma does not tell apart', () => {
  const chart = shop(target('shop.mesh.local'));
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [{ ...allow[0], requests: [HttpMatch.get('/cart')] }] });

  expect(() => synth(chart)).toThrow('a MeshTrafficPermission tells clients apart, not their requests');
});

test('refuses to audit, since what is allowed would be reported too', () => {
  const chart = shop(target('shop.mesh.local'));
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow, mode: AccessMode.AUDIT });

  expect(() => synth(chart)).toThrow('`allowWithShadowDeny` reports every client that it names');
});

test('a Service says what its container names the port', () => {
  const chart = shop(target('shop.mesh.local'));
  const destination = MeshService.of('cart', { ports: [{ port: 80, name: 'http', targetPort: 8080, containerPortName: 'web' }], podSelector: { app: 'cart' } });
  new ServiceAccessPolicy(chart, 'access', { destination, allow });

  expect(synth(chart)[0].spec.targetRef).toEqual({ kind: 'Dataplane', labels: { app: 'cart' }, sectionName: 'web' });
});

test('the labels of the chart say which mesh all of it is for', () => {
  const app = shop(target('shop.mesh.local')).node.root;
  const chart = new Chart(app, 'blue', { namespace: 'shop', labels: { 'kuma.io/mesh': 'blue' } });
  MeshTargets.of(chart).add(target('shop.mesh.local'));
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow });

  expect(synth(chart).map(({ metadata }) => metadata.labels)).toEqual([{ 'kuma.io/mesh': 'blue' }, { 'kuma.io/mesh': 'blue' }]);
});
