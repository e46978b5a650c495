import { backend, modelOf, refusals, rendered } from './models';
import { claim } from '../../../src/dialects/contract/claim';
import { GatewayApiChannel } from '../../../src/dialects/gateway-api/extension/channel';
import { gatewayApiRoutes, NO_EXTENSION } from '../../../src/dialects/gateway-api/routes';
import { inYaml } from '../../setup';

const retryBudget = { percent: 25, interval: 90_000, minRetriesPerSecond: 3 };
const model = (...backends: ReturnType<typeof backend>[]) => ({ ...modelOf([{ matches: [], backends, handling: {} }]), traffic: { retryBudget } });

test('the budget holds for the Services to which requests go', () => {
  const [, policy] = rendered(model(backend('v2'), backend('v1')), GatewayApiChannel.EXPERIMENTAL);

  expect(inYaml(policy)).toMatchInlineSnapshot(`
"apiVersion: gateway.networking.x-k8s.io/v1alpha1
kind: XBackendTrafficPolicy
metadata:
  name: cart
  namespace: shop
spec:
  targetRefs:
    - group: ""
      kind: Service
      name: v1
    - group: ""
      kind: Service
      name: v2
  retryConstraint:
    budget:
      percent: 25
      interval: 1m30s
    minRetryRate:
      count: 3
      interval: 1s
"
`);
});

test('the budget holds for the Service itself where one of its ports is not routed', () => {
  const { ports, ...others } = model(backend('v1'));
  const withPort = (protocol: 'TCP' | 'UDP') => rendered(
    { ...others, ports: [...ports, { port: 81, protocol, rules: [] }] },
    GatewayApiChannel.EXPERIMENTAL,
  )[1].spec.targetRefs.map((ref: any) => ref.name);

  expect(withPort('TCP')).toEqual(['cart', 'v1']);
  expect(withPort('UDP')).toEqual(['v1']);
});

test('refuses a Service in another namespace, one of whose ports is not routed', () => {
  const { ports, ...others } = model();
  const route = { ...others, service: { name: 'cart', namespace: 'lab' }, ports: [{ ...ports[0], rules: [] }] };

  expect(refusals(route, GatewayApiChannel.EXPERIMENTAL)).toMatchObject([{
    feature: 'RetryBudget',
    reason: expect.stringContaining("'cart' lives in another namespace"),
  }]);
});

test('two routes cannot both say the budget of one Service', () => {
  const { claims } = gatewayApiRoutes(GatewayApiChannel.EXPERIMENTAL, NO_EXTENSION);

  expect(claims(model(backend('v1')))).toContainEqual(claim('XBackendTrafficPolicy', { type: 'service', name: 'v1', namespace: 'shop' }));
  expect(claims({ ...model(backend('v1')), traffic: {} })).toHaveLength(1);
});

test('refuses backends in another namespace, whose other clients would get the budget too', () => {
  expect(refusals(model(backend('v1', { namespace: 'lab' })), GatewayApiChannel.EXPERIMENTAL)).toMatchObject([{
    feature: 'RetryBudget',
    reason: expect.stringContaining("'v1' lives in another namespace"),
  }]);
});
