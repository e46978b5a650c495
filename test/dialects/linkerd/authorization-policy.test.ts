import { authorizationPolicies } from '../../../src/dialects/linkerd/authorization-policy';
import type { Source } from '../../../src/model/access';
import { expectValid } from '../../schema';
import { inYaml } from '../../setup';

const target = { kind: 'Server', name: 'cart-8080', policy: 'cart-access-8080' } as const;
const web: Source = { kind: 'serviceAccount', name: 'web', namespace: 'shop' };
const partner: Source = { kind: 'spiffeId', id: 'spiffe://partner.example/job' };
const block: Source = { kind: 'ipBlock', cidr: '10.20.0.0/16', except: [] };

const namesOf = (clients: Source[]) => authorizationPolicies({ name: 'cart', namespace: 'shop' }, target, clients)
  .map(({ kind, metadata }) => `${kind} ${metadata.name}`);

test('a client is named in a MeshTLSAuthentication', () => {
  expect(inYaml(authorizationPolicies({ name: 'cart', namespace: 'shop' }, target, [web]))).toMatchInlineSnapshot(`
"apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata:
  name: cart-access-8080
  namespace: shop
spec:
  targetRef:
    group: policy.linkerd.io
    kind: Server
    name: cart-8080
  requiredAuthenticationRefs:
    - group: policy.linkerd.io
      kind: MeshTLSAuthentication
      name: cart-920c3261
---
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata:
  name: cart-920c3261
  namespace: shop
spec:
  identityRefs:
    - kind: ServiceAccount
      name: web
      namespace: shop
"
`);
});

test('nobody needs no policy', () => {
  expect(namesOf([])).toEqual([]);
});

test('a policy requires one authentication, that stands beside it', () => {
  const manifests: any[] = authorizationPolicies({ name: 'cart', namespace: 'shop' }, target, [block, web, partner]);

  expect(manifests.map(({ kind }) => kind)).toEqual([
    'AuthorizationPolicy', 'MeshTLSAuthentication', 'AuthorizationPolicy', 'MeshTLSAuthentication', 'AuthorizationPolicy', 'NetworkAuthentication',
  ]);

  expectValid(...manifests);
  for (const { spec } of manifests.filter(({ kind }) => kind === 'AuthorizationPolicy')) {
    expect(spec.targetRef).toEqual({ group: 'policy.linkerd.io', kind: 'Server', name: 'cart-8080' });
    expect(spec.requiredAuthenticationRefs).toHaveLength(1);
    const [{ group, kind, name }] = spec.requiredAuthenticationRefs;
    expect(manifests.filter(m => m.apiVersion.startsWith(`${group}/`) && m.kind === kind && m.metadata.name === name)).toHaveLength(1);
  }
});

test('a SPIFFE id is written whole, in an authentication of its own: one has references or ids', () => {
  const [policy, authentication]: any[] = authorizationPolicies({ name: 'cart', namespace: 'shop' }, target, [partner]);

  expect(policy.metadata.name).toBe('cart-access-8080-spiffe');
  expect(authentication.spec).toEqual({ identities: ['spiffe://partner.example/job'] });
});

test('an address more renames nothing that lets identities in', () => {
  expect(namesOf([block, web])).toEqual(expect.arrayContaining(namesOf([web])));
});
