import { type Case, object, passesNothingOver } from './fields';

const endpointSelector = { matchLabels: { app: 'cart' } };
const fromWeb = { fromEndpoints: [{ matchLabels: { app: 'web' } }], toPorts: [{ ports: [{ port: '8080', protocol: 'TCP' }], rules: { http: [{ method: 'GET', path: '/a', headerMatches: [{ name: 'x-team', value: '1' }] }] } }] };
const toWeb = { toEndpoints: [{ matchLabels: { app: 'web' } }], toPorts: [{ ports: [{ port: '8080', protocol: 'TCP' }] }] };
const spec = { endpointSelector, ingress: [fromWeb], egress: [toWeb] };
const specs = [{
  endpointSelector,
  enableDefaultDeny: { ingress: false, egress: false },
  ingressDeny: [{ fromEndpoints: fromWeb.fromEndpoints }],
  egressDeny: [{ toEndpoints: fromWeb.fromEndpoints }],
}];
const meaningless = { description: 'it is for people', labels: 'they are for people', log: 'what is logged is not asked' };

const BACKEND = { service: { name: 'cart', port: { number: 80 } } };

const TEXT = { type: 'string' };

const CASES: readonly Case[] = [
  {
    manifest: object('networking.k8s.io/v1', 'NetworkPolicy', 'cart', {
      podSelector: { matchLabels: { app: 'cart' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 8080 }] }],
      egress: [{ to: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 8080 }] }],
    }),
    beside: [object('v1', 'Service', 'more', { selector: { app: 'web' }, ports: [{ name: 'more', port: 9000 }] })],
    values: { 'ingress[].ports[].endPort': [9000], 'egress[].ports[].endPort': [9000] },
  },
  {
    manifest: object('networking.k8s.io/v1', 'Ingress', 'cart', {
      ingressClassName: 'nginx', rules: [{ host: 'shop.example.com', http: { paths: [{ path: '/a', pathType: 'Prefix', backend: BACKEND }] } }],
    }),
    specs: [{ ingressClassName: 'nginx', defaultBackend: BACKEND, tls: [{ hosts: ['shop.example.com'] }] }],
    values: { 'tls[].hosts[]': ['shop.example.com'] },
  },
  {
    manifest: object('networking.k8s.io/v1', 'IngressClass', 'nginx', { controller: 'example.com/nginx' }),
    schema: { properties: { controller: TEXT, parameters: { properties: Object.fromEntries(['apiGroup', 'kind', 'name', 'namespace', 'scope'].map(name => [name, TEXT])) } } },
    beside: [object('networking.k8s.io/v1', 'Ingress', 'cart', { ingressClassName: 'nginx', defaultBackend: BACKEND })],
    meaningless: { controller: 'each controller is read the same' },
  },
  { mesh: 'cilium', manifest: object('cilium.io/v2', 'CiliumNetworkPolicy', 'cart', spec), specs, meaningless },
  { mesh: 'cilium', manifest: object('cilium.io/v2', 'CiliumClusterwideNetworkPolicy', 'cart', spec), specs, meaningless },
];

const OF_GROUP = { endpointSelector, ingress: [{ fromCIDRSet: [{ cidrGroupRef: 'office' }] }], egress: [{ toCIDRSet: [{ cidrGroupRef: 'office' }] }] };
const GROUP_SCHEMA = { properties: { externalCIDRs: { items: { type: 'string' } } } };

const GROUPS: Case = {
  mesh: 'cilium',
  manifest: object('cilium.io/v2', 'CiliumCIDRGroup', 'office', { externalCIDRs: ['192.0.2.0/24'] }),
  schema: GROUP_SCHEMA,
  beside: [object('cilium.io/v2', 'CiliumNetworkPolicy', 'cart', OF_GROUP)],
};

passesNothingOver([...CASES, GROUPS]);
