import * as library from 'cdk8s-mesh';
import { HttpMatch, MeshImplementation, MeshService, MeshTarget, MeshTargets, ServiceRoute } from 'cdk8s-mesh';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { ApiObject, App, Chart, JsonPatch, Testing, YamlOutputType } from 'cdk8s';
import { shop } from './main';

const outdir = () => path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'shop-')), 'dist');

test('what is rendered is checked, CEL rules included', () => {
  const istio = shop(outdir()).node.findChild('shop-istio') as Chart;
  const objects = istio.node.findAll().filter(child => ApiObject.isApiObject(child)) as ApiObject[];
  const route = objects.find(({ kind }) => kind === 'HTTPRoute')!;

  expect(Testing.synth(istio).map(({ kind }) => kind)).toContain('AuthorizationPolicy');
  route.addJsonPatch(JsonPatch.remove('/spec/rules/0/backendRefs/0/port'));
  expect(() => Testing.synth(istio)).toThrow('Must have port for Service reference');
});

test('everything that has a name is there', () => {
  expect(Object.keys(library)).toEqual(expect.arrayContaining(['CanaryRelease', 'Exposure', 'EgressPolicy']));
  expect(Object.entries(library).filter(([, value]) => value === undefined)).toEqual([]);
});

test('expressions are compared', () => {
  const routeOf = (...paths: string[]) => {
    const app = new App({ outdir: outdir() });
    MeshTargets.of(app).add(MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD }));
    const chart = new Chart(app, 'shop', { namespace: 'shop' });
    const service = MeshService.of('cart', { port: 8080 });
    new ServiceRoute(chart, 'route', {
      service, rules: paths.map((pathRegex, i) => ({ matches: [HttpMatch.of({ pathRegex })], backends: [{ service: service.variant(`cart-v${i}`) }] })),
    });
    return Testing.synth(chart);
  };

  expect(routeOf('/cart/[0-9]+', '/cart/[a-z]+')).toHaveLength(1);
  expect(() => routeOf('/cart/[0-9]+', '/cart/[0-9a-f]+')).toThrow('match the same request');
});

test.each([YamlOutputType.FILE_PER_APP, YamlOutputType.FILE_PER_CHART, YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE])('%s is written', type => {
  const app = shop(outdir(), type);
  app.synth();

  expect(fs.readdirSync(app.outdir).length).toBeGreaterThan(0);
});
