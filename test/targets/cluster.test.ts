import { App, Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import {
  CanaryRelease, Exposure, ExposureGateway, HttpMatch, Identity, MeshImplementation, MeshService, MeshTarget, MeshTargets, MutualTls, MutualTlsMode,
  ServiceAccessPolicy, ServiceRoute,
} from '../../src';

const istio = (id = 'gateway-api') => MeshTarget.gatewayApi({ id, mesh: MeshImplementation.ISTIO });
const linkerd = (id = 'gateway-api') => MeshTarget.gatewayApi({ id, mesh: MeshImplementation.LINKERD });
const service = (name: string, labels: Record<string, string> = { app: name }) =>
  MeshService.of(name, { namespace: 'shop', port: 8080, serviceAccount: name, podSelector: labels });
const [cart, web] = [service('cart'), service('web')];

const KINDS: ((chart: Chart, id: string) => unknown)[] = [
  (chart, id) => new ServiceAccessPolicy(chart, id, { destination: cart, allow: [{ sources: [Identity.serviceAccount('web')] }] }),
  (chart, id) => new ServiceAccessPolicy(chart, id, { destination: web, allow: [] }),
  (chart, id) => new MutualTls(chart, id, { workload: cart, mode: MutualTlsMode.STRICT }),
  (chart, id) => new CanaryRelease(chart, id, { service: cart, stable: cart.variant('cart-v1'), canary: cart.variant('cart-v2'), weight: 10 }),
  (chart, id) => new Exposure(chart, id, { service: cart, hostnames: ['shop.example.com'], gateway: ExposureGateway.shared('public', 'infra') }),
];

/** Which of the constructs are in error, of those that stand in these charts, with these targets in front of them. */
function faulty(kinds: readonly number[], chartOf: (i: number) => number, targets: (app: App, charts: readonly Chart[]) => void): boolean[] {
  const app = new App();
  const charts = [0, 1, 2].map(i => new Chart(app, `chart-${i}`, { namespace: 'shop' }));
  targets(app, charts);
  const made = kinds.map((kind, i) => KINDS[kind](charts[chartOf(i)], `construct-${i}`) as Chart);
  return made.map(({ node }) => node.validate().length > 0);
}

const kinds = fc.array(fc.nat(KINDS.length - 1), { minLength: 2, maxLength: 6 });
const places = fc.array(fc.nat(2), { minLength: 6, maxLength: 6 });

test.each([['Istio', istio], ['Linkerd', linkerd]])('%s: targets of one id are one cluster, wherever they were said', (_, target) => {
  fc.assert(fc.property(kinds, places, places, (some, charts, own) => {
    const together = faulty(some, () => 0, app => MeshTargets.of(app).add(target()));
    const apart = faulty(some, i => charts[i], (app, all) => {
      MeshTargets.of(app).add(target());
      all.filter((__, i) => own[i] > 0).forEach(chart => MeshTargets.of(chart).add(target()));
    });

    expect(apart).toEqual(together);
  }), { numRuns: 60 });
});

test('targets of other ids are other clusters', () => {
  for (const kind of KINDS.keys()) {
    const within = (second: string) => faulty([kind, kind], i => i, (app, [, chart]) => {
      MeshTargets.of(app).add(istio('west'));
      MeshTargets.of(chart).add(istio(second));
    });

    expect(within('east')).toEqual([false, false]);
    expect(within('west')).toEqual([false, true]);
  }
});

test('two apps are two clusters', () => {
  for (const app of [new App(), new App()]) {
    MeshTargets.of(app).add(istio());
    const policy = KINDS[0](new Chart(app, 'shop', { namespace: 'shop' }), 'access') as Chart;

    expect(policy.node.validate()).toEqual([]);
  }
});

test('the error names the other construct', () => {
  const app = new App();
  for (const id of ['shop', 'team']) {
    const chart = new Chart(app, id, { namespace: 'shop' });
    MeshTargets.of(chart).add(istio());
    KINDS[0](chart, 'access');
  }

  expect(() => app.synth()).toThrow(/\[team\/access\] MESH3001: the policy of Service 'shop\/cart' is also defined by 'shop\/access'/);
});

test('what several constructs share is written once in a cluster', () => {
  const app = new App();
  const charts = ['first', 'second', 'other'].map(id => {
    const chart = new Chart(app, id, { namespace: 'shop' });
    MeshTargets.of(chart).add(MeshTarget.gatewayApi({ id: id === 'other' ? 'other' : 'one', mesh: MeshImplementation.ISTIO_AMBIENT }));
    new ServiceAccessPolicy(chart, 'access', {
      destination: service(id), allow: [{ sources: [Identity.serviceAccount('web')], requests: [HttpMatch.of({ path: '/' })] }],
    });
    return chart;
  });
  const shared = charts.map(chart => Testing.synth(chart).filter(({ metadata }) => metadata.name === 'waypoint-deny-by-default').length);

  expect(charts.map(({ node }) => node.findAll().flatMap(construct => construct.node.validate()))).toEqual([[], [], []]);
  expect(shared).toEqual([1, 0, 1]);
});

test('what one construct needs another may render, in another scope of the cluster', () => {
  const errors = (id: string) => {
    const app = new App();
    const [limits, policies] = ['limits', 'policies'].map(chart => new Chart(app, chart, { namespace: 'shop' }));
    MeshTargets.of(limits).add(linkerd('one'));
    MeshTargets.of(policies).add(linkerd(id));
    new ServiceRoute(limits, 'route', { service: cart, rules: [{ backends: [{ service: cart }] }], rateLimit: { requests: 5 } });
    KINDS[0](policies, 'access');
    return app.node.findAll().flatMap(({ node }) => node.validate());
  };

  expect(errors('one')).toEqual([]);
  expect(errors('two')).toHaveLength(1);
});
