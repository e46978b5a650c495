import { readdirSync, readFileSync } from 'node:fs';
import { App, Testing, Yaml } from 'cdk8s';
import { Delivery, GitOps, MeshImplementation, MeshTarget, MeshTargets, SmiImplementation } from '../src';
import { expectValid } from './schema';
import { ofKind, shares } from './setup';
import { Cart } from '../examples/progressive/cart';
import { Shop } from '../examples/shop/shop';
import { EDGES, WORKLOADS } from '../examples/shop/topology';
import { PaymentsApp } from '../examples/two-clusters/payments-app';

function shopFor(target: MeshTarget): any[] {
  const app = new App();
  MeshTargets.of(app).add(target);
  const manifests = Testing.synth(new Shop(app, 'shop'));
  expectValid(...manifests);
  return manifests;
}

const edges = EDGES.map(({ caller, callee }) => `${caller === 'ingress' ? 'ingress/ingress-gateway' : `shop/${caller}`} → ${callee}`).sort();

test('the shop has ten services or more, of every protocol', () => {
  const protocols = Object.values(WORKLOADS).map(w => w.protocol);

  expect(protocols.length).toBeGreaterThanOrEqual(10);
  expect(new Set(protocols)).toEqual(new Set(['HTTP', 'GRPC', 'TCP']));
});

test('in SMI, every edge of the shop is allowed and no other', () => {
  const allowed = ofKind(shopFor(MeshTarget.smi()), 'TrafficTarget').flatMap(({ spec }) =>
    spec.sources.map((s: any) => `${s.namespace}/${s.name} → ${spec.destination.name}`));

  expect([...new Set(allowed)].sort()).toEqual(edges);
});

test('in Istio, every edge of the shop is allowed and no other', () => {
  const policies = ofKind(shopFor(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO })), 'AuthorizationPolicy');
  const allowed = policies.flatMap(({ spec }) => spec.rules.flatMap((rule: any) => rule.from[0].source.principals.map((p: string) =>
    `${p.replace(/^cluster\.local\/ns\/(.*)\/sa\/(.*)$/, '$1/$2')} → ${spec.selector.matchLabels.app}`)));

  expect([...new Set(allowed)].sort()).toEqual(edges);
});

test('in Linkerd, the shop has a Server for every service', () => {
  const servers = ofKind(shopFor(MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD })), 'Server');

  expect(servers.map(s => s.spec.podSelector.matchLabels.app).sort()).toEqual(Object.keys(WORKLOADS).sort());
});

test('the policies of the shop select pods that exist', () => {
  const manifests = shopFor(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }));
  const pods = new Set(ofKind(manifests, 'Deployment').map(d => d.spec.template.metadata.labels.app));

  ofKind(manifests, 'AuthorizationPolicy').forEach(policy => expect(pods).toContain(policy.spec.selector.matchLabels.app));
});

test('routes of the shop go to Services that exist, with the shares asked for', () => {
  const manifests = shopFor(MeshTarget.smi());
  const services = ofKind(manifests, 'Service').map(s => s.metadata.name);
  const splits = ofKind(manifests, 'TrafficSplit');

  splits.forEach(split => split.spec.backends.forEach((b: any) => expect(services).toContain(b.service)));
  expect(shares(splits.find(s => s.spec.service === 'cart'))).toEqual({ 'cart-v1': 0.9, 'cart-v2': 0.1 });
});

test('both clusters of the second example have the same objects under the same names', () => {
  const [west, east] = [
    MeshTarget.smi({ implementation: SmiImplementation.OSM }), MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }),
  ].map(target => {
    const app = new App();
    MeshTargets.of(app).add(target);
    new PaymentsApp(app, 'payments', { cluster: 'any' });
    const manifests = app.charts.flatMap(chart => Testing.synth(chart));
    expectValid(...manifests);
    return manifests;
  });

  expect(ofKind(west, 'TrafficSplit')[0].metadata).toEqual(ofKind(east, 'HTTPRoute')[0].metadata);
  expect(shares(ofKind(west, 'TrafficSplit')[0])).toEqual({ 'bank-stable': 0.625, 'bank-next': 0.375 });
  expect(shares(ofKind(east, 'HTTPRoute')[0])).toEqual({ 'bank-stable': 0.625, 'bank-next': 0.375 });
  expect(ofKind(west, 'ConfigMap')).toEqual(ofKind(east, 'ConfigMap'));
});

describe('releases that move by themselves', () => {
  const prometheus = 'http://prometheus.monitoring:9090';
  const cartFor = (target: MeshTarget, services: boolean) => {
    const app = new App();
    MeshTargets.of(app).add(target);
    const cart = new Cart(app, 'cart', { services });
    const manifests = Testing.synth(cart);
    expectValid(...manifests);
    return { cart, manifests };
  };
  const west = () => cartFor(MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD, delivery: Delivery.flagger({ prometheus }) }), false);
  const east = () => cartFor(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, delivery: Delivery.argoRollouts({ prometheus }) }), true);
  const added = ['Canary', 'MetricTemplate', 'Rollout', 'AnalysisTemplate', 'HTTPRoute', 'Service'];
  const kinds = (manifests: any[]) => manifests.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`).filter(name => added.includes(name.split(' ')[1]));

  test('Flagger gets a Canary, and makes the Services and the route', () => {
    expect(kinds(west().manifests).filter(kind => !kind.startsWith('policy.linkerd.io')))
      .toEqual(['flagger.app/v1beta1 Canary', 'flagger.app/v1beta1 MetricTemplate', 'flagger.app/v1beta1 MetricTemplate']);
  });

  test('Argo Rollouts gets a Rollout beside the route and the Services', () => {
    expect(kinds(east().manifests)).toEqual([
      'v1 Service', 'v1 Service', 'v1 Service', 'gateway.networking.k8s.io/v1 HTTPRoute', 'argoproj.io/v1alpha1 Rollout', 'argoproj.io/v1alpha1 AnalysisTemplate',
    ]);
  });

  test('GitOps leaves what they move', () => {
    expect(GitOps.flux(west().cart.movingFields).ignore.map(({ target: { kind, name } }) => `${kind} ${name}`)).toEqual(['Deployment cart', 'Service cart']);
    expect(GitOps.argoCd(east().cart.movingFields).ignoreDifferences.map(({ kind }) => kind)).toEqual(['Deployment', 'Service', 'Service', 'HTTPRoute']);
  });
});

describe('GitOps', () => {
  const read = (name: string): any[] => Yaml.load(`examples/gitops/${name}`);
  const page = readFileSync('docs/gitops.md', 'utf8');

  test.each(readdirSync('examples/gitops'))('%s is YAML, and docs/gitops.md says what it is for', name => {
    expect(read(name).length).toBeGreaterThan(0);
    expect(page).toContain(`(../examples/gitops/${name})`);
  });

  test('what is applied is what the example for two clusters writes', () => {
    const [{ spec: { generators, template } }] = read('argo-cd.yaml');
    const clusters = generators[0].list.elements.map(({ cluster }: any) => cluster);
    const [, { spec: { path } }] = read('flux.yaml');
    const program = readFileSync('examples/two-clusters/main.ts', 'utf8');

    expect(template.spec.source.path).toBe('dist/{{.cluster}}');
    expect([...clusters, path.replace('./dist/', '')].filter(cluster => !new RegExp(`^  ${cluster}: MeshTarget`, 'm').test(program))).toEqual([]);
  });
});
