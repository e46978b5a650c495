import * as fc from 'fast-check';
import { maybe, merged } from '../../reading/routes/gateway-api';

/** Policies for what leaves, as people write them, in ways that this library does not. */

const BLOCKS = [{ cidr: '203.0.113.0/24', except: ['203.0.113.16/28'] }, { cidr: '203.0.113.0/24' }, { cidr: '198.51.100.7/32' }, { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }];
const block = fc.constantFrom(...BLOCKS);
const namespace = fc.constantFrom('shop', 'shop', 'ops');

const selector = (prefix: string) => fc.oneof(
  fc.constant({}),
  fc.constantFrom({ app: 'web' }, { app: 'cart' }, { app: 'web', tier: 'front' }).map(labels =>
    ({ matchLabels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [`${prefix}${key}`, value])) })),
  fc.constantFrom<object>({ operator: 'NotIn', values: ['cart'] }, { operator: 'In', values: ['cart', 'job'] }, { operator: 'DoesNotExist' })
    .map(rest => ({ matchExpressions: [{ key: `${prefix}app`, ...rest }] })),
);

const numbered = <T>(all: readonly T[], of: (one: T, i: number) => object): any[] => JSON.parse(JSON.stringify(all.map(of)));

const peer = fc.oneof(
  { weight: 3, arbitrary: block.map(ipBlock => ({ ipBlock })) },
  { weight: 1, arbitrary: fc.constantFrom<object>({ namespaceSelector: {} }, { podSelector: { matchLabels: { app: 'cart' } } }) },
);
const port = fc.constantFrom<object>(
  { port: 443 }, { port: 80, protocol: 'TCP' }, { port: 440, endPort: 450 }, { port: 443, protocol: 'UDP' }, { port: 'http' }, { port: 9000 }, {},
);
const rule = merged(maybe(80, 'to', fc.array(peer, { maxLength: 2 })), maybe(60, 'ports', fc.array(port, { maxLength: 2 })));

export const networkPolicies: fc.Arbitrary<readonly any[]> = fc.array(fc.record({
  namespace, podSelector: selector(''), policyTypes: fc.constantFrom<string[]>(['Egress'], ['Ingress', 'Egress'], ['Ingress']), egress: fc.array(rule, { maxLength: 2 }),
}), { maxLength: 3 }).map(all => numbered(all, ({ namespace: home, policyTypes, egress, ...spec }, i) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: `p${i}`, namespace: home },
  spec: { ...spec, policyTypes, ...(policyTypes.includes('Egress') && { egress }) },
})));

const LOOKUPS = {
  toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'kube-system', 'k8s:k8s-app': 'kube-dns' } }],
  toPorts: [{ ports: [{ port: '53', protocol: 'ANY' }], rules: { dns: [{ matchPattern: '*' }] } }],
};
const peers = fc.oneof(
  fc.subarray(['world', 'cluster', 'host'], { minLength: 1 }).map(toEntities => ({ toEntities })),
  fc.array(fc.oneof({ weight: 3, arbitrary: block }, {
    weight: 1,
    arbitrary: fc.constantFrom<object>(
      { cidrGroupRef: 'partners' }, { cidrGroupRef: 'partners', except: ['1.2.0.0/16'] }, { cidrGroupSelector: { matchLabels: { of: 'partners' } } },
      { cidrGroupSelector: { matchExpressions: [{ key: 'of', operator: 'Exists' }, { key: 'team', operator: 'NotIn', values: ['shop'] }] } },
    ),
  }), { minLength: 1, maxLength: 2 }).map(toCIDRSet => ({ toCIDRSet })),
  fc.constantFrom({ toNodes: [{}] }, { toNodes: [{ matchLabels: { edge: 'true' } }] }, { toServices: [{ k8sService: { serviceName: 'cart', namespace: 'shop' } }] }),
  fc.subarray<object>([{ matchName: 'api.example.com' }, { matchPattern: '*.example.com' }, { matchPattern: '**.example.com' }, { matchName: 'pay.example.org' }], { minLength: 1, maxLength: 2 })
    .map(toFQDNs => ({ toFQDNs })),
  fc.constant({ toEndpoints: [{ matchLabels: { 'k8s:app': 'cart' } }] }),
);
const opening = fc.constantFrom<object>(
  { ports: [{ port: '443', protocol: 'TCP' }] }, { ports: [{ port: '440', endPort: 450, protocol: 'TCP' }] }, { ports: [{ port: '443', protocol: 'UDP' }] },
  { ports: [{ port: '443', protocol: 'TCP' }], serverNames: ['api.example.com'] }, { ports: [{ port: '9000', protocol: 'ANY' }] },
  { ports: [{ port: '80', protocol: 'TCP' }], rules: { http: [{ host: 'api\\.example\\.com', method: 'GET', path: '/v1(\\?.*)?' }] } },
);
const plain = opening.filter(one => !('serverNames' in one) && !('rules' in one));
const partners = fc.tuple(
  fc.constantFrom(['1.0.0.0/8'], ['203.0.113.0/24', '198.51.100.0/24']), fc.constantFrom<object>({}, { of: 'partners' }, { of: 'partners', team: 'shop' }),
).map(([externalCIDRs, labels]) => ({ apiVersion: 'cilium.io/v2', kind: 'CiliumCIDRGroup', metadata: { name: 'partners', labels }, spec: { externalCIDRs } }));
const rulesOf = (some: fc.Arbitrary<object>, openings: fc.Arbitrary<object>) => fc.array(
  fc.tuple(some, maybe(70, 'toPorts', fc.array(openings, { minLength: 1, maxLength: 2 }))).map(([to, ports]) => ({ ...to, ...ports })), { minLength: 1, maxLength: 2 },
);

const policies: fc.Arbitrary<readonly any[]> = fc.array(fc.tuple(namespace, selector('k8s:'), merged(
  maybe(80, 'egress', rulesOf(peers, opening).map(rules => [LOOKUPS, ...rules])), maybe(25, 'egressDeny', rulesOf(peers.filter(one => !('toFQDNs' in one) && !('toServices' in one)), plain)),
).filter(spec => Object.keys(spec).length > 0)), { maxLength: 3 }).map(all => numbered(all, ([home, endpointSelector, spec], i) => ({
  apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: `p${i}`, namespace: home }, spec: { endpointSelector, ...spec },
})));

export const ciliumPolicies: fc.Arbitrary<readonly any[]> = fc.tuple(policies, partners).map(all => all.flat());
