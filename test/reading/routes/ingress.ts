import * as fc from 'fast-check';
import { maybe, merged, requests } from './gateway-api';
import type { RouteRequest } from '../../../src/evaluators/routes/request';

const HOSTS = ['shop.example.com', '*.example.com', 'www.example.com', 'example.org'];
export const ASKED = ['shop.example.com', 'www.example.com', 'a.shop.example.com', 'example.org', 'other.test'];

const backend = fc.record({ name: fc.constantFrom('cart-v1', 'cart-v2', 'cart'), port: fc.constantFrom<object>({ number: 80 }, { number: 8080 }, { name: 'main' }) })
  .map(service => ({ service }));

const path = fc.record({
  path: fc.constantFrom('/', '/api', '/api/', '/api/v1', '/carts', '/carts/7'), pathType: fc.constantFrom('Prefix', 'Prefix', 'Prefix', 'Exact', 'Exact', 'ImplementationSpecific'), backend,
});

const rule = merged(maybe(75, 'host', fc.constantFrom(...HOSTS)), maybe(93, 'http', fc.array(path, { minLength: 1, maxLength: 3 }).map(paths => ({ paths }))));

const ingress = (i: number, classes: readonly string[]) => fc.record({
  namespace: fc.constantFrom('shop', 'shop', 'web'),
  spec: merged(
    fc.constantFrom(classes[0], ...classes).map(ingressClassName => ({ ingressClassName })),
    maybe(90, 'rules', fc.array(rule, { minLength: 1, maxLength: 3 })),
    maybe(30, 'defaultBackend', backend),
    maybe(25, 'tls', fc.constantFrom<object[]>([{ hosts: ['shop.example.com'], secretName: 'shop' }], [{ hosts: ['www.example.com'] }], [{ hosts: ['*.example.com'], secretName: 'all' }], [{ secretName: 'shop' }])),
  ),
  annotations: merged(...['ssl-redirect', 'force-ssl-redirect'].map(name => maybe(8, `nginx.ingress.kubernetes.io/${name}`, fc.constantFrom('true', 'false')))),
}).map(({ namespace, spec, annotations }) => ({
  apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: `ingress-${i}`, namespace, annotations: spec.ingressClassName === 'nginx' ? annotations : {} }, spec,
}));

/** What stands beside Ingresses: of two classes, the controller of `nginx` is known. */
export const BESIDE = [
  { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'nginx' }, spec: { controller: 'k8s.io/ingress-nginx' } },
  ...['shop', 'web'].flatMap(namespace => ['cart', 'cart-v1'].map(name => ({
    apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { ports: [{ name: 'main', port: 80 }] },
  }))),
];

const PLAIN_HOSTS = ['shop.example.com', 'www.example.com'];
const PLAIN_PATHS = ['/', '/api', '/carts/7'];

const plainPath = fc.record({
  path: fc.constantFrom(...PLAIN_PATHS),
  pathType: fc.constantFrom('Prefix', 'Exact'),
  backend: fc.constantFrom('cart', 'cart-v1', 'cart-v2').map(name => ({ service: { name, port: { name: 'main' } } })),
});

const plainIngress = fc.record({
  host: fc.constantFrom(...PLAIN_HOSTS),
  paths: fc.uniqueArray(plainPath, { selector: one => one.path, minLength: 1, maxLength: 3 }),
  isOverTls: fc.constantFrom(true, false, false, false),
}).map(({ host, paths, isOverTls }) => ({ rules: [{ host, http: { paths } }], ...isOverTls && { tls: [{ hosts: [host], secretName: 'shop' }] } }));

/** What most people write: an Ingress for each host of an app. */
export const plainIngresses = (className: string) =>
  fc.uniqueArray(plainIngress, { selector: ({ rules: [{ host }] }) => host, minLength: 1, maxLength: 3 }).map(all => all.map((spec, i) => ({
    apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: `ingress-${i}`, namespace: 'shop' }, spec: { ingressClassName: className, ...spec },
  })));

const CANARY = 'nginx.ingress.kubernetes.io/canary';

/** What a canary is told. */
const shaping = merged(
  maybe(75, `${CANARY}-weight`, fc.constantFrom('0', '10', '25', '100', '150')),
  maybe(15, `${CANARY}-weight-total`, fc.constantFrom('10', '1000')),
  maybe(30, `${CANARY}-by-header`, fc.constantFrom('x-team', 'X-Version', 'x-old')),
  maybe(25, `${CANARY}-by-header-value`, fc.constantFrom('1', '12')),
  maybe(15, `${CANARY}-by-header-pattern`, fc.constantFrom('^1', '2$', '1.?', '^a.*2$')),
  maybe(25, `${CANARY}-by-cookie`, fc.constantFrom('group', 'beta')),
  maybe(5, 'nginx.ingress.kubernetes.io/ssl-redirect', fc.constantFrom('true', 'false')),
);

/** A canary of some paths of an Ingress; seldom of others, too. */
const canaryOf = ({ metadata, spec: { ingressClassName, rules = [] } }: any, i: number) => fc.record({
  shown: fc.subarray([...rules.keys()], { minLength: Math.min(1, rules.length) }),
  own: maybe(8, 'rules', fc.array(rule, { minLength: 1, maxLength: 1 })),
  to: fc.constantFrom(...Array.from({ length: 8 }, () => i === 0 ? 'cart-canary' : 'cart-next'), 'cart-canary', 'cart'),
  elsewhere: fc.constantFrom(false, false, false, true),
  isOn: fc.constantFrom(...Array.from({ length: 9 }, () => 'true'), 'false'),
  annotations: shaping,
}).map(({ shown, own, to, elsewhere, isOn, annotations }) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: `canary-${i}`, namespace: elsewhere ? 'web' : metadata.namespace, annotations: { ...annotations, [CANARY]: isOn } },
  spec: {
    ingressClassName,
    rules: [...shown.map(at => rules[at]), ...own.rules ?? []].map(({ http, ...one }: any) => ({
      ...one, ...http && { http: { paths: http.paths.map((at: any) => ({ ...at, backend: { service: { name: to, port: { number: 80 } } } })) } },
    })),
  },
}));

type Programs = fc.Arbitrary<readonly any[]>;

/** Ingresses, and canaries of some of those whose controller has some. */
export const withCanaries = (programs: Programs): Programs => programs.chain((some): Programs => {
  const shown = some.filter(({ spec: { ingressClassName, rules } }) => ingressClassName === 'nginx' && rules !== undefined);
  if (shown.length === 0) return fc.constant(some);
  const canaries = fc.array(fc.constantFrom(...shown), { minLength: 1, maxLength: 2 }).chain(of => fc.tuple(...of.map(canaryOf)));
  return canaries.map(all => [...some, ...all]);
});

/** Requests that most Ingresses are for, with what canaries are told of. */
export const toldOfCanaries: fc.Arbitrary<RouteRequest> = fc.record({
  request: requests({ protocol: 'HTTP' }),
  host: fc.constantFrom(...PLAIN_HOSTS),
  path: fc.constantFrom(...PLAIN_PATHS),
  headers: fc.record({
    'x-team': fc.constantFrom('always', 'never', '1', '12', 'a2'),
    'cookie': fc.constantFrom('group=always', 'a=b; group=never', 'beta=always; c=d', 'beta=x', 'agroup=always'),
  }, { requiredKeys: [] }),
}).map(({ request, headers, ...asked }) => ({ ...request, ...asked, headers: { ...request.headers, ...headers } }));

/** Ingresses of some classes. */
export const ingresses = (classes: readonly string[]) => fc.integer({ min: 1, max: 3 })
  .chain(count => fc.tuple(...Array.from({ length: count }, (_, i) => ingress(i, classes))));
