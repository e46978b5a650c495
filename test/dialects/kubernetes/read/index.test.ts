import * as fc from 'fast-check';
import { allowedByNetworkPolicy } from '../../../../src/evaluators/access/network-policy';
import type { Client as Sender, Request } from '../../../../src/evaluators/access/request';
import type { Client } from '../../../../src/meaning/call';
import type { PodPort } from '../../../../src/meaning/world';
import { type Answer, entering, reading } from '../../../reading/world';

const LABELS = fc.constantFrom<Record<string, string>>({ app: 'web' }, { app: 'cart' }, { app: 'web', tier: 'front' }, { tier: 'front' });

const selector = fc.oneof(
  fc.constant({}),
  LABELS.map(matchLabels => ({ matchLabels })),
  fc.record({ key: fc.constantFrom('app', 'tier'), operator: fc.constantFrom('Exists', 'DoesNotExist') }).map(one => ({ matchExpressions: [one] })),
  fc.record({ key: fc.constantFrom('app', 'tier'), operator: fc.constantFrom('In', 'NotIn'), values: fc.subarray(['web', 'front', 'cart'], { minLength: 1 }) })
    .map(one => ({ matchExpressions: [one] })),
);

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const peer = fc.oneof(
  fc.record({ ipBlock: fc.record({ cidr: fc.constantFrom('10.0.0.0/8', '0.0.0.0/0', '192.0.2.0/24'), except: optional(fc.constant(['192.0.2.128/25'])) }) }),
  fc.record({ namespaceSelector: selector, podSelector: selector }, { requiredKeys: [] }),
);

const port = fc.oneof(
  fc.constant({}),
  fc.record({ port: fc.constantFrom<number | string>(8080, 9090, 'http'), protocol: optional(fc.constantFrom('TCP', 'UDP')) }),
  fc.constant({ port: 8000, endPort: 8100 }),
);

const rule = fc.record({ from: optional(fc.array(peer, { maxLength: 2 })), ports: optional(fc.array(port, { maxLength: 2 })) });

const policies = fc.array(fc.record({
  podSelector: selector, ingress: optional(fc.array(rule, { maxLength: 2 })), policyTypes: optional(fc.subarray(['Ingress', 'Egress'], { minLength: 1 })),
}), { maxLength: 3 }).map(specs => specs.map((spec, i) => (
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `p${i}`, namespace: 'shop' }, spec: JSON.parse(JSON.stringify(spec)) }
)));

const TO: PodPort = {
  pod: { namespace: 'shop', labels: { app: 'cart' }, serviceAccount: 'cart' }, port: 8080, name: 'http', protocol: 'HTTP', entrances: [],
};

const client = fc.oneof(
  fc.record({
    kind: fc.constant('pod' as const),
    namespace: fc.constantFrom('shop', 'web'),
    namespaceLabels: fc.constantFrom<Record<string, string>>({}, { app: 'web' }),
    labels: LABELS,
    serviceAccount: fc.constant('web'),
    address: fc.constantFrom('10.1.0.5', '192.0.2.130'),
    meshed: fc.constant(false),
  }),
  fc.record({
    kind: fc.constantFrom('outside' as const, 'kubelet' as const, 'node' as const),
    address: fc.constantFrom('10.1.0.5', '192.0.2.130', '192.0.2.7'),
    meshed: fc.constant(false as const),
  }),
);

/** What clusters do, whichever way their networks read blocks. */
function decided(manifests: readonly unknown[], one: Client): Answer {
  const request: Request = {
    client: { ...one, ip: one.address, serviceAccount: 'web' } as unknown as Sender,
    port: 8080,
    method: 'GET',
    path: '/',
    headers: {},
    query: {},
    pod: { service: 'cart', namespace: 'shop', serviceAccount: 'cart', labels: { app: 'cart' }, ports: [{ port: 8080, name: 'http', protocol: 'HTTP' }] },
  };
  const [some, others] = (['everyone', 'outside'] as const).map(blocks => allowedByNetworkPolicy(blocks)(manifests, request));
  return some !== others ? 'unknown' : some ? 'allowed' : 'denied';
}

test('a NetworkPolicy, whoever wrote it, means what clusters do with it', () => {
  fc.assert(fc.property(policies, client, (manifests, one) => {
    expect(entering(reading(manifests), TO, one)).toBe(decided(manifests, one));
  }), { numRuns: 1000 });
});

test('what is not known of a policy leaves unknown what depends on it', () => {
  const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace: 'shop' } };
  const world = reading([{ ...policy, spec: { podSelector: { matchLabels: { app: 'cart' } }, ingress: [{ from: [{ serviceSelector: {} }] }], egresses: [] } }]);
  expect(world.findings.map(({ place, message }) => `${place.path}: ${message}`)).toMatchInlineSnapshot(`
[
  "spec.ingress[0].from[0].serviceSelector: it is not known here",
  "spec.egresses: it is not known here",
]
`);
  expect(entering(world, TO, { kind: 'outside', meshed: false })).toBe('unknown');
});
