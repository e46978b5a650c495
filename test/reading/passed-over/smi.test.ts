import { type Case, object, passesNothingOver } from './fields';

const WEB = { kind: 'ServiceAccount', name: 'web', namespace: 'shop' };
const TARGET = object('access.smi-spec.io/v1alpha3', 'TrafficTarget', 'cart', {
  destination: { kind: 'ServiceAccount', name: 'cart', namespace: 'shop' },
  sources: [WEB],
  rules: [{ kind: 'HTTPRouteGroup', name: 'cart', matches: ['a'] }, { kind: 'TCPRoute', name: 'cart' }],
});
const GROUP = object('specs.smi-spec.io/v1alpha4', 'HTTPRouteGroup', 'cart', { matches: [{ name: 'a', pathRegex: '/a', methods: ['GET'], headers: [{ 'x-team': '1' }] }] });
const TCP = object('specs.smi-spec.io/v1alpha4', 'TCPRoute', 'cart', { matches: { ports: [8080] } });
const TO_UDP = { ...TARGET, spec: { ...TARGET.spec, rules: [{ kind: 'UDPRoute', name: 'cart' }] } };
const DNS = object('v1', 'Service', 'dns', { selector: { app: 'cart' }, ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] });
const split = (version: string, one: unknown, other: unknown) => object(`split.smi-spec.io/${version}`, 'TrafficSplit', 'cart', { service: 'cart', backends: [{ service: 'web', weight: one }, { service: 'other', weight: other }] });

const TO_GROUP = { apiGroup: 'specs.smi-spec.io/v1alpha4', kind: 'HTTPRouteGroup', name: 'cart' };
const egress = (spec: object) => object('policy.openservicemesh.io/v1alpha1', 'Egress', 'cart', { sources: [WEB], ...spec });

const CASES: readonly Case[] = [
  { manifest: TARGET, beside: [GROUP, TCP] },
  { manifest: GROUP, beside: [TARGET, TCP] },
  { manifest: TCP, beside: [TARGET, GROUP] },
  { manifest: object('specs.smi-spec.io/v1alpha4', 'UDPRoute', 'cart', { matches: { ports: [53] } }), beside: [TO_UDP, DNS] },
  { manifest: split('v1alpha1', '500m', '500m') },
  { manifest: split('v1alpha2', 50, 50) },
  { manifest: split('v1alpha4', 50, 50) },
  { mesh: 'osm', manifest: egress({ hosts: ['a.example.com'], ports: [{ number: 80, protocol: 'http' }], matches: [TO_GROUP] }), beside: [GROUP] },
  { mesh: 'osm', manifest: egress({ hosts: ['a.example.com'], ports: [{ number: 443, protocol: 'https' }] }) },
  { manifest: egress({ ipAddresses: ['203.0.113.0/24'], ports: [{ number: 5432, protocol: 'tcp' }] }), specs: [{ sources: [WEB], hosts: ['a.example.com'], ports: [{ number: 80, protocol: 'http' }] }] },
];

passesNothingOver(CASES, { mesh: 'smi' });
