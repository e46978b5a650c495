import { ApiObject, App, Chart } from 'cdk8s';
import { CanaryRelease, Exposure, ExposureGateway, Identity, MeshImplementation, MeshService, MeshTarget, MeshTargets, ServiceAccessPolicy } from '../../src';
import { isWithin, podFactsOf } from '../../src/model/pod-facts';
import { Policies } from '../../src/targets/policies';

jest.mock('../../src/model/pod-facts', () => {
  const actual = jest.requireActual('../../src/model/pod-facts');
  return { ...actual, isWithin: jest.fn(actual.isWithin), podFactsOf: jest.fn(actual.podFactsOf) };
});

beforeEach(() => void jest.spyOn(console, 'warn').mockImplementation(() => undefined));

/** Labels as charts of Helm have them: the first is the same on all pods. */
const labelsOf = (name: string) => ({ 'app.kubernetes.io/instance': 'shop', 'app.kubernetes.io/name': name });

/** Services of the app with their pods, a release, an exposure, and policies for the versions. */
function appOf(services: number, ...targets: MeshTarget[]): App {
  return appWith(8080, services, ...targets);
}

function appWith(targetPort: number | string, services: number, ...targets: MeshTarget[]): App {
  const app = new App();
  MeshTargets.of(app).add(...targets);
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  for (let i = 0; i < services; i++) {
    const [service, stable, canary] = [`s${i}`, `s${i}-v1`, `s${i}-v2`].map(name => {
      const labels = labelsOf(name);
      new ApiObject(chart, `${name}-pods`, {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        spec: {
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name, ports: [{ name: 'web', containerPort: 8080 }] }] } },
        },
      });
      const kube = new ApiObject(chart, `${name}-service`, {
        apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: labels, ports: [{ port: 80, name: 'http', targetPort, appProtocol: 'http' }] },
      });
      return MeshService.fromKubeService(kube, { serviceAccount: name });
    });
    const release = new CanaryRelease(chart, `release-${i}`, { service, stable, canary, weight: 10 });
    new Exposure(chart, `exposure-${i}`, { route: release, gateway: ExposureGateway.shared('public', 'infra'), hostnames: [`s${i}.example.com`] });
    [service, stable, canary].forEach(destination =>
      new ServiceAccessPolicy(chart, `${destination.name}-access`, { destination, allow: [{ sources: [Identity.anyone()] }] }));
  }
  return app;
}

const errorsOf = (app: App) => app.node.findAll().flatMap(({ node }) => node.validate());
const istio = () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO });

test('selectors of one Service are not compared with those of all others', () => {
  const comparisons = (services: number) => {
    jest.mocked(isWithin).mockClear();
    expect(errorsOf(appOf(services, istio()))).toEqual([]);
    return jest.mocked(isWithin).mock.calls.length;
  };
  const [few, many] = [comparisons(5), comparisons(20)];

  expect(few).toBeGreaterThan(0);
  expect(many).toBe(4 * few);
});

test('the manifests of all pods are not read for each Service that goes by the name of a port', () => {
  const read = (services: number) => {
    jest.mocked(podFactsOf).mockClear();
    expect(errorsOf(appWith('web', services, istio()))).toEqual([]);
    return jest.mocked(podFactsOf).mock.calls.length;
  };
  const [few, many] = [read(5), read(20)];

  expect(few).toBeGreaterThan(0);
  expect(many).toBe(4 * few);
});

test('in a synth, routes and exposures are held against policies once, into however many charts it is written', () => {
  const spy = jest.spyOn(Policies.prototype, 'cutOff');
  const other = MeshTarget.gatewayApi({ id: 'other', mesh: MeshImplementation.ISTIO });
  const asked = (...targets: MeshTarget[]) => {
    const app = appOf(1, ...targets);
    spy.mockClear();
    app.synthYaml();
    return spy.mock.calls.length;
  };

  expect([asked(istio()), asked(istio(), other)]).toEqual([1, 2]);
});

test('the next synth asks again', () => {
  const app = appOf(1, MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT }));
  app.synthYaml();
  const service = MeshService.of('late', { port: 80 });
  new CanaryRelease(app.charts[0], 'late', { service, stable: service.variant('late-v1'), canary: service.variant('late-v2'), weight: 10 });

  expect(() => app.synthYaml()).toThrow('[shop/late] MESH3006');
});
