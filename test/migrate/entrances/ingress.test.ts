import { changes, entrancesOf, movedTo, verdicts } from './written';
import { differenceLine, unsureLine } from '../../../src/cli/diff/report';
import { documentsIn } from '../../../src/manifests/documents';
import { afterMove } from '../../../src/migrate/by-hand/policies';
import { type Moved, movePolicies } from '../../../src/migrate/policies/move';
import type { OldMesh } from '../../../src/migrate/policies/old-meshes';
import type { TargetName } from '../../../src/migrate/targets';

/** What comes in by controllers of Ingress, in the words of the library. */

const object = (apiVersion: string, kind: string, name: string, namespace: string, spec: object, annotations?: object) => (
  { apiVersion, kind, metadata: { name, namespace, ...annotations && { annotations } }, spec });
const service = (name: string, namespace = 'shop') => object('v1', 'Service', name, namespace, { selector: { app: name }, ports: [{ name: 'http', port: 80 }] });
const CLUSTER = [service('cart'), service('cart-v2'), service('blog', 'web')];

const classOf = (controller: string, name = 'nginx') => ({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name }, spec: { controller } });
const NGINX = classOf('k8s.io/ingress-nginx');
const path = (start: string, name = 'cart', pathType = 'Prefix') => ({ path: start, pathType, backend: { service: { name, port: { name: 'http' } } } });
const rule = (host: string | undefined, ...paths: readonly object[]) => ({ ...host !== undefined && { host }, http: { paths } });
const ingress = (spec: object, annotations: object = {}, name = 'shop', namespace = 'shop') =>
  object('networking.k8s.io/v1', 'Ingress', name, namespace, { ingressClassName: 'nginx', ...spec }, annotations);

function moved(target: TargetName, manifests: readonly object[], from: OldMesh = 'network-policy'): Moved {
  return movedTo(target, from, [...CLUSTER, ...manifests]);
}

const SHOP = rule('shop.example.com', path('/cart'));
const CONTROLLER = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'controller', namespace: 'ingress-nginx' },
  spec: {
    template: {
      metadata: { labels: { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' } },
      spec: { containers: [{ name: 'controller', ports: [{ name: 'http', containerPort: 80 }, { name: 'https', containerPort: 443 }] }] },
    },
  },
};

test('hosts and paths, over TLS too', () => {
  const all = moved('istio', [NGINX, CONTROLLER, ingress({
    rules: [rule('shop.example.com', path('/cart'), path('/cart/beta', 'cart-v2', 'Exact'), path('/static', 'cart-v2', 'ImplementationSpecific'))],
    tls: [{ hosts: ['*.example.com'], secretName: 'shop-tls' }],
  })]);
  expect(entrancesOf(all)).toMatchInlineSnapshot(`
"new SharedGateway(this, 'nginx', {
  metadata: { name: 'nginx' },
  className: 'istio',
  listeners: [
    GatewayListener.http('http'),
    GatewayListener.https('https-shop.example.com', { hostname: 'shop.example.com', tls: ExposureTls.secret('shop-tls') }),
  ],
});
new Exposure(this, 'shop', {
  rules: [{ redirect: { scheme: 'https', statusCode: 308 } }],
  hostnames: ['shop.example.com'],
  gateway: ExposureGateway.shared('nginx', undefined, { sectionName: 'http', className: 'istio' }),
});
new Exposure(this, 'shop-outside', {
  service: cart,
  rules: [
    { matches: [HttpMatch.of({ path: '/cart/beta' }), HttpMatch.of({ pathStartsWith: '/static' })], backends: [{ service: cartV2 }] },
    { matches: [HttpMatch.of({ pathPrefix: '/cart' })], backends: [{ service: cart }] },
  ],
  hostnames: ['shop.example.com'],
  gateway: ExposureGateway.shared('nginx', undefined, { sectionName: 'https-shop.example.com', className: 'istio' }),
});"
`);
  expect(verdicts(all)).toMatchInlineSnapshot(`
{
  "Ingress shop": "same",
  "IngressClass nginx": "same",
}
`);
  expect(changes(all)).toEqual([]);
});

test('who redirects is the controller, and what it is told', () => {
  const tls = [{ hosts: ['shop.example.com'], secretName: 'shop-tls' }];
  const redirecting = (controller: string, annotations: object) => entrancesOf(moved('gateway-api', [classOf(controller), ingress({ rules: [SHOP], tls }, annotations)]))
    .split('\n').filter(line => /redirect|sectionName/.test(line)).map(line => line.trim());
  const nginx = 'k8s.io/ingress-nginx';

  expect(redirecting(nginx, {})).toMatchInlineSnapshot(`
[
  "rules: [{ redirect: { scheme: 'https', statusCode: 308 } }],",
  "gateway: ExposureGateway.shared('nginx', undefined, { sectionName: 'http', className: 'istio' }),",
  "gateway: ExposureGateway.shared('nginx', undefined, { sectionName: 'https-shop.example.com', className: 'istio' }),",
]
`);
  expect(redirecting(nginx, { 'nginx.ingress.kubernetes.io/ssl-redirect': 'false' })).toMatchInlineSnapshot(`
[
  "ExposureGateway.shared('nginx', undefined, { sectionName: 'http', className: 'istio' }),",
  "ExposureGateway.shared('nginx', undefined, { sectionName: 'https-shop.example.com', className: 'istio' }),",
]
`);
  expect(redirecting('example.com/other', {})).toMatchInlineSnapshot(`
[
  "gateway: ExposureGateway.shared('nginx', undefined, { sectionName: 'https-shop.example.com', className: 'istio' }),",
]
`);
});

test('a canary takes its share, and what names it', () => {
  const canary = (annotations: object) => ingress({ rules: [rule('shop.example.com', path('/cart', 'cart-v2'))] }, { 'nginx.ingress.kubernetes.io/canary': 'true', ...annotations }, 'canary');
  const all = moved('istio', [NGINX, CONTROLLER, ingress({ rules: [SHOP] }), canary({
    'nginx.ingress.kubernetes.io/canary-weight': '5',
    'nginx.ingress.kubernetes.io/canary-by-header': 'X-Canary',
    'nginx.ingress.kubernetes.io/canary-by-cookie': 'group',
  })]);
  expect(entrancesOf(all)).toMatchInlineSnapshot(`
"new SharedGateway(this, 'nginx', { metadata: { name: 'nginx' }, className: 'istio', listeners: [GatewayListener.http('http')] });
new Exposure(this, 'shop', {
  service: cart,
  rules: [
    {
      matches: [HttpMatch.of({ headers: { 'x-canary': StringMatch.exact('always') }, pathPrefix: '/cart' })],
      backends: [{ service: cartV2 }],
    },
    {
      matches: [HttpMatch.of({ headers: { 'x-canary': StringMatch.exact('never') }, pathPrefix: '/cart' })],
      backends: [{ service: cart }],
    },
    {
      matches: [HttpMatch.of({ headers: { cookie: StringMatch.regex('(?:.*; *)?group=always(?: *;.*)?') }, pathPrefix: '/cart' })],
      backends: [{ service: cartV2 }],
    },
    {
      matches: [HttpMatch.of({ headers: { cookie: StringMatch.regex('(?:.*; *)?group=never(?: *;.*)?') }, pathPrefix: '/cart' })],
      backends: [{ service: cart }],
    },
    { matches: [HttpMatch.of({ pathPrefix: '/cart' })], backends: [{ service: cart, weight: 95 }, { service: cartV2, weight: 5 }] },
  ],
  hostnames: ['shop.example.com'],
  gateway: ExposureGateway.shared('nginx', undefined, { sectionName: 'http', className: 'istio' }),
});"
`);
  expect(verdicts(all)).toEqual({ 'Ingress canary': 'same', 'Ingress shop': 'same', 'IngressClass nginx': 'same' });
  expect(changes(all)).toEqual([]);
  const sticky = moved('istio', [NGINX, CONTROLLER, ingress({ rules: [SHOP] }), canary({ 'nginx.ingress.kubernetes.io/affinity': 'cookie' })]);
  expect(entrancesOf(sticky)).toBe('');
  expect(verdicts(sticky)).toMatchInlineSnapshot(`
{
  "Ingress canary": "unreadable: metadata.annotations['nginx.ingress.kubernetes.io/affinity']: what the controller makes of the annotation is not known",
  "Ingress shop": "notSaid: what the controller makes of the annotation is not known",
  "IngressClass nginx": "notSaid: nothing that comes in by it is carried over",
}
`);
});

test('what is said to the controller keeps its hosts out, by name', () => {
  const plain = ingress({ rules: [rule('www.example.com', path('/'))] }, {}, 'plain');
  const office = { 'nginx.ingress.kubernetes.io/whitelist-source-range': '10.0.0.0/8' };
  const alias = { 'nginx.ingress.kubernetes.io/server-alias': 'www.example.com' };
  const some = (annotations: object, manifests: readonly object[] = [NGINX]) => verdicts(moved('istio', [...manifests, plain, ingress({ rules: [SHOP] }, annotations)]));

  expect(some(office)).toMatchInlineSnapshot(`
{
  "Ingress plain": "assumed: everybody is taken to get in at the pods of its controller, as these are not known",
  "Ingress shop": "unreadable: metadata.annotations['nginx.ingress.kubernetes.io/whitelist-source-range']: what the controller makes of the annotation is not known",
  "IngressClass nginx": "same",
}
`);
  expect(some({ 'nginx.ingress.kubernetes.io/use-regex': 'false', 'nginx.ingress.kubernetes.io/backend-protocol': 'HTTP' })).toMatchInlineSnapshot(`
{
  "Ingress plain": "assumed: everybody is taken to get in at the pods of its controller, as these are not known",
  "Ingress shop": "assumed: everybody is taken to get in at the pods of its controller, as these are not known",
  "IngressClass nginx": "same",
}
`);
  expect([some(alias), some({ 'example.com/who': 'x' }, [classOf('example.com/other')])].map((one) => one['Ingress plain'])).toMatchInlineSnapshot(`
[
  "notSaid: what the controller makes of the annotation is not known",
  "notSaid: what the controller makes of the annotation is not known",
]
`);
  expect(entrancesOf(moved('istio', [NGINX, ingress({ rules: [SHOP] }, office)]))).toBe('');
});

test('what is up to a controller that is not known is told', () => {
  const other = classOf('example.com/other');
  const of = (...manifests: readonly object[]) => verdicts(moved('istio', manifests));

  expect(of(other, ingress({ rules: [rule('shop.example.com', path('/cart'), path('/x', 'cart', 'ImplementationSpecific'))] }))).toMatchInlineSnapshot(`
{
  "Ingress shop": "unreadable: spec.rules[0].http.paths[1].pathType: what it means is up to the controller",
  "IngressClass nginx": "notSaid: nothing that comes in by it is carried over",
}
`);
  expect(of(other, ingress({ rules: [rule('*.example.com', path('/'))] }))).toMatchInlineSnapshot(`
{
  "Ingress shop": "notSaid: a wildcard of an Ingress stands for one label, and what becomes of hosts with more is up to the controller",
  "IngressClass nginx": "notSaid: nothing that comes in by it is carried over",
}
`);
  expect(of(ingress({ ingressClassName: undefined, rules: [SHOP] }))).toMatchInlineSnapshot(`
{
  "Ingress shop": "notSaid: it names no class, and it is not known which controller takes it",
}
`);
  expect(of(ingress({ defaultBackend: path('/').backend }))).toMatchInlineSnapshot(`
{
  "Ingress shop": "assumed: everybody is taken to get in at the pods of its controller, as these are not known",
}
`);
});

test('namespaces have one gateway, and hosts of several are left out', () => {
  const tls = [{ hosts: ['blog.example.com'], secretName: 'blog-tls' }];
  const blog = ingress({ rules: [rule('blog.example.com', path('/', 'blog')), rule('www.example.com', path('/blog', 'blog'))], tls }, {}, 'blog', 'web');
  const all = moved('linkerd', [NGINX, CONTROLLER, blog, ingress({ rules: [SHOP, rule('www.example.com', path('/'))] })]);
  expect(entrancesOf(all)).toMatchInlineSnapshot(`
"new SharedGateway(this, 'nginx', {
  metadata: { name: 'nginx' },
  className: 'istio',
  listeners: [
    GatewayListener.http('http'),
    GatewayListener.https('https-blog.example.com', {
      hostname: 'blog.example.com',
      tls: ExposureTls.secret('blog-tls', 'web'),
      namespaces: GatewayNamespaces.named('web'),
    }),
  ],
});
new Exposure(this, 'blog', {
  rules: [{ redirect: { scheme: 'https', statusCode: 308 } }],
  hostnames: ['blog.example.com'],
  gateway: ExposureGateway.shared('nginx', undefined, { sectionName: 'http', className: 'istio' }),
});
new Exposure(this, 'shop', {
  service: cart,
  rules: [{ matches: [HttpMatch.of({ pathPrefix: '/cart' })], backends: [{ service: cart }] }],
  hostnames: ['shop.example.com'],
  gateway: ExposureGateway.shared('nginx', undefined, { sectionName: 'http', className: 'istio' }),
});
new Exposure(this, 'blog', {
  service: blog,
  hostnames: ['blog.example.com'],
  gateway: ExposureGateway.shared('nginx', 'shop', { sectionName: 'https-blog.example.com', className: 'istio' }),
});"
`);
  expect(verdicts(all)).toMatchInlineSnapshot(`
{
  "Ingress blog": "notSaid: its Services are in shop and web, and an exposure is for those of one namespace",
  "Ingress shop": "notSaid: its Services are in shop and web, and an exposure is for those of one namespace",
  "IngressClass nginx": "same",
}
`);
});

test('a controller that lets in only some, and a Gateway that is there', () => {
  const shut = object('networking.k8s.io/v1', 'NetworkPolicy', 'office', 'ingress-nginx', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] });
  const there = object('gateway.networking.k8s.io/v1', 'Gateway', 'nginx', 'shop', { gatewayClassName: 'x', listeners: [{ name: 'web', port: 80, protocol: 'HTTP' }] });
  const own = ingress({ rules: [SHOP] });

  expect(verdicts(moved('cilium', [NGINX, CONTROLLER, shut, own]))).toMatchInlineSnapshot(`
{
  "Ingress shop": "notSaid: policies say who gets in at the pods of the controller of class 'nginx': write a GatewayAccessPolicy and an Exposure",
  "IngressClass nginx": "notSaid: policies say who gets in at the pods of the controller of class 'nginx': write a GatewayAccessPolicy and an Exposure",
  "NetworkPolicy office": "narrower: a connection from 10.0.0.0 from another node to pods of ingress-nginx with app.kubernetes.io/name=ingress-nginx,app.kubernetes.io/component=controller, port 443: allowed before, denied afterwards",
}
`);
  expect(verdicts(moved('istio', [NGINX, there, own], 'linkerd'))).toMatchInlineSnapshot(`
{
  "Gateway nginx": "notSaid: nothing comes in by it: write a SharedGateway",
  "Ingress shop": "notSaid: a gateway in its place would be Gateway 'shop/nginx', which is there: write an Exposure",
  "IngressClass nginx": "notSaid: a gateway in its place would be Gateway 'shop/nginx', which is there: write an Exposure",
}
`);
});

test('what it says to others is told', () => {
  const all = moved('istio', [NGINX, CONTROLLER, ingress({ rules: [SHOP] }, { 'cert-manager.io/cluster-issuer': 'letsencrypt', 'external-dns.alpha.kubernetes.io/ttl': '60' })]);
  expect(verdicts(all)).toMatchInlineSnapshot(`
{
  "Ingress shop": "narrower: what it says to others is not carried over: add cert-manager.io/cluster-issuer, external-dns.alpha.kubernetes.io/ttl to the SharedGateway",
  "IngressClass nginx": "same",
}
`);
});

test('they stay as they are without a class for gateways', () => {
  const documents = [...documentsIn('old.json', [...CLUSTER, NGINX, ingress({ rules: [SHOP] })].map(one => JSON.stringify(one)).join('\n---\n'))];
  const all = movePolicies(documents, { from: 'network-policy', targets: ['istio'] }, { difference: differenceLine, unsure: unsureLine });
  expect(verdicts(all)).toMatchInlineSnapshot(`
{
  "Ingress shop": "noPart: it is none of the policies of NetworkPolicy, and stays as it is",
  "IngressClass nginx": "noPart: it is none of the policies of NetworkPolicy, and stays as it is",
}
`);
});

test('the class stays with its controller', () => {
  const commands = afterMove(moved('istio', [NGINX, CONTROLLER, ingress({ rules: [SHOP] })])).flatMap(one => one.commands);
  expect(commands.filter(command => command.startsWith('kubectl delete'))).toEqual(['kubectl delete ingress.networking.k8s.io --namespace shop shop']);
});
