import { metadataViolations } from '../../src/validation/metadata';

const found = (metadata: any) => metadataViolations(metadata).map(({ path, message }) => `${path} ${message}`);

const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart', uid: '1' };

describe('metadata that an API server takes', () => {
  test.each<[string, any]>([
    ['a name', { name: 'cart' }],
    ['a name with dots', { name: 'cart.v1.shop', namespace: 'shop' }],
    ['a generated name', { generateName: 'cart-' }],
    [
      'labels and annotations',
      { name: 'a', labels: { 'app.kubernetes.io/name': 'cart', 'empty': '' }, annotations: { 'Example.com/Note': 'any \u{1f600} text' } },
    ],
    [
      'nulls',
      { name: 'a', finalizers: null, creationTimestamp: null, annotations: { note: null }, labels: { app: null }, ownerReferences: null, managedFields: null },
    ],
    ['owners', { name: 'a', ownerReferences: [{ ...owner, controller: true }, { ...owner, uid: '2' }] }],
    ['finalizers', { name: 'a', finalizers: ['example.com/cleanup', 'orphan'] }],
    ['what the server sets anew', { name: 'a', uid: '', generation: -2, creationTimestamp: '2024-01-01T00:00:00Z', selfLink: '/a' }],
  ])('%s', (_, metadata) => {
    expect(found(metadata)).toEqual([]);
  });
});

describe('metadata that an API server refuses', () => {
  test.each<[string, any, string]>([
    ['nothing', undefined, 'metadata.name is required'],
    ['an empty name', { name: '' }, 'metadata.name is required'],
    ['capitals', { name: 'Cart' }, 'metadata.name must be lower case'],
    ['a long name', { name: 'a'.repeat(254) }, 'metadata.name must have at most 253'],
    ['a bad beginning', { generateName: '-' }, 'metadata.generateName must be lower case'],
    ['a namespace with dots', { name: 'a', namespace: 'shop.eu' }, 'metadata.namespace must be lower case'],
    ['a name that is a number', { name: 1 }, 'metadata.name must be string, not integer'],
    ['a text', 'cart', 'metadata must be object, not string'],
    ['an unknown field', { name: 'a', label: {} }, 'metadata.label is not a field'],
    ['a long label', { name: 'a', labels: { app: 'a'.repeat(64) } }, 'metadata.labels.app must have at most 63'],
    ['a label key with two slashes', { name: 'a', labels: { 'a/b/c': '' } }, "metadata.labels[\"a/b/c\"] must have one '/' at most"],
    ['a label key without a name', { name: 'a', labels: { 'a/': '' } }, 'metadata.labels["a/"] must be letters'],
    ['annotations of 256 KiB', { name: 'a', annotations: { note: 'a'.repeat(256 * 1024) } }, 'metadata.annotations must have at most 262144 bytes'],
    ['an annotation that is a number', { name: 'a', annotations: { note: 1 } }, 'metadata.annotations.note must be string'],
    ['half an owner', { name: 'a', ownerReferences: [{ ...owner, uid: undefined }] }, 'metadata.ownerReferences[0].uid is required'],
    ['an owner of no version', { name: 'a', ownerReferences: [{ ...owner, apiVersion: 'a/b/c' }] }, 'metadata.ownerReferences[0].apiVersion must be'],
    [
      'two controllers',
      { name: 'a', ownerReferences: [{ ...owner, controller: true }, { ...owner, uid: '2', controller: true }] },
      'metadata.ownerReferences must have one controller',
    ],
    ['an Event as owner', { name: 'a', ownerReferences: [{ ...owner, apiVersion: 'v1', kind: 'Event' }] }, 'metadata.ownerReferences[0] must not be an Event'],
    ['a bad finalizer', { name: 'a', finalizers: ['a b'] }, 'metadata.finalizers[0] must be letters'],
    ['contrary finalizers', { name: 'a', finalizers: ['orphan', 'foregroundDeletion'] }, 'metadata.finalizers must not have both'],
    ['a resourceVersion', { name: 'a', resourceVersion: '1' }, 'metadata.resourceVersion must not be set'],
    ['a uid', { name: 'a', uid: '1' }, 'metadata.uid must not be set'],
    ['managed fields', { name: 'a', managedFields: [] }, 'metadata.managedFields must not be set'],
    ['a generation that is a text', { name: 'a', generation: '1' }, 'metadata.generation must be integer'],
    ['an owner twice', { name: 'a', ownerReferences: [owner, owner] }, 'metadata.ownerReferences[1] is a duplicate'],
    ['a finalizer twice', { name: 'a', finalizers: ['a', 'a'] }, 'metadata.finalizers[1] is a duplicate'],
    ['a label key, whatever its value', { name: 'a', labels: { 'a b': null } }, 'metadata.labels["a b"] must be letters'],
  ])('%s', (_, metadata, expected) => {
    expect(found(metadata)).toEqual([expect.stringContaining(expected)]);
  });
});
