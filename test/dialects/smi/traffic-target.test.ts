import { trafficTargetDialect } from '../../../src/dialects/smi/traffic-target';
import type { AccessModel, AccessRule, Source } from '../../../src/model/access';
import type { RequestMatch } from '../../../src/model/match';
import { ANY_REQUEST } from '../../../src/model/match';
import { expectValid } from '../../schema';
import { inYaml, ofKind } from '../../setup';

const specification = trafficTargetDialect({ udp: true, undeclaredPorts: true, envoyDecides: false });
const osm = trafficTargetDialect({ udp: false, undeclaredPorts: false, envoyDecides: true });

const http = { port: 8080, protocol: 'HTTP' as const };
const account = (name: string): Source => ({ kind: 'serviceAccount', name, namespace: 'shop' });
const rule = (source: Source, ...requests: Partial<RequestMatch>[]): AccessRule =>
  ({
    sources: [source],
    exceptSources: [],
    exceptRequests: [],
    endUsers: [],
    ports: [http],
    requests: requests.map(one => ({ ...ANY_REQUEST, ...one })),
  });
const policy = (...rules: AccessRule[]): AccessModel => ({
  name: 'cart', namespace: 'shop', destination: { service: 'cart', serviceAccount: 'cart', ports: [http] }, rules, denials: [], leavesRest: false, healthProbes: [], audit: false,
});

const [web, job] = ['web', 'job'].map(account);
const carts = { path: { type: 'prefix' as const, value: '/carts' } };
const orders = { path: { type: 'prefix' as const, value: '/orders' } };

test('a client is a source of the TrafficTarget', () => {
  expect(inYaml(specification.render(policy(rule(web, carts))).manifests)).toMatchInlineSnapshot(`
"apiVersion: access.smi-spec.io/v1alpha3
kind: TrafficTarget
metadata:
  name: cart-72c175cf
  namespace: shop
spec:
  destination:
    kind: ServiceAccount
    name: cart
    namespace: shop
  rules:
    - kind: TCPRoute
      name: cart-8080
    - kind: HTTPRouteGroup
      name: cart
      matches:
        - match-6b65e85b
  sources:
    - kind: ServiceAccount
      name: web
      namespace: shop
---
apiVersion: specs.smi-spec.io/v1alpha4
kind: HTTPRouteGroup
metadata:
  name: cart
  namespace: shop
spec:
  matches:
    - name: match-6b65e85b
      pathRegex: /carts(?:/(?:\\.?(?:[!-$&-\\-/-~]|%(?:[013-9A-Fa-f]|2[0-9a-dfA-DF])))*\\.?)?$
      methods:
        - "*"
---
apiVersion: specs.smi-spec.io/v1alpha4
kind: TCPRoute
metadata:
  name: cart-8080
  namespace: shop
spec:
  matches:
    ports:
      - 8080
"
`);
});

test('Open Service Mesh would ask for the sources of one match only, where a request matches those of different sources', () => {
  const overlapping = policy(rule(web, carts), rule(job));

  expect(osm.render(overlapping).refusals).toEqual([{
    what: "a request that ServiceAccount 'shop/job' and ServiceAccount 'shop/web' are both allowed, each by another match",
    reason: 'Open Service Mesh uses whichever of the two matches it finds first, and lets in only the client of that match',
    remedy: 'Allow both clients the same requests, or let no request match both; a `pathTemplate` can be told from other paths, a `pathRegex` cannot',
  }]);
  expect(specification.render(overlapping).refusals).toEqual([]);
});

test.each<[string, AccessModel]>([
  ['the same requests', policy(rule(web, carts, orders), rule(job, orders, carts))],
  ['requests apart from each other', policy(rule(web, carts), rule(job, orders))],
  ['requests of which one is for both', policy(rule(web, carts, orders), rule(job, orders))],
])('Open Service Mesh can let different sources make %s', (_, model) => {
  expect(osm.render(model).refusals).toEqual([]);
});

test('refuses an end in which paths with dots end too', () => {
  for (const dialect of [specification, osm]) {
    expect(dialect.render(policy(rule(web, { path: { type: 'end', value: './x' } }))).refusals).toEqual([
      expect.objectContaining({ what: "the end of a path './x'", remedy: expect.stringMatching(/from a slash on/) }),
    ]);
    expect(dialect.render(policy(rule(web, { path: { type: 'end', value: '/a./x' } }))).refusals).toEqual([]);
  }
});

test('a template holds for one element that is not empty, and a present header for any value', () => {
  const manifests: readonly any[] = specification.render(policy(rule(web, {
    path: { type: 'template', value: '/carts/{*}' }, headers: [{ name: 'x', type: 'present', value: '' }],
  }))).manifests;
  const [{ pathRegex, headers }] = ofKind(manifests, 'HTTPRouteGroup')[0].spec.matches;

  expectValid(...manifests);
  // Anchored at the start by the specification, on both ends by Envoy.
  for (const read of [`^(?:${pathRegex})`, `^(?:${pathRegex})$`]) {
    expect(['/carts/7', '/carts/', '/carts/7/8', '/carts'].map(path => new RegExp(read).test(path))).toEqual([true, false, false, false]);
  }
  expect(['', '1'].every(value => new RegExp(headers[0].x).test(value))).toBe(true);
});

test('refuses pods whose ServiceAccount is unknown, even if they let nobody in: who lets clients of that ServiceAccount in would not know', () => {
  for (const rules of [[], [rule(web)]]) {
    const { destination: { serviceAccount: _, ...destination }, ...rest } = policy(...rules);

    expect(specification.render({ ...rest, destination }).refusals.map(({ what }) => what)).toEqual(["a policy for 'cart'"]);
  }
});
