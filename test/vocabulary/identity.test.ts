import { ApiObject, Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { Identity } from '../../src';

test('a ServiceAccount lives in the namespace of the policy, unless it says otherwise', () => {
  expect(Identity.serviceAccount('web')._toModel('shop')).toEqual([{ kind: 'serviceAccount', name: 'web', namespace: 'shop' }]);
  expect(Identity.serviceAccount('web', 'front')._toModel('shop')).toEqual([{ kind: 'serviceAccount', name: 'web', namespace: 'front' }]);
});

test('means clients by labels, SPIFFE id, or none at all', () => {
  expect(Identity.nodes()._toModel('shop')).toEqual([{ kind: 'nodes' }]);
  expect(Identity.nodes({ pool: 'edge' })._toModel('shop')).toEqual([{ kind: 'nodeLabels', labels: { pool: 'edge' } }]);
  expect(Identity.namespaceLabels({ team: 'ops' })._toModel('shop')).toEqual([{ kind: 'namespaceLabels', labels: { team: 'ops' } }]);
  expect(Identity.spiffeId('spiffe://example.org/web')._toModel('shop')).toEqual([{ kind: 'spiffeId', id: 'spiffe://example.org/web' }]);
  expect(Identity.anyone()._toModel('shop')).toEqual([{ kind: 'anyone' }]);
});

test('reads a ServiceAccount of cdk8s-plus', () => {
  const account = new kplus.ServiceAccount(new Chart(Testing.app(), 'front', { namespace: 'front' }), 'web', { metadata: { name: 'web' } });

  expect(Identity.fromKubeServiceAccount(account)._toModel('shop')).toEqual([{ kind: 'serviceAccount', name: 'web', namespace: 'front' }]);
});

test.each<[string, () => unknown, RegExp]>([
  ['a name that is none', () => Identity.serviceAccount('Web'), /'Web' is not a valid ServiceAccount name/],
  ['a namespace that is none', () => Identity.namespace('*'), /'\*' is not a valid namespace/],
  ['no labels', () => Identity.namespaceLabels({}), /every namespace would be meant/],
  ['a label of nodes that is none', () => Identity.nodes({ 'pool!': 'edge' }), /'pool!' is not the name of a label/],
  ['a label that is none', () => Identity.namespaceLabels({ 'team!': 'ops' }), /'team!' is not the name of a label/],
  ['a principal for a SPIFFE id', () => Identity.spiffeId('cluster.local/ns/shop/sa/web'), /Write the whole id/],
  ['a SPIFFE id with a wildcard', () => Identity.spiffeId('spiffe://example.org/ns/*'), /is not a SPIFFE id/],
  ['a SPIFFE id of a trust domain of 256 characters', () => Identity.spiffeId(`spiffe://${'a'.repeat(256)}/ns/shop`), /is not a SPIFFE id/],
  ['a SPIFFE id that climbs', () => Identity.spiffeId('spiffe://example.org/ns/../sa'), /is not a SPIFFE id/],
  ['a construct without an object', () => Identity.fromKubeServiceAccount(Testing.chart()), /a ServiceAccount is needed, and this has no default child/],
  ['another kind', () => Identity.fromKubeServiceAccount(new ApiObject(Testing.chart(), 'x', { apiVersion: 'v1', kind: 'Pod' })), /this is a Pod/],
])('refuses %s', (_, make, message) => {
  expect(make).toThrow(message);
});
