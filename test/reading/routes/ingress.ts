import * as fc from 'fast-check';
import { maybe, merged } from './gateway-api';

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

/** Ingresses of some classes. */
export const ingresses = (classes: readonly string[]) => fc.integer({ min: 1, max: 3 })
  .chain(count => fc.tuple(...Array.from({ length: count }, (_, i) => ingress(i, classes))));
