import * as fc from 'fast-check';
import type { Client, Pod, Request } from '../../../../src/evaluators/access/request';

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const KEYS = ['app', 'k8s:app', 'any:tier', 'k8s:io.kubernetes.pod.namespace', 'io.cilium.k8s.policy.serviceaccount', 'k8s:io.cilium.k8s.namespace.labels.team'];
const VALUES = ['web', 'cart', 'front', 'shop', 'ops'];

const selectorWith = (keys: readonly string[]) => fc.oneof(
  fc.constant({}),
  fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...VALUES), { maxKeys: 2 }).map(matchLabels => ({ matchLabels })),
  fc.record({ key: fc.constantFrom(...keys), operator: fc.constantFrom('Exists', 'DoesNotExist') }).map(one => ({ matchExpressions: [one] })),
  fc.record({ key: fc.constantFrom(...keys), operator: fc.constantFrom('In', 'NotIn'), values: fc.subarray(VALUES, { minLength: 1 }) })
    .map(one => ({ matchExpressions: [one] })),
);

/** Mostly with a label that has to be there. */
const ofGroups = fc.oneof(
  { weight: 1, arbitrary: selectorWith(['team', 'other']) },
  { weight: 5, arbitrary: selectorWith(['team']).map((one: object) => ({ ...one, matchLabels: { of: 'shop' } })) },
);

const peers = fc.oneof(
  fc.record({
    fromEndpoints: fc.array(fc.oneof({ weight: 5, arbitrary: selectorWith(KEYS) }, {
      weight: 1, arbitrary: fc.constantFrom('host', 'world', 'remote-node', 'ingress').map(name => ({ matchLabels: { [`reserved:${name}`]: '' } })),
    }), { maxLength: 2 }),
  }),
  fc.record({ fromEntities: fc.subarray(['all', 'world', 'cluster', 'cluster-mesh', 'host', 'remote-node', 'kube-apiserver', 'ingress'], { minLength: 1, maxLength: 2 }) }),
  fc.record({ fromCIDR: fc.subarray(['10.0.0.0/8', '192.0.2.7', '0.0.0.0/0'], { minLength: 1 }) }),
  fc.record({ fromCIDRSet: fc.constantFrom([{ cidr: '192.0.2.0/24', except: ['192.0.2.128/25'] }], [{ cidr: '::/0' }, { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }]) }),
  fc.record({
    fromCIDRSet: fc.array(fc.constantFrom<object>({ cidrGroupRef: 'office' }, { cidrGroupRef: 'partners' }, { cidrGroupRef: 'office', except: ['192.0.2.0/29'] }), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ fromCIDRSet: fc.array(ofGroups.map(cidrGroupSelector => ({ cidrGroupSelector })), { minLength: 1, maxLength: 2 }) }),
  fc.record({ fromNodes: fc.constantFrom<object[]>([{}], [{ matchLabels: { 'node-role.kubernetes.io/gateway': '' } }]) }),
  fc.constant({}),
);

const PORTS = [
  { port: '8080' }, { port: 'HTTP', protocol: 'TCP' }, { port: '0' }, { port: '8000', endPort: 8100, protocol: 'TCP' }, { port: '6379', protocol: 'TCP' },
  { port: '9443', protocol: 'TCP' }, { port: '5353', protocol: 'UDP' }, { port: 'dns', protocol: 'ANY' }, { port: '8080', protocol: 'SCTP' },
];
const ports = fc.subarray(PORTS, { minLength: 1, maxLength: 2 });

const http = fc.record({
  method: optional(fc.constantFrom('GET', 'GET|POST', '')),
  path: optional(fc.constantFrom(
    '/api', '/api/.*', '/api(\\?.*)?', '/a\\.b([/?].*)?', '/.*', '/api|/carts(\\?.*)?', '/carts/[0-9]+(\\?.*)?', '(?:/api|/carts)(\\?.*)?', '/carts/[^/?]+', '',
  )),
  headers: optional(fc.constantFrom(['X-Team shop'], ['x-version'])),
  headerMatches: optional(fc.constantFrom([{ name: 'X-Team', value: 'shop' }], [{ name: 'x-team' }])),
});

const allowing = fc.record({
  ports, rules: optional(fc.record({ http: fc.array(http, { minLength: 1, maxLength: 2 }) })),
}).map(({ ports: all, rules }) => rules === undefined ? { ports: all } : { ports: all.filter(({ protocol, port }) => protocol === 'TCP' && port !== '0'), rules })
  .filter(({ ports: all }) => all.length > 0);

const ruleOf = (opening: fc.Arbitrary<object>) => fc
  .tuple(peers, optional(fc.array(opening, { minLength: 1, maxLength: 2 })), fc.integer({ max: 9, min: 0 }))
  .map(([from, toPorts, n]) => n === 0 ? { ...from, icmps: [{ fields: [{ type: 8 }] }] } : { ...from, toPorts });

const spec = fc.record({
  endpointSelector: selectorWith(['app', 'k8s:tier', 'any:app']),
  ingress: optional(fc.array(ruleOf(allowing), { minLength: 1, maxLength: 3 })),
  ingressDeny: fc.option(fc.array(ruleOf(fc.record({ ports })), { minLength: 1, maxLength: 1 }), { nil: undefined, freq: 2 }),
  enableDefaultDeny: fc.option(fc.record({ ingress: fc.boolean() }), { nil: undefined, freq: 5 }),
}).filter(({ ingress, ingressDeny, enableDefaultDeny }) => enableDefaultDeny === undefined || (ingress ?? ingressDeny) !== undefined);

const policies = fc.array(fc.record({
  isOfCluster: fc.boolean(), namespace: fc.constantFrom('shop', 'ops'), specs: fc.array(spec, { minLength: 1, maxLength: 2 }), isForNodes: fc.integer({ max: 19, min: 0 }),
}), { maxLength: 3 }).map(all => all.map(({ isOfCluster, namespace, specs, isForNodes }, i) => ({
  apiVersion: 'cilium.io/v2',
  kind: isOfCluster ? 'CiliumClusterwideNetworkPolicy' : 'CiliumNetworkPolicy',
  metadata: { name: `p${i}`, ...(!isOfCluster && { namespace }) },
  ...(specs.length === 1 ? { spec: specs[0] } : { specs }),
  ...(isForNodes < (isOfCluster ? 5 : 1) && { specs: [{ nodeSelector: {}, ingress: [{ fromEntities: ['cluster'] }] }] }),
})));

/** The groups that policies name; without any, they are in other files. */
const groups = fc.array(fc.record({
  blocks: fc.constantFrom(['192.0.2.0/24'], ['10.0.0.0/8', '192.0.2.7/32'], ['198.51.100.0/24']),
  of: fc.constantFrom('shop', 'shop', 'shop', 'web'),
  team: optional(fc.constantFrom('shop', 'web', 'cart')),
}), { minLength: 1, maxLength: 2 }).map(all => all.map(({ blocks, ...labels }, i) => (
  { apiVersion: 'cilium.io/v2', kind: 'CiliumCIDRGroup', metadata: { name: ['office', 'partners'][i], labels }, spec: { externalCIDRs: blocks } })));

/** What the installation says of labels of nodes. */
export function installed(said: string | undefined, namespace = 'kube-system') {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cilium-config', namespace }, data: { 'enable-node-selector-labels': said } };
}

const agents = fc.oneof({ weight: 12, arbitrary: fc.constant(['true']) }, { weight: 1, arbitrary: fc.constantFrom<(string | undefined)[]>([], ['false'], [undefined]) })
  .map(all => all.map(said => installed(said)));

export const manifests = fc.tuple(policies, groups, agents).map(all => all.flat());

const POD: Pod = {
  service: 'cart',
  namespace: 'shop',
  serviceAccount: 'cart',
  labels: { app: 'cart', tier: 'front' },
  ports: [{ port: 8080, name: 'http', protocol: 'HTTP' }, { port: 6379, protocol: 'TCP' }, { port: 9443, protocol: 'TLS' }, { port: 5353, name: 'dns', protocol: 'UDP' }],
};

const client: fc.Arbitrary<Client> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pod' as const),
      ip: fc.constantFrom('10.1.0.5', '192.0.2.130'),
      namespace: fc.constantFrom('shop', 'ops'),
      namespaceLabels: fc.constantFrom<Record<string, string>>({}, { team: 'shop' }),
      labels: fc.constantFrom<Record<string, string>>({ app: 'web' }, { app: 'cart', tier: 'front' }, {}),
      serviceAccount: fc.constantFrom('web', 'cart'),
      meshed: fc.constant(false),
    }),
  },
  fc.record({
    kind: fc.constantFrom('outside' as const, 'kubelet' as const, 'node' as const, 'apiServer' as const, 'gateway' as const),
    ip: fc.constantFrom('10.1.0.5', '192.0.2.130', '192.0.2.7', '2001:db8::1'),
    meshed: fc.constant(false),
  }),
);

export const requests: fc.Arbitrary<Request> = fc.record({
  client,
  pod: fc.constant(POD),
  port: fc.constantFrom(8080, 8080, 6379, 9443, 5353),
  method: fc.constantFrom('GET', 'POST', 'DELETE'),
  path: fc.constantFrom('/', '/api', '/api/v1', '/a.b', '/a.b/c', '/axb', '/carts', '/carts/7', '/carts/7/items'),
  headers: fc.dictionary(fc.constantFrom('x-team', 'x-version'), fc.constantFrom('shop', 'ops', ''), { maxKeys: 2 }),
  query: fc.constantFrom<Record<string, string>>({}, { v: '1' }),
});
