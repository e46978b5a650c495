import { Duration } from 'cdk8s';
import { canary, DELIVERY, refusedIn, rendered, WORKLOAD } from './release';
import type { CanaryProgression } from '../../../src';
import { CanaryRelease, MeshImplementation, MeshProtocol, MeshService, MeshTarget, ReleaseCheck, WithoutRequests } from '../../../src';

const meshed = (mesh?: MeshImplementation) => MeshTarget.gatewayApi({ mesh, delivery: DELIVERY });
const metrics = (progression: Partial<CanaryProgression>, target = meshed(MeshImplementation.ISTIO)) =>
  rendered(target, chart => canary(chart, { progression: { workload: WORKLOAD, ...progression } })).find(({ kind }) => kind === 'AnalysisTemplate').spec.metrics;
const queryOf = (progression: Partial<CanaryProgression>) => metrics(progression)[0].provider.prometheus.query;

const TOTAL = 'istio_requests_total{reporter="source", destination_service_namespace="shop", destination_service_name="cart-canary"';
const RATE = `100 * (sum(rate(${TOTAL}, response_code!~"5.*"}[60s])) or vector(0)) / sum(rate(${TOTAL}}[60s]))`;

test('each check is a metric, which has to hold once, and may fail as often as is tolerated', () => {
  const checks = [
    ReleaseCheck.successRate({ atLeast: 99.5 }),
    ReleaseCheck.latency({ quantile: 0.9, atMost: Duration.millis(500), window: Duration.minutes(5) }),
    ReleaseCheck.promql('errors', { query: 'sum(rate(errors[1m]))', atLeast: 0, atMost: 1 }),
  ];

  expect(metrics({ checks, tolerance: 3, interval: Duration.seconds(60) })).toEqual([
    {
      name: 'success-rate',
      initialDelay: '60s',
      interval: '60s',
      count: 3,
      consecutiveSuccessLimit: 1,
      failureLimit: 2,
      successCondition: 'len(result) == 1 && result[0] >= 99.5',
      provider: { prometheus: { address: 'http://prometheus.monitoring:9090', query: RATE } },
    },
    expect.objectContaining({
      name: 'latency-p90',
      successCondition: 'len(result) == 1 && result[0] <= 500',
      provider: {
        prometheus: {
          address: 'http://prometheus.monitoring:9090',
          query: 'histogram_quantile(0.9, sum by (le) (rate(istio_request_duration_milliseconds_bucket{reporter="source", '
            + 'destination_service_namespace="shop", destination_service_name="cart-canary"}[300s])))',
        },
      },
    }),
    expect.objectContaining({
      name: 'errors',
      successCondition: 'len(result) == 1 && result[0] >= 0 && result[0] <= 1',
      provider: { prometheus: { address: 'http://prometheus.monitoring:9090', query: 'sum(rate(errors[1m]))' } },
    }),
  ]);
});

test('without requests, a check holds where that is asked for, but not of a version that answers nothing well', () => {
  const checks = [ReleaseCheck.successRate({ atLeast: 99 })];

  expect(queryOf({ checks })).toBe(RATE);
  expect(queryOf({ checks, withoutRequests: WithoutRequests.PASS })).toBe(`(${RATE}) >= 0 or on() vector(100)`);
  expect(queryOf({ checks: [ReleaseCheck.latency({ atMost: Duration.millis(5) })], withoutRequests: WithoutRequests.PASS })).toMatch(/^\(histogram.*\) >= 0 or on\(\) vector\(0\)$/);
  expect(queryOf({ checks: [ReleaseCheck.promql('own', { query: 'sum(x)', atMost: 1 })], withoutRequests: WithoutRequests.PASS })).toBe('sum(x)');
});

describe('requests over two protocols', () => {
  const cart = MeshService.of('cart', { ports: [{ port: 8080, name: 'http' }, { port: 9090, name: 'grpc', protocol: MeshProtocol.GRPC }] });
  const release = (progression: CanaryProgression) => (chart: any) => new CanaryRelease(chart, 'release', {
    service: cart, stable: cart.variant('cart-stable'), canary: cart.variant('cart-canary'), progression,
  });
  const checks = [ReleaseCheck.successRate({ atLeast: 99 })];

  test('are measured one by one', () => {
    const [, , , { spec }] = rendered(meshed(MeshImplementation.ISTIO), release({ workload: WORKLOAD, checks }), []);

    expect(spec.metrics.map(({ name }: any) => name)).toEqual(['success-rate-http', 'success-rate-grpc']);
    expect(spec.metrics[1].provider.prometheus.query).toContain('grpc_response_status!~');
  });
});

describe('are refused', () => {
  const checks = [ReleaseCheck.successRate({ atLeast: 99 }), ReleaseCheck.latency({ atMost: Duration.millis(500) })];

  test.each<[string, MeshImplementation | undefined, string]>([
    ['without a mesh', undefined, 'what is measured of requests depends on the mesh'],
    ['in Cilium', MeshImplementation.CILIUM, 'both versions are pods of one Rollout'],
  ])('%s', (_, mesh, reason) => {
    const errors = refusedIn(meshed(mesh), chart => canary(chart, { progression: { workload: WORKLOAD, checks } }));

    expect(errors).toEqual([expect.stringContaining('checks of how many requests succeed and checks of how long requests take')]);
    expect(errors).toEqual([expect.stringContaining(reason)]);
    expect(errors).toEqual([expect.stringContaining('Use `ReleaseCheck.promql` with what the app itself counts')]);
  });

  test('on ports of connections', () => {
    const cart = MeshService.of('cart', { port: 5432, protocol: MeshProtocol.TCP });
    const errors = refusedIn(MeshTarget.smi({ delivery: DELIVERY }), chart => canary(chart, { progression: { workload: WORKLOAD, checks } }));
    const onConnections = refusedIn(meshed(MeshImplementation.ISTIO), chart => new CanaryRelease(chart, 'release', {
      service: cart, stable: cart.variant('cart-stable'), canary: cart.variant('cart-canary'), progression: { workload: WORKLOAD, checks },
    }));

    expect(errors).not.toEqual([]);
    expect(onConnections.join()).toContain('no port of the release has requests that can be counted');
  });
});
