import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ApiObject, App, Chart, YamlOutputType } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import {
  CanaryRelease, Identity, MeshImplementation, MeshService, MeshTarget, MeshTargets, NamespaceAccessDefault, ServiceAccessPolicy, Validation,
} from '../../src';

/** Whatever the output type, and however many targets: each object is on disk, or the synth says what to do. */

const OUTPUT_TYPES = Object.values(YamlOutputType).filter((type): type is YamlOutputType => typeof type === 'number');
const outdir = () => path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'files-')), 'dist');

const TARGETS = [
  MeshTarget.gatewayApi({ id: 'istio', mesh: MeshImplementation.ISTIO }),
  MeshTarget.gatewayApi({ id: 'linkerd', mesh: MeshImplementation.LINKERD }),
  MeshTarget.smi(),
];

const cart = MeshService.of('cart', { port: 8080, serviceAccount: 'cart', podSelector: { app: 'cart' } });
const release = (chart: Chart, name?: string) => new CanaryRelease(chart, 'cart', {
  service: cart, stable: cart.variant('cart-v1'), canary: cart.variant('cart-v2'), weight: 10, ...(name && { metadata: { name } }),
});
const policy = (chart: Chart, name?: string) => new ServiceAccessPolicy(chart, 'access', {
  destination: cart, allow: [{ sources: [Identity.serviceAccount('web')] }], ...(name && { metadata: { name } }),
});

/** Charts of one app, in the ways in which objects can have one kind and one name. */
const APPS: Record<string, (app: App) => void> = {
  'one chart': app => {
    const chart = new Chart(app, 'shop', { namespace: 'shop' });
    release(chart);
    policy(chart);
  },
  'two charts whose objects have the same names': app => ['shop', 'bank'].forEach(id => {
    const chart = new Chart(app, id, { namespace: id });
    release(chart, 'cart');
    policy(chart, 'cart-access');
  }),
  'objects of one name in two namespaces, in one chart': app => {
    const chart = new Chart(app, 'shop', { namespace: 'shop' });
    ['shop', 'bank'].forEach(namespace => new NamespaceAccessDefault(chart, namespace, { metadata: { name: 'default', namespace } }));
  },
  'a chart in a construct, and beside it': app => {
    release(new Chart(app, 'shop', { namespace: 'shop' }));
    release(new Chart(new Chart(app, 'team'), 'shop', { namespace: 'bank' }));
  },
  'an object of the user that has the same name': app => {
    const chart = new Chart(app, 'shop', { namespace: 'shop' });
    policy(chart, 'cart');
    new ApiObject(chart, 'raw', { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'cart', namespace: 'bank' }, spec: {} });
  },
};

function build(yamlOutputType: YamlOutputType, targets: readonly MeshTarget[], define: (app: App) => void): App {
  const app = new App({ outdir: outdir(), yamlOutputType });
  MeshTargets.of(app).add(...targets).validation(Validation.OFF);
  define(app);
  return app;
}

const made = (app: App) => app.node.findAll().filter(ApiObject.isApiObject).length;

function onDisk({ outdir: folder }: App): number {
  const files = (fs.readdirSync(folder, { recursive: true }) as string[]).filter(file => file.endsWith('.yaml'));
  const documents = files.flatMap(file => [...parseAllDocuments(fs.readFileSync(path.join(folder, file), 'utf8'))]);
  return documents.filter(document => document.has('kind')).length;
}

function failure(app: App): string | undefined {
  try {
    app.synth();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const CASES = Object.keys(APPS).flatMap(name => OUTPUT_TYPES.flatMap(type => [1, 2, 3].map(count => [name, YamlOutputType[type], count] as const)));

test.each(CASES)('%s, %s, %d targets', (name, typeName, count) => {
  // Only some targets have a default for a namespace.
  const targets = (name.includes('namespaces') ? TARGETS.slice(0, 1) : TARGETS).slice(0, count);
  const app = build(YamlOutputType[typeName as keyof typeof YamlOutputType], targets, APPS[name]);
  const error = failure(app);
  if (error === undefined) {
    expect(onDisk(app)).toBe(made(app));
    return;
  }

  expect(error).toContain(`MESH4103: YamlOutputType.${typeName} writes it to '`);
  expect(onDisk(app)).toBe(0);
  const instead = /`yamlOutputType: YamlOutputType\.(\w+)`/.exec(error)![1] as keyof typeof YamlOutputType;
  const other = build(YamlOutputType[instead], targets, APPS[name]);
  expect(failure(other)).toBeUndefined();
  expect(onDisk(other)).toBe(made(other));
});

test('two targets with objects of one name need folders; nothing else has to change', () => {
  const two = TARGETS.slice(0, 2);

  expect(failure(build(YamlOutputType.FILE_PER_RESOURCE, two, APPS['one chart']))).toContain('FOLDER_PER_CHART_FILE_PER_RESOURCE');
  expect(failure(build(YamlOutputType.FILE_PER_RESOURCE, two.slice(1), APPS['one chart']))).toBeUndefined();
  expect(failure(build(YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE, two, APPS['one chart']))).toBeUndefined();
  expect(failure(build(YamlOutputType.FILE_PER_CHART, two, APPS['one chart']))).toBeUndefined();
});

test('an app that is not written to files may have whatever names it wants', () => {
  const app = build(YamlOutputType.FILE_PER_RESOURCE, TARGETS.slice(0, 2), APPS['one chart']);

  expect(() => app.synthYaml()).not.toThrow();
});
