import { asJob, asWeb, client, JOB, OPS, policy, rule, sentences, WEB } from './models';
import { Identity, MeshAccessDefault, MeshImplementation, MeshTarget, NamespaceAccessDefault } from '../../../src';
import { istioAccess } from '../../../src/dialects/istio/access';
import { istioAmbientNamespaceDefault, istioNamespaceDefault } from '../../../src/dialects/istio/namespace-default';
import { allowedByIstio } from '../../../src/evaluators/access/istio';
import { allowedByIstioAmbient } from '../../../src/evaluators/access/istio-ambient';
import type { NamespaceRule } from '../../../src/model/namespace-default';
import { expectValid } from '../../schema';
import { inYaml, shop, synth } from '../../setup';
import { letsInBy } from '../requests';

const dialect = istioNamespaceDefault({});
const letsIn = letsInBy(allowedByIstio);
const model = { name: 'deny', namespace: 'shop', rules: [] };
const allowing = (...rules: Partial<NamespaceRule>[]) =>
  ({ ...model, rules: rules.map(one => ({ sources: [WEB], exceptSources: [], ports: [], ...one })) });

test('every pod of the namespace denies', () => {
  const manifests: readonly any[] = dialect.render(model).manifests;

  expectValid(...manifests);
  expect(inYaml(manifests)).toMatchInlineSnapshot(`
"apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: deny
  namespace: shop
spec:
  action: ALLOW
"
`);
  expect(letsIn(manifests, client(asWeb), 80)).toBe(false);
  expect(istioAmbientNamespaceDefault({}).render(model).manifests).toEqual(manifests);
});

test('who is allowed there may call every pod, beside who is allowed by a policy', () => {
  const all = dialect.render(allowing({ sources: [OPS], exceptSources: [JOB], ports: [9090] })).manifests;

  expect(inYaml(all)).toMatchInlineSnapshot(`
"apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: deny
  namespace: shop
spec:
  action: ALLOW
  rules:
    - from:
        - source:
            principals:
              - cluster.local/ns/ops/sa/*
            notPrincipals:
              - cluster.local/ns/ops/sa/job
      to:
        - operation:
            ports:
              - "9090"
"
`);
  const asOps = 'spiffe://cluster.local/ns/ops/sa/prometheus';
  expect([asOps, asJob, asWeb].map(id => letsIn(all, client(id), 9090))).toEqual([true, false, false]);
  expect(letsIn(all, client(asOps), 8080)).toBe(false);

  const beside = [...all, ...istioAccess({}).render({ ...policy(rule([WEB])), denials: [rule([{ ...WEB, name: 'old' }])] }).manifests];
  expect(letsIn(beside, client(asWeb), 8080)).toBe(true);
  expect(letsIn(beside, client(asOps), 9090)).toBe(true);
});

test('that of the mesh is in the root namespace, and holds in each other', () => {
  const { namespace, ...mesh } = allowing({});
  const manifests: readonly any[] = dialect.render(mesh).manifests;

  expect(manifests.map(({ metadata }) => metadata)).toEqual([{ name: 'deny', namespace: 'istio-system' }]);
  expect([asWeb, asJob].map(id => letsIn(manifests, client(id), 8080))).toEqual([true, false]);
  const elsewhere = { rootNamespace: 'istio-root' };
  const both = [istioNamespaceDefault(elsewhere), istioAmbientNamespaceDefault(elsewhere)];
  expect(both.map(one => one.render({ ...mesh, rules: [] }).manifests[0].metadata.namespace)).toEqual(['istio-root', 'istio-root']);
  expect(istioNamespaceDefault(elsewhere).render({ ...model, namespace: 'istio-root' }).refusals).toHaveLength(1);
  expect(letsInBy(allowedByIstioAmbient)(istioAmbientNamespaceDefault({}).render({ ...mesh, rules: [] }).manifests, client(asWeb), 8080)).toBe(false);
});

test.each<[keyof typeof MeshImplementation, Identity, RegExp]>([
  ['ISTIO', Identity.anyone(), /anyone as a source[^]*a workload that has a policy demands mutual TLS, and would turn away clients without an identity/],
  ['ISTIO', Identity.ipBlock('10.0.0.0/24'), /IP blocks as sources[^]*would turn away clients without an identity/],
  ['ISTIO_AMBIENT', Identity.serviceAccount('web'), /allowances for all workloads[^]*by way of waypoints/],
])('%s refuses what would not hold for every workload', (mesh, source, message) => {
  const chart = shop(MeshTarget.gatewayApi({ mesh: MeshImplementation[mesh] }));
  new NamespaceAccessDefault(chart, 'default', { allow: [{ sources: [source] }] });

  expect(() => synth(chart)).toThrow(message);
});

test('a namespace has one default, the mesh has one, and the root namespace none', () => {
  const chart = shop(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }));
  new MeshAccessDefault(chart, 'one');
  new NamespaceAccessDefault(chart, 'beside');
  new MeshAccessDefault(chart, 'two');

  expect(() => synth(chart)).toThrow(/shop\/two\].*the mesh/);
  expect(sentences(dialect.render({ ...model, namespace: 'istio-system' }).refusals)[0]).toContain('holds for the whole mesh');
  expect(dialect.render(model).refusals).toEqual([]);
});

test('limits of the CRD are refused, not exceeded', () => {
  const many = Array.from({ length: 513 }, (_, n) => ({ kind: 'namespace' as const, name: `n${n}` }));

  expect(sentences(dialect.render(allowing({ sources: many })).refusals))
    .toEqual(['513 sources in one allowance: the CRD of AuthorizationPolicy allows 512. Allow the same with fewer, wider allowances']);
  expect(sentences(dialect.render(allowing(...many.map(one => ({ sources: [one] })))).refusals))
    .toEqual(['513 allowances: the CRD of AuthorizationPolicy allows 512. Allow the same with fewer, wider allowances']);
});
