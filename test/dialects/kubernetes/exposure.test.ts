import { ingressExposure } from '../../../src/dialects/kubernetes/exposure';
import type { ExposureModel } from '../../../src/model/exposure';
import type { PathCondition } from '../../../src/model/path';
import type { RouteRule } from '../../../src/model/route';
import { backend, exposureOf, httpPort, ruleTo } from '../../models';
import { expectValid } from '../../schema';
import { inYaml } from '../../setup';

const dialect = ingressExposure('nginx');
const at = (name: string, ...paths: PathCondition[]): RouteRule =>
  ({ ...ruleTo(backend(name)), matches: paths.map(path => ({ methods: [], headers: [], query: [], path })) });

test('an Ingress with TLS, whose paths go to a Service each', () => {
  const rules = [at('api', { type: 'prefix', value: '/api' }, { type: 'exact', value: '/ping' }), ruleTo(backend('cart'))];
  const { manifests } = dialect.render(exposureOf({
    hostnames: ['cart.example.com'],
    tls: { mode: 'terminate', secrets: [{ name: 'cart-tls' }] },
  }, httpPort(...rules)));

  expectValid(...manifests);
  expect(inYaml(manifests)).toMatchInlineSnapshot(`
"apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop-cart
  namespace: shop
spec:
  ingressClassName: nginx
  tls:
    - hosts:
        - cart.example.com
      secretName: cart-tls
  rules:
    - host: cart.example.com
      http:
        paths:
          - path: /api
            pathType: Prefix
            backend:
              service:
                name: api
                port:
                  number: 8080
          - path: /ping
            pathType: Exact
            backend:
              service:
                name: api
                port:
                  number: 8080
          - path: /
            pathType: Prefix
            backend:
              service:
                name: cart
                port:
                  number: 8080
"
`);
});

test('without hostnames it is for every host', () => {
  expect(dialect.render(exposureOf()).manifests.map(({ spec }) => (spec as any).rules)).toEqual([
    [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'cart-v1', port: { number: 8080 } } } }] } }],
  ]);
});

test('claims the paths of its hosts for its class, and all of them where it has no rule for one', () => {
  const claimed = (model: ExposureModel) => dialect.claims(model)
    .map(({ of, matches }: any) => [of.className, of.host, ...matches.map(({ path }: any) => path)]);

  const api: PathCondition = { type: 'prefix', value: '/api' };
  expect(claimed(exposureOf({ hostnames: ['a.example.com', 'b.example.com'] }, httpPort(at('api', api)))))
    .toEqual([['nginx', 'a.example.com', api], ['nginx', 'b.example.com', api]]);
  expect(claimed(exposureOf())).toEqual([['nginx', undefined, undefined]]);
});
