import * as fc from 'fast-check';
import { mesh } from './foreign-mesh';
import type { Client, Pod, Request } from '../../../../src/evaluators/access/request';

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
export const D = 'spiffe://cluster.local';
const spiffeID = fc.oneof(
  fc.record({ type: fc.constant('Exact'), value: fc.constantFrom(`${D}/ns/shop/sa/web`, `${D}/ns/ops/sa/web`, 'spiffe://partner.example/ns/shop/sa/web') }),
  fc.record({ type: fc.constant('Prefix'), value: fc.constantFrom(`${D}/ns/shop`, `${D}/ns`, D, 'spiffe://partner.example', `${D}/ns/shop/sa/we`) }),
);
const matches = optional(fc.array(spiffeID.map(id => ({ spiffeID: id })), { minLength: 1, maxLength: 2 }));

const targetRef = fc.oneof(
  fc.constantFrom(undefined, { kind: 'Mesh' }, { kind: 'Dataplane' }),
  fc.record({
    kind: fc.constant('Dataplane'),
    labels: optional(fc.constantFrom<Record<string, string>>({ app: 'cart' }, { app: 'web' }, { 'app': 'cart', 'k8s.kuma.io/namespace': 'shop' })),
    sectionName: optional(fc.constantFrom('http', '6379', '9443', '8080')),
  }),
);
const head = fc.record({
  namespace: fc.constantFrom('shop', 'ops', 'kuma-system'), effect: fc.constantFrom(undefined, undefined, undefined, 'shadow'),
}).map(({ namespace, effect }) => ({ namespace, ...effect && { labels: { 'kuma.io/effect': effect } } }));

const conf = fc.record({ allow: matches, deny: matches, allowWithShadowDeny: matches });
const permission = fc.record({
  metadata: head,
  spec: fc.record({
    targetRef,
    rules: fc.array(fc.record({ default: conf }), { minLength: 1, maxLength: 2 }),
  }),
}).map(one => ({ kind: 'MeshTrafficPermission', ...one }));
const tls = fc.record({
  metadata: head,
  spec: fc.record({ targetRef, rules: fc.constantFrom('Strict', 'Permissive', undefined).map(mode => [{ default: { mode, tlsVersion: { min: 'TLS13' } } }]) }),
}).map(one => ({ kind: 'MeshTLS', ...one }));

const identity = fc.record({
  metadata: fc.record({ namespace: fc.constant('kuma-system'), labels: optional(fc.constant({ 'kuma.io/zone': 'east' })) }),
  spec: fc.record({
    selector: optional(fc.constantFrom<object>({}, { dataplane: {} }, { dataplane: {} }, { dataplane: { matchLabels: { app: 'cart' } } }, { dataplane: { matchLabels: { app: 'web' } } })),
    spiffeID: optional(fc.constantFrom<object>({}, { trustDomain: 'cluster.local' }, { trustDomain: 'cluster.local' }, { trustDomain: '{{.Mesh}}.example' })),
    provider: fc.constant({ type: 'Bundled', bundled: { autogenerate: { enabled: true } } }),
  }),
}).map(one => ({ kind: 'MeshIdentity', ...one }));
const trust = fc.record({
  metadata: fc.constant({ namespace: 'kuma-system' }),
  spec: fc.record({ trustDomain: fc.constantFrom('partner.example', 'other.example', 'cluster.local'), caBundles: fc.constant([{ type: 'Pem', pem: { value: 'x' } }]) }),
}).map(one => ({ kind: 'MeshTrust', ...one }));
const named = (all: readonly { readonly kind: string; readonly metadata: object; readonly spec: object }[]) =>
  all.map(({ kind, metadata, spec }, i) => ({ apiVersion: 'kuma.io/v1alpha1', kind, metadata: { name: `p${i * 3 % 5}`, ...metadata }, spec }));

const policies = fc.tuple(permission, fc.array(fc.oneof({ weight: 2, arbitrary: permission }, { weight: 1, arbitrary: tls }), { maxLength: 3 }))
  .map(([first, others]) => [first, ...others]);

export const manifests = policies.map(named);

const identities = fc.array(identity, { minLength: 1, maxLength: 2 });

/** With what says who has which certificate. */
export const certified = fc.tuple(policies, identities, fc.array(trust, { maxLength: 1 }), fc.array(mesh, { maxLength: 1 }))
  .map(([all, identified, trusts, meshes]) => [...named([...all.slice(0, 2), ...identified, ...trusts]), ...meshes]);

const POD: Pod = {
  service: 'cart', namespace: 'shop', serviceAccount: 'cart', labels: { app: 'cart' }, ports: [{ port: 8080, name: 'http', protocol: 'HTTP' }, { port: 6379, protocol: 'TCP' }, { port: 9443, protocol: 'TLS' }],
};
const client: fc.Arbitrary<Client> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('pod' as const),
      ip: fc.constant('10.1.0.5'),
      namespace: fc.constantFrom('shop', 'ops'),
      labels: fc.constantFrom<Record<string, string>>({ app: 'web' }, { app: 'web' }, { app: 'job' }),
      serviceAccount: fc.constantFrom('web', 'web-admin'),
      meshed: fc.constantFrom(true, true, false),
      partner: fc.constantFrom(false, false, true),
    }).map(({ partner, ...one }) => partner && one.meshed ? { ...one, trustDomain: 'partner.example' } : one),
  },
  fc.record({ kind: fc.constantFrom('outside' as const, 'node' as const, 'kubelet' as const), ip: fc.constant('192.0.2.7'), meshed: fc.constant(false) }),
);
export const requests: fc.Arbitrary<Request> = fc.record({
  client, pod: fc.constant(POD), port: fc.constantFrom(8080, 6379, 9443), method: fc.constant('GET'), path: fc.constant('/'), headers: fc.constant({}), query: fc.constant({}),
});
