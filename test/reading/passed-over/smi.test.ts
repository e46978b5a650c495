import { type Case, object, passesNothingOver } from './fields';

const TARGET = object('access.smi-spec.io/v1alpha3', 'TrafficTarget', 'cart', {
  destination: { kind: 'ServiceAccount', name: 'cart', namespace: 'shop' },
  sources: [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }],
  rules: [{ kind: 'HTTPRouteGroup', name: 'cart', matches: ['a'] }, { kind: 'TCPRoute', name: 'cart' }],
});
const GROUP = object('specs.smi-spec.io/v1alpha4', 'HTTPRouteGroup', 'cart', { matches: [{ name: 'a', pathRegex: '/a', methods: ['GET'], headers: [{ 'x-team': '1' }] }] });
const TCP = object('specs.smi-spec.io/v1alpha4', 'TCPRoute', 'cart', { matches: { ports: [8080] } });
const TO_UDP = { ...TARGET, spec: { ...TARGET.spec, rules: [{ kind: 'UDPRoute', name: 'cart' }] } };
const DNS = object('v1', 'Service', 'dns', { selector: { app: 'cart' }, ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] });
const split = (version: string, one: unknown, other: unknown) => object(`split.smi-spec.io/${version}`, 'TrafficSplit', 'cart', { service: 'cart', backends: [{ service: 'web', weight: one }, { service: 'other', weight: other }] });

const CASES: readonly Case[] = [
  { manifest: TARGET, beside: [GROUP, TCP] },
  { manifest: GROUP, beside: [TARGET, TCP] },
  { manifest: TCP, beside: [TARGET, GROUP] },
  { manifest: object('specs.smi-spec.io/v1alpha4', 'UDPRoute', 'cart', { matches: { ports: [53] } }), beside: [TO_UDP, DNS] },
  { manifest: split('v1alpha1', '500m', '500m') },
  { manifest: split('v1alpha2', 50, 50) },
  { manifest: split('v1alpha4', 50, 50) },
  { mesh: 'osm', manifest: object('policy.openservicemesh.io/v1alpha1', 'Egress', 'cart', { sources: [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }], hosts: ['a.example.com'], ports: [{ number: 80, protocol: 'http' }] }) },
];

passesNothingOver(CASES, { mesh: 'smi' });
