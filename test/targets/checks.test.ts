import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import { CanaryRelease, GatewayApiChannel, Manifests, MeshService, MeshTarget, MeshTargets, Validation } from '../../src';

const outdir = () => path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'checks-')), 'dist');
const errorOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

function app(validation?: Validation, ...targets: MeshTarget[]) {
  const root = new App({ outdir: outdir() });
  MeshTargets.of(root).add(...targets.length > 0 ? targets : [MeshTarget.gatewayApi()]);
  if (validation !== undefined) MeshTargets.of(root).validation(validation);
  const chart = new Chart(root, 'shop', { namespace: 'shop' });
  const cart = MeshService.of('cart', { port: 8080 });
  const release = new CanaryRelease(chart, 'cart', { service: cart, stable: cart.variant('cart-v1'), canary: cart.variant('cart-v2'), weight: 10 });
  return { root, chart, release, route: release.apiObjects[0] };
}

const BAD = JsonPatch.replace('/spec/rules/0/backendRefs/0/weight', 'many');
const kart = (chart: Chart) => new ApiObject(chart, 'kart', { apiVersion: 'v1', kind: 'Service', spec: { ports: [{ port: 1 }] } });

let warnings: jest.SpyInstance;
beforeEach(() => warnings = jest.spyOn(console, 'warn').mockImplementation(() => undefined));
afterEach(() => warnings.mockRestore());
const warned = () => warnings.mock.calls.map(([text]) => text);

test('a patch that an API server would refuse fails the synth, with the object, the place and the value; nothing is written', () => {
  const { root, route } = app();
  route.addJsonPatch(BAD);

  expect(errorOf(() => root.synth())).toContain(
    `[shop/cart/Resource] MESH4006: HTTPRoute '${route.name}' is invalid: spec.rules[0].backendRefs[0].weight must be integer, not string; it is "many"`);
  expect(fs.readdirSync(root.outdir)).toEqual([]);
});

test('a CEL rule that does not hold fails the synth', () => {
  const { chart, route } = app();
  route.addJsonPatch(JsonPatch.remove('/spec/rules/0/backendRefs/0/port'));

  expect(errorOf(() => Testing.synth(chart))).toContain('spec.rules[0].backendRefs[0] Must have port for Service reference');
});

test('all errors are reported together, those of other validations too', () => {
  const { root, route } = app();
  route.addJsonPatch(BAD, JsonPatch.add('/spec/colour', 'red'));
  root.node.addValidation({ validate: () => ['something else'] });

  const message = errorOf(() => root.synth());
  ['weight must be integer', 'spec.colour is not a field', 'something else'].forEach(part => expect(message).toContain(part));
});

test('a patch between two synths counts, as does its remedy', () => {
  const { root, chart, route } = app();
  root.synth();
  route.addJsonPatch(BAD);
  expect(errorOf(() => root.synth())).toContain('weight must be integer');
  expect(errorOf(() => Testing.synth(chart))).toContain('weight must be integer');
  route.addJsonPatch(JsonPatch.replace('/spec/rules/0/backendRefs/0/weight', 1));
  expect(() => root.synth()).not.toThrow();
});

test('objects in the chart of a target are checked as well', () => {
  const { root, release } = app(undefined, MeshTarget.gatewayApi(), MeshTarget.smi());
  release.apiObjectsFor('smi')[0].addJsonPatch(JsonPatch.replace('/spec/service', 1));

  expect(errorOf(() => root.synth())).toMatch(/\[shop-smi\/.*\] MESH4006: TrafficSplit .* spec\.service must be string/);
});

test('an object is rendered once for a synth, however many charts the app has, and anew for the next', () => {
  const { root, route } = app();
  for (let i = 0; i < 5; i++) new Chart(root, `other-${i}`);
  const rendered = jest.spyOn(route.metadata, 'toJson');
  root.synth();
  expect(rendered).toHaveBeenCalledTimes(1);

  route.metadata.addLabel('app', 'cart');
  root.synth();
  expect(route.toJson().metadata.labels).toEqual({ app: 'cart' });
  expect(rendered).toHaveBeenCalledTimes(3);
});

test('WARN warns, once', () => {
  const { root, chart, route } = app(Validation.WARN);
  route.addJsonPatch(BAD);
  root.synth();
  Testing.synth(chart);

  expect(warned()).toEqual([expect.stringMatching(/^\[shop\/cart\/Resource\] warning MESH4006: HTTPRoute .*weight must be integer/)]);
});

describe('what is wrong whatever else the cluster has', () => {
  /** A Canary whose stable pods a policy leaves out, written by hand. */
  function released(validation?: Validation) {
    const { root, chart } = app(validation);
    const object = (apiVersion: string, kind: string, spec: object) => new ApiObject(chart, kind, { apiVersion, kind, metadata: { name: 'web' }, spec });
    object('apps/v1', 'Deployment', { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } } } });
    object('flagger.app/v1beta1', 'Canary', {
      provider: 'istio', revertOnDeletion: true, targetRef: { kind: 'Deployment', name: 'web' }, service: { port: 80 }, analysis: { interval: '1m', stepWeight: 10 },
    });
    object('networking.k8s.io/v1', 'NetworkPolicy', { podSelector: { matchLabels: { app: 'web' } } });
    return root;
  }
  const leftOut = /\[shop\/NetworkPolicy\] (warning )?MESH5101: /;

  test.each([undefined, Validation.ERROR, Validation.STRICT])('is an error: %s', level => {
    expect(errorOf(() => released(level).synth())).toMatch(leftOut);
  });

  test('is a warning with WARN, and nothing with OFF', () => {
    expect(errorOf(() => released(Validation.WARN).synth())).toBe('');
    expect(warned()).toEqual([expect.stringMatching(leftOut)]);
    expect(errorOf(() => released(Validation.OFF).synth())).toBe('');
    expect(warned()).toHaveLength(1);
  });
});

test('OFF checks nothing', () => {
  const { root, chart, route } = app(Validation.OFF);
  route.addJsonPatch(BAD);
  kart(chart);
  root.synth();

  expect(warned()).toEqual([]);
});

test('the nearest scope wins', () => {
  const { root, chart, route } = app(Validation.OFF);
  route.addJsonPatch(BAD);
  MeshTargets.of(chart).validation(Validation.ERROR);

  expect(errorOf(() => root.synth())).toContain('weight must be integer');
});

test.each<[string, GatewayApiChannel, unknown[]]>([
  ['a warning', GatewayApiChannel.STANDARD, [expect.stringContaining('spec.rules[0].sessionPersistence needs the experimental channel')]],
  ['what was asked for, in a target of that channel', GatewayApiChannel.EXPERIMENTAL, []],
])('what only the experimental channel of Gateway API accepts is %s', (_, channel, expected) => {
  const { root, route } = app(undefined, MeshTarget.gatewayApi({ channel }));
  route.addJsonPatch(JsonPatch.add('/spec/rules/0/sessionPersistence', { type: 'Header', header: { name: 'x-cart' } }));
  root.synth();

  expect(warned()).toEqual(expected);
});

describe('what does not fit together', () => {
  test('is a warning', () => {
    const { root, chart } = app();
    kart(chart);
    root.synth();

    expect(warned()).toContainEqual(expect.stringContaining("backendRefs[0] refers to Service 'cart-v1', which the app does not have"));
  });

  test('is an error under STRICT', () => {
    const { root, chart } = app(Validation.STRICT);
    kart(chart);

    expect(errorOf(() => root.synth())).toContain("refers to Service 'cart-v1', which the app does not have");
    expect(warned()).toEqual([]);
  });
});

describe('raw objects', () => {
  const raw = (chart: Chart, weight: unknown, apiVersion = 'split.smi-spec.io/v1alpha4') => new ApiObject(chart, `raw-${String(weight)}`, {
    apiVersion, kind: 'TrafficSplit', spec: { service: 'cart', backends: [{ service: 'cart-v1', weight }] },
  });

  test('are checked below a scope that asks for it, whenever they are made', () => {
    const root = new App({ outdir: outdir() });
    const chart = new Chart(root, 'shop');
    Manifests.validate(chart);
    raw(chart, 'many');
    raw(new Chart(root, 'other'), 'few');

    const message = errorOf(() => root.synth());
    expect(message).toContain('[shop/raw-many] MESH4006: TrafficSplit');
    expect(message).not.toContain('raw-few');
  });

  test('of kinds that are not known are left alone', () => {
    const root = new App({ outdir: outdir() });
    Manifests.validate(root);
    raw(new Chart(root, 'shop'), 'many', 'split.example.com/v1');

    expect(() => root.synth()).not.toThrow();
  });

  test('that cannot be rendered are reported', () => {
    const root = new App({ outdir: outdir() });
    Manifests.validate(root);
    raw(new Chart(root, 'shop'), 1).addJsonPatch(JsonPatch.remove('/spec/absent/x'));

    expect(errorOf(() => root.synth())).toContain('[shop/raw-1] MESH4102: Failed serializing construct');
  });
});

describe('the line of the user is told where it is recorded', () => {
  test.each(['the object', 'the construct that made it'])('on %s', where => {
    const { root, route, release } = app();
    route.addJsonPatch(BAD);
    (where === 'the object' ? route : release).node.addMetadata('made', 'here', { stackTrace: true });

    expect(errorOf(() => root.synth())).toMatch(/it is "many"\. See https:\/\/\S+ \(.*\.test\.[jt]s:\d+:\d+\)?\)/);
  });

  test('of what a target cannot express', () => {
    const { root, chart } = app(undefined, MeshTarget.smi());
    const cart = MeshService.of('ad', { port: 8080 });
    const release = new CanaryRelease(chart, 'ad', { service: cart, stable: cart, canary: cart.variant('ad-v2') });
    release.node.addMetadata('made', 'here', { stackTrace: true });

    expect(errorOf(() => root.synth())).toMatch(/\[shop\/ad\] MESH2001: .*\(.*\.test\.[jt]s:\d+:\d+\)?\)/);
  });
});
