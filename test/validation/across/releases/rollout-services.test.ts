import { canary, deployment, found, named, rollout } from './manifests';

const service = (name: string, selector: any, annotations: any = {}) => {
  const manifest = named('v1', 'Service', name, { selector, ports: [{ port: 8080 }] });
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
};
const SMI = rollout({ canary: { stableService: 'cart-v1', canaryService: 'cart-v2', trafficRouting: { smi: { rootService: 'cart' } } } });
const taking = (scaleDown?: string) => rollout({ canary: {} }, {
  selector: undefined, template: undefined, workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart', scaleDown },
});

test('Services that select by labels of the template', () => {
  expect(found(SMI, service('cart-v1', { app: 'cart' }), service('cart-v2', { 'app': 'cart', 'team': 'shop', 'rollouts-pod-template-hash': '1' }))).toEqual([]);
  expect(found(SMI)).toEqual([]);
});

test('a Service that selects by another label', () => {
  expect(found(SMI, service('cart-v1', { app: 'cart' }), service('cart-v2', { app: 'cart', version: 'v2' })))
    .toEqual([expect.stringMatching(/^rolloutService Rollout\/cart spec\.strategy\.canary\.canaryService is Service 'cart-v2', which selects pods with 'version: v2'/)]);
  expect(found(rollout({ blueGreen: { activeService: 'cart', previewService: 'cart-preview' } }), service('cart', { app: 'web' }), service('cart-preview', {})))
    .toEqual([expect.stringContaining('rolloutService Rollout/cart spec.strategy.blueGreen.activeService ')]);
});

test('the pods of a workload that is not here are not known', () => {
  const released = { ...taking(), spec: { ...taking().spec, strategy: SMI.spec.strategy } };

  expect(found(released, service('cart-v1', { app: 'web' }), service('cart-v2', {}))).toEqual([]);
  expect(found(released, deployment(), service('cart-v1', { app: 'web' }), service('cart-v2', {}))).toHaveLength(1);
});

test('a Service that is not there', () => {
  expect(found(SMI, service('cart-v1', {})))
    .toEqual(["warning backend Rollout/cart spec.strategy.canary.canaryService refers to Service 'cart-v2', which the app does not have in namespace 'shop'"]);
});

test('a Service of another Rollout', () => {
  const annotation = 'argo-rollouts.argoproj.io/managed-by-rollouts';

  expect(found(SMI, service('cart-v1', {}, { [annotation]: 'cart' }), service('cart-v2', {}, { [annotation]: 'web' })))
    .toEqual([expect.stringMatching(/^rolloutService .*canaryService is Service 'cart-v2', which Rollout 'web' has/)]);
});

test('replicas, where the controller scales the workload down', () => {
  const running = deployment('cart', undefined, { replicas: 2 });

  expect(found(taking('onsuccess'), running)).toEqual([expect.stringContaining("warning moved Deployment/cart spec.replicas is set by Argo Rollouts, for Rollout 'cart'")]);
  expect(found(taking('progressively'), running)).toHaveLength(1);
  expect(found(taking(), running)).toEqual([]);
});

test.each([['autoscaling/v2', 'HorizontalPodAutoscaler'], ['keda.sh/v1alpha1', 'ScaledObject']])('an autoscaler of the workload: %s %s', (apiVersion, kind) => {
  const scaler = (scaleTargetRef: any) => named(apiVersion, kind, 'cart', { scaleTargetRef });

  expect(found(taking(), scaler({ kind: 'Deployment', name: 'cart' }))).toEqual([expect.stringContaining(`autoscaler ${kind}/cart spec.scaleTargetRef is Deployment 'cart', whose pods`)]);
  expect(found(taking(), scaler({ kind: 'Rollout', name: 'cart' }), scaler({ kind: 'Deployment', name: 'web' }))).toEqual([]);
  expect(found(canary(), scaler({ kind: 'Deployment', name: 'cart' }))).toEqual([]);
});
