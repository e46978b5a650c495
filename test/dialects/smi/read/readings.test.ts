import { type Call, isAllowed, sharesOf } from './decide';
import { readSmi } from '../../../../src/dialects/smi/read';
import { accessMeaning } from '../../../../src/dialects/smi/read/allowances';
import { splitMeaning } from '../../../../src/dialects/smi/read/divisions';
import type { SmiMesh } from '../../../../src/dialects/smi/read/meshes';
import { READINGS } from '../../../../src/dialects/smi/read/readings';
import { SmiWorld } from '../../../../src/dialects/smi/read/world';
import { documentsIn } from '../../../../src/manifests/documents';

type EachMesh<T> = { readonly [Mesh in SmiMesh]: T };

const worldOf = (text: string, namespace?: string) =>
  new SmiWorld([...documentsIn('a.yaml', text)].flatMap(({ file, content }) => 'broken' in content ? [] : readSmi(file, content) ?? []), namespace);

const meant = (mesh: SmiMesh, text: string, namespace?: string) => accessMeaning(worldOf(text, namespace), READINGS[mesh]);

const call = (given: Partial<Call> = {}): Call => ({
  source: { namespace: 'shop', name: 'web' },
  destination: { namespace: 'shop', name: 'cart' },
  port: 8080,
  protocol: 'HTTP',
  method: 'GET',
  path: '/',
  headers: {},
  ...given,
});

const target = (rules: string, more = '') => `apiVersion: access.smi-spec.io/v1alpha3
kind: TrafficTarget
metadata: {name: cart, namespace: shop}
spec: {destination: {kind: ServiceAccount, name: cart, namespace: shop${more}}, sources: [{kind: ServiceAccount, name: web, namespace: shop}], rules: [${rules}]}
---
`;
const group = (match: string) => `apiVersion: specs.smi-spec.io/v1alpha4
kind: HTTPRouteGroup
metadata: {name: routes, namespace: shop}
spec: {matches: [{name: a, ${match}}]}
---
`;
const NAMED = '{kind: HTTPRouteGroup, name: routes, matches: [a]}';

/** The meshes that let a call in, and those of which it is not known. */
function letIn(text: string, given: Partial<Call> = {}): string {
  const answers = (Object.keys(READINGS) as SmiMesh[]).map(mesh => [mesh, isAllowed(meant(mesh, text), call(given))] as const);
  const which = (answer: string) => answers.filter(([, one]) => one === answer).map(([mesh]) => mesh).join(' ');
  return which('unknown') === '' ? which('yes') : `${which('yes')}; unknown: ${which('unknown')}`;
}

test.each<[path: string, sent: string, meshes: string]>([
  ['/foo', '/foo', 'spec osm nginx traefik consul istio-adapter'],
  ['/foo', '/foobar', 'spec nginx traefik consul'],
  ['/foo', '/x/foo', 'nginx consul'],
  ['/foo', '/x', 'consul'],
  ['/foo$', '/foo', 'spec osm nginx traefik consul'],
  ['/foo.*', '/foo', 'spec osm nginx traefik consul'],
  ['/foo/*', '/foo/', 'spec osm nginx traefik consul istio-adapter'],
  ['/foo/*', '/foo/x', 'spec nginx traefik consul istio-adapter'],
  ['*', '/foo', 'nginx consul istio-adapter; unknown: spec osm traefik'],
  ['', '/foo', 'spec osm nginx traefik consul; unknown: istio-adapter'],
  ['.*', '/foo', 'spec osm nginx traefik consul'],
  ['/(foo|bar)', '/foo', 'spec osm nginx consul; unknown: traefik'],
  ['/foo(?=x)', '/foox', 'consul; unknown: spec osm nginx traefik'],
])('the path %j and a request for %s: %s', (path, sent, meshes) => {
  expect(letIn(target(NAMED) + group(`pathRegex: "${path}"`), { path: sent })).toBe(meshes);
});

test('values of headers are held to their whole, or to a part, or not at all', () => {
  const text = target(NAMED) + group('pathRegex: /, headers: {X-A: demo}');

  expect(letIn(text, { headers: { 'x-a': 'demo' } })).toBe('spec osm nginx consul istio-adapter; unknown: traefik');
  expect(letIn(text, { headers: { 'x-a': 'demo-2' } })).toBe('spec nginx consul istio-adapter; unknown: traefik');
  expect(letIn(text)).toBe('consul istio-adapter; unknown: traefik');
});

test('what is not said is all or nothing', () => {
  const anyGroup = group('pathRegex: .*');

  expect(letIn(target('') + anyGroup)).toBe('traefik consul');
  expect(letIn(target('{kind: HTTPRouteGroup, name: routes}') + group('pathRegex: .*'))).toBe('spec nginx traefik consul');
  expect(letIn(target('{kind: HTTPRouteGroup, name: absent}') + anyGroup)).toBe('consul');
  expect(letIn(target(`${NAMED}, {kind: UDPRoute, name: ports}`) + anyGroup)).toBe('spec nginx consul');
  expect(letIn(target(NAMED) + anyGroup, { protocol: 'TCP' })).toBe('osm consul');
  expect(letIn(target(NAMED, ', port: 9090') + group('pathRegex: /'), { port: 8080 })).toBe('osm consul; unknown: traefik');
});

test('the ports of a TCPRoute are those of the pods; without any, they are all', () => {
  const route = (ports: string) => `${target('{kind: TCPRoute, name: ports}')}apiVersion: specs.smi-spec.io/v1alpha4
kind: TCPRoute
metadata: {name: ports, namespace: shop}
spec: {matches: {ports: [${ports}]}}
`;

  expect(letIn(route('8080'), { protocol: 'TCP' })).toBe('spec osm nginx traefik consul');
  expect(letIn(route('9090'), { protocol: 'TCP' })).toBe('traefik consul');
  expect(letIn(route(''), { protocol: 'TCP' })).toBe('spec osm nginx traefik consul');
  // It asks nobody who connects.
  expect(letIn(route('8080'), { protocol: 'TCP', source: { namespace: 'ops', name: 'other' } })).toBe('traefik');
});

test('a subject without a namespace has that of its target, or none', () => {
  const text = target(NAMED).replace('name: web, namespace: shop', 'name: web') + group('pathRegex: .*');

  expect(letIn(text)).toBe('spec nginx consul');
  expect(letIn(text.replace('name: cart, namespace: shop}, sources', 'name: cart}, sources'))).toBe('spec nginx consul');
  expect(meant('osm', text.replace('name: cart, namespace: shop}, sources', 'name: cart}, sources')).inert.map(({ message }) => message)).toEqual(['its destination has no namespace']);
});

test('a target in another namespace than its destination is read, but not by Open Service Mesh', () => {
  const text = (target(NAMED) + group('pathRegex: .*')).replaceAll('metadata: {name: cart, namespace: shop}', 'metadata: {name: cart, namespace: ops}')
    .replaceAll('metadata: {name: routes, namespace: shop}', 'metadata: {name: routes, namespace: ops}');

  expect(letIn(text)).toBe('spec nginx traefik consul istio-adapter'.replace(' istio-adapter', ''));
  expect(meant('osm', text).inert.map(({ message }) => message)).toEqual(['its destination is in another namespace']);
});

test('a namespace that nobody says is unknown, unless it is given', () => {
  const text = (target(NAMED) + group('pathRegex: .*')).replaceAll('metadata: {name: cart, namespace: shop}', 'metadata: {name: cart}')
    .replaceAll('metadata: {name: routes, namespace: shop}', 'metadata: {name: routes}');

  expect(isAllowed(meant('osm', text), call())).toBe('unknown');
  expect(meant('osm', text).unknown.map(({ message }) => message)).toEqual(["the namespace of TrafficTarget 'cart' is not known"]);
  expect(isAllowed(meant('osm', text, 'shop'), call())).toBe('yes');
});

test('what is said in two ways is unknown; said twice, it is said', () => {
  const text = target(NAMED) + group('pathRegex: .*');

  expect(isAllowed(meant('osm', text + text), call())).toBe('yes');
  expect(isAllowed(meant('osm', text + group('pathRegex: /foo')), call())).toBe('unknown');
  expect(meant('osm', text + group('pathRegex: /foo')).unknown.map(({ message }) => message))
    .toEqual(["there are 2 of HTTPRouteGroup 'routes', which say different things: keep the one that is in force"]);
});

test('what a reader does not know makes all that depends on it unknown, and nothing else', () => {
  const text = target(NAMED) + group('pathRegex: .*, queries: {a: b}');

  expect(isAllowed(meant('spec', text), call())).toBe('unknown');
  expect(meant('spec', text).unknown.map(({ message }) => message))
    .toEqual(["HTTPRouteGroup 'routes' has something that is not known: spec.matches[0].queries: it is not known here"]);
  expect(isAllowed(meant('spec', text), call({ destination: { namespace: 'shop', name: 'other' } }))).toBe('no');
});

test('a match that nobody knows leaves what the others allow, where one allows what another does not', () => {
  const text = target('{kind: HTTPRouteGroup, name: routes, matches: [a, b]}') + group('pathRegex: /foo}, {name: b, pathRegex: "/(?=bar)"');

  expect(letIn(text, { path: '/foo' })).toBe('spec nginx consul istio-adapter; unknown: osm traefik');
  expect(letIn(text, { path: '/bar' })).toBe('consul; unknown: spec osm nginx traefik');
});

test('Linkerd reads no TrafficTargets, and says so', () => {
  expect(meant('linkerd', target(NAMED))).toMatchObject({ allowances: [], unknown: [], inert: [{ message: 'Linkerd does not read TrafficTargets' }] });
  expect([READINGS.linkerd.enforced, READINGS.spec.enforced, READINGS.nginx.enforced]).toEqual(['never', 'always', 'option']);
});

test('IdentityBindings stand for the ServiceAccount that they bind, though no mesh reads them', () => {
  const bound = (schemes: string) => `${target(NAMED).replace('{kind: ServiceAccount, name: web,', '{kind: IdentityBinding, name: clients,')}${group('pathRegex: .*')}
apiVersion: access.smi-spec.io/v1alpha4
kind: IdentityBinding
metadata: {name: clients, namespace: shop}
spec: {schemes: {${schemes}}}
`;

  expect(letIn(bound('serviceAccount: web'))).toBe('spec; unknown: osm nginx traefik consul istio-adapter');
  expect(isAllowed(meant('spec', bound('serviceAccount: web, spiffeIdentities: [cluster.local/ns/shop/sa/web]')), call())).toBe('yes');
  expect(isAllowed(meant('spec', bound('serviceAccount: web, spiffeIdentities: [cluster.local/ns/shop/sa/other]')), call())).toBe('unknown');
  expect(isAllowed(meant('spec', bound('podLabelSelector: {matchLabels: {app: web}}')), call())).toBe('unknown');
  expect(isAllowed(meant('spec', target(NAMED).replace('{kind: ServiceAccount, name: web,', '{kind: IdentityBinding, name: absent,') + group('pathRegex: .*')), call())).toBe('unknown');
});

test('where one of two targets decides, what they disagree about is unknown', () => {
  const text = target(NAMED) + group('pathRegex: /foo.*')
    + target('{kind: HTTPRouteGroup, name: others, matches: [a]}').replace('{name: cart,', '{name: other,').replace('name: web', 'name: admin')
    + group('pathRegex: /foo/bar').replace('name: routes', 'name: others');

  expect(isAllowed(meant('osm', text), call({ path: '/foo' }))).toBe('yes');
  expect(isAllowed(meant('osm', text), call({ path: '/foo/bar' }))).toBe('unknown');
  expect(isAllowed(meant('spec', text), call({ path: '/foo/bar' }))).toBe('yes');
});

const split = (name: string, service: string, more = '') => `apiVersion: split.smi-spec.io/v1alpha4
kind: TrafficSplit
metadata: {name: ${name}, namespace: shop}
spec: {service: ${service}, backends: [{service: v1, weight: 3}, {service: v2, weight: 1}]${more}}
---
`;

test('the name of a Service is read, or the split says nothing', () => {
  const read = (service: string): EachMesh<boolean> => Object.fromEntries(Object.entries(READINGS).map(([mesh, reading]) =>
    [mesh, splitMeaning(worldOf(split('a', service)), reading).divisions.length === 1])) as never;
  const all = { 'spec': true, 'osm': true, 'nginx': true, 'traefik': true, 'linkerd': true, 'consul': true, 'istio-adapter': true };

  expect(read('cart')).toEqual(all);
  expect(read('cart.shop')).toEqual({ ...all, nginx: false, traefik: false, linkerd: false, consul: false });
  expect(read('shop/cart')).toEqual({ ...all, osm: false, nginx: false, traefik: false, linkerd: false, consul: false });
  expect(splitMeaning(worldOf(split('a', 'cart.ops')), READINGS.osm).inert.map(({ message }) => message)).toEqual(["the Service 'cart.ops' is in another namespace"]);
});

test('what matches is divided, and the rest stays with the Service; some meshes divide all', () => {
  const text = split('a', 'cart', ', matches: [{kind: HTTPRouteGroup, name: routes}]') + group('pathRegex: /foo.*');
  const goesTo = (path: string): EachMesh<string> => Object.fromEntries(Object.entries(READINGS).map(([mesh, reading]) => {
    const [division] = splitMeaning(worldOf(text), reading).divisions;
    return [mesh, sharesOf(division, call({ path }))?.map(({ service, weight }) => `${service} ${weight}`).join() ?? 'unknown'];
  })) as never;
  const both = 'v1 3,v2 1';

  expect(goesTo('/foo')).toEqual({ 'spec': both, 'osm': both, 'nginx': both, 'traefik': both, 'linkerd': both, 'consul': 'unknown', 'istio-adapter': both });
  expect(goesTo('/x')).toEqual({ 'spec': 'cart 1', 'osm': 'cart 1', 'nginx': 'cart 1', 'traefik': 'cart 1', 'linkerd': both, 'consul': 'unknown', 'istio-adapter': both });
});

test('of several for one Service it is not known which holds; Traefik takes one with matches before one without', () => {
  const two = split('a', 'cart') + split('b', 'cart');
  const beside = split('a', 'cart') + split('b', 'cart', ', matches: [{kind: HTTPRouteGroup, name: routes}]') + group('pathRegex: /foo');

  expect(splitMeaning(worldOf(two), READINGS.osm).divisions).toMatchObject([{ parts: [], unknown: "which of 'a' and 'b' holds is not known" }]);
  expect(splitMeaning(worldOf(two), READINGS.traefik).divisions).toMatchObject([{ unknown: "which of 'a' and 'b' holds is not known" }]);
  expect(splitMeaning(worldOf(beside), READINGS.traefik).divisions[0].parts.map(({ split: { name } }) => name)).toEqual(['b', 'a']);
  expect(splitMeaning(worldOf(beside), READINGS.osm).divisions[0].unknown).toBe("which of 'a' and 'b' holds is not known");
});
