import { ADMIN, ANYONE, asJob, asWeb, client, GET, HTTP, JOB, OPS, rule, WEB } from './models';
import { knownNumber } from '../../../src/dialects/contract/known';
import { authorizationPolicy, policyRules } from '../../../src/dialects/istio/authorization-policy';
import { allowedByIstio } from '../../../src/evaluators/access/istio';
import type { AccessRule } from '../../../src/model/access';
import { ANY_REQUEST } from '../../../src/model/match';
import { inYaml } from '../../setup';
import { letsInBy, type Unusual } from '../requests';

function allowing(...rules: AccessRule[]) {
  const policy = authorizationPolicy({ name: 'cart', namespace: 'shop' }, { selector: { matchLabels: { app: 'cart' } } },
    rules.flatMap(one => policyRules(one, one.ports.map(knownNumber), 'cluster.local')));
  return ({ client: spiffeId, ip, port = 8080, ...unusual }: Arrival) => letsInBy(allowedByIstio)(policy, client(spiffeId, ip), port, unusual);
}

interface Arrival extends Unusual {
  /** The SPIFFE id, if there is one. */
  readonly client?: string;
  readonly ip?: string;
  readonly port?: number;
}

test('a client is a principal of the AuthorizationPolicy', () => {
  expect(inYaml(authorizationPolicy(
    { name: 'cart', namespace: 'shop' }, { selector: { matchLabels: { app: 'cart' } } }, policyRules(rule([WEB], { requests: [GET] }), [8080], 'cluster.local'),
  ))).toMatchInlineSnapshot(`
"apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: cart
  namespace: shop
spec:
  action: ALLOW
  rules:
    - from:
        - source:
            principals:
              - cluster.local/ns/shop/sa/web
      to:
        - operation:
            ports:
              - "8080"
            methods:
              - GET
  selector:
    matchLabels:
      app: cart
"
`);
});

test('nothing is allowed without rules', () => {
  expect(allowing()({ client: asWeb })).toBe(false);
});

test('a ServiceAccount is let in by its whole name, in its namespace and trust domain', () => {
  const allows = allowing(rule([WEB]));

  expect(allows({ client: asWeb })).toBe(true);
  expect(allows({ client: `${asWeb}-2` })).toBe(false);
  expect(allows({ client: 'spiffe://cluster.local/ns/shop-2/sa/web' })).toBe(false);
  expect(allows({ client: 'spiffe://other/ns/shop/sa/web' })).toBe(false);
  expect(allows({})).toBe(false);
  expect(allows({ client: asWeb, port: 8081 })).toBe(false);
});

test('a namespace is let in, but for exceptions', () => {
  const allows = allowing(rule([OPS], { exceptSources: [JOB] }));

  expect(allows({ client: 'spiffe://cluster.local/ns/ops/sa/web' })).toBe(true);
  expect(allows({ client: asJob })).toBe(false);
  expect(allows({ client: `${asJob}-2` })).toBe(true);
  expect(allows({ client: 'spiffe://cluster.local/ns/ops-lab/sa/web' })).toBe(false);
  expect(allows({})).toBe(false);
});

test('an exception may be a namespace, and does not let in who has no identity', () => {
  const allows = allowing(rule([{ kind: 'anyAuthenticated' }], { exceptSources: [OPS] }));

  expect(allows({ client: asWeb })).toBe(true);
  expect(allows({ client: asJob })).toBe(false);
  expect(allows({})).toBe(false);
});

test('a SPIFFE id is let in without its scheme, of any trust domain', () => {
  const allows = allowing(rule([{ kind: 'spiffeId', id: 'spiffe://partner.example/ns/pay/sa/billing' }]));

  expect(allows({ client: 'spiffe://partner.example/ns/pay/sa/billing' })).toBe(true);
  expect(allows({ client: 'spiffe://partner.example/ns/pay/sa/billing-2' })).toBe(false);
});

test('addresses stand beside identities, and not with them', () => {
  const allows = allowing(rule([
    { kind: 'ipBlock', cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }, { kind: 'ipBlock', cidr: '2001:db8::/32', except: [] }, WEB,
  ]));

  expect(allows({ ip: '10.2.0.1' })).toBe(true);
  expect(allows({ ip: '10.1.0.1' })).toBe(false);
  expect(allows({ ip: '10.1.0.1', client: asWeb })).toBe(true);
  expect(allows({ ip: '2001:db8::1' })).toBe(true);
  expect(allows({ ip: '192.0.2.1' })).toBe(false);
});

test('anyone is let in on the ports of the rule only, identity or not', () => {
  const allows = allowing(rule([ANYONE, WEB], { ports: [HTTP, ADMIN] }));

  expect(allows({})).toBe(true);
  expect(allows({ client: asJob, port: 9090 })).toBe(true);
  expect(allows({ port: 6379 })).toBe(false);
});

test('paths are exact, go by elements or by characters, or have wildcards for one element', () => {
  const allows = allowing(rule([WEB], {
    requests: [
      { ...ANY_REQUEST, path: { type: 'exact', value: '/a*b' } },
      { ...ANY_REQUEST, path: { type: 'prefix', value: '/api' } },
      { ...ANY_REQUEST, path: { type: 'start', value: '/foo*' } },
      { ...ANY_REQUEST, path: { type: 'template', value: '/carts/{*}/items' } },
    ],
  }));
  const path = (value: string) => allows({ client: asWeb, path: value });

  expect(['/a*b', '/api', '/api/', '/api/v1', '/foo*', '/foo*bar', '/carts/7/items'].filter(p => !path(p))).toEqual([]);
  expect(['/axb', '/apis', '/foo', '/foobar', '/carts/items', '/carts//items', '/carts/7/8/items', '/carts/7/items/'].filter(path)).toEqual([]);
});

test('headers hold for the request they were written with, and for no other', () => {
  const allows = allowing(rule([WEB], {
    requests: [
      { ...GET, headers: [{ name: 'x', type: 'exact', value: '1' }, { name: 'y', type: 'present', value: '' }] },
      { ...ANY_REQUEST, methods: ['POST'] },
    ],
  }));
  const request = (method: string, headers: Record<string, string>) => allows({ client: asWeb, method, headers });

  expect(request('GET', { x: '1', y: '' })).toBe(true);
  expect(request('GET', { x: '1' })).toBe(false);
  expect(request('GET', { x: '12', y: 'a' })).toBe(false);
  expect(request('POST', {})).toBe(true);
});
