import { routeOf } from './models';
import { trafficPolicy, trafficRefusals } from '../../../src/dialects/istio/traffic-policy';

test('pods are taken out after errors in a row', () => {
  expect(trafficPolicy({ circuitBreaking: { consecutiveErrors: 3, ejectionTime: 1500, maxEjectionPercent: 50 } })).toEqual({
    outlierDetection: { consecutive5xxErrors: 3, baseEjectionTime: '1.5s', maxEjectionPercent: 50 },
  });
});

test('a detector that nobody asked for is turned off, and failed connections are split from errors where they count by themselves', () => {
  expect(trafficPolicy({ circuitBreaking: { consecutiveGatewayErrors: 4, interval: 5000, minHealthPercent: 30 } })).toEqual({
    outlierDetection: { consecutive5xxErrors: 0, consecutiveGatewayErrors: 4, interval: '5s', minHealthPercent: 30 },
  });
  expect(trafficPolicy({ circuitBreaking: { consecutiveErrors: 3, consecutiveConnectionFailures: 2, maxRetries: 7 } })).toEqual({
    connectionPool: { http: { maxRetries: 7 } },
    outlierDetection: { consecutive5xxErrors: 3, splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 2 },
  });
});

test('limits are of the connection pool, those of requests whatever the version of HTTP', () => {
  expect(trafficPolicy({ circuitBreaking: { maxConnections: 100, maxPendingRequests: 10, maxRequests: 200 } })).toEqual({
    connectionPool: { tcp: { maxConnections: 100 }, http: { http1MaxPendingRequests: 10, http2MaxRequests: 200 } },
  });
  expect(trafficPolicy({ circuitBreaking: { maxConnections: 100 } })).toEqual({ connectionPool: { tcp: { maxConnections: 100 } } });
  expect(trafficPolicy({ circuitBreaking: { maxRequests: 1 } })).toEqual({ connectionPool: { http: { http2MaxRequests: 1 } } });
});

test('a budget of no percent stays one', () => {
  expect(trafficPolicy({ retryBudget: { percent: 0, interval: 60_000, minRetriesPerSecond: 7 } })).toEqual({
    retryBudget: { percent: 0, budgetInterval: '60s', minRetryConcurrency: 7 },
  });
});

test.each(['maxConnections', 'maxPendingRequests', 'maxRequests', 'maxRetries'])('%s is refused where the CRD takes no such number', limit => {
  expect(trafficRefusals(routeOf([], { circuitBreaking: { [limit]: 2 ** 31 } })))
    .toMatchObject([{ feature: 'ConnectionLimits', reason: expect.stringContaining('2147483647') }]);
  expect(trafficRefusals(routeOf([], { circuitBreaking: { [limit]: 2 ** 31 - 1 } }))).toEqual([]);
});

test('what is said of connections stands in the pool, beside the limits', () => {
  expect(trafficPolicy({
    circuitBreaking: { maxConnections: 100, maxRequests: 10 },
    connections: {
      connectTimeout: 250,
      idleTimeout: 0,
      maxDuration: 3_600_000,
      keepalive: { time: 60_000, interval: 5000, probes: 3 },
      maxRequestsPerConnection: 1,
      maxConcurrentStreams: 7,
      http2: true,
    },
  })).toEqual({
    connectionPool: {
      tcp: {
        maxConnections: 100, connectTimeout: '0.25s', idleTimeout: '0s', maxConnectionDuration: '3600s', tcpKeepalive: { time: '60s', interval: '5s', probes: 3 },
      },
      http: { http2MaxRequests: 10, maxRequestsPerConnection: 1, maxConcurrentStreams: 7, h2UpgradePolicy: 'UPGRADE' },
    },
  });
  expect(trafficPolicy({ connections: { keepalive: {} } })).toEqual({ connectionPool: { tcp: { tcpKeepalive: {} } } });
  expect(trafficPolicy({ connections: { http2: false } })).toEqual({ connectionPool: { http: { h2UpgradePolicy: 'DO_NOT_UPGRADE' } } });
});
