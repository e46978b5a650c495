import { App, Chart } from 'cdk8s';
import {
  AbTest, BlueGreen, BlueGreenRelease, CanaryRelease, CanaryReleaseProps, Delivery, Exposure, ExposureGateway, HttpMatch,
  MeshImplementation, MeshService, MeshTarget, MeshTargets, ServiceRoute, Workload,
} from '../../src';
import { ofKind, synth } from '../setup';

const prometheus = 'http://prometheus:9090';
const by = (delivery: Delivery) => (id?: string) => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, delivery, ...(id && { id }) });
const [commits, flagger, argo] = [by(Delivery.byCommit()), by(Delivery.flagger({ prometheus })), by(Delivery.argoRollouts({ prometheus }))];

function shop(...targets: MeshTarget[]): Chart {
  const app = new App();
  MeshTargets.of(app).add(...targets);
  return new Chart(app, 'shop', { namespace: 'shop' });
}

const cart = MeshService.of('cart', { port: 8080 });
const [stable, canary] = ['cart-primary', 'cart-canary'].map(name => cart.variant(name));
const progression = { workload: Workload.deployment('cart', { selector: { app: 'cart' }, replicas: 3 }) };
const release = (chart: Chart, props: Partial<CanaryReleaseProps> = {}, id = 'release') =>
  new CanaryRelease(chart, id, { service: cart, stable, canary, progression, ...props });

describe('one definition', () => {
  test('goes to three targets, each with who moves it there', () => {
    const chart = shop(commits('git'), flagger('west'), argo('east'));
    const made = release(chart);
    const kinds = (id: string) => made.apiObjectsFor(id).map(({ kind }) => kind);

    expect(kinds('git')).toEqual(['HTTPRoute']);
    expect(kinds('west')).toEqual(['Canary']);
    expect(kinds('east')).toEqual(['HTTPRoute', 'Rollout']);
  });

  test('is rendered for commits as if it did not say how it moves', () => {
    const [moving, still] = [progression, undefined].map(said => {
      const chart = shop(commits());
      release(chart, { progression: said, weight: 10 });
      new AbTest(chart, 'test', { service: other('a'), a: other('b'), b: other('c'), audience: [HttpMatch.header('x', 'y')], progression: said });
      new BlueGreenRelease(chart, 'switch', { service: other('d'), blue: other('e'), green: other('f'), active: BlueGreen.BLUE, progression: said });
      return synth(chart);
    });

    expect(moving).toEqual(still);
  });
});

const other = (name: string) => MeshService.of(name, { port: 8080 });

test.each([flagger, argo])('a weight is not for Git to say where a controller moves it', target => {
  expect(() => release(shop(target()), { weight: 0 })).toThrow(/MESH1317: `weight` is 0, and (Flagger|Argo Rollouts) moves the weights in target 'gateway-api'/);
});

test('variants do not move', () => {
  expect(() => release(shop(flagger()), { canary: undefined, variants: [{ service: canary, weight: 10 }] })).toThrow('MESH1005: `progression` moves one `canary`');
});

describe('moving fields', () => {
  test('are those of each target that has a controller', () => {
    const made = release(shop(commits('git'), flagger('west'), argo('east')));
    const kinds = (id?: string) => made.movingFields(id).map(({ kind, name }) => `${kind} ${name}`);

    expect(kinds('git')).toEqual([]);
    expect(kinds('west')).toEqual(['Deployment cart', 'Service cart']);
    expect(kinds('east')).toEqual(['Deployment cart', 'Service cart-primary', 'Service cart-canary', expect.stringMatching(/^HTTPRoute /)]);
    expect(kinds()).toEqual([...kinds('west'), ...kinds('east')]);
  });

  test('are none of a release that does not say how it moves', () => {
    expect(release(shop(flagger()), { progression: undefined }).movingFields()).toEqual([]);
  });

  test.each([argo, flagger])('are in manifests, or are made', target => {
    const chart = shop(target());
    const made = release(chart);
    const manifests = synth(chart);

    for (const { kind, name, jsonPointers } of made.movingFields().filter(field => field.kind.endsWith('Route'))) {
      const [route] = ofKind(manifests, kind).filter(({ metadata }) => metadata.name === name);
      const weights = jsonPointers.filter(pointer => pointer.endsWith('/weight')).map(pointer => pointer.split('/').slice(1).reduce((at, key) => at[key], route));
      expect(weights).toEqual([100, 0]);
    }
  });
});

describe.each([flagger, argo])('beside another construct', target => {
  test('a route of its Service is a conflict', () => {
    const chart = shop(target());
    release(chart);
    new ServiceRoute(chart, 'route', { service: cart, rules: [{ backends: [{ service: stable }] }] });

    expect(() => synth(chart)).toThrow(/\[shop\/route\] MESH3001: .*the route/);
  });

  test('another release of its Deployment is a conflict', () => {
    const chart = shop(target());
    release(chart);
    const next = other('next');
    new CanaryRelease(chart, 'other', { service: next, stable: next.variant('next-primary'), canary: next.variant('next-canary'), progression });

    expect(() => synth(chart)).toThrow(/\[shop\/other\] MESH3001: .*the release of Deployment 'shop\/cart' of apps\/v1/);
  });

  test('the same release in another cluster is none', () => {
    const chart = shop(target('a'), target('b'));
    release(chart);

    expect(chart.node.root.node.findAll().flatMap(({ node }) => node.validate())).toEqual([]);
  });
});

test('a chart with targets of its own has releases by commits beside those that a controller moves', () => {
  const chart = shop(flagger());
  const byCommits = new Chart(chart.node.root as any, 'git', { namespace: 'shop' });
  MeshTargets.of(byCommits).add(commits('git'));

  expect(release(chart).apiObjects.map(({ kind }) => kind)).toEqual(['Canary']);
  expect(release(byCommits, { weight: 10 }).apiObjects.map(({ kind }) => kind)).toEqual(['HTTPRoute']);
});

describe('an exposure of a release', () => {
  const exposed = (ofRelease: MeshTarget, ofExposure: MeshTarget) => {
    const chart = shop(ofRelease);
    const edge = new Chart(chart.node.root as App, 'edge', { namespace: 'shop' });
    MeshTargets.of(edge).add(ofExposure);
    new Exposure(edge, 'outside', { route: release(chart), gateway: ExposureGateway.shared('public', 'infra') });
    return edge.node.root.node.findAll().flatMap(({ node }) => node.validate());
  };
  const plain = (delivery?: Delivery) => MeshTarget.gatewayApi({ delivery });

  test('moves with it, in a chart with a target of its own', () => {
    expect(exposed(flagger(), plain(Delivery.flagger({ prometheus })))).toEqual([]);
    expect(exposed(commits(), plain())).toEqual([]);
  });

  test('that nobody would move is refused', () => {
    expect(exposed(flagger(), plain())).toEqual([expect.stringMatching(
      /MESH2006: target 'gateway-api' cannot express this exposure of a release: Flagger moves 'shop\/release' in this cluster.* Give the target of this chart the same `delivery`/)]);
    expect(exposed(commits(), plain(Delivery.flagger({ prometheus })))).toEqual([expect.stringMatching(
      /MESH2006: .* Flagger moves releases here, and 'shop\/release' is not among them\. Give the chart of the release this target too/)]);
    expect(exposed(argo('east'), flagger('west'))).toEqual([expect.stringContaining("Flagger moves releases here, and 'shop/release' is not among them")]);
  });
});
