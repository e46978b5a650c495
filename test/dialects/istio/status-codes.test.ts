import { routeOf, routing } from './models';
import { statusCodeRefusals } from '../../../src/dialects/istio/status-codes';

const refused = (...statusCodes: number[]) =>
  statusCodeRefusals(routeOf([
    routing(['cart-v1'], { retries: { attempts: 1, statusCodes, grpcStatuses: [], connectionFailures: true } }), routing(['cart-v1']),
  ]));

test('codes that Go has a name for are tried again', () => {
  expect(refused(400, 418, 421, 426, 429, 431, 451, 500, 503, 508, 511)).toEqual([]);
});

test('others would be taken for conditions of Envoy', () => {
  expect(refused(419, 499, 503, 509)).toEqual([
    {
      feature: 'HTTPRouteRetry',
      port: 80,
      ruleIndex: 0,
      reason: 'Istio does not know the status codes 419, 499, 509',
      remedy: 'Use codes that HTTP has a name for, like 503',
    },
  ]);
  expect(refused(599)[0].reason).toBe('Istio does not know the status code 599');
});
