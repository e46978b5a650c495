import { Duration } from 'cdk8s';
import { CART, DELIVERY, FRESH, refusedIn, rendered, rolloutIn, STABLE, WORKLOAD } from './release';
import type { TrialProgression } from '../../../src';
import { BlueGreen, BlueGreenRelease, HttpMatch, MeshImplementation, MeshTarget, ReleaseApproval, ReleaseCheck, SmiImplementation } from '../../../src';

const pods = () => MeshTarget.networkPolicy({ delivery: DELIVERY });
const istio = () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, delivery: DELIVERY });
const props = (progression: Partial<TrialProgression> = {}, more: object = {}) => ({
  service: CART, blue: STABLE, green: FRESH, active: BlueGreen.BLUE, progression: { workload: WORKLOAD, rounds: 3, ...progression }, ...more,
});
const strategyOf = (progression: Partial<TrialProgression>, target = pods()) =>
  rolloutIn(rendered(target, chart => new BlueGreenRelease(chart, 'release', props(progression)))).spec;
const PROMQL = { checks: [ReleaseCheck.promql('errors', { query: 'sum(rate(errors[1m]))', atMost: 1 })] };

test.each([['a NetworkPolicy', pods()], ['Istio', istio()], ['SMI', MeshTarget.smi({ implementation: SmiImplementation.LINKERD, delivery: DELIVERY })]])(
  'a Rollout leads the Service to other pods, and nothing is routed: %s', (_, target) => {
    const manifests = rendered(target, chart => new BlueGreenRelease(chart, 'release', props(PROMQL)));

    expect(manifests.map(({ kind }) => kind)).toEqual(['Rollout', 'AnalysisTemplate']);
    expect(manifests[0].spec).toEqual({
      replicas: 3,
      progressDeadlineAbort: true,
      // Ten minutes for the pods, and three rounds of two minutes for the checks.
      progressDeadlineSeconds: 960,
      workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart', scaleDown: 'onsuccess' },
      strategy: { blueGreen: { activeService: 'cart', previewService: 'cart-canary', prePromotionAnalysis: { templates: [{ templateName: 'cart' }] } } },
    });
  });

test('without checks, it is switched after its rounds', () => {
  expect(strategyOf({}).strategy.blueGreen).toEqual({ activeService: 'cart', previewService: 'cart-canary', autoPromotionSeconds: 180 });
  expect(strategyOf({}).progressDeadlineSeconds).toBeUndefined();
});

test.each([ReleaseApproval.START, ReleaseApproval.PROMOTION])('with an approval (%s), it is switched by somebody', approval => {
  expect(strategyOf({ approval }).strategy.blueGreen).toEqual({ activeService: 'cart', previewService: 'cart-canary', autoPromotionEnabled: false });
});

test('the selectors of the Service and of its preview are left to the controller', () => {
  const releases: BlueGreenRelease[] = [];
  rendered(istio(), chart => releases.push(new BlueGreenRelease(chart, 'release', props())));

  expect(releases[0].movingFields().map(({ kind, name }) => [kind, name])).toEqual([['Deployment', 'cart'], ['Service', 'cart'], ['Service', 'cart-canary']]);
});

test('requests to a preview are measured as those to its own Service', () => {
  const [, analysis] = rendered(istio(), chart => new BlueGreenRelease(chart, 'release', props({ interval: Duration.seconds(30), checks: [ReleaseCheck.successRate({ atLeast: 99 })] })));

  expect(analysis.spec.metrics[0]).toMatchObject({ count: 6, consecutiveSuccessLimit: 3, failureLimit: 1, initialDelay: '30s', interval: '30s' });
  expect(analysis.spec.metrics[0].provider.prometheus.query).toContain('destination_service_name="cart-canary"');
});

describe('is refused', () => {
  test.each([pods(), istio()])('with what only a route can say of requests (%#)', target => {
    const errors = refusedIn(target, chart => new BlueGreenRelease(chart, 'release', props({}, { preview: [HttpMatch.header('x-preview', '1')], timeouts: { request: Duration.seconds(5) } })));

    expect(errors.join('\n')).toContain('rules that send some requests elsewhere');
    expect(errors.join('\n')).toContain('timeouts of requests');
    expect(errors.join('\n')).toContain('a Rollout that switches all requests at once leads the Service to other pods, and has no route');
  });

  test('where the Service that clients call is the idle version', () => {
    expect(refusedIn(istio(), chart => new BlueGreenRelease(chart, 'release', { ...props(), green: CART })))
      .toEqual([expect.stringContaining('a Rollout needs a Service of its own for the preview. Name another Service for the idle version')]);
  });

  test('in steps, where nothing is routed', () => {
    const errors = refusedIn(pods(), chart => new BlueGreenRelease(chart, 'release', props({ checks: [ReleaseCheck.latency({ atMost: Duration.millis(500) })] })));

    expect(errors).toEqual([expect.stringContaining('without a mesh, nobody but the app itself counts its requests. Use `ReleaseCheck.promql`')]);
  });
});
