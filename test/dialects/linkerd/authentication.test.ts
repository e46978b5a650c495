import { linkerdAccess } from '../../../src/dialects/linkerd/access';
import { linkerdAuthentication } from '../../../src/dialects/linkerd/authentication';
import type { AuthenticationModel } from '../../../src/model/authentication';
import { Claims } from '../../../src/targets/claims';
import { expectValid } from '../../schema';
import { inYaml, ofKind } from '../../setup';

const workload = {
  service: 'cart',
  podSelector: { app: 'cart' },
  ports: [
    { port: 8080, servicePort: 8080, protocol: 'HTTP' as const },
    { port: 3306, servicePort: 3306, protocol: 'TCP' as const },
  ],
};
const model = (more: Partial<AuthenticationModel> = {}): AuthenticationModel =>
  ({ name: 'mtls', namespace: 'shop', workload, mode: 'strict', ports: [], ...more });

/** Who is let in on each port. */
function clients(manifests: readonly any[]): Record<number, any> {
  expectValid(...manifests);
  return Object.fromEntries(ofKind(manifests, 'Server').map(({ metadata, spec }) => {
    const policies = ofKind(manifests, 'AuthorizationPolicy').filter(p => p.spec.targetRef.name === metadata.name);
    expect(policies).toHaveLength(1);
    const [{ kind, name }] = policies[0].spec.requiredAuthenticationRefs;
    return [spec.port, manifests.find(m => m.kind === kind && m.metadata.name === name).spec];
  }));
}

const AUTHENTICATED = { identities: ['*'] };
const ANYONE = { networks: [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }] };

test('strict mutual TLS for one workload is a Server for each port, and a policy for every client with an identity', () => {
  expect(inYaml(linkerdAuthentication.render(model()).manifests)).toMatchInlineSnapshot(`
"apiVersion: policy.linkerd.io/v1beta1
kind: Server
metadata:
  name: cart-8080
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: cart
  port: 8080
  proxyProtocol: unknown
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata:
  name: mtls-8080
  namespace: shop
spec:
  targetRef:
    group: policy.linkerd.io
    kind: Server
    name: cart-8080
  requiredAuthenticationRefs:
    - group: policy.linkerd.io
      kind: MeshTLSAuthentication
      name: mtls-b35a3abd
---
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata:
  name: mtls-b35a3abd
  namespace: shop
spec:
  identities:
    - "*"
---
apiVersion: policy.linkerd.io/v1beta1
kind: Server
metadata:
  name: cart-3306
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: cart
  port: 3306
  proxyProtocol: opaque
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata:
  name: mtls-3306
  namespace: shop
spec:
  targetRef:
    group: policy.linkerd.io
    kind: Server
    name: cart-3306
  requiredAuthenticationRefs:
    - group: policy.linkerd.io
      kind: MeshTLSAuthentication
      name: mtls-b35a3abd
"
`);
});

test('strict lets in whoever has an identity, on every declared port', () => {
  expect(clients(linkerdAuthentication.render(model()).manifests)).toEqual({ 8080: AUTHENTICATED, 3306: AUTHENTICATED });
});

test('permissive lets in everyone, whatever default the cluster has', () => {
  expect(clients(linkerdAuthentication.render(model({ mode: 'permissive' })).manifests)).toEqual({ 8080: ANYONE, 3306: ANYONE });
});

test('ports differ, those too that the Service does not declare', () => {
  const manifests = linkerdAuthentication.render(model({ ports: [{ port: 3306, mode: 'permissive' }, { port: 9090, mode: 'permissive' }] })).manifests;

  expect(clients(manifests)).toEqual({ 8080: AUTHENTICATED, 3306: ANYONE, 9090: ANYONE });
});

test('no protocol is detected on a TCP port, where a server that speaks first would wait for it', () => {
  const protocols = ofKind(linkerdAuthentication.render(model()).manifests, 'Server').map(({ spec }) => [spec.port, spec.proxyProtocol]);

  expect(protocols).toEqual([[8080, 'unknown'], [3306, 'opaque']]);
});

test('refuses a workload whose labels are unknown', () => {
  expect(linkerdAuthentication.render(model({ workload: { service: 'cart', ports: [{ port: 8080, servicePort: 8080, protocol: 'HTTP' }] } })).refusals)
    .toMatchObject([{ what: "mutual TLS for 'cart'", remedy: 'Give the MeshService its `podSelector`' }]);
});

test('refuses whole namespaces, and plain text only, with the annotation to write instead', () => {
  const { NamespaceAuthentication, DisabledMutualTls } = linkerdAuthentication.supports;

  expect(NamespaceAuthentication).toMatchObject({ level: 'none', reason: expect.stringContaining("'config.linkerd.io/default-inbound-policy'") });
  expect(DisabledMutualTls).toMatchObject({ level: 'none', reason: expect.stringContaining("'config.linkerd.io/skip-inbound-ports'") });
});

const [ALL, FIRST, SECOND] = [{ podSelector: { app: 'cart' } }, ...['v1', 'v2'].map(version => ({ podSelector: { app: 'cart', version }, subset: { version } }))];

test.each([
  ['of the same pods', ALL, ALL, false],
  ['of some of its pods', ALL, FIRST, false],
  ['of more pods', FIRST, ALL, false],
  ['of other pods', FIRST, SECOND, true],
])('a port has one Server: beside an access policy %s', (_, secured, governed, isPossible) => {
  const laid = new Claims<string>();
  linkerdAccess.claims({
    name: 'cart', namespace: 'shop', destination: { service: 'cart', ...governed, ports: [] }, rules: [], denials: [], leavesRest: false, healthProbes: [], audit: false,
  }).forEach(claim => laid.lay(claim, 'access'));

  const own = linkerdAuthentication.claims(model({ workload: { ...model().workload!, ...secured } }));

  expect(own.flatMap(claim => laid.lay(claim, 'mutual TLS')).length === 0).toBe(isPossible);
});
