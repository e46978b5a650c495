import { GitOps } from '../../src';

const REPLICAS = { group: 'apps', kind: 'Deployment', name: 'cart', namespace: 'shop', jsonPointers: ['/spec/replicas'] };
const SELECTOR = { group: '', kind: 'Service', name: 'cart', jsonPointers: ['/spec/selector', '/spec/ports'] };

test('Argo CD leaves the fields alone when it compares, and when it syncs', () => {
  expect(GitOps.argoCd([REPLICAS, SELECTOR])).toEqual({
    ignoreDifferences: [REPLICAS, SELECTOR], syncPolicy: { syncOptions: ['RespectIgnoreDifferences=true'] },
  });
});

test('Flux ignores the fields', () => {
  expect(GitOps.flux([REPLICAS, SELECTOR])).toEqual({
    ignore: [
      { paths: ['/spec/replicas'], target: { group: 'apps', kind: 'Deployment', name: 'cart', namespace: 'shop' } },
      { paths: ['/spec/selector', '/spec/ports'], target: { group: '', kind: 'Service', name: 'cart' } },
    ],
  });
});
