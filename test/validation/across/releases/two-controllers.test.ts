import { canary, deployment, found, named, rollout, toldOf } from './manifests';

const second = (targetRef: any, service: any = { name: 'other' }) => canary({ targetRef }, service, {}, 'second');
const onCart = rollout({ canary: { steps: [] } }, { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' }, template: undefined });

test('two Canaries of one workload', () => {
  expect(found(canary(), second({ kind: 'Deployment', name: 'cart' })))
    .toEqual(["controllers Canary/second spec.targetRef is Deployment 'cart', which Canary 'cart' releases, too, and each undoes what the other does. "
      + 'Leave one of the two out']);
  expect(found(canary(), second({ kind: 'DaemonSet', name: 'cart' }))).toEqual([]);
});

test('two Canaries of one Service', () => {
  expect(found(canary(), second({ kind: 'Deployment', name: 'web' }, { name: 'cart' })))
    .toEqual([expect.stringMatching(/^controllers Canary\/second spec\.service\.name is Service 'cart', /)]);
});

test('both at once are told once', () => {
  expect(found(canary(), second({ kind: 'Deployment', name: 'cart' }, {})).filter(text => text.startsWith('controllers'))).toHaveLength(1);
});

test('a Canary and a Rollout', () => {
  expect(found(canary(), onCart).filter(text => text.startsWith('controllers')))
    .toEqual([expect.stringMatching(/^controllers Rollout\/cart spec\.workloadRef is Deployment 'cart', which Canary 'cart' releases/)]);
});

test('two Rollouts', () => {
  expect(found(onCart, { ...onCart, metadata: { name: 'second', namespace: 'shop' } }).filter(text => text.startsWith('controllers')))
    .toEqual([expect.stringMatching(/^controllers Rollout\/second spec\.workloadRef /)]);
  expect(found(onCart, named('argoproj.io/v1alpha1', 'Rollout', 'cart', onCart.spec, 'bank')).filter(text => text.startsWith('controllers'))).toEqual([]);
});

test('two Rollouts of one Service', () => {
  const blueGreen = (activeService: string, name: string) => {
    const released = rollout({ blueGreen: { activeService } });
    return { ...released, metadata: { ...released.metadata, name } };
  };

  expect(found(blueGreen('cart', 'first'), blueGreen('cart', 'second')))
    .toEqual([expect.stringMatching(/^controllers Rollout\/second spec\.strategy\.blueGreen\.activeService is Service 'cart', which Rollout 'first' releases/)]);
  expect(found(blueGreen('cart', 'first'), blueGreen('web', 'second'))).toEqual([]);
});

test('of two clusters', () => {
  const [staging, production] = [{}, {}];

  expect(toldOf([
    { manifest: deployment(), chart: staging }, { manifest: canary(), chart: staging },
    { manifest: deployment(), chart: production }, { manifest: onCart, chart: production },
  ]).filter(text => text.startsWith('controllers'))).toEqual([]);
  expect(toldOf([{ manifest: deployment() }, { manifest: canary(), target: 'flagger' }, { manifest: onCart, target: 'argo' }])
    .filter(text => text.startsWith('controllers'))).toEqual([]);
});
