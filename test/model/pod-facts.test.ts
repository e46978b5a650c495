import { isWithin, makesPods, numbersOfPort, podFactsOf } from '../../src/model/pod-facts';

const POD = {
  metadata: { name: 'ignored', labels: { app: 'cart' } },
  spec: {
    serviceAccountName: 'cart',
    containers: [
      { name: 'cart', ports: [{ name: 'http', containerPort: 8080 }, { containerPort: 9090 }] },
      { name: 'proxy', ports: [{ name: 'admin', containerPort: 15000 }] },
      { name: 'idle' },
    ],
  },
};
const FACTS = { labels: { app: 'cart' }, annotations: {}, onHostNetwork: false, serviceAccount: 'cart', ports: new Map([['http', 8080], ['admin', 15000]]) };
const TEMPLATED = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job', 'Rollout'];

test('a pod says of itself what others say in a template', () => {
  expect(podFactsOf({ ...POD, kind: 'Pod', metadata: { ...POD.metadata, name: 'cart-7' } })).toEqual({ ...FACTS, owner: "Pod 'cart-7'" });
  expect(podFactsOf({ kind: 'CronJob', metadata: { name: 'nightly' }, spec: { jobTemplate: { spec: { template: POD } } } }))
    .toEqual({ ...FACTS, owner: "CronJob 'nightly'" });
});

test.each(TEMPLATED)('the pods of a %s', kind => {
  expect(podFactsOf({ kind, metadata: { name: 'cart', labels: { app: 'other' } }, spec: { template: POD } })).toEqual({ ...FACTS, owner: `${kind} 'cart'` });
});

test('these kinds make pods, and no others', () => {
  expect(['Pod', 'CronJob', ...TEMPLATED].every(makesPods)).toBe(true);
  expect(['Service', 'ConfigMap', 'Certificate', ''].some(makesPods)).toBe(false);
});

test('the older name of a service account is one too, and the newer goes first; without either it is the default one', () => {
  const accountOf = (spec: object) => podFactsOf({ kind: 'Pod', metadata: {}, spec }).serviceAccount;

  expect(accountOf({ serviceAccount: 'old' })).toBe('old');
  expect(accountOf({ serviceAccount: 'old', serviceAccountName: 'new' })).toBe('new');
  expect(accountOf({})).toBe('default');
});

test.each([
  [{ kind: 'Pod' }, "Pod ''"],
  [{ kind: 'Pod', metadata: null, spec: { containers: 'none' } }, "Pod ''"],
  [{ kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [null, { ports: 'none' }, {}] } }, "Pod 'a'"],
  [{ kind: 'Job', metadata: { name: 'a' } }, "Job 'a'"],
  [{ kind: 'CronJob' }, "CronJob ''"],
  [{ kind: 'CronJob', spec: {} }, "CronJob ''"],
  [{ kind: 'CronJob', spec: { jobTemplate: {} } }, "CronJob ''"],
  [{ kind: 'CronJob', spec: { jobTemplate: { spec: {} } } }, "CronJob ''"],
])('%j says nothing of its pods', (manifest, owner) => {
  expect(podFactsOf(manifest)).toEqual({ owner, labels: {}, annotations: {}, onHostNetwork: false, serviceAccount: 'default', ports: new Map() });
});

test('labels are within those that have them all, with their values', () => {
  expect(isWithin({ app: 'cart' }, { app: 'cart', tier: 'back' })).toBe(true);
  expect(isWithin({}, {})).toBe(true);
  expect(isWithin({ app: 'cart', tier: 'back' }, { app: 'cart' })).toBe(false);
  expect(isWithin({ app: 'cart' }, { app: 'web' })).toBe(false);
  expect(isWithin({ app: 'cart' }, {})).toBe(false);
  // What every object has is no label.
  expect(isWithin({ constructor: Object as unknown as string }, {})).toBe(false);
});

test('pods may give one name several numbers, each told once', () => {
  const pod = (...ports: [string, number][]) => ({ owner: '', labels: {}, annotations: {}, onHostNetwork: false, serviceAccount: 'default', ports: new Map(ports) });

  expect(numbersOfPort('http', [pod(['http', 80]), pod(['http', 8080], ['admin', 1]), pod(['http', 80]), pod()])).toEqual([80, 8080]);
  expect(numbersOfPort('grpc', [pod(['http', 80])])).toEqual([]);
});
