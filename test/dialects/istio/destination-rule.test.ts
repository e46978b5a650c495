import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { routeOf, routing } from './models';
import { claim } from '../../../src/dialects/contract/claim';
import { destinationRuleClaims, destinationRules, portPolicyRefusals } from '../../../src/dialects/istio/destination-rule';
import { subsetName } from '../../../src/dialects/istio/subsets';
import { httpRoutes } from '../../../src/dialects/istio/virtual-service/http-routes';
import type { RouteModel } from '../../../src/model/route';
import { backend, ruleTo } from '../../models';
import { expectValid } from '../../schema';
import { inYaml } from '../../setup';

const sticky = { stickiness: { type: 'cookie' as const, name: 'cart' } };
const breaking = { circuitBreaking: { consecutiveErrors: 5 } };
const render = (model: RouteModel): any[] => {
  const manifests = destinationRules(model);
  expectValid(...manifests);
  return manifests;
};
const places = (model: RouteModel) => render(model).map(({ metadata, spec }) => `${metadata.namespace}: ${spec.host}`);

test('stickiness and circuit breaking stand in one DestinationRule', () => {
  expect(inYaml(destinationRules(routeOf([routing(['cart-v1'], sticky)], breaking)))).toMatchInlineSnapshot(`
"apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: cart-e1ec2684
  namespace: shop
spec:
  host: cart-v1
  trafficPolicy:
    outlierDetection:
      consecutive5xxErrors: 5
    loadBalancer:
      consistentHash:
        httpCookie:
          name: cart
          path: /
          ttl: 0s
"
`);
});

test('what holds for the Service is said of each backend, once, since these take its requests', () => {
  const model = routeOf([routing(['cart-v1', 'cart-v2']), routing(['cart-v2'])], breaking);

  expect(places(model)).toEqual(['shop: cart-v1', 'shop: cart-v2']);
  expect(render(model).map(({ spec }) => spec.trafficPolicy)).toEqual(Array(2).fill({ outlierDetection: { consecutive5xxErrors: 5 } }));
});

test('a port that is not routed keeps the Service itself', () => {
  const model = routeOf([routing(['cart-v1'])], breaking);
  const beside = (protocol: 'HTTP' | 'UDP') => ({ ...model, ports: [...model.ports, { port: 81, protocol, rules: [] }] });

  expect(places(beside('HTTP'))).toEqual(['shop: cart', 'shop: cart-v1']);
  expect(places(beside('UDP'))).toEqual(['shop: cart-v1']);
});

test('stickiness is said of the backends of its rules alone', () => {
  expect(places(routeOf([routing(['cart-v1'], sticky), routing(['cart-v2'])]))).toEqual(['shop: cart-v1']);
});

test('stickiness of one port of several leaves the others alone, and repeats what holds for all, of which settings of a port inherit nothing', () => {
  const both = (port: number) => ({ ...backend('cart-v1'), port, isOneOfSeveral: true });
  const model = { ...routeOf([{ ...ruleTo(both(80)), handling: sticky }], breaking), service: { name: 'cart' } };
  const other = { port: 81, protocol: 'HTTP' as const, rules: [ruleTo(both(81))] };
  const outlierDetection = { consecutive5xxErrors: 5 };
  const loadBalancer = { consistentHash: { httpCookie: { name: 'cart', path: '/', ttl: '0s' } } };

  expect(render({ ...model, ports: [...model.ports, other] }).map(({ spec }) => spec.trafficPolicy))
    .toEqual([{ outlierDetection, portLevelSettings: [{ port: { number: 80 }, outlierDetection, loadBalancer }] }]);
});

test('a retry budget is lost in settings for one port', () => {
  const budget = { retryBudget: { percent: 20, interval: 10_000, minRetriesPerSecond: 3 } };
  const to = (more: object) => portPolicyRefusals(routeOf([{ ...ruleTo({ ...backend('cart-v1'), ...more }), handling: sticky }], budget));

  expect(to({ isOneOfSeveral: true })).toEqual([expect.objectContaining({ feature: 'RetryBudget' })]);
  expect(to({})).toEqual([]);
});

test('subsets stand beside what holds for the Service, each once, and alone where only copies go', () => {
  const v1 = { ...backend('cart'), subset: { version: 'v1' } };
  const odd = { ...backend('cart'), subset: { 'example.com/Track': '', 'version': '2.0_A' } };
  const shadow = { name: 'shadow', port: 8080, subset: { version: 'v1' }, fraction: { numerator: 1, denominator: 1 } };
  const model = routeOf([{ ...ruleTo(v1, odd, backend('cart-v2')), handling: { mirrors: [shadow] } }, ruleTo(v1)], breaking);

  const name = 'v1-29b0755b';
  expect(render(model).map(({ spec }) => spec)).toEqual([
    {
      host: 'cart',
      trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 } },
      subsets: [
        { name: expect.stringMatching(/^2-0-a-[0-9a-f]{8}$/), labels: { 'example.com/Track': '', 'version': '2.0_A' } },
        { name, labels: { version: 'v1' } },
      ],
    },
    { host: 'cart-v2', trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 } } },
    { host: 'shadow', subsets: [{ name, labels: { version: 'v1' } }] },
  ]);
  const [{ route, mirrors }] = httpRoutes(model, model.ports[0]);
  expect(route?.map(one => one.destination.subset)).toEqual([name, expect.stringMatching(/^2-0-a-/), undefined]);
  expect(mirrors?.map(one => one.destination?.subset)).toEqual([name]);
});

test('names of subsets are DNS labels, and differ where labels differ', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'B', '1', '.', '_', '-'), maxLength: 63 });
  const labels = fc.dictionary(fc.constantFrom('version', 'track', 'example.com/tier'), word, { minKeys: 1 });

  fc.assert(fc.property(labels, labels, (one, other) => {
    expect(subsetName(one)).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
    expect(subsetName(one) === subsetName(other)).toBe(isDeepStrictEqual(Object.entries(one).sort(), Object.entries(other).sort()));
  }));
});

test('where there is nothing to say, there is none', () => {
  expect(render(routeOf([routing(['cart-v1'])]))).toEqual([]);
});

test('it stands with the backend, or with the clients of a consumer route, by its whole name', () => {
  const elsewhere = routeOf([{ ...routing([]), backends: [{ name: 'cart-v1', namespace: 'next', port: 80, weight: 1 }] }], breaking);
  const consumer = { ...routeOf([routing(['cart-v1'])], breaking), namespace: 'web', service: { name: 'cart', namespace: 'shop' } };

  expect(places(elsewhere)).toEqual(['next: cart-v1']);
  expect(places(consumer)).toEqual(['web: cart-v1.shop.svc.cluster.local']);
});

test('another backend renames none, and names differ', () => {
  const names = (...backends: string[]) => render(routeOf([routing(backends)], breaking)).map(({ metadata }) => metadata.name);

  expect(names('cart-v1', 'cart-v2')).toEqual(expect.arrayContaining(names('cart-v2')));
  expect(new Set(names('cart-v1', 'cart-v2')).size).toBe(2);
});

test('only one construct may have it', () => {
  expect(destinationRuleClaims(routeOf([routing(['cart-v1'])], breaking)))
    .toEqual([claim('DestinationRule', { type: 'host', host: 'cart-v1', namespace: 'shop' })]);
  expect(destinationRuleClaims({ ...routeOf([routing(['cart-v1'])], breaking), namespace: undefined }))
    .toEqual([claim('DestinationRule', { type: 'host', host: 'cart-v1' })]);
  expect(destinationRuleClaims(routeOf([routing(['cart-v1'])]))).toEqual([]);
});
