import { byClients } from '../../../src/migrate/routes/clients';

const of = (...who: readonly object[]) => {
  const clients: any[] = who.map(one => ({ who: { type: 'pod', ...one }, isNot: false }));
  return byClients([{ clients, requests: [], except: [] }]);
};

test('conditions on clients hold together', () => {
  expect(of({ labels: { app: 'web' } }, { namespace: 'ops' })).toEqual([{ clients: { labels: { app: 'web' }, namespace: 'ops' } }]);
  expect(of({ labels: { app: 'web' } }, { labels: { app: 'web', tier: 'front' } })).toEqual([{ clients: { labels: { app: 'web', tier: 'front' } } }]);
});

test.each<[string, object, object]>([
  ['labels', { labels: { app: 'web' } }, { labels: { app: 'api' } }],
  ['namespaces', { namespace: 'shop' }, { namespace: 'ops' }],
])('of %s that no pod has together, no rule is made', (_, one, other) => {
  expect(of(one, other)).toEqual({ unsaid: 'it is for clients that two conditions tell apart, so that there are none' });
});
