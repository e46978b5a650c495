import { documentsIn } from '../../src/manifests/documents';
import { textsOf } from '../../src/reading/texts';

const object = (kind: string, name: string, spec: object, apiVersion = 'example.com/v1') => ({ apiVersion, kind, metadata: { name, namespace: 'shop' }, spec });

function documents(file: string, ...manifests: readonly object[]) {
  return [...documentsIn(file, manifests.map(one => JSON.stringify(one)).join('\n---\n'))];
}

/** What stands at a field of the first object. */
function textOf(...manifests: readonly object[]): string {
  const all = documents('a.json', ...manifests);
  return textsOf(all)({ file: 'a.json', line: all[0].line, path: 'spec.unheardOf' });
}

const ROUTE = object('Route', 'cart', { delegate: { name: 'other' }, hosts: ['checkout.shop.svc.cluster.local'], gateways: ['infra/public'] });

test.each([
  ['an object that it names', [object('Route', 'other', { timeout: '1s' })], [object('Route', 'other', { timeout: '2s' })]],
  ['what that one names', [object('Route', 'other', { auth: 'tls' }), object('Auth', 'tls', { is: 'a' })], [object('Route', 'other', { auth: 'tls' }), object('Auth', 'tls', { is: 'b' })]],
  ['what is named as the host of a Service is', [object('Rule', 'checkout', { is: 'a' })], [object('Rule', 'checkout', { is: 'b' })]],
  ['what is named with its namespace', [object('Gateway', 'public', { is: 'a' })], [object('Gateway', 'public', { is: 'b' })]],
  ['a ConfigMap that it names', [object('ConfigMap', 'other', { data: '1' }, 'v1')], [object('ConfigMap', 'other', { data: '2' }, 'v1')]],
  ['a Secret behind what it names', [object('Route', 'other', { auth: 'tls' }), object('Secret', 'tls', { is: 'a' }, 'v1')], [object('Route', 'other', { auth: 'tls' }), object('Secret', 'tls', { is: 'b' }, 'v1')]],
  ['whether there is what it names', [], [object('Route', 'other', {})]],
])('a text has %s', (_, before, after) => {
  expect(textOf(ROUTE, ...before)).not.toBe(textOf(ROUTE, ...after));
});

test('a text does not change with objects that are not named, with Services and workloads, or with the order of all', () => {
  const named = [object('Route', 'other', {}), object('Auth', 'other', {})];
  const text = textOf(ROUTE, ...named);
  expect(textOf(ROUTE, ...[...named].reverse())).toBe(text);
  expect(textOf(ROUTE, ...named, object('Route', 'third', {}))).toBe(text);
  expect(textOf(ROUTE, ...named, object('Service', 'other', {}, 'v1'), object('Deployment', 'other', {}, 'apps/v1'), object('Rollout', 'other', {}, 'argoproj.io/v1alpha1'))).toBe(text);
});

test('names are those of the own side, and a circle ends', () => {
  const circle = (is: string) => [object('Route', 'a', { next: 'b' }), object('Route', 'b', { next: 'a', is })];
  const [old, now] = [documents('old.json', ...circle('x')), documents('new.json', ...circle('y'))];
  const textAt = textsOf(old, now);
  const [was, is] = ['old.json', 'new.json'].map(file => textAt({ file, line: 1, path: 'spec' }));
  expect(was).toContain('"x"');
  expect(was).not.toContain('"y"');
  expect(is).toContain('"y"');
});

test('a file that is not there, and a document that cannot be read, are known by the name of the file', () => {
  const textAt = textsOf([...documentsIn('broken.yaml', 'a: [')]);
  expect(['broken.yaml', 'gone.yaml'].map(file => textAt({ file, line: 1, path: 'spec' }))).toEqual(['spec broken.yaml', 'spec gone.yaml']);
});
