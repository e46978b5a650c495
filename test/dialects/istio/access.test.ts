import { asJob, asWeb, client, GET, policy, rule, sentences, WEB } from './models';
import { MeshImplementation, MeshTarget, MutualTls, MutualTlsMode, MeshService, ServiceAccessPolicy, Identity, AccessMode } from '../../../src';
import { istioAccess } from '../../../src/dialects/istio/access';
import { allowedByIstio } from '../../../src/evaluators/access/istio';
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
  selector:
    matchLabels:
      app: cart
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
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: cart-access
  namespace: shop
spec:
  selector:
    matchLabels:
      app: cart
  mtls:
    mode: STRICT
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
