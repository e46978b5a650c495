import * as fc from 'fast-check';

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

export const policies = fc.array(fc.record({
  podSelector: selector, ingress: optional(fc.array(rule, { maxLength: 2 })), policyTypes: optional(fc.subarray(['Ingress', 'Egress'], { minLength: 1 })),
}), { maxLength: 3 }).map(specs => specs.map((spec, i) => (
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `p${i}`, namespace: 'shop' }, spec: JSON.parse(JSON.stringify(spec)) }
)));

export const client = fc.oneof(
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
