import * as fc from 'fast-check';
import { found, named, rollout } from './manifests';
import { afterReconcile } from '../../../oracle/releases/gateway-api-plugin';

const PLUGIN = 'argoproj-labs/gatewayAPI';
const routed = (trafficRouting: any) => rollout({ canary: { stableService: 'cart-v1', canaryService: 'cart-v2', trafficRouting } });
const plugin = (config: any, managed: string[] = []) => routed({ managedRoutes: managed.map(name => ({ name })), plugins: { [PLUGIN]: config } });
const route = (rules: any[], kind = 'HTTPRoute', labels: any = {}) => {
  const manifest = named('gateway.networking.k8s.io/v1', kind, 'cart', { parentRefs: [{ kind: 'Service', group: '', name: 'cart' }], rules });
  return { ...manifest, metadata: { ...manifest.metadata, labels } };
};
const SPLIT = { backendRefs: [{ name: 'cart-v1', weight: 100 }, { name: 'cart-v2', weight: 0 }] };
const ALWAYS = { matches: [{ headers: [{ name: 'x-beta', value: '1' }] }], backendRefs: [{ name: 'cart-v2', port: 8080 }] };
const KEEPING = { httpRoutes: [{ name: 'cart', useHeaderRoutes: false }] };

describe('rules that the plugin takes for its own', () => {
  test.each([['HTTPRoute', { httpRoute: 'cart' }], ['GRPCRoute', { grpcRoutes: [{ name: 'cart', useHeaderRoutes: true }] }]])('the new version alone, in an %s', (kind, config) => {
    expect(found(plugin(config), route([ALWAYS, SPLIT], kind))).toEqual([expect.stringMatching(`^rule ${kind}/cart spec\\.rules\\[0\\] has Service 'cart-v2' alone`)]);
  });

  test('are kept where it adds none', () => {
    expect(found(plugin(KEEPING), route([ALWAYS, SPLIT]))).toEqual([]);
    expect(found(plugin({ httpRoutes: [{ name: 'cart' }] }), route([ALWAYS, SPLIT]))).toEqual([]);
  });

  test.each(['beta', 'beta-1', 'beta-12'])('the name %s', name => {
    expect(found(plugin({ httpRoute: 'cart' }, ['beta']), route([SPLIT, { ...SPLIT, name }]))).toEqual([expect.stringMatching(/^rule HTTPRoute\/cart spec\.rules\[1\]\.name .* deletes the rule/)]);
    expect(found(plugin(KEEPING, ['beta']), route([SPLIT, { ...SPLIT, name }]))).toEqual([expect.stringMatching(/^rule .* sets no weights in it/)]);
    expect(found(plugin(KEEPING, ['other']), route([SPLIT, { ...SPLIT, name: `${name}-x` }]))).toEqual([]);
  });
});

describe('weights of a route', () => {
  test('that are missing', () => {
    expect(found(plugin(KEEPING), route([{ backendRefs: [{ name: 'cart-v1' }, { name: 'cart-v2' }] }])))
      .toEqual([expect.stringMatching(/^weights HTTPRoute\/cart spec\.rules\[0\]\.backendRefs\[1\]\.weight is missing, and then 1/)]);
    expect(found(plugin(KEEPING), route([{ backendRefs: [{ name: 'cart-v1' }, { name: 'cart-v2', weight: 0 }] }]))).toEqual([]);
  });

  test('that are not those of the start', () => {
    expect(found(plugin(KEEPING), route([{ backendRefs: [{ name: 'cart-v1', weight: 90 }, { name: 'cart-v2', weight: 10 }] }])))
      .toEqual([expect.stringMatching(/^warning weights .* is 10: whenever/)]);
  });

  test('that cannot be set', () => {
    expect(found(plugin(KEEPING), route([{ backendRefs: [{ name: 'cart-v1' }] }]))).toEqual([expect.stringContaining("weights HTTPRoute/cart spec.rules has no backend 'cart-v2'")]);
  });
});

describe('a rule for the stable version alone', () => {
  const alone = { backendRefs: [{ name: 'cart-v1', port: 8080 }] };

  test.each(['HTTPRoute', 'GRPCRoute'])('in an %s', kind => {
    const config = { [`${kind === 'HTTPRoute' ? 'http' : 'grpc'}Routes`]: [{ name: 'cart' }] };

    expect(found(plugin(config), route([SPLIT, alone], kind)))
      .toEqual([expect.stringMatching(`^weights ${kind}/cart spec\\.rules\\[1\\]\\.backendRefs\\[0\\] is Service 'cart-v1' without 'cart-v2' .*all requests then fail`)]);
    expect(found(plugin(config), route([SPLIT, { backendRefs: [...alone.backendRefs, { name: 'web' }] }], kind))).toEqual([expect.stringContaining('the others then get its requests')]);
  });

  test('is left alone where no weight can be set', () => {
    expect(found(plugin(KEEPING), route([ALWAYS, alone]))).toEqual([expect.stringContaining("spec.rules has no backend 'cart-v2'")]);
  });
});

describe('a route that is not moved', () => {
  const stepping = (trafficRouting?: any) => rollout({ canary: { stableService: 'cart-v1', canaryService: 'cart-v2', trafficRouting, steps: [{ setWeight: 10 }] } });
  const other = named('networking.istio.io/v1', 'VirtualService', 'cart', {
    hosts: ['cart'], http: [{ route: [{ destination: { host: 'cart-v1' } }, { destination: { host: 'cart-v2.shop.svc.cluster.local' } }] }],
  });
  const kuma = named('kuma.io/v1alpha1', 'MeshHTTPRoute', 'cart', {
    to: [{ rules: [{ default: { backendRefs: ['cart-v1', 'cart-v2'].map(name => ({ kind: 'MeshService', labels: { 'kuma.io/display-name': name } })) } }] }],
  });

  test.each<[string, any, any, string]>([
    ['as there is no router', undefined, route([SPLIT]), 'HTTPRoute/cart spec.rules[0].backendRefs'],
    ['as another one is named', { plugins: { [PLUGIN]: { httpRoutes: [{ name: 'cart' }] } } }, route([SPLIT], 'GRPCRoute'), 'GRPCRoute/cart spec.rules[0].backendRefs'],
    ['as the router is another', { plugins: { [PLUGIN]: { httpRoutes: [{ name: 'cart' }] } } }, other, 'VirtualService/cart spec.http[0].route'],
    ['as Kuma has no router', undefined, kuma, 'MeshHTTPRoute/cart spec.to[0].rules[0].default.backendRefs'],
  ])('%s', (_, routing, manifest, at) => {
    expect(found(stepping(routing), manifest)).toEqual([expect.stringContaining(`warning weights ${at} has both versions of Rollout 'cart', which does not move it`)]);
  });

  test('has no versions of the Rollout, or no steps', () => {
    expect(found(stepping(), route([{ backendRefs: [{ name: 'cart-v1' }, { name: 'web' }] }]))).toEqual([]);
    expect(found(rollout({ canary: { stableService: 'cart-v1', canaryService: 'cart-v2' } }), route([SPLIT]))).toEqual([]);
  });
});

describe('the configuration of the plugin', () => {
  test.each<[string, string, any]>([
    ['an unknown field', 'plugin Rollout/cart spec.strategy.canary.trafficRouting.plugins["argoproj-labs/gatewayAPI"].httproutes is no field', { ...KEEPING, httproutes: [] }],
    ['no route', 'plugin Rollout/cart spec.strategy.canary.trafficRouting.plugins["argoproj-labs/gatewayAPI"] names no route', {}],
    ['a route of bytes', 'warning plugin Rollout/cart spec.strategy.canary.trafficRouting.plugins["argoproj-labs/gatewayAPI"].tcpRoute is read in the version v1alpha2', { tcpRoute: 'cart' }],
  ])('%s', (_, start, config) => {
    expect(found(plugin(config))).toEqual([expect.stringContaining(start)]);
  });

  test('a route that is not there, among others', () => {
    expect(found(plugin({ httpRoutes: [{ name: 'web' }] }), route([SPLIT]))).toEqual([expect.stringMatching(/^warning plugin .*httpRoutes\[0\] is HTTPRoute 'web', which the app does not have/)]);
  });

  test('routes by their labels', () => {
    const bySelector = plugin({ httpRouteSelector: { matchLabels: { app: 'cart' } } });

    expect(found(bySelector, route([{ backendRefs: [{ name: 'cart-v1' }] }], 'HTTPRoute', { app: 'cart' }))).toHaveLength(1);
    expect(found(bySelector, route([{ backendRefs: [{ name: 'cart-v1' }] }]))).toEqual([]);
  });
});

describe('a VirtualService', () => {
  const istio = (virtualService: any, more: any = {}) => routed({ istio: { virtualService: { name: 'cart', ...virtualService }, ...more } });
  const both = (name?: string) => ({ name, route: [{ destination: { host: 'cart-v1' }, weight: 100 }, { destination: { host: 'cart-v2.shop.svc.cluster.local' }, weight: 0 }] });
  const service = (...http: any[]) => named('networking.istio.io/v1', 'VirtualService', 'cart', { hosts: ['cart'], http });

  test('with the routes that are moved', () => {
    expect(found(istio({}), service(both()))).toEqual([]);
    expect(found(istio({ routes: ['main'] }), service({ name: 'old', route: [] }, both('main')))).toEqual([]);
  });

  test('that is not there, among others', () => {
    expect(found(istio({ name: 'web' }), service(both()))).toEqual([expect.stringContaining("warning weights Rollout/cart spec.strategy.canary.trafficRouting.istio names VirtualService 'web', which")]);
    expect(found(istio({ name: 'web.bank' }), service(both()))).toEqual([]);
  });

  test('with routes of bytes alone', () => {
    expect(found(istio({ routes: ['main'] }), named('networking.istio.io/v1', 'VirtualService', 'cart', { hosts: ['cart'], tls: [] }))).toEqual([]);
  });

  test.each<[string, string, any, any]>([
    ['without names', 'has 2 routes, and', istio({}), service(both(), both())],
    ['without the name', "has no route 'main'", istio({ routes: ['main'] }), service(both())],
    ['without a version', "[0].route has no host 'cart-v2'", istio({}), service({ route: both().route.slice(0, 1) })],
    ['without a subset', "[0].route has no subset 'stable'", istio({}, { destinationRule: { name: 'cart', stableSubsetName: 'stable', canarySubsetName: 'canary' } }), service(both())],
  ])('%s', (_, start, released, manifest) => {
    expect(found(released, manifest)).toEqual([expect.stringContaining(`weights VirtualService/cart spec.http${start.startsWith('[') ? '' : ' '}${start}`)]);
  });
});

describe('a TrafficSplit beside that of the controller', () => {
  const split = (name: string, service: string) => named('split.smi-spec.io/v1alpha1', 'TrafficSplit', name, { service, backends: [] });

  test.each<[string, any, any, string]>([
    ['of its name', {}, split('cart', 'web'), 'metadata.name'],
    ['of the name that is said', { trafficSplitName: 'split' }, split('split', 'web'), 'metadata.name'],
    ['of its root', { rootService: 'cart' }, split('other', 'cart.shop'), 'spec.service'],
    ['of the stable Service, where no root is said', {}, split('other', 'cart-v1'), 'spec.service'],
  ])('%s', (_, smi, manifest, path) => {
    expect(found(routed({ smi }), manifest)).toEqual([expect.stringMatching(`^routed TrafficSplit/\\w+ ${path} `)]);
  });

  test('is of a version that the cluster serves', () => {
    const crd = (...versions: string[]) => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'trafficsplits.split.smi-spec.io' },
      spec: { versions: [...versions.map(name => ({ name, served: true })), { name: 'v1alpha1', served: versions.includes('v1alpha1') }] },
    });

    expect(found(routed({ smi: {} }), crd('v1alpha1', 'v1alpha4'))).toEqual([]);
    expect(found(routed({ smi: {} }), crd('v1alpha2'))).toEqual([expect.stringMatching(/^warning rollout .*Run the controller with --traffic-split-api-version=v1alpha2$/)]);
    expect(found(routed({ smi: {} }), crd('v1alpha4'))).toEqual([expect.stringMatching(/^rollout Rollout\/cart spec\.strategy\.canary\.trafficRouting\.smi .* serves v1alpha4\./)]);
  });

  test('is none where the router is another, or the Service', () => {
    expect(found(routed({ smi: { rootService: 'cart' } }), split('other', 'web'))).toEqual([]);
    expect(found(routed({ istio: { virtualService: { name: 'x' } } }), split('cart', 'cart'))).toEqual([]);
  });
});

const backend = fc.record({ name: fc.constantFrom('cart-v1', 'cart-v2', 'web'), weight: fc.constantFrom(undefined, 0, 100) });
const rule = fc.record({ name: fc.constantFrom(undefined, 'beta', 'beta-1', 'beta-x', 'main'), backendRefs: fc.array(backend, { minLength: 1, maxLength: 2 }) });

test('a rule is in error if, and only if, the plugin deletes it', () => {
  fc.assert(fc.property(fc.array(rule, { minLength: 1, maxLength: 4 }), fc.boolean(), (rules, useHeaderRoutes) => {
    const released = plugin({ httpRoutes: [{ name: 'cart', useHeaderRoutes }] }, ['beta']);
    const left = afterReconcile(rules, { useHeaderRoutes, managed: ['beta'], canaryService: 'cart-v2' });
    const deleted = rules.flatMap((one, i) => left.includes(one) ? [] : [i]);
    const told = found(released, route(rules)).filter(text => /^rule .*delete/.test(text)).map(text => Number(/spec\.rules\[(\d)\]/.exec(text)![1]));

    expect(told).toEqual(deleted);
  }), { numRuns: 1000 });
});
