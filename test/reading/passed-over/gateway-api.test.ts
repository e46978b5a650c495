import { type Case, object, passesNothingOver } from './fields';

const FRONT = { name: 'front' };
const gateway = (kind: string, spec: object, name = 'cart', version = 'v1') => object(`gateway.networking.k8s.io/${version}`, kind, name, spec);

const listener = { name: 'http', port: 80, protocol: 'HTTP', hostname: 'shop.example.com' };
const SECURE = { name: 'secure', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'shop' }] } };
const allowedListeners = { namespaces: { from: 'All' } };
const GATEWAY = gateway('Gateway', { gatewayClassName: 'some', defaultScope: 'All', listeners: [listener], allowedListeners }, 'front');
const MORE = gateway('ListenerSet', { parentRef: FRONT, listeners: [{ ...listener, hostname: 'other.example.com' }] }, 'more');
const SERVICE = { group: '', kind: 'Service', name: 'cart' };
const backendRefs = [{ name: 'cart', port: 80, weight: 1 }, { name: 'other', port: 80, weight: 1 }];
const http = { matches: [{ path: { type: 'Exact', value: '/a' }, headers: [{ name: 'x-team', value: '.1' }], queryParams: [{ name: 'q', value: '.1' }] }], backendRefs };
const grpc = { matches: [{ method: { service: 'a.B', method: 'C' }, headers: [{ name: 'x-team', value: '.1' }] }], backendRefs };
const TLS = gateway('Gateway', { gatewayClassName: 'some', defaultScope: 'All', listeners: [{ name: 'tls', port: 443, protocol: 'TLS', tls: { mode: 'Passthrough' } }] }, 'tls');
const PORTS = object('v1', 'Service', 'db', { selector: { app: 'cart' }, ports: [{ name: 'tcp', port: 90 }, { name: 'tls', port: 443 }, { name: 'udp', port: 53, protocol: 'UDP' }] });
const DB = { group: '', kind: 'Service', name: 'db' };
const RPC = object('v1', 'Service', 'rpc', { selector: { app: 'cart' }, ports: [{ name: 'grpc', port: 80, targetPort: 8080, appProtocol: 'grpc' }] });
const ROUTE = gateway('HTTPRoute', { parentRefs: [FRONT], rules: [http] });
const ELSEWHERE = { ...gateway('HTTPRoute', { parentRefs: [{ ...FRONT, namespace: 'shop' }], rules: [{ backendRefs: [{ name: 'far', port: 80 }] }] }), metadata: { name: 'far', namespace: 'away' } };
const DEFAULTS = gateway('HTTPRoute', { useDefaultGateways: 'All', rules: [{ backendRefs }] }, 'defaults');
const TO_MORE = { group: 'gateway.networking.k8s.io', kind: 'ListenerSet', name: 'more' };
const OF_MORE = gateway('HTTPRoute', { parentRefs: [TO_MORE], rules: [http] });
const ELSEWHERE_OF_MORE = { ...ELSEWHERE, spec: { ...ELSEWHERE.spec, parentRefs: [{ ...TO_MORE, namespace: 'shop' }] } };
const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'shop' } } };
const NAME = 'it is for people';
const meaningless = { 'rules[].name': NAME };

const CASES: readonly Case[] = [
  { manifest: gateway('HTTPRoute', { parentRefs: [SERVICE], rules: [http] }), specs: [{ parentRefs: [FRONT], rules: [http] }], beside: [GATEWAY], meaningless },
  { manifest: gateway('GRPCRoute', { parentRefs: [{ ...SERVICE, name: 'rpc' }], rules: [grpc] }), specs: [{ parentRefs: [FRONT], rules: [grpc] }], beside: [GATEWAY, RPC], meaningless },
  { manifest: gateway('TCPRoute', { parentRefs: [DB], rules: [{ backendRefs }] }, 'cart', 'v1alpha2'), beside: [PORTS] },
  { manifest: gateway('TCPRoute', { parentRefs: [DB], rules: [{ backendRefs }] }), beside: [PORTS] },
  // Meshes differ on connections for other names.
  {
    mesh: 'linkerd',
    manifest: gateway('TLSRoute', { parentRefs: [DB], hostnames: ['a.example.com'], rules: [{ backendRefs }] }),
    beside: [PORTS, TLS],
    meaningless: { ...meaningless, 'parentRefs[].sectionName': 'Linkerd reads none' },
  },
  { manifest: gateway('UDPRoute', { parentRefs: [DB], rules: [{ backendRefs }] }), beside: [PORTS] },
  {
    manifest: GATEWAY,
    specs: [
      { gatewayClassName: 'some', listeners: [SECURE], tls: { frontend: { default: { validation: {} } } } },
      { gatewayClassName: 'some', listeners: [listener], allowedListeners: { namespaces: { from: 'Selector', selector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } } } },
      { gatewayClassName: 'some', listeners: [{ ...listener, allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } } } }] },
    ],
    beside: [ROUTE, MORE, OF_MORE, ELSEWHERE, DEFAULTS, NAMESPACE],
  },
  {
    manifest: MORE,
    specs: [{ parentRef: FRONT, listeners: [SECURE] }, { parentRef: FRONT, listeners: [{ ...listener, allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } } } }] }],
    beside: [GATEWAY, OF_MORE, ELSEWHERE_OF_MORE, NAMESPACE],
  },
  {
    manifest: { ...gateway('ReferenceGrant', { from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop' }], to: [{ group: '', kind: 'Service', name: 'far' }] }), metadata: { name: 'cart', namespace: 'away' } },
    beside: [GATEWAY, gateway('HTTPRoute', { parentRefs: [FRONT], rules: [{ backendRefs: [{ name: 'far', namespace: 'away', port: 80 }] }] })],
  },
  { manifest: gateway('BackendTLSPolicy', { targetRefs: [{ group: '', kind: 'Service', name: 'cart' }], validation: { hostname: 'cart', wellKnownCACertificates: 'System' } }) },
  {
    manifest: object('gateway.networking.x-k8s.io/v1alpha1', 'XBackend', 'api', {
      type: 'ExternalHostname', externalHostname: { hostname: 'api.example.com' }, port: { number: 443 }, tls: { mode: 'ServerOnly', validation: { hostname: 'api.example.com', wellKnownCACertificates: 'System' } },
    }),
    beside: [gateway('HTTPRoute', { parentRefs: [SERVICE], rules: [{ backendRefs: [{ group: 'gateway.networking.x-k8s.io', kind: 'XBackend', name: 'api' }] }] })],
  },
  {
    manifest: object('gateway.networking.x-k8s.io/v1alpha1', 'XBackendTrafficPolicy', 'cart', { targetRefs: [{ group: '', kind: 'Service', name: 'cart' }], retryConstraint: { budget: { percent: 20, interval: '10s' }, minRetryRate: { count: 10, interval: '1s' } } }),
  },
];

passesNothingOver(CASES);
