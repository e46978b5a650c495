import { isUndecided } from '../../../../src/meaning/decision';
import { pass } from '../../../../src/meaning/passage';
import type { Outside, PodPort } from '../../../../src/meaning/world';
import { entering, reading } from '../../../reading/world';

const WEB = { namespace: 'shop', labels: { app: 'web' }, serviceAccount: 'web', namespaceLabels: {} };
const CART: PodPort = {
  pod: { namespace: 'shop', labels: { app: 'cart' }, serviceAccount: 'cart', namespaceLabels: { team: 'shop' } },
  port: 8080,
  name: 'http',
  protocol: 'HTTP',
  entrances: [{ namespace: 'shop', service: 'cart', port: 80 }],
};
const JOB: PodPort = { ...CART, pod: { ...CART.pod, namespace: 'ops', labels: { app: 'job' } }, entrances: [] };
const OUTSIDE: Outside = { isOutside: true, protocol: 'TCP' };
const BANK = { host: 'api.bank.example' };
const NET = { address: '192.0.2.7' };

const service = (name: string, selector?: object) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec: { selector, ports: [{ port: 80, targetPort: 8080 }] } });
const BESIDE = [
  service('cart', { app: 'cart' }), service('bank'), { apiVersion: 'cilium.io/v2', kind: 'CiliumCIDRGroup', metadata: { name: 'net', labels: { of: 'partners' } }, spec: { externalCIDRs: ['192.0.2.0/24'] } },
];

/** Whether pods of `web` are let out to all of these, by one policy of theirs. */
function letOut(spec: object): string[] {
  const metadata = { name: 'p', namespace: 'shop' };
  const whole = { endpointSelector: { matchLabels: { app: 'web' } }, ...spec };
  const { readings: [{ reading: { leaving } }] } = reading([{ apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata, spec: whole }, ...BESIDE]);
  const client = { kind: 'pod', meshed: false, ...WEB } as const;
  const request = { method: 'GET', path: '/api', headers: {}, query: {} };
  return [
    ...[CART, JOB].map(to => pass(leaving!(client, to), { client, pod: to.pod, port: to.port, protocol: to.protocol, request })),
    ...[BANK, NET].map(outside => pass(leaving!(client, OUTSIDE), { client, pod: WEB, port: 443, protocol: 'TCP', outside })),
  ].map(({ passage }) => isUndecided(passage) ? 'unknown' : passage);
}

test.each<[string, object, string]>([
  ['no rules for what leaves', { ingress: [{}] }, 'allowed allowed allowed allowed'],
  ['pods of its own namespace', { egress: [{ toEndpoints: [{ matchLabels: { app: 'cart' } }] }] }, 'allowed denied denied denied'],
  ['pods of others', { egress: [{ toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'ops' } }] }] }, 'denied allowed denied denied'],
  ['the cluster', { egress: [{ toEntities: ['cluster'] }] }, 'allowed allowed denied denied'],
  ['outside', { egress: [{ toEntities: ['world'] }] }, 'denied denied allowed allowed'],
  ['the API server', { egress: [{ toEntities: ['kube-apiserver'] }] }, 'denied denied unknown unknown'],
  ['addresses, which are none of pods', { egress: [{ toCIDRSet: [{ cidr: '192.0.2.0/24', except: ['192.0.2.128/25'] }] }] }, 'denied denied unknown allowed'],
  ['hosts', { egress: [{ toFQDNs: [{ matchPattern: '*.bank.example' }] }] }, 'denied denied allowed unknown'],
  ['all names below a host', { egress: [{ toFQDNs: [{ matchPattern: '**.example' }] }] }, 'denied denied allowed unknown'],
  ['one label only', { egress: [{ toFQDNs: [{ matchPattern: '*.example' }] }] }, 'denied denied denied unknown'],
  ['a Service', { egress: [{ toServices: [{ k8sService: { serviceName: 'cart', namespace: 'shop' } }] }] }, 'allowed denied denied denied'],
  ['a Service without a selector', { egress: [{ toServices: [{ k8sService: { serviceName: 'bank', namespace: 'shop' } }] }] }, 'unknown unknown unknown unknown'],
  ['a Service of any namespace', { egress: [{ toServices: [{ k8sService: { serviceName: 'cart' } }] }] }, 'unknown unknown unknown unknown'],
  ['all but a Service', { egress: [{ toEntities: ['all'] }], egressDeny: [{ toServices: [{ k8sService: { serviceName: 'cart', namespace: 'shop' } }] }] }, 'unknown unknown unknown unknown'],
  ['a group of addresses', { egress: [{ toCIDRSet: [{ cidrGroupRef: 'net' }] }] }, 'denied denied unknown allowed'],
  ['a group of addresses of other files', { egress: [{ toCIDRSet: [{ cidrGroupRef: 'other' }] }] }, 'denied denied unknown unknown'],
  ['groups of addresses by labels', { egress: [{ toCIDRSet: [{ cidrGroupSelector: { matchLabels: { of: 'partners' } } }] }] }, 'denied denied unknown allowed'],
  ['groups of addresses with a label that none in the files has', { egress: [{ toCIDRSet: [{ cidrGroupSelector: { matchLabels: { of: 'others' } } }] }] }, 'denied denied unknown unknown'],
  ['groups of addresses by no label, which may be more', { egress: [{ toCIDRSet: [{ cidrGroupSelector: {} }] }] }, 'unknown unknown unknown unknown'],
  ['nodes by their labels, where agents may drop the policy', { egress: [{ toNodes: [{}] }] }, 'unknown unknown unknown unknown'],
  ['nodes by their labels, where denials may be dropped with them', { egress: [{ toNodes: [{}] }], egressDeny: [{ toEntities: ['world'] }] }, 'unknown unknown unknown unknown'],
  ['Services by labels', { egress: [{ toServices: [{ k8sServiceSelector: { selector: {} } }] }] }, 'unknown unknown unknown unknown'],
  ['a port', { egress: [{ toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] }] }, 'denied denied allowed allowed'],
  ['requests', {
    egress: [{ toPorts: [{ ports: [{ port: 'http', protocol: 'TCP' }], rules: { http: [{ path: '/api.*' }] } }] }],
  }, 'allowed allowed denied denied'],
  ['names of TLS', { egress: [{ toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }], serverNames: ['*.bank.example'] }] }] }, 'denied denied unknown unknown'],
  ['denials, which go first', {
    egress: [{ toEntities: ['all'] }], egressDeny: [{ toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'ops' } }] }],
  }, 'allowed denied allowed allowed'],
  ['denials alone, which leave the rest', { egressDeny: [{ toEntities: ['world'] }], enableDefaultDeny: { egress: false } }, 'allowed allowed denied denied'],
  ['two kinds of peers, which Cilium does not take', { egress: [{ toEntities: ['all'], toCIDR: ['10.0.0.0/8'] }] }, 'unknown unknown unknown unknown'],
])('pods are let out to %s', (_, spec, answers) => expect(letOut(spec).join(' ')).toBe(answers));

test('a policy for what leaves says nothing of who gets in', () => {
  const policy = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'p', namespace: 'shop' }, spec: { endpointSelector: {}, egress: [{ toEntities: ['world'] }] } };

  expect(entering(reading([policy]), CART, { kind: 'outside', meshed: false })).toBe('allowed');
});

test.each<[expression: string, host: string, answer: string]>([
  ['api[.]bank[.]example(:[0-9]+)?', 'api.bank.example', 'allowed'],
  ['api[.]bank[.]example(:[0-9]+)?', 'other.example', 'denied'],
  ['[a-z]+\\.bank\\.example(?::\\d+)?', 'www.bank.example', 'allowed'],
  ['api\\.bank\\.example', 'api.bank.example', 'unknown'],
  ['api\\.bank\\.example', 'other.example', 'denied'],
  ['api.*', 'other.example', 'unknown'],
])('requests to hosts for which %s holds, to %s: %s', (expression, host, answer) => {
  const { readings: [{ reading: { leaving } }] } = reading([{
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name: 'p', namespace: 'shop' },
    spec: { endpointSelector: {}, egress: [{ toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }], rules: { http: [{ host: expression }] } }] }] },
  }]);
  const client = { kind: 'pod', meshed: false, ...WEB } as const;
  const ask = (protocol: 'HTTP' | 'TLS') => pass(leaving!(client, { isOutside: true, protocol }), {
    client,
    pod: WEB,
    port: 80,
    protocol,
    outside: NET,
    ...protocol === 'HTTP' && { request: { method: 'GET', path: '/', host, headers: {}, query: {} } },
  }).passage;
  expect(isUndecided(ask('HTTP')) ? 'unknown' : ask('HTTP')).toBe(answer);
  if (answer !== 'unknown') expect(ask('TLS')).toBe('denied');
});
