import * as fc from 'fast-check';
import { mesh } from './foreign-mesh';
import type { Call } from '../../../oracle/egress/call';

/** Policies of Kuma for calls to the outside as people write them, in ways that this library does not. */

const HOSTS = ['api.example.com', 'db.example.com', 'example.com', 'evil.example.net'];

const optional = <T>(arbitrary: fc.Arbitrary<T>, freq = 1) => fc.option(arbitrary, { nil: undefined, freq });
const ports = optional(fc.constantFrom(80, 443, 443, 5432), 4);

const named = fc.record({
  type: fc.constant('Domain'),
  value: fc.constantFrom('api.example.com', 'api.example.com', '*.example.com', 'db.example.com', '*'),
  port: ports,
  protocol: fc.constantFrom('http', 'http', 'tls', 'tls', 'http2', 'grpc'),
});
const addressed = fc.record({
  value: fc.constantFrom('1.0.0.0/8', '203.0.113.0/24', '1.2.0.0/16', '1.2.3.4', '1.2.3.4/32', '0.0.0.0/0', '9.9.9.9'),
  port: ports,
  protocol: fc.constantFrom(undefined, 'tcp', 'tls', 'http', 'mysql', 'grpc'),
}).map(one => ({ type: one.value.includes('/') ? 'CIDR' : 'IP', ...one }));
/** Requests come first, as Kuma wants it. */
const matches = fc.array(fc.oneof(named, addressed), { maxLength: 4 })
  .map(all => [...all.filter(isForRequests), ...all.filter(one => !isForRequests(one))]);

function isForRequests({ protocol = '' }: { readonly protocol?: string }): boolean {
  return ['http', 'http2', 'grpc'].includes(protocol);
}

const targetRef = fc.constantFrom<object | undefined>(
  undefined, { kind: 'Mesh' }, { kind: 'Dataplane' }, { kind: 'Dataplane', labels: { app: 'web' } }, { kind: 'Dataplane', labels: { app: 'cart' } },
  { kind: 'Dataplane', labels: { 'app': 'web', 'k8s.kuma.io/namespace': 'shop' } },
);

const policy = fc.record({
  namespace: fc.constantFrom('shop', 'shop', 'shop', 'kuma-system', 'ops'),
  labels: fc.constantFrom(undefined, undefined, undefined, undefined, { 'kuma.io/effect': 'shadow' }),
  targetRef,
  passthroughMode: fc.constantFrom(undefined, undefined, 'Matched', 'Matched', 'Matched', 'Matched', 'All', 'None'),
  appendMatch: matches,
});

export const passthroughs: fc.Arbitrary<any[]> = fc.array(policy, { minLength: 1, maxLength: 3 }).map(all => all.map((one, i) => ({
  apiVersion: 'kuma.io/v1alpha1',
  kind: 'MeshPassthrough',
  metadata: { name: `p${(i * 2) % 3}`, namespace: one.namespace, labels: one.labels },
  spec: { targetRef: one.targetRef, default: { passthroughMode: one.passthroughMode, appendMatch: one.appendMatch } },
}))).map(all => JSON.parse(JSON.stringify(all)));

/** At times with a Mesh, which releases do not all follow. */
export const foreign: fc.Arbitrary<any[]> = fc.tuple(passthroughs, fc.array(mesh, { maxLength: 1 })).map(([all, meshes]) => [...all, ...meshes]);

export const calls: fc.Arbitrary<Call> = fc.record({
  namespace: fc.constantFrom('shop', 'shop', 'shop', 'ops'),
  labels: fc.constantFrom({ app: 'web' }, { app: 'cart' }),
  ip: fc.constantFrom('1.2.3.4', '1.2.9.9', '1.9.9.9', '9.9.9.9', '203.0.113.7'),
  port: fc.constantFrom(80, 443, 443, 5432, 9000),
  says: fc.oneof(
    fc.constantFrom(...HOSTS).map(host => ({ kind: 'http' as const, host })),
    fc.constantFrom(...HOSTS).map(serverName => ({ kind: 'tls' as const, serverName })),
    fc.constant({ kind: 'bytes' as const }),
  ),
});
