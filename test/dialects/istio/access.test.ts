import * as fc from 'fast-check';
import { ANYONE, asJob, asWeb, client, GET, JOB, OPS, policy, rule, sentences, WEB } from './models';
import { MeshImplementation, MeshTarget, MutualTls, MutualTlsMode, MeshService, ServiceAccessPolicy, Identity, AccessMode } from '../../../src';
import { istioAccess } from '../../../src/dialects/istio/access';
import { allowedByIstio } from '../../../src/evaluators/access/istio';
import type { AccessModel, AccessRule } from '../../../src/model/access';
import type { RequestMatch } from '../../../src/model/match';
import { ANY_REQUEST } from '../../../src/model/match';
import type { PathCondition } from '../../../src/model/path';
import { holds } from '../../oracle/access/intent';
import { expectValid } from '../../schema';
import { inYaml, ofKind, shop, synth } from '../../setup';
import { letsInBy } from '../requests';

const letsIn = letsInBy(allowedByIstio);
const dialect = istioAccess({ strictMutualTls: false });
const target = (more = {}) => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, ...more });
const cart = MeshService.of('cart', { port: 80, podSelector: { app: 'cart' } });
const allow = [{ sources: [Identity.serviceAccount('web')] }];

test('a policy is an AuthorizationPolicy, and a PeerAuthentication', () => {
  expect(inYaml(dialect.render(policy(rule([WEB], { requests: [GET] }))).manifests)).toMatchInlineSnapshot(`
"apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: cart-access
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
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: cart-access
  namespace: shop
spec:
  mtls:
    mode: STRICT
  selector:
    matchLabels:
      app: cart
"
`);
});

test('the policy of the pods says who may call, and mutual TLS who it is', () => {
  const manifests = dialect.render(policy(rule([WEB], { requests: [GET] }))).manifests;

  expectValid(...manifests);
  expect(manifests.map(({ kind, metadata }) => [kind, metadata])).toEqual([
    ['AuthorizationPolicy', { name: 'cart-access', namespace: 'shop' }],
    ['PeerAuthentication', { name: 'cart-access', namespace: 'shop' }],
  ]);
  expect(letsIn(manifests, client(asWeb), 8080)).toBe(true);
  expect(letsIn(manifests, client(asWeb), 8080, { method: 'PUT' })).toBe(false);
  expect(letsIn(manifests, client(asJob), 8080)).toBe(false);
});

test('identities are those of the trust domain', () => {
  const [policyOfDomain] = istioAccess({ strictMutualTls: true, trustDomain: 'prod.example' }).render(policy(rule([WEB]))).manifests;

  expect(letsIn(policyOfDomain, client('spiffe://prod.example/ns/shop/sa/web'), 8080)).toBe(true);
  expect(letsIn(policyOfDomain, client(asWeb), 8080)).toBe(false);
});

test.each(['/{*}', '/{**}'])('a template %s takes any element without brackets, as Envoy reads it', value => {
  const { manifests } = dialect.render(policy(rule([WEB], { requests: [{ ...GET, path: { type: 'template', value: `/a${value}` } }] })));
  const taken = ['x', '*', '{', '}', '{**}', '=', '%20', '^', '[', ']'].filter(element => letsIn(manifests, client(asWeb), 8080, { path: `/a/${element}` }));

  expect(taken).toEqual(['x', '*', '{', '}', '{**}', '=', '%20', '^']);
});

test('refuses what it cannot select, or cannot write', () => {
  const model = policy(rule([WEB], { requests: [{ ...GET, path: { type: 'exact', value: '/*' } }] }));

  expect(sentences(dialect.render({ ...model, destination: { ...model.destination, podSelector: undefined } }).refusals)).toEqual([
    expect.stringContaining("a policy for 'cart': an AuthorizationPolicy selects the pods by their labels"),
    expect.stringContaining("the path '/*'"),
  ]);
  expect(dialect.render(policy(rule([WEB]))).refusals).toEqual([]);
});

test('a policy that only reports is a dry run, and keeps the annotations of its author', () => {
  const chart = shop(target());
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow, mode: AccessMode.AUDIT, metadata: { annotations: { owner: 'shop' } } });
  const manifests = synth(chart);

  expect(manifests.map(({ kind }) => kind)).toEqual(['AuthorizationPolicy']);
  expect(manifests[0].metadata.annotations).toEqual({ 'owner': 'shop', 'istio.io/dry-run': 'true' });
});

test('mutual TLS of the same pods is said once', () => {
  const chart = shop(target());
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow });
  new MutualTls(chart, 'mtls', { workload: cart, mode: MutualTlsMode.PERMISSIVE });

  expect(() => synth(chart)).toThrow(/\[shop\/mtls\] MESH3001: the mutual TLS of the pods 'app=cart' in namespace 'shop' is also defined by 'shop\/access'/);
});

test('a policy leaves mutual TLS to others where the mesh demands it', () => {
  const chart = shop(target({ strictMutualTls: true }));
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow });
  new MutualTls(chart, 'mtls', { workload: cart, mode: MutualTlsMode.STRICT });

  expect(ofKind(synth(chart), 'PeerAuthentication').map(({ metadata }) => metadata.name)).toEqual([expect.stringMatching(/^shop-mtls-/)]);
});

describe('pods without a Service', () => {
  const { service, ...pods } = policy().destination;
  const ofPods = (...rules: AccessRule[]) => ({ ...policy(...rules), destination: pods });

  test('have a policy by their labels', () => {
    const { manifests } = dialect.render(ofPods(rule([WEB], { requests: [GET] })));

    expect(manifests).toEqual(dialect.render(policy(rule([WEB], { requests: [GET] }))).manifests);
    expect(letsIn(manifests, client(asWeb), 8080)).toBe(true);
  });

  test('have end users, as the pods of a Service have', () => {
    const users = { endUsers: [{ issuer: 'https://login.example.com', claims: [] }] };
    const { manifests } = dialect.render(ofPods(rule([WEB], users)));

    expect(manifests).toEqual(dialect.render(policy(rule([WEB], users))).manifests);
    expect(manifests[0]).toMatchObject({ spec: { rules: [{ when: [{ key: 'request.auth.claims[iss]' }] }] } });
  });
});

describe('denials', () => {
  const admin: RequestMatch = { ...ANY_REQUEST, path: { type: 'prefix', value: '/admin' } };
  const denying = (...denials: AccessRule[]) => ({ ...policy(rule([OPS, WEB])), denials });

  test('come first, in a policy of their own', () => {
    const { manifests } = dialect.render(denying(rule([JOB]), rule([OPS], { requests: [admin] })));

    expectValid(...manifests);
    expect(manifests.map(({ kind, metadata: { name }, spec }: any) => [kind, name, spec.action])).toEqual([
      ['AuthorizationPolicy', 'cart-access', 'ALLOW'], ['AuthorizationPolicy', 'cart-access-deny', 'DENY'], ['PeerAuthentication', 'cart-access', undefined],
    ]);
    expect(letsIn(manifests, client(asWeb), 8080, { path: '/admin' })).toBe(true);
    expect(letsIn(manifests, client(asJob), 8080, { path: '/' })).toBe(false);
  });

  test('that stand alone close nothing', () => {
    const lone = (...denials: AccessRule[]) => ({ ...policy(), denials, leavesRest: true });
    const { manifests } = istioAccess({ strictMutualTls: true }).render(lone(rule([OPS])));

    expect(manifests.map(({ kind, metadata: { name }, spec }: any) => [kind, name, spec.action])).toEqual([['AuthorizationPolicy', 'cart-access', 'DENY']]);
    expect([asWeb, asJob].map(id => letsIn(manifests, client(id), 8080))).toEqual([true, false]);
    expect(sentences(dialect.render(lone(rule([OPS]))).refusals)).toEqual([
      'denials of identities that leave all else as it is: the pods may take plain text, in which whoever is denied could come without an identity. '
      + 'Say `strictMutualTls: true` for the target if the whole mesh demands mutual TLS, or write the denials as the `deny` of a ServiceAccessPolicy',
    ]);
    expect(dialect.render(lone(rule([ANYONE], { requests: [admin] }))).refusals).toEqual([]);
  });

  test('of identities are refused where clients without one are let in', () => {
    const open = { ...policy(rule([ANYONE])), denials: [rule([JOB])] };

    expect(sentences(dialect.render(open).refusals)).toEqual([
      'the denial of identities on port 8080: an allowance lets in clients without an identity there, and whoever is denied could come as one. '
      + 'Allow identities only on that port, or deny the requests to Identity.anyone()',
    ]);
    expect(dialect.render({ ...open, denials: [rule([ANYONE], { requests: [GET] })] }).refusals).toEqual([]);
  });
});

describe('requests with exceptions', () => {
  const excepting = (...exceptRequests: Partial<RequestMatch>[]) =>
    policy(rule([WEB], { exceptRequests: exceptRequests.map(one => ({ ...ANY_REQUEST, ...one })) }));
  const rulesOf = (...exceptions: Partial<RequestMatch>[]) => (dialect.render(excepting(...exceptions)).manifests[0] as any).spec.rules;

  test('are those that miss one condition of each exception', () => {
    expect(rulesOf({ methods: ['DELETE'], path: { type: 'prefix', value: '/admin' } }).map(({ to }: any) => to)).toEqual([[
      { operation: { ports: ['8080'], notMethods: ['DELETE'] } },
      { operation: { ports: ['8080'], notPaths: ['/admin', '/admin/*', '//*', '/%2F*', '/%2f*', '/admin%2F*', '/admin%2f*'] } },
    ]]);
    expect(rulesOf({ methods: ['DELETE'] }, { path: { type: 'end', value: '.env' } })[0].to).toEqual([
      { operation: { ports: ['8080'], notMethods: ['DELETE'], notPaths: ['*.env'] } },
    ]);
  });

  test('an exception by a header is missed by requests without it', () => {
    const { manifests } = dialect.render(excepting({ headers: [{ name: 'x-debug', type: 'exact', value: '1' }] }));

    expectValid(...manifests);
    expect(letsIn(manifests, client(asWeb), 8080, { headers: {} })).toBe(true);
    expect(letsIn(manifests, client(asWeb), 8080, { headers: { 'x-debug': '1' } })).toBe(false);
  });

  test('of more than 64 ways to miss them are refused', () => {
    const exception = (n: number) => ({ methods: ['GET'], path: { type: 'exact', value: `/${n}` } as const });

    expect(sentences(dialect.render(excepting(...Array.from({ length: 7 }, (_, n) => exception(n)))).refusals)).toEqual([
      'requests with exceptions that are missed in 128 ways: each is an operation of its own, and more than 64 of one rule are not written. '
      + 'Except fewer requests, or write them as a denial',
    ]);
  });
});

describe('slashes that a server may take for the one that is denied', () => {
  const path = (type: PathCondition['type'], value: string): RequestMatch => ({ ...ANY_REQUEST, path: { type, value } });
  const below = path('below', '/api/admin');
  const denying = (match: RequestMatch): AccessModel => ({ ...policy(rule([WEB])), denials: [rule([ANYONE], { requests: [match] })] });
  const excepting = (match: RequestMatch) => policy(rule([WEB], { exceptRequests: [match] }));

  test.each<[string, AccessModel]>([['a denial', denying(below)], ['an exception', excepting(below)]])('get past no %s', (_, model) => {
    const { manifests } = dialect.render(model);
    const passing = ['/api', '/api/x', '/api/administer', '/api/admin'];
    const denied = [
      '/api/admin/x', '//api/admin/x', '/api//admin/x', '/api/admin//x', '///api///admin/x', '/api%2Fadmin/x', '/api/admin%2fx', '/%2Fapi/admin/x',
    ];

    expect([...passing, ...denied].filter(one => letsIn(manifests, client(asWeb), 8080, { path: one }))).toEqual(passing);
  });

  const elements = fc.array(fc.constantFrom('api', 'admin', 'x', '7'), { minLength: 1, maxLength: 3 });
  const slash = fc.array(fc.constantFrom('/', '%2F', '%2f'), { minLength: 1, maxLength: 3 }).map(all => all.join(''));

  test('get past none in any spelling', () => {
    fc.assert(fc.property(
      fc.constantFrom<PathCondition['type']>('exact', 'prefix', 'below', 'start', 'end'), elements, elements, fc.array(slash, { minLength: 6, maxLength: 6 }),
      (type, denied, asked, slashes) => {
        const condition: PathCondition = { type, value: type === 'end' ? `/${denied[0]}` : `/${denied.join('/')}` };
        const requests = [{ ...ANY_REQUEST, path: condition }];
        const { manifests, refusals } = dialect.render({ ...policy(rule([ANYONE])), denials: [rule([ANYONE], { requests })] });
        const sent = `${slashes[0].replace(/^(%2F)?/i, '/')}${asked.map((element, i) => `${i === 0 ? '' : slashes[i]}${element}`).join('')}`;
        const served = sent.replace(/%2f/gi, '/').replace(/\/+/g, '/');
        expect(refusals).toEqual([]);
        fc.pre(holds({ ...ANY_REQUEST, path: condition }, { method: 'GET', path: served, headers: {}, query: {} }));
        expect(letsIn(manifests, client(asWeb), 8080, { path: sent })).toBe(false);
      },
    ));
  });

  test('are refused where they could stand anywhere', () => {
    const whatOf = (model: AccessModel) => dialect.render(model).refusals.map(({ what }) => what);
    const template = path('template', '/carts/{*}');

    expect(whatOf(denying(template))).toEqual(["a denial, or an exception, of the path template '/carts/{*}'"]);
    expect(whatOf(excepting(path('end', '/v1/items')))).toEqual(["a denial, or an exception, of the path end '/v1/items'"]);
    expect(whatOf(policy(rule([WEB], { requests: [template] })))).toEqual([]);
    expect(whatOf(denying({ ...ANY_REQUEST, path: { type: 'template', value: '/{*}/Add', grpc: { method: 'Add' } } }))).toEqual([]);
  });

  test('do not get out of a denial that has exceptions', () => {
    const { manifests } = dialect.render({ ...policy(rule([WEB])), denials: [rule([ANYONE], { exceptRequests: [below] })] });

    expect(['/api/admin/x', '//api/admin/x', '/'].filter(one => letsIn(manifests, client(asWeb), 8080, { path: one }))).toEqual(['/api/admin/x']);
  });
});
