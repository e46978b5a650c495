import { once } from '../../../src/dialects/linkerd/policy';

test('an object that is asked for twice is written once, where it was asked for first', () => {
  const [a, b] = ['a', 'b'].map(name => ({ apiVersion: 'v1', kind: 'Server', metadata: { name }, spec: {} }));

  expect(once([a, b, { ...a }])).toEqual([a, b]);
});
