import { canary, deployment, found, named, rollout } from './manifests';

const application = (ignoreDifferences: any[] | undefined, syncOptions: string[] = [], syncPolicy: any = {}) => named('argoproj.io/v1alpha1', 'Application', 'shop', {
  destination: { namespace: 'shop' }, ignoreDifferences, syncPolicy: { syncOptions, ...syncPolicy },
}, 'argocd');
const RESPECT = 'RespectIgnoreDifferences=true';
const REPLICAS = { group: 'apps', kind: 'Deployment', jsonPointers: ['/spec/replicas'] };
const WEIGHTS = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', jqPathExpressions: ['.spec.rules[].backendRefs[].weight'] };
const HASH = { kind: 'Service', jsonPointers: ['/spec/selector/rollouts-pod-template-hash'] };

const backend = (name: string, weight: number) => ({ name, port: 8080, weight });
const route = named('gateway.networking.k8s.io/v1', 'HTTPRoute', 'cart', {
  parentRefs: [{ group: '', kind: 'Service', name: 'cart' }], rules: [{ backendRefs: [backend('cart-v1', 100), backend('cart-v2', 0)] }],
});
const service = (name: string) => named('v1', 'Service', name, { selector: { app: 'cart' }, ports: [{ port: 8080 }] });
const released = [
  ...['cart', 'cart-v1', 'cart-v2'].map(service),
  route,
  rollout({
    canary: { stableService: 'cart-v1', canaryService: 'cart-v2', trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': { httpRoutes: [{ name: 'cart' }] } } } },
  }),
];

describe('what is ignored', () => {
  const manifests = [deployment('cart', undefined, { replicas: 2 }), canary()];

  test('is left alone where it is respected', () => {
    expect(found(...manifests, application([REPLICAS], [RESPECT]))).toEqual([]);
    expect(found(...manifests)).toEqual([expect.stringContaining('warning moved Deployment/cart spec.replicas ')]);
  });

  test('is written all the same where it is not', () => {
    expect(found(...manifests, application([REPLICAS]))).toEqual([
      expect.stringContaining('warning moved Deployment/cart spec.replicas '),
      expect.stringMatching(/^warning moved Application\/shop spec\.ignoreDifferences\[0\] has \/spec\/replicas of Deployment 'cart', which Canary 'cart' moves, for the comparison alone/),
    ]);
    expect(found(...released, application([WEIGHTS, HASH])).map(text => text.split(', ')[0])).toEqual([
      "warning moved Application/shop spec.ignoreDifferences[0] has /spec/rules of HTTPRoute 'cart'",
      "warning moved Application/shop spec.ignoreDifferences[1] has /spec/selector of Service 'cart-v1'",
      "warning moved Application/shop spec.ignoreDifferences[1] has /spec/selector of Service 'cart-v2'",
    ]);
  });

  test.each([
    { ...REPLICAS, name: 'web' }, { ...REPLICAS, namespace: 'bank' }, { ...REPLICAS, group: '' }, { ...REPLICAS, kind: 'StatefulSet' }, { ...REPLICAS, jsonPointers: ['/spec/replicasOf'] },
  ])('is of another object, or another field: %j', entry => {
    expect(found(...manifests, application([entry]))).toHaveLength(1);
  });
});

describe('an Application that syncs by itself', () => {
  const automated = { automated: { selfHeal: true } };

  test('puts back weights', () => {
    expect(found(...released, application(undefined, [], automated)))
      .toEqual([expect.stringMatching(/^warning moved Application\/shop spec\.ignoreDifferences does not have \/spec\/rules of HTTPRoute 'cart', .* puts back the weights/)]);
    expect(found(...released, application([WEIGHTS], [RESPECT], automated))).toEqual([]);
    expect(found(...released, application(undefined))).toEqual([]);
  });

  test('takes out the hash of Services, if it applies on the server', () => {
    expect(found(...released, application([WEIGHTS], [RESPECT, 'ServerSideApply=true'], automated))).toEqual(['cart-v1', 'cart-v2'].map(name =>
      expect.stringContaining(`warning moved Application/shop spec.ignoreDifferences does not have /spec/selector of Service '${name}'`)));
    expect(found(...released, application([WEIGHTS, HASH], [RESPECT, 'ServerSideApply=true'], automated))).toEqual([]);
  });

  test('for another namespace is no matter', () => {
    const other = application(undefined, [], automated);

    expect(found(...released, { ...other, spec: { ...other.spec, destination: { namespace: 'bank' } } })).toEqual([]);
  });
});
