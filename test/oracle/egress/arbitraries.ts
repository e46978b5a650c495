import * as fc from 'fast-check';
import type { Call } from './call';

/** Names outside, and their addresses. */
const NAMES: Readonly<Record<string, string>> = { 'api.example.com': '203.0.113.10', 'a.api.example.com': '203.0.113.20', 'pay.example.org': '198.51.100.7' };

/** Calls of pods in the mesh to what has a name, most of them by one that has policies. */
export const calls: fc.Arbitrary<Call> = fc.record({
  name: fc.constantFrom(...Object.keys(NAMES)),
  port: fc.constantFrom(80, 443, 9000),
  kind: fc.constantFrom('http', 'tls', 'bytes'),
  request: fc.record({
    method: fc.constantFrom('GET', 'POST'),
    path: fc.constantFrom('/', '/v1', '/v1/a', '/v1/a.json', '/v12'),
    headers: fc.constantFrom<Record<string, string>>({}, { 'x-key': '7' }),
    query: fc.constant({}),
  }),
  serviceAccount: fc.constantFrom('cart', 'cart', 'cart', 'checkout'),
}).map(({ name, port, kind, request, serviceAccount }) => ({
  namespace: 'shop',
  serviceAccount,
  name,
  ip: NAMES[name],
  port,
  says: kind === 'http' ? { kind, host: name, request } : kind === 'tls' ? { kind, serverName: name } : { kind: 'bytes' },
}));

export const SOURCE = { kind: 'ServiceAccount', name: 'cart', namespace: 'shop' };

/** An Egress of Open Service Mesh, for the ServiceAccount `cart`. */
export const osmEgressOf = (spec: object, name = 'out') =>
  ({ apiVersion: 'policy.openservicemesh.io/v1alpha1', kind: 'Egress', metadata: { name, namespace: 'shop' }, spec: { sources: [SOURCE], ...spec } });

/** The HTTPRouteGroup `reads`, as an Egress names it. */
export const READS = { apiGroup: 'specs.smi-spec.io/v1alpha4', kind: 'HTTPRouteGroup', name: 'reads' };
export const readsOf = (...matches: readonly object[]) =>
  ({ apiVersion: 'specs.smi-spec.io/v1alpha4', kind: 'HTTPRouteGroup', metadata: { name: 'reads', namespace: 'shop' }, spec: { matches } });

/** Egresses of Open Service Mesh as others write them. */
export const foreignEgresses: fc.Arbitrary<object[]> = (() => {
  const hosts = fc.subarray(['api.example.com', '*.example.com', 'pay.example.org'], { minLength: 1 });
  const blocks = fc.subarray(['203.0.113.0/24', '203.0.113.16/28', '198.51.100.7/32'], { minLength: 1 });
  const matches = fc.constantFrom([], [], [READS], [{ ...READS, name: 'nothing' }]);
  const number = fc.constantFrom(80, 443, 9000);
  const spec = fc.oneof(
    fc.record({ hosts, matches, ports: number.map(port => [{ number: port, protocol: 'http' }]) }),
    fc.record({ hosts, ports: number.map(port => [{ number: port, protocol: 'https' }]) }),
    fc.record({ ipAddresses: blocks, ports: fc.tuple(number, fc.constantFrom('tcp', 'tcp', 'tcp-server-first')).map(([port, protocol]) => [{ number: port, protocol }]) }),
    fc.record({ ports: number.map(port => [{ number: port, protocol: 'tcp' }]) }),
    fc.record({ hosts, ipAddresses: blocks, ports: fc.tuple(number, fc.constantFrom('http', 'https')).map(([port, protocol]) => [{ number: port, protocol }]) }),
  );
  const reads = readsOf({ name: 'v1', pathRegex: '/v1.*', methods: ['GET'] }, { name: 'key', headers: [{ 'x-key': '[0-9]' }] });
  return fc.array(spec, { minLength: 1, maxLength: 3 }).map(specs => [reads, ...specs.map((one, i) => osmEgressOf(one, `out-${i}`))]);
})();
