import * as fc from 'fast-check';
import { requests } from './gateway-api';
import { ASKED, BESIDE, ingresses, plainIngresses, toldOfCanaries, withCanaries } from './ingress';
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
const atAnyHost = fc.tuple(requests({ protocol: 'HTTP' }), fc.constantFrom(...ASKED)).map(([one, host]) => ({ ...one, host }));
const PROGRAMS = fc.oneof({ weight: 5, arbitrary: plainIngresses('nginx') }, { weight: 1, arbitrary: ingresses(['nginx']) });

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

test.each<[string, fc.Arbitrary<readonly any[]>, fc.Arbitrary<readonly [request: RouteRequest, className: string]>, number]>([
  ['ask for', ingresses(CLASSES), fc.tuple(atAnyHost, fc.constantFrom(...CLASSES)), 0],
  ['ask for, and whatever canaries take', withCanaries(PROGRAMS), fc.tuple(toldOfCanaries, fc.constant('nginx')), CASES / 100],
])('whatever requests %s', (_, programs, all, leastShared) => {
  const counts = { known: 0, unknown: 0, beyond: 0, shared: 0 };
  const asked = fc.array(all, { minLength: 5, maxLength: 5 });
  fc.assert(fc.property(programs, asked, (written, some) => {
    const world = reading([...BESIDE, ...written], 'default');
    for (const [request, className] of some) {
      const [wanted, given] = [evaluated([...BESIDE, ...written], request, className), read(world, request, className)];
      if (wanted !== 'unknown' && given !== 'unknown') expect({ request, given }).toEqual({ request, given: wanted });
      counts[given === 'unknown' ? wanted === 'unknown' ? 'beyond' : 'unknown' : 'known']++;
      if (/-canary|-next/.test(given)) counts.shared++;
    }
  }), { numRuns: CASES / 5 });
  expect(counts.known / (counts.known + counts.unknown)).toBeGreaterThan(0.6);
  expect(counts.shared).toBeGreaterThanOrEqual(leastShared);
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

describe('a canary', () => {
  const CANARY = 'nginx.ingress.kubernetes.io/canary';
  const main = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'nginx' }, spec: { controller: 'k8s.io/ingress-nginx' } };
  const at = (path: string, name: string, pathType = 'Prefix') => ({ path, pathType, backend: { service: { name, port: { number: 80 } } } });
  const ingress = (name: string, of: readonly object[], annotations: object = {}, host = 'shop.example.com') => named({ ...NGINX, rules: [{ host, http: { paths: of } }] }, annotations, name);
  const canary = (of: readonly object[], annotations: object, name = 'canary') => ingress(name, of, { [CANARY]: 'true', ...annotations });
  const half = { [`${CANARY}-weight`]: '50' };
  const sent = (manifests: readonly object[], headers: Readonly<Record<string, string>> = {}, path = '/cart', host = 'shop.example.com') => read(reading([main, ...manifests]), {
    client: { namespace: 'shop' }, to: { service: 'cart', namespace: 'shop', port: 80 }, portName: 'http', protocol: 'HTTP', host, method: 'GET', path, headers, query: {}, response: {},
  }, 'nginx');
  const shares = (outcome: string) => outcome === 'unknown' ? outcome
    : Object.fromEntries((JSON.parse(outcome).arrivals ?? []).map(({ service, share }: any) => [service.replace(/^shop\/|:80$/g, ''), share]));

  test.each<[string, object, Readonly<Record<string, string>>, object]>([
    ['a share', { [`${CANARY}-weight`]: '5' }, {}, { cart: '19/20', next: '1/20' }],
    ['of a larger total', { [`${CANARY}-weight`]: '5', [`${CANARY}-weight-total`]: '1000' }, {}, { cart: '199/200', next: '1/200' }],
    ['of 100 where the total is smaller', { [`${CANARY}-weight`]: '5', [`${CANARY}-weight-total`]: '10' }, {}, { cart: '19/20', next: '1/20' }],
    ['all, where it has more than there is', { [`${CANARY}-weight`]: '101' }, {}, { next: '1/1' }],
    ['nothing without a weight', {}, {}, { cart: '1/1' }],
    ['what has a header', { ...half, [`${CANARY}-by-header`]: 'X-Canary' }, { 'x-canary': 'always' }, { next: '1/1' }],
    ['nothing of what says never', { ...half, [`${CANARY}-by-header`]: 'X-Canary' }, { 'x-canary': 'never' }, { cart: '1/1' }],
    ['a share of what says something else', { ...half, [`${CANARY}-by-header`]: 'X-Canary' }, { 'x-canary': 'x' }, { cart: '1/2', next: '1/2' }],
    ['what has a value', { ...half, [`${CANARY}-by-header`]: 'X-Canary', [`${CANARY}-by-header-value`]: 'yes' }, { 'x-canary': 'yes' }, { next: '1/1' }],
    ['a share of what says never beside a value', { ...half, [`${CANARY}-by-header`]: 'X-Canary', [`${CANARY}-by-header-value`]: 'yes' }, { 'x-canary': 'never' }, { cart: '1/2', next: '1/2' }],
    ['what is found by an expression', { [`${CANARY}-by-header`]: 'X-Canary', [`${CANARY}-by-header-pattern`]: 'b.t' }, { 'x-canary': 'a beta' }, { next: '1/1' }],
    ['what has a cookie', { [`${CANARY}-by-cookie`]: 'group' }, { cookie: 'a=b; group=always' }, { next: '1/1' }],
    ['nothing, where it is switched off', { ...half, [CANARY]: 'false' }, {}, {}],
  ])('takes %s', (what, annotations, headers, wanted) => {
    const all = [ingress('main', [at('/cart', 'cart')]), canary([at('/cart', 'next')], annotations)];
    // Switched off, it is an Ingress like others, of which the older one has the path.
    expect(shares(sent(all, headers))).toEqual(what.includes('switched off') ? 'unknown' : wanted);
  });

  test('takes its share of all that is for the Service, at every path and host', () => {
    const all = [
      ingress('main', [at('/cart', 'cart'), at('/', 'cart'), at('/blog', 'blog')]), ingress('other', [at('/', 'cart')], {}, 'www.example.com'),
      canary([at('/cart', 'next')], half),
    ];
    expect(shares(sent(all, {}, '/'))).toEqual({ cart: '1/2', next: '1/2' });
    expect(shares(sent(all, {}, '/', 'www.example.com'))).toEqual({ cart: '1/2', next: '1/2' });
    expect(shares(sent(all, {}, '/blog'))).toEqual({ blog: '1/1' });
  });

  test('takes nothing where a path of it is beside none', () => {
    const main2 = ingress('main', [at('/cart', 'cart')]);
    expect(shares(sent([main2, canary([at('/cart', 'next', 'Exact')], half)]))).toEqual({ cart: '1/1' });
    expect(shares(sent([main2, canary([at('/cart', 'next'), at('/carts', 'next')], half)]))).toEqual({ cart: '1/1' });
    expect(shares(sent([main2, canary([at('/cart', 'next'), at('/carts', 'more')], half)]))).toEqual({ cart: '1/2', next: '1/2' });
  });

  test.each<[string, ...object[]]>([
    ['two of one backend', canary([at('/cart', 'next')], half), canary([at('/cart', 'more')], half, 'second')],
    ['one of a Service that has an Ingress of its own', canary([at('/cart', 'next')], half), ingress('next', [at('/next', 'next')])],
    ['one with a default backend', named({ ...NGINX, defaultBackend: at('/', 'next').backend }, { [CANARY]: 'true', ...half }, 'canary')],
    ['one with a weight that is none', canary([at('/cart', 'next')], { [`${CANARY}-weight`]: 'x' })],
    ['one with sticky sessions', canary([at('/cart', 'next')], { ...half, 'nginx.ingress.kubernetes.io/affinity': 'cookie' })],
  ])('is not known what it takes: %s', (_, ...others) => {
    expect(sent([ingress('main', [at('/cart', 'cart')]), ...others])).toBe('unknown');
  });
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
