import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, Chart, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { AccessGrant, CanaryRelease, HttpMatch, Identity, MeshImplementation, MeshService, MeshTarget, MeshTargets, ServiceAccessPolicy } from '../../src';
import { expectValid } from '../schema';

const smi = () => MeshTarget.smi();
const istio = () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO });
const linkerd = () => MeshTarget.gatewayApi({ id: 'linkerd', mesh: MeshImplementation.LINKERD });

function intents(scope: Construct, name: string, weight = 10): void {
  const service = MeshService.of(name, { port: 8080, serviceAccount: name, podSelector: { app: name } });
  new CanaryRelease(scope, `${name}-release`, { service, stable: service.variant(`${name}-v1`), canary: service.variant(`${name}-v2`), weight });
  new ServiceAccessPolicy(new Construct(scope, `${name}-policies`), 'access', {
    destination: service, allow: [{ sources: [Identity.serviceAccount('web')], requests: [HttpMatch.of({ pathPrefix: '/api' })] }],
  });
}

function build(targets: MeshTarget[], names: readonly string[], outdir?: string): App {
  const app = new App({ outdir });
  MeshTargets.of(app).add(...targets);
  const chart = new Chart(app, 'shop', { namespace: 'shop', labels: { team: 'shop' } });
  names.forEach(name => intents(chart, name));
  return app;
}

function manifests(app: App, chartId: string): any[] {
  return Testing.synth(app.node.findChild(chartId) as Chart);
}

/** Every manifest of an app, by chart, in no order. */
function contents(app: App): Map<string, Set<string>> {
  return new Map(app.charts.map(chart => [chart.node.id, new Set(Testing.synth(chart).map(m => JSON.stringify(m)))]));
}

const names = fc.uniqueArray(fc.constantFrom('cart', 'ad', 'email', 'payment'), { minLength: 1 });

test('with one target, objects land in the chart of the intent', () => {
  const app = build([smi()], ['cart']);

  expect(app.charts.map(chart => chart.node.id)).toEqual(['shop']);
  expect(manifests(app, 'shop').map(m => m.kind)).toContain('TrafficSplit');
});

test('with several, each target has a chart beside it, with its namespace and labels', () => {
  const app = build([smi(), istio()], ['cart', 'ad']);

  expect(app.charts.map(chart => chart.node.path)).toEqual(['shop', 'shop-smi', 'shop-gateway-api']);
  expect(manifests(app, 'shop')).toEqual([]);
  for (const manifest of [...manifests(app, 'shop-smi'), ...manifests(app, 'shop-gateway-api')]) {
    expectValid(manifest);
    expect(manifest.metadata).toMatchObject({ namespace: 'shop', labels: { team: 'shop' } });
  }
});

test('objects are the same with one target or with several', () => {
  fc.assert(fc.property(names, fc.constantFrom(smi, istio, linkerd), (some, target) => {
    const alone = manifests(build([target()], some), 'shop');
    const among = manifests(build([smi(), istio(), linkerd()], some), `shop-${target().id}`);

    expect(among).toEqual(alone);
  }), { numRuns: 20 });
});

test('objects do not depend on the order of unrelated constructs, nor on their presence', () => {
  fc.assert(fc.property(names, names, (some, others) => {
    const all = [...new Set([...some, ...others])];
    const [ordered, reversed, fewer] = [all, [...all].reverse(), some].map(list => contents(build([smi(), istio()], list)));

    expect(reversed).toEqual(ordered);
    fewer.forEach((objects, chart) => objects.forEach(object => expect(ordered.get(chart)!.has(object)).toBe(true)));
  }), { numRuns: 20 });
});

test('the same input gives the same bytes', () => {
  const [first, second] = [0, 1].map(() => {
    const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'mesh-'));
    build([smi(), istio(), linkerd()], ['cart', 'ad'], outdir).synth();
    const files = Object.fromEntries(fs.readdirSync(outdir).map(file => [file, fs.readFileSync(path.join(outdir, file), 'utf8')]));
    fs.rmSync(outdir, { recursive: true });
    return files;
  });

  expect(Object.keys(first)).toEqual(['shop-gateway-api.k8s.yaml', 'shop-linkerd.k8s.yaml', 'shop-smi.k8s.yaml', 'shop.k8s.yaml']);
  expect(second).toEqual(first);
});

test('an app per cluster names the objects alike', () => {
  const named = (target: MeshTarget) => manifests(build([target], ['cart']), 'shop').map(m => m.metadata.name);

  expect(named(istio())[0]).toBe(named(smi())[0]);
});

test('names are those that the chart gives, whoever overrides them', () => {
  class Named extends Chart {
    public generateObjectName(): string {
      return 'by-the-chart';
    }
  }
  for (const targets of [[smi()], [smi(), istio()]]) {
    const app = new App();
    MeshTargets.of(app).add(...targets);
    const service = MeshService.of('cart', { port: 80 });
    const release = new CanaryRelease(new Named(app, 'shop'), 'release', { service, stable: service.variant('v1'), canary: service.variant('v2') });

    expect(release.apiObjects.map(o => o.name)).toEqual(targets.map(() => 'by-the-chart'));
  }
});

test('metadata names, labels and annotates all objects', () => {
  const app = build([istio()], []);
  const service = MeshService.of('cart', { port: 80, podSelector: { app: 'cart' } });
  new ServiceAccessPolicy(app.node.findChild('shop') as Chart, 'access', {
    destination: service,
    allow: [{ sources: [Identity.anyAuthenticated()] }],
    metadata: { name: 'cart', labels: { tier: 'web' }, annotations: { note: 'x' } },
  });

  expect(manifests(app, 'shop').map(m => m.metadata)).toEqual([0, 1].map(() => (
    { name: 'cart', namespace: 'shop', labels: { team: 'shop', tier: 'web' }, annotations: { note: 'x' } })));
});

test('the nearest scope with targets wins', () => {
  const app = new App();
  MeshTargets.of(app).add(smi());
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  MeshTargets.of(chart).add(istio());
  intents(chart, 'cart');

  expect(Testing.synth(chart).map(m => m.kind)).toEqual(['HTTPRoute', 'AuthorizationPolicy', 'PeerAuthentication']);
});

test('refuses targets that come too late', () => {
  const app = build([smi()], ['cart']);

  expect(() => MeshTargets.of(app).add(istio())).toThrow(/targets are added after 'shop\/cart-release' was made without them\. Add the targets first/);
});

test('refuses two targets of one id', () => {
  expect(() => build([smi(), smi()], [])).toThrow(/two targets with the id 'smi'\. Give one of them another `id`/);
});

test('refuses a chart that stands where a target needs one', () => {
  const app = new App();
  MeshTargets.of(app).add(smi(), istio());
  new Chart(app, 'shop-smi');

  expect(() => intents(new Chart(app, 'shop', { namespace: 'shop' }), 'cart')).toThrow(/would be 'shop-smi', which exists/);
});

test('an error leaves earlier output as it was', () => {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'mesh-'));
  build([smi()], ['cart'], outdir).synth();
  const before = fs.readFileSync(path.join(outdir, 'shop.k8s.yaml'), 'utf8');
  const app = build([smi()], ['ad'], outdir);
  intents(app.node.findChild('shop') as Chart, 'email', 20);
  const service = MeshService.of('ad', { port: 8080 });
  new CanaryRelease(app.node.findChild('shop') as Chart, 'again', { service, stable: service.variant('a'), canary: service.variant('b') });

  expect(() => app.synth()).toThrow(/\[shop\/again\]/);
  expect(fs.readdirSync(outdir)).toEqual(['shop.k8s.yaml']);
  expect(fs.readFileSync(path.join(outdir, 'shop.k8s.yaml'), 'utf8')).toBe(before);
  fs.rmSync(outdir, { recursive: true });
});

test.each<[string, () => unknown, RegExp]>([
  ['an id that is none', () => MeshTarget.smi({ id: 'My Cluster' }), /'My Cluster' is not an id/],
  ['options of Istio without Istio', () => MeshTarget.gatewayApi({ trustDomain: 'x' }), /is an option of Istio/],
  [
    'a waypoint without ambient mode',
    () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, waypoint: 'waypoint' }),
    /`waypoint` is an option of Istio ambient\. Leave it out, or add `mesh: MeshImplementation\.ISTIO_AMBIENT`/,
  ],
  ['a waypoint that is none', () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT, waypoint: 'Way' }), /'Way' is not the name of a waypoint/],
  ['an empty name of a waypoint', () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT, waypoint: '' }), /'' is not the name of a waypoint/],
  ['a root namespace that is none', () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, rootNamespace: 'Istio' }), /'Istio' is not .*namespace/],
  ['an empty trust domain', () => MeshTarget.gatewayApi({ mesh: MeshImplementation.KUMA, trustDomain: '' }), /'' is not a trust domain/],
  ['a trust domain that is none', () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, trustDomain: 'a/b' }), /'a\/b' is not a trust domain/],
  ['a trust domain of Kuma that is none', () => MeshTarget.kuma({ trustDomain: 'a/b' }), /MeshTarget\.kuma\] MESH1206: 'a\/b' is not a trust domain/],
  ['Kuma without its trust domain', () => MeshTarget.kuma({} as any), /`trustDomain` is missing/],
  ['Consul without a word on namespaces', () => MeshTarget.consul({} as any), /`namespaces` is missing\. Give a member of ConsulNamespaces/],
  [
    'an unknown implementation',
    () => MeshTarget.smi({ implementation: 'x' as any }),
    /`implementation` is 'x'\. Give a member of SmiImplementation: SPEC, OSM/,
  ],
  ['an unknown mesh', () => MeshTarget.gatewayApi({ mesh: 'x' as any }), /`mesh` is 'x'\. Give a member of MeshImplementation: ISTIO, /],
])('refuses %s', (_, make, message) => {
  expect(make).toThrow(message);
});

describe('the paths of constructs', () => {
  const CONSTRUCT = 'cdk8s-mesh/construct';
  const cart = MeshService.of('cart', { port: 8080, serviceAccount: 'cart', podSelector: { app: 'cart' } });

  test.each([['one target', [istio()]], ['several targets', [smi(), istio(), linkerd()]]])('stand on each object of %s, and change nothing else', (_, targets) => {
    const plain = contents(build(targets, ['cart', 'ad']));
    const app = new App();
    MeshTargets.of(app).add(...targets).constructPaths();
    const chart = new Chart(app, 'shop', { namespace: 'shop', labels: { team: 'shop' } });
    ['cart', 'ad'].forEach(name => intents(chart, name));
    const marked = app.charts.flatMap(one => Testing.synth(one));
    const paths = marked.map(({ metadata }) => metadata.annotations[CONSTRUCT]);

    expect(new Set(paths)).toEqual(new Set(['cart', 'ad'].flatMap(name => [`shop/${name}-release`, `shop/${name}-policies/access`])));
    const bare = marked.map(({ metadata: { annotations: { [CONSTRUCT]: dropped, ...annotations }, ...metadata }, ...manifest }) => JSON.stringify({
      ...manifest, metadata: { ...metadata, ...Object.keys(annotations).length > 0 && { annotations } },
    }));
    const parsed = (texts: Iterable<string>) => [...texts].map(text => JSON.parse(text));
    expect(parsed(bare)).toEqual(expect.arrayContaining([...plain.values()].flatMap(parsed)));
    expectValid(...marked);
  });

  test('stand beside the annotations of the construct, hold for a part of the app, and stay where a grant renders the policy again', () => {
    const app = new App();
    MeshTargets.of(app).add(istio());
    const [shop, other] = ['shop', 'other'].map(id => new Chart(app, id, { namespace: id }));
    MeshTargets.of(shop).constructPaths();
    const metadata = { annotations: { team: 'shop' } };
    new ServiceAccessPolicy(shop, 'access', { destination: cart, allow: [{ sources: [Identity.serviceAccount('web')] }], metadata });
    new AccessGrant(shop, 'grant', { client: Identity.serviceAccount('jobs'), calls: [{ destination: cart }] });
    new ServiceAccessPolicy(other, 'access', { destination: cart, allow: [] });

    const annotated = (chart: Chart) => Testing.synth(chart).map(({ metadata: { annotations } }) => annotations);
    expect(annotated(other)).toEqual(annotated(other).map(() => undefined));
    const all = annotated(shop);
    expect(all.length).toBeGreaterThan(1);
    all.forEach(annotations => expect(['shop/access', 'shop/grant']).toContain(annotations[CONSTRUCT]));
    expect(all).toContainEqual({ [CONSTRUCT]: 'shop/access', team: 'shop' });
  });

  test('are asked for before there are constructs', () => {
    const app = build([istio()], ['cart']);

    expect(() => MeshTargets.of(app).constructPaths()).toThrow("[App] MESH1202: the paths of constructs are asked for after 'shop/cart-release' was made without them.");
  });
});
