import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { ApiObject, Chart, JsonPatch, Testing, YamlOutputType } from 'cdk8s';
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

test.each([YamlOutputType.FILE_PER_APP, YamlOutputType.FILE_PER_CHART, YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE])('%s is written', type => {
  const app = shop(outdir(), type);
  app.synth();

  expect(fs.readdirSync(app.outdir).length).toBeGreaterThan(0);
});
