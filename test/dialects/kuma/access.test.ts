import { kumaAccess } from '../../../src/dialects/kuma/access';
import { allowedByKuma } from '../../../src/evaluators/access/kuma';
import { TRUST_DOMAIN } from '../../../src/evaluators/access/request';
import type { AccessModel, IdentitySource, Source } from '../../../src/model/access';
import { policyOf, BY_WEB } from '../../models';
import { inYaml, ofKind } from '../../setup';
import { letsInBy, pod } from '../requests';

const dialect = kumaAccess(TRUST_DOMAIN);
const whats = (model: AccessModel) => dialect.render(model).refusals.map(({ what }) => what);
const PORTS = [{ port: 8080, protocol: 'HTTP' }, { port: 6379, protocol: 'TCP', name: 'redis' }] as const;
const twoPorts = { destination: { ...policyOf([]).destination, ports: PORTS } };
const letsIn = letsInBy(allowedByKuma);

test('a policy is a MeshTrafficPermission for each port, and a MeshTLS', () => {
  expect(inYaml(dialect.render(policyOf([BY_WEB])).manifests)).toMatchInlineSnapshot(`
"apiVersion: kuma.io/v1alpha1
kind: MeshTrafficPermission
metadata:
  name: cart-8080
  namespace: shop
spec:
  targetRef:
    kind: Dataplane
    labels:
      app: cart
    sectionName: "8080"
  rules:
    - default:
        allow:
          - spiffeID:
              type: Exact
              value: spiffe://cluster.local/ns/shop/sa/web
---
apiVersion: kuma.io/v1alpha1
kind: MeshTLS
metadata:
  name: cart
  namespace: shop
spec:
  targetRef:
    kind: Dataplane
    labels:
      app: cart
  rules:
    - default:
        mode: Strict
"
`);
});

test('a namespace is not one whose name begins alike', () => {
  const manifests = dialect.render(policyOf([{ ...BY_WEB, sources: [{ kind: 'namespace', name: 'ops' }] }])).manifests;

  expect(letsIn(manifests, pod('ops'), 8080)).toBe(true);
  expect(letsIn(manifests, pod('ops-lab'), 8080)).toBe(false);
});

test('goes by the name that the container gives a port, or else by its number', () => {
  const sections = ofKind(
    dialect.render(policyOf([{ ...BY_WEB, ports: PORTS }], twoPorts)).manifests,
    'MeshTrafficPermission',
  ).map(m => m.spec.targetRef.sectionName);

  expect(sections).toEqual(['8080', 'redis']);
});

test('a port that no rule names is closed by itself, whatever another policy allows', () => {
  const [, closed] = dialect.render(policyOf([BY_WEB], twoPorts)).manifests as any[];

  expect(closed).toMatchObject({
    metadata: { name: 'cart-6379' },
    spec: { rules: [{ default: { deny: [{ spiffeID: { type: 'Prefix', value: `spiffe://${TRUST_DOMAIN}` } }] } }] },
  });
});

test('denies everything on all ports of the pods', () => {
  const [permission] = dialect.render(policyOf([])).manifests as any[];

  expect(permission.metadata.name).toBe('cart');
  expect(permission.spec.targetRef).toEqual({ kind: 'Dataplane', labels: { app: 'cart' } });
  expect(letsIn(permission, pod('shop'), 8080)).toBe(false);
  expect(permission.spec.rules[0].default).not.toHaveProperty('allow');
});

test('demands mutual TLS of the workload, since over plain text no permission is asked', () => {
  expect(ofKind(dialect.render(policyOf([BY_WEB])).manifests, 'MeshTLS')).toMatchObject([{
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { targetRef: { kind: 'Dataplane', labels: { app: 'cart' } }, rules: [{ default: { mode: 'Strict' } }] },
  }]);
});

test('a SPIFFE id is taken as it is, of other trust domains too', () => {
  const id = 'spiffe://elsewhere/ns/shop/sa/web';
  const [permission] = dialect.render(policyOf([{ ...BY_WEB, sources: [{ kind: 'spiffeId', id }] }])).manifests as any[];

  expect(permission.spec.rules).toEqual([{ default: { allow: [{ spiffeID: { type: 'Exact', value: id } }] } }]);
});

describe('exceptions', () => {
  const ops: Source = { kind: 'namespace', name: 'ops' };
  const job: IdentitySource = { kind: 'serviceAccount', name: 'job', namespace: 'ops' };
  const butJob = { ...BY_WEB, sources: [ops], exceptSources: [job] };
  const refused = ['these exceptions on port 8080'];

  test('are refused where another rule lets the same in', () => {
    expect(whats(policyOf([butJob]))).toEqual([]);
    expect(whats(policyOf([butJob, { ...BY_WEB, sources: [job] }]))).toEqual(refused);
    expect(whats(policyOf([butJob, { ...BY_WEB, sources: [{ kind: 'anyAuthenticated' }] }]))).toEqual(refused);
    expect(whats(policyOf([butJob, { ...BY_WEB, sources: [{ kind: 'spiffeId', id: `spiffe://${TRUST_DOMAIN}/ns/ops/sa/job` }] }]))).toEqual(refused);
  });

  test('stand beside rules that except the same, or that hold on other ports', () => {
    expect(whats(policyOf([butJob, { ...BY_WEB, sources: [{ kind: 'anyAuthenticated' }], exceptSources: [job] }]))).toEqual([]);
    expect(whats(policyOf([butJob, { ...BY_WEB, sources: [job], ports: [PORTS[1]] }], twoPorts))).toEqual([]);
  });

  test('that except nobody are left out, so that they take nothing from other rules', () => {
    const [permission] = dialect.render(policyOf([
      { ...butJob, sources: [{ kind: 'namespace', name: 'shop' }] }, { ...BY_WEB, sources: [job] },
    ])).manifests as any[];

    expect(permission.spec.rules[0].default).not.toHaveProperty('deny');
  });
});

test('refuses a workload whose labels are unknown', () => {
  expect(whats(policyOf([BY_WEB], { destination: { ...policyOf([]).destination, podSelector: undefined } }))).toEqual(["a policy for 'cart'"]);
});

test('a denial goes before what any permission allows, and one on a closed port names clients of other trust domains', () => {
  const partner = 'spiffe://partner.example/ns/shop/sa/web';
  const denials = [BY_WEB, { ...BY_WEB, sources: [{ kind: 'spiffeId', id: partner }] }] as const;
  const denied = (model: AccessModel) => ofKind(dialect.render(model).manifests, 'MeshTrafficPermission')
    .map(({ spec }: any) => spec.rules[0].default.deny.map(({ spiffeID }: any) => spiffeID.value));

  expect(denied(policyOf([{ ...BY_WEB, sources: [{ kind: 'namespace', name: 'shop' }] }], { denials }))).toEqual([
    [`spiffe://${TRUST_DOMAIN}/ns/shop/sa/web`, partner],
  ]);
  expect(denied(policyOf([], { denials }))).toEqual([[`spiffe://${TRUST_DOMAIN}`, partner]]);
});

test('refuses denials of all clients but some, and of every authenticated client', () => {
  expect(whats(policyOf([BY_WEB], { denials: [{ ...BY_WEB, exceptSources: [{ kind: 'serviceAccount', name: 'job', namespace: 'shop' }] }] }))).toEqual(['denials with exceptions of sources']);
  expect(whats(policyOf([BY_WEB], { denials: [{ ...BY_WEB, sources: [{ kind: 'anyAuthenticated' }] }] }))).toEqual([
    'a denial of every authenticated client',
  ]);
});
