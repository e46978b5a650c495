import * as fc from 'fast-check';
import { requests } from './gateway-api';
import { ASKED, BESIDE, ingresses } from './ingress';
import { canonical, outcomeOf } from './outcome';
import { routedByIngress } from '../../../src/evaluators/routes/ingress';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import { Unknown } from '../../../src/evaluators/unknown';
import { closeness, journey } from '../../../src/meaning/journey';
import { holdsFor } from '../../../src/meaning/text';
import { landOf } from '../../../src/reading/land';
import type { World } from '../../../src/reading/world';
import { reading } from '../world';

/** What becomes of requests that come to a controller of Ingress, by Ingresses that somebody else wrote, is what the evaluator decides, or unknown where it has to be. */

const CASES = Number(process.env.ORACLE_CASES ?? 2000);
const CLASSES = ['nginx', 'edge'];

function evaluated(manifests: readonly any[], request: RouteRequest, className: string): string {
  try {
    return canonical(routedByIngress(manifests.filter(({ kind, spec }) => kind !== 'Ingress' || spec.ingressClassName === className), request));
  } catch (error) {
    if (error instanceof Unknown) return 'unknown';
    throw error;
  }
}

function read(world: World, request: RouteRequest, className: string): string {
  const [entry] = world.readings.flatMap(({ reading: { entries } }) => entries?.() ?? [])
    .filter(({ gateway, port, host }) => gateway === `IngressClass/${className}` && port === request.to.port && holdsFor(host, request.host) === 'yes')
    .sort((a, b) => closeness(b.host) - closeness(a.host));
  const outcome = entry === undefined ? { kind: 'failed' as const } : outcomeOf(entry.ways, request, world);
  return outcome === 'unknown' ? outcome : canonical(outcome);
}

test('whatever requests ask for', () => {
  const counts = { known: 0, unknown: 0, beyond: 0 };
  const asked = fc.array(fc.tuple(requests({ protocol: 'HTTP' }), fc.constantFrom(...ASKED), fc.constantFrom(...CLASSES)), { minLength: 5, maxLength: 5 });
  fc.assert(fc.property(ingresses(CLASSES), asked, (written, some) => {
    const world = reading([...BESIDE, ...written], 'default');
    for (const [one, host, className] of some) {
      const request = { ...one, host, to: { ...one.to, port: 80 } };
      const [wanted, given] = [evaluated([...BESIDE, ...written], request, className), read(world, request, className)];
      if (wanted !== 'unknown' && given !== 'unknown') expect({ request, given }).toEqual({ request, given: wanted });
      counts[given === 'unknown' ? wanted === 'unknown' ? 'beyond' : 'unknown' : 'known']++;
    }
  }), { numRuns: CASES / 5 });
  expect(counts.known / (counts.known + counts.unknown)).toBeGreaterThan(0.6);
});

const CART = [
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: { selector: { app: 'cart' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { template: { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'cart', ports: [{ containerPort: 8080 }] }] } } },
  },
];
const paths = (start: string, more: object = {}) => [{ host: 'shop.example.com', http: { paths: [{ path: start, pathType: 'Prefix', backend: { service: { name: 'cart', port: { name: 'http' } } }, ...more }] } }];
const named = (spec: object, annotations: object = {}, name = 'shop') => ({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name, namespace: 'shop', annotations }, spec });
const NGINX = { ingressClassName: 'nginx' };
const classOf = (name: string) => ({
  apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name, annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } }, spec: { controller: 'example.com/nginx' },
});

/** What becomes of a request to `cart` by a controller. */
function coming(manifests: readonly object[], className = 'nginx', at = '/cart') {
  const land = landOf(reading([...CART, ...manifests]));
  const gateway = `IngressClass/${className}`;
  const [{ pods = { namespace: '' } }] = land.readings.flatMap(({ reading: { entries } }) => entries?.() ?? []).filter(entry => entry.gateway === gateway);
  const { outcome, because } = journey(land, {
    client: { kind: 'pod', ...pods, meshed: true },
    gateway,
    to: { namespace: 'shop', service: 'cart', port: 80 },
    protocol: 'HTTP',
    request: { method: 'GET', path: at, host: 'shop.example.com', headers: {}, query: {} },
  });
  return [outcome, because];
}

test('the class of an Ingress is the gateway', () => {
  expect(coming([named({ ...NGINX, rules: paths('/cart') })])).toEqual(['allowed', undefined]);
  expect(coming([named({ ...NGINX, rules: paths('/cart') })], 'nginx', '/carts')).toEqual(['denied', 'the proxy answers with 404']);
  expect(coming([named({ rules: paths('/cart') }, { 'kubernetes.io/ingress.class': 'nginx' })])).toEqual(['allowed', undefined]);
  expect(coming([named({ rules: paths('/cart') }), classOf('nginx')])).toEqual(['allowed', undefined]);
  expect(coming([named({ rules: paths('/cart') })], '-')).toEqual(['unknown', expect.stringContaining('it names no class')]);
  expect(coming([named({ ...NGINX, rules: paths('/cart') }), named({ rules: paths('/cart') }, {}, 'other')])).toEqual(['unknown', expect.stringContaining('it names no class')]);
});

test('what is up to the controller is unknown', () => {
  const rewriting = { 'nginx.ingress.kubernetes.io/rewrite-target': '/' };
  const issued = { 'cert-manager.io/issuer': 'shop' };
  const resource = { resource: { apiGroup: 'k8s.example.com', kind: 'StorageBucket', name: 'cart' } };

  expect(coming([named({ ...NGINX, rules: paths('/cart') }, rewriting)])).toEqual(['unknown', 'what the controller makes of the annotation is not known']);
  expect(coming([named({ ...NGINX, rules: paths('/cart') }, issued)])).toEqual(['allowed', undefined]);
  expect(coming([named({ ...NGINX, rules: paths('/cart', { pathType: 'ImplementationSpecific' }) })])[0]).toBe('unknown');
  expect(coming([named({ ...NGINX, rules: paths('/cart', { backend: resource }) })])[0]).toBe('unknown');
});

const ruled = (more: object) => named({ ...NGINX, rules: [{ ...paths('/cart')[0], ...more }] });
const both = { service: { name: 'cart', port: { name: 'http', number: 80 } } };

test.each<[string, object, string]>([
  ['a path with two slashes', named({ ...NGINX, rules: paths('/a//b') }), 'no API server takes it as a path'],
  ['a path that goes up', named({ ...NGINX, rules: paths('/a/..') }), 'no API server takes it as a path'],
  ['a path with an encoded slash', named({ ...NGINX, rules: paths('/a%2Fb') }), 'no API server takes it as a path'],
  ['an address for a host', ruled({ host: 'shop.example.com:80' }), 'no API server takes it as a host'],
  ['a star for a host', ruled({ host: '*' }), 'no API server takes it as a host'],
  ['the number of a port beside its name', named({ ...NGINX, rules: paths('/cart', { backend: both }) }), 'the number of a port beside its name'],
  ['the class in both ways', named({ ...NGINX, rules: paths('/cart') }, { 'kubernetes.io/ingress.class': 'nginx' }), 'no API server takes it beside the annotation'],
])('%s is no Ingress of a cluster, and unknown', (_, manifest, why) => {
  const unknown = reading([...CART, manifest]).findings.filter(({ isUnknown }) => isUnknown);

  expect(unknown.map(({ message }) => message)).toEqual([expect.stringContaining(why)]);
  expect(coming([named({ ...NGINX, rules: paths('/cart') }), manifest], 'nginx', '/a//b/cart')[0]).not.toBe('allowed');
});

test('a class with parameters, or with what is not understood, leaves unknown what its controller does', () => {
  const having = (spec: object) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'nginx' }, spec: { controller: 'example.com/nginx', ...spec } });
  const rules = named({ ...NGINX, rules: paths('/cart') });

  expect(coming([rules, having({})])).toEqual(['allowed', undefined]);
  expect(coming([rules, having({ parameters: { kind: 'Settings', name: 'a' } })])).toEqual(['unknown', 'what the controller makes of its parameters is not known']);
  expect(coming([rules, having({ more: 1 })])[0]).toBe('unknown');
  expect(coming([named({ ingressClassName: 'other', rules: paths('/cart') }), having({ more: 1 })], 'other')).toEqual(['allowed', undefined]);
});

test('a wildcard at TLS is for hosts that are one label longer', () => {
  const tls = [{ hosts: ['*.example.com'], secretName: 'shop' }];
  const secured = (host: string) => reading([...CART, named({ ...NGINX, tls, rules: [{ ...paths('/cart')[0], host }] })])
    .readings.flatMap(({ reading: { entries } }) => entries?.() ?? []).filter(({ port, host: at }) => port === 443 && at.type === 'exact').map(({ host: at }) => at);

  expect(secured('shop.example.com')).toEqual([{ type: 'exact', value: 'shop.example.com' }]);
  expect(secured('a.shop.example.com')).toEqual([]);
});

test('policies that ask who the controller is do not know it', () => {
  const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'cart', namespace: 'shop' }, spec: { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }] } };

  expect(coming([named({ ...NGINX, rules: paths('/cart') }), policy])[0]).toBe('unknown');
  expect(coming([named({ ...NGINX, rules: paths('/cart') }), { ...policy, spec: { podSelector: {}, ingress: [] } }])[0]).toBe('denied');
});
