import { backend, modelOf } from './models';
import { rendered } from '../../../src/dialects/contract/rendering';
import { GatewayApiChannel } from '../../../src/dialects/gateway-api/extension/channel';
import { gatewayApiRoutes, NO_EXTENSION } from '../../../src/dialects/gateway-api/routes';

test('what a mesh says in its own words is not said by the routes', () => {
  const model = {
    ...modelOf([
      { matches: [], backends: [backend('v1')], handling: { stickiness: { type: 'cookie' as const, idleTimeout: 1 }, timeouts: { request: 1000 } } },
    ]),
    traffic: { retryBudget: { percent: 20, interval: 1000, minRetriesPerSecond: 1 } },
  };
  const dialect = gatewayApiRoutes(GatewayApiChannel.EXPERIMENTAL, {
    ...NO_EXTENSION,
    instead: { HTTP: ['SessionPersistence'], traffic: ['RetryBudget'] },
    annotations: ({ port }) => ({ 'mesh.example.com/port': String(port) }),
    render: () => rendered({ apiVersion: 'example.com/v1', kind: 'Policy', metadata: { name: 'cart' }, spec: {} }),
  });

  expect(dialect.render(model).refusals).toEqual([]);
  expect(dialect.claims(model)).toHaveLength(1);
  const [route, ...others] = dialect.render(model).manifests;
  expect(route.metadata.annotations).toEqual({ 'mesh.example.com/port': '80' });
  expect((route.spec as any).rules).toEqual([{ timeouts: { request: '1s' }, backendRefs: [{ name: 'v1', port: 80, weight: 1 }] }]);
  expect(others.map(({ kind }) => kind)).toEqual(['Policy']);
});
