import type { Case } from './case';
import { object } from './object';

/** Valid manifests of the kinds around a mesh that say much, and what breaks rules of theirs across fields. */

export const serviceEntry = (spec: any) => object('networking.istio.io/v1', 'ServiceEntry', spec);
export const sidecar = (spec: any) => object('networking.istio.io/v1', 'Sidecar', spec);
export const consul = (kind: string, spec: any) => object('consul.hashicorp.com/v1alpha1', kind, spec);
export const kuma = (kind: string, spec: any) => object('kuma.io/v1alpha1', kind, spec);
export const cilium = (spec: any) => object('cilium.io/v2', 'CiliumNetworkPolicy', spec);
export const linkerdNewer = (kind: string, spec: any, version = 'v1alpha1') => object(`policy.linkerd.io/${version}`, kind, spec);
export const networkPolicy = (spec: any) => object('networking.k8s.io/v1', 'NetworkPolicy', spec);

const labels = { app: 'cart' };
const selector = { matchLabels: labels, matchExpressions: [{ key: 'version', operator: 'In', values: ['v1'] }] };

export function meshManifests(): any[] {
  return [...istioNetworking(), ...linkerdNewerPolicies(), ...consulConfig(), ...kumaPolicies(), ...ciliumPolicies(), ...networkPolicies()];
}

function istioNetworking(): any[] {
  const connectionPool = {
    tcp: { maxConnections: 10, connectTimeout: '1s', tcpKeepalive: { probes: 3, time: '10s', interval: '1s' } },
    http: { http1MaxPendingRequests: 1, h2UpgradePolicy: 'UPGRADE', idleTimeout: '1h', useClientProtocol: true },
  };
  return [
    serviceEntry({
      hosts: ['api.example.com'],
      addresses: ['240.0.0.1'],
      ports: [{ name: 'tls', number: 443, protocol: 'TLS', targetPort: 8443 }, { name: 'http', number: 80, protocol: 'HTTP' }],
      location: 'MESH_EXTERNAL',
      resolution: 'STATIC',
      endpoints: [{ address: '10.0.0.1', ports: { tls: 8443 }, labels, network: 'a', locality: 'eu/west', weight: 1, serviceAccount: 'api' }],
      exportTo: ['.'],
      subjectAltNames: ['spiffe://example.com/api'],
    }),
    serviceEntry({ hosts: ['api.example.com'], workloadSelector: { labels }, ports: [{ name: 'http', number: 80 }] }),
    sidecar({
      workloadSelector: { labels },
      ingress: [{
        port: { number: 9080, protocol: 'HTTP', name: 'web' },
        bind: '0.0.0.0',
        captureMode: 'NONE',
        defaultEndpoint: '127.0.0.1:8080',
        connectionPool,
        tls: { mode: 'SIMPLE', serverCertificate: '/a', privateKey: '/b', minProtocolVersion: 'TLSV1_2', subjectAltNames: ['a'], credentialNames: ['a'] },
      }],
      egress: [{ hosts: ['./*', 'shop/cart'], port: { number: 80, protocol: 'HTTP', name: 'out' }, bind: '127.0.0.1', captureMode: 'IPTABLES' }],
      inboundConnectionPool: connectionPool,
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY', egressProxy: { host: 'out.shop', subset: 'v1', port: { number: 80 } } },
    }),
  ];
}

function linkerdNewerPolicies(): any[] {
  const clientRefs = [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }];
  return [
    linkerdNewer('EgressNetwork', { trafficPolicy: 'Deny' }),
    linkerdNewer('EgressNetwork', { trafficPolicy: 'Allow', networks: [{ cidr: '203.0.113.0/24', except: ['203.0.113.7'] }] }),
    linkerdNewer('HTTPLocalRateLimitPolicy', {
      targetRef: { group: 'policy.linkerd.io', kind: 'Server', name: 'cart-8080' },
      total: { requestsPerSecond: 100 },
      identity: { requestsPerSecond: 10 },
      overrides: [{ requestsPerSecond: 20, clientRefs }],
    }),
    linkerdNewer('Server', { accessPolicy: 'audit', podSelector: selector, port: 8080, proxyProtocol: 'HTTP/2' }, 'v1beta3'),
    linkerdNewer('Server', { externalWorkloadSelector: selector, port: 'http' }, 'v1beta3'),
    linkerdNewer('MeshTLSAuthentication', { identities: ['spiffe://example.org/ns/shop/sa/web'] }),
  ];
}

function consulConfig(): any[] {
  const jwt = { providers: [{ name: 'okta', verifyClaims: [{ path: ['role'], value: 'admin' }] }] };
  return [
    consul('ServiceDefaults', {
      protocol: 'http',
      mutualTLSMode: 'strict',
      maxInboundConnections: 10,
      meshGateway: { mode: 'local' },
      destination: { addresses: ['api.example.com'], port: 443 },
      envoyExtensions: [{ name: 'builtin/lua', required: true, arguments: { script: 'x', deep: [{ any: null }] } }],
      rateLimits: { instanceLevel: { requestsPerSecond: 10, routes: [{ pathPrefix: '/cart', requestsPerSecond: 5 }] } },
      upstreamConfig: { overrides: [{ name: 'db', passiveHealthCheck: { interval: '1s', maxFailures: 3 }, limits: { maxConnections: 5 } }] },
    }),
    consul('RouteRetryFilter', { numRetries: 2, retryOn: ['reset'], retryOnStatusCodes: [503], retryOnConnectFailure: true }),
    consul('RouteTimeoutFilter', { requestTimeout: '2s', idleTimeout: '1m' }),
    consul('ServiceIntentions', {
      destination: { name: 'cart', namespace: 'shop' },
      jwt,
      sources: [
        {
          name: 'web',
          namespace: 'shop',
          permissions: [{
            action: 'allow',
            jwt,
            http: { pathPrefix: '/cart', methods: ['GET'], header: [{ name: 'x-canary', exact: 'always', invert: false }] },
          }],
        },
        { name: '*', action: 'deny', description: 'all others' },
      ],
    }),
  ];
}

function kumaPolicies(): any[] {
  const targetRef = { kind: 'Dataplane', labels, sectionName: 'web' };
  const id = { spiffeID: { type: 'Prefix', value: 'spiffe://shop.mesh.local/ns/shop/sa/web' } };
  return [
    kuma('MeshTrafficPermission', { targetRef, rules: [{ default: { allow: [id], deny: [{ spiffeID: { ...id.spiffeID, type: 'Exact' } }] } }] }),
    kuma('MeshTLS', { targetRef, rules: [{ default: { mode: 'Strict' } }] }),
    kuma('MeshPassthrough', {
      targetRef,
      default: { passthroughMode: 'Matched', appendMatch: [{ type: 'Domain', value: 'api.example.com', port: 443, protocol: 'tls' }] },
    }),
  ];
}

function ciliumPolicies(): any[] {
  const toPorts = [{
    ports: [{ port: '8080', protocol: 'TCP', endPort: 8090 }],
    rules: { http: [{ method: 'GET', path: '/cart/.*', host: 'cart', headers: ['x-a: b'], headerMatches: [{ name: 'x-b', value: 'c', mismatch: 'LOG' }] }] },
    serverNames: ['cart.shop'],
  }];
  return [
    cilium({
      endpointSelector: selector,
      description: 'cart',
      enableDefaultDeny: { ingress: true, egress: false },
      labels: [{ key: 'team', value: 'shop', source: 'k8s' }],
      ingress: [
        { fromEndpoints: [selector], authentication: { mode: 'required' }, toPorts },
        { fromCIDRSet: [{ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }], fromEntities: ['world'], icmps: [{ fields: [{ type: 8 }, { type: 'EchoReply' }] }] },
        { fromCIDR: ['10.0.0.0/8'] },
      ],
      ingressDeny: [{ fromEndpoints: [{}], toPorts: [{ ports: [{ port: '22' }] }] }],
      egress: [
        { toFQDNs: [{ matchName: 'api.example.com' }, { matchPattern: '*.example.com' }], toPorts: [{ ports: [{ port: '443' }] }] },
        { toEndpoints: [{}], toPorts: [{ ports: [{ port: '53', protocol: 'ANY' }], rules: { dns: [{ matchPattern: '*' }] } }] },
        { toServices: [{ k8sService: { serviceName: 'db', namespace: 'shop' } }] },
      ],
    }),
    cilium({ nodeSelector: {}, egressDeny: [{ toEntities: ['all'] }] }),
    { ...cilium(undefined), specs: [{ endpointSelector: {}, ingress: [{}] }] },
  ];
}

function networkPolicies(): any[] {
  return [
    networkPolicy({
      podSelector: selector,
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{
        from: [{ podSelector: selector, namespaceSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }],
        ports: [{ port: 8080, protocol: 'TCP', endPort: 8090 }, { port: 'http' }],
      }],
      egress: [{ to: [{ namespaceSelector: { matchLabels: labels } }], ports: [{ port: 53, protocol: 'UDP' }] }],
    }),
    networkPolicy({ podSelector: {} }),
  ];
}

const VALID = true;
const INVALID = false;

export function meshCases(): Case[] {
  return [...istioRules(), ...linkerdRules(), ...kumaRules(), ...ciliumRules(), ...kubernetesRules()]
    .map(([name, manifest, valid]) => ({ name, manifest, valid }));
}

type Row = readonly [name: string, manifest: any, valid: boolean];

function istioRules(): Row[] {
  const port = { name: 'http', number: 80 };
  const entry = (more: any) => serviceEntry({ hosts: ['api.example.com'], ports: [port], ...more });
  const endpoint = (one: any) => entry({ resolution: 'STATIC', endpoints: [one] });
  const timeout = (connectTimeout: string) => sidecar({ inboundConnectionPool: { tcp: { connectTimeout } } });
  const tls = (more: any) => sidecar({ ingress: [{ port: { number: 80 }, tls: more }] });
  return [
    ['ServiceEntry: a host of *', entry({ hosts: ['*'] }), INVALID],
    ['ServiceEntry: a wildcard host', entry({ hosts: ['*.example.com'] }), VALID],
    ['ServiceEntry: a port number twice', entry({ ports: [port, { ...port, name: 'web' }] }), INVALID],
    ['ServiceEntry: a port name twice', entry({ ports: [port, { ...port, number: 81 }] }), INVALID],
    ['ServiceEntry: port 0', entry({ ports: [{ ...port, number: 0 }] }), INVALID],
    ['ServiceEntry: port 65535', entry({ ports: [{ ...port, number: 65535 }] }), VALID],
    ['ServiceEntry: port 65536', entry({ ports: [{ ...port, number: 65536 }] }), INVALID],
    ['ServiceEntry: a selector and endpoints', entry({ workloadSelector: { labels }, endpoints: [{ address: '10.0.0.1' }] }), INVALID],
    ['ServiceEntry: an endpoint of a socket', endpoint({ address: 'unix:///var/run/api' }), VALID],
    ['ServiceEntry: an endpoint of a folder', endpoint({ address: 'unix:///var/run/' }), INVALID],
    ['ServiceEntry: an endpoint of a relative socket', endpoint({ address: 'unix://run' }), INVALID],
    ['ServiceEntry: an endpoint of a socket with ports', endpoint({ address: 'unix:///run', ports: { http: 80 } }), INVALID],
    ['ServiceEntry: an endpoint of nothing', endpoint({}), INVALID],
    ['ServiceEntry: an endpoint of a network', endpoint({ network: 'a' }), VALID],
    ['ServiceEntry: an endpoint port with a bad name', endpoint({ address: '10.0.0.1', ports: { 'a b': 80 } }), INVALID],
    ['ServiceEntry: a wildcard in a label', entry({ workloadSelector: { labels: { app: '*' } } }), INVALID],
    ['Sidecar: a timeout of a millisecond', timeout('1ms'), VALID],
    ['Sidecar: a timeout of less', timeout('999us'), INVALID],
    ['Sidecar: a timeout that is none', timeout('soon'), INVALID],
    ['Sidecar: a timeout of a day', timeout('1d'), INVALID],
    ['Sidecar: a timeout without a unit', timeout('10'), INVALID],
    ['Sidecar: a wildcard in a label', sidecar({ workloadSelector: { labels: { app: 'a*' } } }), INVALID],
    ['Sidecar: two kinds of credentials', tls({ mode: 'SIMPLE', credentialName: 'a', credentialNames: ['a'] }), INVALID],
    ['Sidecar: a null where one is wanted', tls({ insecureSkipVerify: null }), VALID],
    ['Sidecar: nothing', sidecar({}), VALID],
  ];
}

function linkerdRules(): Row[] {
  const egress = (spec: any) => linkerdNewer('EgressNetwork', { trafficPolicy: 'Deny', ...spec });
  const target = { group: 'policy.linkerd.io', kind: 'Server', name: 'cart-8080' };
  const limit = (requestsPerSecond: number, targetRef: any = target) =>
    linkerdNewer('HTTPLocalRateLimitPolicy', { targetRef, total: { requestsPerSecond } });
  const server = (spec: any) => linkerdNewer('Server', { port: 8080, ...spec }, 'v1beta3');
  const identity = (...identities: string[]) => linkerdNewer('MeshTLSAuthentication', { identities });
  return [
    ['EgressNetwork: no policy', linkerdNewer('EgressNetwork', {}), INVALID],
    ['EgressNetwork: a policy that is none', egress({ trafficPolicy: 'Audit' }), INVALID],
    ['EgressNetwork: no networks', egress({ networks: [] }), INVALID],
    ['EgressNetwork: a network without a block', egress({ networks: [{ except: ['10.0.0.0/8'] }] }), INVALID],
    ['HTTPLocalRateLimitPolicy: a request per second', limit(1), VALID],
    ['HTTPLocalRateLimitPolicy: none', limit(0), INVALID],
    ['HTTPLocalRateLimitPolicy: as many as there can be', limit(4294967295), VALID],
    ['HTTPLocalRateLimitPolicy: one more', limit(4294967296), INVALID],
    ['HTTPLocalRateLimitPolicy: half a request', limit(0.5), INVALID],
    ['HTTPLocalRateLimitPolicy: for a Service', limit(1, { ...target, group: '', kind: 'Service' }), INVALID],
    ['HTTPLocalRateLimitPolicy: for nothing', limit(1, null), INVALID],
    ['Server of v1beta3: an access policy that is none', server({ podSelector: {}, accessPolicy: 'allow' }), INVALID],
    ['Server of v1beta3: everyone', server({ podSelector: {}, accessPolicy: 'all-unauthenticated' }), VALID],
    ['Server of v1beta3: no selector', server({}), INVALID],
    ['Server of v1beta3: two selectors', server({ podSelector: {}, externalWorkloadSelector: {} }), INVALID],
    ['MeshTLSAuthentication: a SPIFFE id', identity('spiffe://example.org/web'), VALID],
    ['MeshTLSAuthentication: a SPIFFE id with a slash at its end', identity('spiffe://example.org/'), INVALID],
    ['MeshTLSAuthentication: another URI', identity('https://example.org/web'), INVALID],
  ];
}

function kumaRules(): Row[] {
  const allowing = (value: string) => kuma('MeshTrafficPermission', { rules: [{ default: { allow: [{ spiffeID: { type: 'Exact', value } }] } }] });
  const passing = (match: any) => kuma('MeshPassthrough', { default: { passthroughMode: 'Matched', appendMatch: [match] } });
  const targetRef = { kind: 'MeshService', labels };
  const routing = (path: any, rule: any = {}) => kuma('MeshHTTPRoute', { to: [{ targetRef, rules: [{ matches: [{ path }], default: rule }] }] });
  const replacing = { filters: [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/v1' } } }] };
  return [
    ['MeshHTTPRoute: a prefix', routing({ type: 'PathPrefix', value: '/cart' }), VALID],
    ['MeshHTTPRoute: every prefix', routing({ type: 'PathPrefix', value: '/' }), VALID],
    ['MeshHTTPRoute: a prefix with a slash at its end', routing({ type: 'PathPrefix', value: '/cart/' }), INVALID],
    ['MeshHTTPRoute: a path with a slash at its end', routing({ type: 'Exact', value: '/cart/' }), VALID],
    ['MeshHTTPRoute: a path without a slash', routing({ type: 'Exact', value: 'cart' }), INVALID],
    ['MeshHTTPRoute: an expression without a slash', routing({ type: 'RegularExpression', value: '.*cart' }), VALID],
    ['MeshHTTPRoute: a prefix that is replaced', routing({ type: 'PathPrefix', value: '/cart' }, replacing), VALID],
    ['MeshHTTPRoute: a path whose prefix is replaced', routing({ type: 'Exact', value: '/cart' }, replacing), INVALID],
    ['MeshTrafficPermission: a SPIFFE id', allowing('spiffe://shop/ns/shop/sa/web'), VALID],
    ['MeshTrafficPermission: a SPIFFE id of a trust domain', allowing('spiffe://shop'), VALID],
    ['MeshTrafficPermission: a SPIFFE id with a slash at its end', allowing('spiffe://shop/'), INVALID],
    ['MeshTrafficPermission: neither allow nor deny', kuma('MeshTrafficPermission', { rules: [{ default: {} }] }), INVALID],
    ['MeshTLS: a mesh with labels', kuma('MeshTLS', { targetRef: { kind: 'Mesh', labels }, rules: [{ default: { mode: 'Strict' } }] }), INVALID],
    ['MeshTLS: a mesh', kuma('MeshTLS', { targetRef: { kind: 'Mesh' }, rules: [{ default: { mode: 'Strict' } }] }), VALID],
    ['MeshPassthrough: a domain over TCP', passing({ type: 'Domain', value: 'a.com', port: 80, protocol: 'tcp' }), INVALID],
    ['MeshPassthrough: an address over TCP', passing({ type: 'IP', value: '10.0.0.1', port: 80, protocol: 'tcp' }), VALID],
  ];
}

function ciliumRules(): Row[] {
  const ingress = (rule: any) => cilium({ endpointSelector: {}, ingress: [rule] });
  const ports = (...list: any[]) => ingress({ toPorts: [{ ports: list }] });
  return [
    ['CiliumNetworkPolicy: no rule', cilium({ endpointSelector: {} }), INVALID],
    ['CiliumNetworkPolicy: no selector', cilium({ ingress: [{}] }), INVALID],
    ['CiliumNetworkPolicy: two selectors', cilium({ endpointSelector: {}, nodeSelector: {}, ingress: [{}] }), INVALID],
    ['CiliumNetworkPolicy: neither spec nor specs', cilium(undefined), INVALID],
    ['CiliumNetworkPolicy: specs of none', { ...cilium(undefined), specs: [] }, VALID],
    ['CiliumNetworkPolicy: a CIDR that is none', ingress({ fromCIDR: ['cart'] }), INVALID],
    ['CiliumNetworkPolicy: an address for a CIDR', ingress({ fromCIDR: ['10.0.0.1'] }), INVALID],
    ['CiliumNetworkPolicy: a CIDR with host bits', ingress({ fromCIDR: ['10.0.0.1/8'] }), VALID],
    ['CiliumNetworkPolicy: a CIDR of IPv6', ingress({ fromCIDR: ['fd00::/8'] }), VALID],
    ['CiliumNetworkPolicy: a CIDR too long', ingress({ fromCIDR: ['10.0.0.0/33'] }), INVALID],
    ['CiliumNetworkPolicy: a CIDR and a group', ingress({ fromCIDRSet: [{ cidr: '10.0.0.0/8', cidrGroupRef: 'a' }] }), INVALID],
    ['CiliumNetworkPolicy: 40 ports', ports(...Array.from({ length: 40 }, () => ({ port: '80' }))), VALID],
    ['CiliumNetworkPolicy: 41 ports', ports(...Array.from({ length: 41 }, () => ({ port: '80' }))), INVALID],
    ['CiliumNetworkPolicy: a named port', ports({ port: 'http' }), VALID],
    ['CiliumNetworkPolicy: rules for HTTP and DNS', ingress({ toPorts: [{ ports: [{ port: '80' }], rules: { http: [{}], dns: [{}] } }] }), INVALID],
    ['CiliumNetworkPolicy: rules for nothing', ingress({ toPorts: [{ ports: [{ port: '80' }], rules: {} }] }), INVALID],
    ['CiliumNetworkPolicy: a server name twice', ingress({ toPorts: [{ ports: [{ port: '80' }], serverNames: ['a', 'a'] }] }), INVALID],
  ];
}

function kubernetesRules(): Row[] {
  return [
    ['NetworkPolicy: nulls', networkPolicy({ podSelector: {}, ingress: null, egress: null, policyTypes: null }), VALID],
    ['NetworkPolicy: nulls inside', networkPolicy({ podSelector: { matchLabels: null }, ingress: [{ from: null, ports: null }] }), VALID],
    ['NetworkPolicy: a port of null', networkPolicy({ podSelector: {}, ingress: [{ ports: [{ port: null, protocol: null }] }] }), VALID],
  ];
}
