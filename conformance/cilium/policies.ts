import type { Case, Probe } from './case';

const CART = { namespace: 'shop', serviceAccount: 'cart', labels: { app: 'cart' }, ports: { web: 8080, metrics: 9090 } };
const WEB = { namespace: 'shop', serviceAccount: 'web', labels: { app: 'web' } };
const JOB = { namespace: 'ops', namespaceLabels: { team: 'ops' }, serviceAccount: 'job', labels: { app: 'job' } };

type Call = Omit<Probe, 'answers'>;
const GET: Call = {
  direction: 'ingress',
  pod: CART,
  peer: { kind: 'pod', ...WEB },
  port: 8080,
  protocol: 'TCP',
  speaks: 'http',
  host: 'cart',
  method: 'GET',
  target: '/a',
  headers: {},
};
const POST: Call = { ...GET, method: 'POST' };
const FROM_JOB: Call = { ...GET, peer: { kind: 'pod', ...JOB } };
const FROM_OUTSIDE: Call = { ...GET, peer: { kind: 'outside', ip: '192.0.2.10' } };
const FROM_NODE: Call = { ...GET, peer: { kind: 'node' } };
const FROM_OTHER_NODE: Call = { ...GET, peer: { kind: 'other node' } };
const FROM_API_SERVER: Call = { ...GET, peer: { kind: 'API server', ip: '192.0.2.20' } };
const FROM_NODE_OF_API_SERVER: Call = { ...GET, peer: { kind: 'node of the API server' } };
const FROM_GATEWAY: Call = { ...GET, peer: { kind: 'gateway' } };
const CALL: Call = { direction: 'egress', pod: CART, peer: { kind: 'pod', ...WEB }, port: 80, protocol: 'TCP', speaks: 'bytes' };

const cilium = (spec: object, name = 'cart'): object => ({
  apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name, namespace: 'shop' }, spec,
});
const ingress = (...rules: object[]) => cilium({ endpointSelector: { matchLabels: { app: 'cart' } }, ingress: rules });
const network = (spec: object): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: {
    podSelector: { matchLabels: { app: 'cart' } },
    ...spec,
  },
});
const clusterwide = (spec: object): object => ({ apiVersion: 'cilium.io/v2', kind: 'CiliumClusterwideNetworkPolicy', metadata: { name: 'all' }, spec });

type Documented = readonly [says: string, policies: readonly object[], call: Call, answer: string];
const DENYING_ALL_BUT_NODE = cilium({
  endpointSelector: {}, ingressDeny: [{ fromEndpoints: [{ matchExpressions: [{ key: 'reserved:host', operator: 'DoesNotExist' }] }] }],
}, 'deny');

const HTTP = { ports: [{ port: '8080', protocol: 'TCP' }], rules: { http: [{ method: 'GET', path: '/a' }] } };
const FROM_WEB = { fromEndpoints: [{ matchLabels: { app: 'web' } }] };

/**
 * What docs/traps and the documentation say of policies, whether our dialects write such or not; it also shows that the
 * comparison can tell. What the agent refuses, it drops: the pods are as open as before.
 */
const DOCUMENTED: readonly Documented[] = [
  ['no policy allows everything', [], FROM_OUTSIDE, 'allowed'],
  ['no rules are no policy', [cilium({ endpointSelector: {}, ingress: [] })], GET, 'refused'],
  ['a rule without anything lets nobody in', [ingress({})], GET, 'denied'],
  ['a rule without anything lets nobody in', [ingress({})], FROM_OUTSIDE, 'denied'],
  ['the node reaches its own pods', [ingress({})], FROM_NODE, 'allowed'],
  ['another node does not', [ingress({})], FROM_OTHER_NODE, 'denied'],
  ['an empty list of endpoints is nobody to the parser', [ingress({ fromEndpoints: [] })], GET, 'denied'],
  ['an empty selector is the namespace', [ingress({ fromEndpoints: [{}] })], GET, 'allowed'],
  ['an empty selector is the namespace', [ingress({ fromEndpoints: [{}] })], FROM_JOB, 'denied'],
  ['peers of two kinds do not stand together', [ingress({ ...FROM_WEB, fromEntities: ['world'] })], GET, 'refused'],
  ['entities are unknown but for some', [ingress({ fromEntities: ['internet'] })], GET, 'refused'],
  ['gateways are an entity', [ingress({ fromEntities: ['ingress'] })], FROM_GATEWAY, 'allowed'],
  ['gateways are an entity', [ingress({ fromEntities: ['ingress'] })], GET, 'denied'],
  ['other nodes are an entity', [ingress({ fromEntities: ['remote-node'] })], FROM_OTHER_NODE, 'allowed'],
  ['the API server is an entity', [ingress({ fromEntities: ['kube-apiserver'] })], FROM_API_SERVER, 'allowed'],
  ['the API server is an entity', [ingress({ fromEntities: ['kube-apiserver'] })], FROM_OUTSIDE, 'denied'],
  ['the API server is an entity', [ingress({ fromEntities: ['kube-apiserver'] })], FROM_OTHER_NODE, 'denied'],
  ['the API server is the node that it runs on', [ingress({ fromEntities: ['kube-apiserver'] })], FROM_NODE_OF_API_SERVER, 'allowed'],
  ['the node that the API server runs on is a node', [ingress({ fromEntities: ['remote-node'] })], FROM_NODE_OF_API_SERVER, 'allowed'],
  ['an API server outside is no node', [ingress({ fromEntities: ['remote-node'] })], FROM_API_SERVER, 'denied'],
  ['an API server outside is in its block', [ingress({ fromCIDR: ['192.0.2.0/24'] })], FROM_API_SERVER, 'allowed'],
  ['nodes are in no block', [ingress({ fromCIDR: ['0.0.0.0/0'] })], FROM_OTHER_NODE, 'denied'],
  ['gateways are no pods', [
    ingress({ fromEndpoints: [{ matchExpressions: [{ key: 'k8s:io.kubernetes.pod.namespace', operator: 'Exists' }] }] }),
  ], FROM_GATEWAY, 'denied'],
  ['gateways are in no block', [ingress({ fromCIDR: ['0.0.0.0/0'] })], FROM_GATEWAY, 'denied'],
  ['a block is no block of pods', [ingress({ fromCIDR: ['0.0.0.0/0'] })], GET, 'denied'],
  ['an exception lies in its block', [ingress({ fromCIDRSet: [{ cidr: '192.0.2.0/25', except: ['192.0.2.128/25'] }] })], GET, 'refused'],
  ['rules on requests need a port', [ingress({ toPorts: [{ ...HTTP, ports: [{ port: '0', protocol: 'TCP' }] }] })], GET, 'refused'],
  ['rules on requests are over TCP', [ingress({ toPorts: [{ ...HTTP, ports: [{ port: '8080', protocol: 'ANY' }] }] })], GET, 'refused'],
  ['requests of one kind in a rule', [ingress({ toPorts: [{ ...HTTP, rules: { ...HTTP.rules, dns: [{ matchPattern: '*' }] } }] })], GET, 'refused'],
  ['names of TLS are not for rules on requests', [ingress({ toPorts: [{ ...HTTP, serverNames: ['cart'] }] })], GET, 'refused'],
  ['forty ports at most', [
    ingress({ toPorts: [{ ports: Array.from({ length: 41 }, (_, i) => ({ port: String(i + 1), protocol: 'TCP' })) }] }),
  ], GET, 'refused'],
  ['an expression has to be one', [ingress({ toPorts: [{ ...HTTP, rules: { http: [{ path: '(' }] } }] })], GET, 'refused'],
  ['a value of a selector has 63 characters', [ingress({ fromEndpoints: [{ matchLabels: { app: 'a'.repeat(64) } }] })], GET, 'refused'],
  ['rules add up', [ingress({ ...FROM_WEB, toPorts: [HTTP] }, { ...FROM_WEB, toPorts: [{ ports: HTTP.ports }] })], POST, 'allowed'],
  ['rules add up', [ingress({ ...FROM_WEB, toPorts: [HTTP] }, { ...FROM_WEB })], POST, 'allowed'],
  ['rules for others do not', [ingress({ ...FROM_WEB, toPorts: [HTTP] }, { fromEntities: ['world'], toPorts: [{ ports: HTTP.ports }] })], POST, 'denied'],
  ['policies of all kinds add up', [ingress({ ...FROM_WEB, toPorts: [HTTP] }), network({ ingress: [{ ports: [{ port: 8080 }] }] })], POST, 'allowed'],
  ['a policy of the cluster adds to them', [ingress({}), clusterwide({ endpointSelector: {}, ingress: [{ fromEntities: ['cluster'] }] })], FROM_JOB, 'allowed'],
  ['a policy of the cluster is for kube-system, too', [clusterwide({ endpointSelector: {}, ingress: [{}] })],
    { ...GET, pod: { namespace: 'kube-system', serviceAccount: 'coredns', labels: { 'k8s-app': 'kube-dns' } }, port: 53, protocol: 'UDP', speaks: 'bytes' }, 'denied'],
  ['a policy for all pods adds to the others, requests or not', [ingress({ ...FROM_WEB, toPorts: [HTTP] }), cilium({ endpointSelector: {}, ingress: [FROM_WEB] }, 'all')],
    POST, 'allowed'],
  ['what denies goes first', [ingress({ fromEntities: ['all'] }), cilium({ endpointSelector: {}, ingressDeny: [FROM_WEB] }, 'deny')], GET, 'denied'],
  ['what denies alone allows nothing', [cilium({ endpointSelector: {}, ingressDeny: [FROM_WEB] })], FROM_JOB, 'denied'],
  ['without a default, the rest is open', [
    cilium({ endpointSelector: {}, ingressDeny: [FROM_WEB], enableDefaultDeny: { ingress: false } }),
  ], FROM_JOB, 'allowed'],
  ['without a default and without a rule for anyone, all is open', [
    cilium({ endpointSelector: {}, ingress: [{}], enableDefaultDeny: { ingress: false } }),
  ], FROM_JOB, 'allowed'],
  ['a denial of all keeps out the node, too', [cilium({ endpointSelector: {}, ingressDeny: [{ fromEntities: ['all'] }] })], FROM_NODE, 'denied'],
  ['a denial of nodes keeps out the node, too', [cilium({ endpointSelector: {}, ingressDeny: [{ fromEntities: ['host'] }] })], FROM_NODE, 'denied'],
  ...[FROM_OUTSIDE, FROM_OTHER_NODE, FROM_NODE_OF_API_SERVER, FROM_API_SERVER, FROM_GATEWAY, FROM_JOB, GET].map((call): Documented =>
    ['everyone but the node is denied', [ingress({ fromEntities: ['all'] }), DENYING_ALL_BUT_NODE], call, 'denied']),
  ['everyone but the node is denied', [ingress({ fromEntities: ['all'] }), DENYING_ALL_BUT_NODE], FROM_NODE, 'allowed'],
  ['everyone but the node is denied', [DENYING_ALL_BUT_NODE], FROM_NODE, 'allowed'],
  ['the whole path', [ingress({ toPorts: [HTTP] })], { ...GET, target: '/a/b' }, 'denied'],
  ['the path with its query', [ingress({ toPorts: [HTTP] })], { ...GET, target: '/a?b=c' }, 'denied'],
  ['the node passes rules on requests for everyone', [ingress({ fromEntities: ['all'], toPorts: [HTTP] })], { ...FROM_NODE, method: 'POST' }, 'allowed'],
  ['the node passes the proxy there', [ingress({ fromEntities: ['all'], toPorts: [HTTP] })], { ...FROM_NODE, target: '/a%2Fb' }, 'denied'],
  ['the node passes by rules on requests for pods', [ingress({ ...FROM_WEB, toPorts: [HTTP] })], { ...FROM_NODE, target: '/a%2Fb' }, 'allowed'],
  ['a path with an escaped slash is redirected', [ingress({ toPorts: [{ ...HTTP, rules: { http: [{}] } }] })], { ...GET, target: '/a%2Fb' }, 'denied'],
  ['what adds a header lets all in', [
    ingress({ toPorts: [{ ...HTTP, rules: { http: [{ headerMatches: [{ name: 'x-a', value: '1', mismatch: 'ADD' }] }] } }] }),
  ], GET, 'allowed'],
  ['a port by its name', [ingress({ toPorts: [{ ports: [{ port: 'web' }] }] })], GET, 'allowed'],
  ['a port by its name', [ingress({ toPorts: [{ ports: [{ port: 'metrics' }] }] })], GET, 'denied'],
  ['labels of a template are no identity', [cilium({ endpointSelector: { matchLabels: { 'pod-template-hash': 'x' } }, ingress: [{}] })],
    { ...GET, pod: { ...CART, labels: { 'app': 'cart', 'pod-template-hash': 'x' } } }, 'allowed'],
  ['pods cannot take a ServiceAccount by a label', [ingress({ fromEndpoints: [{ matchLabels: { 'io.cilium.k8s.policy.serviceaccount': 'root' } }] })],
    { ...GET, peer: { kind: 'pod', ...WEB, labels: { 'io.cilium.k8s.policy.serviceaccount': 'root' } } }, 'denied'],
  ['a namespace of its own is that of the policy', [
    cilium({ endpointSelector: { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'ops' } }, ingress: [{}] }),
  ], GET, 'denied'],
  ['NetworkPolicy: no rules let nobody in', [network({})], GET, 'denied'],
  ['NetworkPolicy: a rule without anything lets everyone in', [network({ ingress: [{}] })], FROM_OUTSIDE, 'allowed'],
  ['NetworkPolicy: an empty list of peers is everyone', [network({ ingress: [{ from: [] }] })], FROM_OUTSIDE, 'allowed'],
  ['NetworkPolicy: every namespace is every pod', [network({ ingress: [{ from: [{ namespaceSelector: {} }] }] })], FROM_JOB, 'allowed'],
  ['NetworkPolicy: every namespace is nothing else', [network({ ingress: [{ from: [{ namespaceSelector: {} }] }] })], FROM_OUTSIDE, 'denied'],
  ['NetworkPolicy: a port by its name', [network({ ingress: [{ ports: [{ port: 'web' }] }] })], GET, 'allowed'],
  ['NetworkPolicy: Cilium reads rules for a direction that is no type', [
    network({ policyTypes: ['Egress'], ingress: [{ ports: [{ port: 9090 }] }] }),
  ], GET, 'denied'],
  ['NetworkPolicy: the types deny without rules', [network({ policyTypes: ['Egress'] })], CALL, 'denied'],
  ['a policy on calls denies others', [cilium({ endpointSelector: {}, egress: [{ toEntities: ['world'] }] })], CALL, 'denied'],
  [
    'lookups that pass no proxy are not noted',
    [cilium({ endpointSelector: {}, egress: [{ toEntities: ['cluster'] }] })],
    { ...CALL, port: 53, protocol: 'UDP', speaks: 'dns', name: 'a' },
    'allowed',
  ],
  ['one star in a name is one level', [cilium({ endpointSelector: {}, egress: [{ toFQDNs: [{ matchPattern: '*.example.com' }] }] })],
    { ...CALL, peer: { kind: 'outside', ip: '192.0.2.1', names: ['a.b.example.com'] } }, 'denied'],
  ['two stars in a name are all levels', [cilium({ endpointSelector: {}, egress: [{ toFQDNs: [{ matchPattern: '**.example.com' }] }] })],
    { ...CALL, peer: { kind: 'outside', ip: '192.0.2.1', names: ['a.b.example.com'] } }, 'allowed'],
];

export function policyCases(): Case[] {
  return DOCUMENTED.map(([says, manifests, call, answer], i) => ({
    name: `policy ${i}: ${says}`, manifests, probes: [{ ...call, answers: { documentation: answer } }],
  }));
}
