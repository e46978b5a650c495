import { meshManifests } from './meshes';
import { object } from './object';
import type { Channel } from '../validator';

/** Valid manifests of every kind in `imports/crds` that say much, so that a mutation finds most fields in use. */

export const httpRoute = (...rules: any[]) => object('gateway.networking.k8s.io/v1', 'HTTPRoute', { parentRefs: [parentRef], rules });
export const grpcRoute = (...rules: any[]) => object('gateway.networking.k8s.io/v1', 'GRPCRoute', { parentRefs: [parentRef], rules });
export const tcpRoute = (version: string, ...rules: any[]) =>
  object(`gateway.networking.k8s.io/${version}`, 'TCPRoute', { parentRefs: [parentRef], rules });
export const peerAuthentication = (spec: any) => object('security.istio.io/v1', 'PeerAuthentication', spec);
export const authorizationPolicy = (spec: any) => object('security.istio.io/v1', 'AuthorizationPolicy', spec);
export const linkerd = (kind: string, spec: any, version = 'v1alpha1') => object(`policy.linkerd.io/${version}`, kind, spec);
export const trafficSplit = (version: string, ...backends: any[]) => object(`split.smi-spec.io/${version}`, 'TrafficSplit', { service: 'cart', backends });

export const parentRef = { group: '', kind: 'Service', name: 'cart', namespace: 'shop', port: 8080, sectionName: 'http' };
export const backendRef = { group: '', kind: 'Service', name: 'cart-v1', namespace: 'shop', port: 8080 };
const headers = { set: [{ name: 'x-route', value: 'cart' }], add: [{ name: 'x-seen', value: 'a b' }], remove: ['x-debug'] };
const modified = [
  { type: 'RequestHeaderModifier', requestHeaderModifier: headers },
  { type: 'ResponseHeaderModifier', responseHeaderModifier: headers },
];
const mirrored = { type: 'RequestMirror', requestMirror: { backendRef, percent: 10 } };
const mirroredFraction = { type: 'RequestMirror', requestMirror: { backendRef, fraction: { numerator: 1, denominator: 3 } } };
const extended = { type: 'ExtensionRef', extensionRef: { group: 'example.com', kind: 'RateLimit', name: 'slow' } };
const sticky = {
  sessionPersistence: { type: 'Cookie', absoluteTimeout: '1h', cookie: { name: 'session', lifetimeType: 'Permanent', path: '/cart' } },
};

export function validManifests(channel: Channel): any[] {
  return [...smi(), ...gatewayApi(), ...channel === 'experimental' ? experimental() : [], ...istio(), ...linkerdPolicies(), ...meshManifests()];
}

function smi(): any[] {
  return [
    object('split.smi-spec.io/v1alpha4', 'TrafficSplit', {
      service: 'cart',
      matches: [{ kind: 'HTTPRouteGroup', name: 'firefox' }],
      backends: [{ service: 'cart-v1', weight: 90 }, { service: 'cart-v2', weight: 10 }],
    }),
    trafficSplit('v1alpha2', { service: 'cart-v1', weight: 90 }, { service: 'cart-v2', weight: 10 }),
    trafficSplit('v1alpha1', { service: 'cart-v1', weight: '900m' }, { service: 'cart-v2', weight: 1 }),
    object('access.smi-spec.io/v1alpha3', 'TrafficTarget', {
      destination: { kind: 'ServiceAccount', name: 'cart', namespace: 'shop' },
      sources: [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }],
      rules: [{ kind: 'HTTPRouteGroup', name: 'cart', matches: ['read'] }],
    }),
    object('specs.smi-spec.io/v1alpha4', 'HTTPRouteGroup', {
      matches: [{ name: 'read', methods: ['GET'], pathRegex: '/cart', headers: [{ 'user-agent': '.*Firefox.*' }] }],
    }),
    object('specs.smi-spec.io/v1alpha4', 'TCPRoute', { matches: { ports: [8080] } }),
    object('specs.smi-spec.io/v1alpha4', 'UDPRoute', { matches: { ports: [53] } }),
  ];
}

function gatewayApi(): any[] {
  const routed = object('gateway.networking.k8s.io/v1', 'HTTPRoute', {
    parentRefs: [parentRef],
    hostnames: ['cart.example.com', '*.example.com'],
    rules: [
      {
        name: 'read',
        matches: [{
          path: { type: 'PathPrefix', value: '/cart' },
          method: 'GET',
          headers: [{ type: 'Exact', name: 'x-canary', value: 'always' }],
          queryParams: [{ type: 'RegularExpression', name: 'page', value: '[0-9]+' }],
        }],
        filters: [
          ...modified, mirrored, extended,
          { type: 'URLRewrite', urlRewrite: { hostname: 'cart.internal', path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } },
          {
            type: 'CORS',
            cors: {
              allowOrigins: ['https://example.com', 'http://*.example.com:8080'],
              allowCredentials: true,
              allowMethods: ['GET', 'POST'],
              allowHeaders: ['x-cart'],
              exposeHeaders: ['x-total'],
              maxAge: 60,
            },
          },
        ],
        backendRefs: [{ ...backendRef, weight: 90, filters: [...modified, mirroredFraction] }, { name: 'cart-v2', port: 8080, weight: 10 }],
        timeouts: { request: '10s', backendRequest: '2s500ms' },
      },
      {
        filters: [{
          type: 'RequestRedirect',
          requestRedirect: {
            scheme: 'https', hostname: 'example.com', port: 8443, statusCode: 301, path: { type: 'ReplaceFullPath', replaceFullPath: '/moved' },
          },
        }],
      },
    ],
  });
  const grpc = object('gateway.networking.k8s.io/v1', 'GRPCRoute', {
    parentRefs: [parentRef],
    hostnames: ['cart.example.com'],
    rules: [{
      name: 'add',
      matches: [{
        method: { type: 'Exact', service: 'shop.Cart', method: 'Add' },
        headers: [{ type: 'Exact', name: 'x-canary', value: 'always' }],
      }],
      filters: [...modified, mirrored, extended],
      backendRefs: [{ ...backendRef, weight: 90, filters: [...modified, mirroredFraction] }],
    }],
  });
  const grants = ['v1', 'v1beta1'].map(version => object(`gateway.networking.k8s.io/${version}`, 'ReferenceGrant', {
    from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'ops' }],
    to: [{ group: '', kind: 'Service', name: 'cart' }],
  }));
  return [routed, grpc, tcpRoute('v1', { name: 'all', backendRefs: [{ ...backendRef, weight: 1 }] }), ...grants];
}

function experimental(): any[] {
  const external = (options: any) => ({ type: 'ExternalAuth', externalAuth: { backendRef, forwardBody: { maxSize: 1024 }, ...options } });
  const named = { sessionPersistence: { type: 'Header', header: { name: 'x-session' } } };
  return [
    httpRoute(
      { ...sticky, retry: { codes: [500, 503], attempts: 3, backoff: '100ms' } },
      { ...named, filters: [external({ protocol: 'HTTP', http: { path: '/check', allowedHeaders: ['x-a'], allowedResponseHeaders: ['x-b'] } })] },
      { filters: [external({ protocol: 'GRPC', grpc: { allowedHeaders: ['x-a'] } })] },
    ),
    { ...grpcRoute({ ...sticky }, { ...named }), spec: { ...grpcRoute({ ...sticky }).spec, useDefaultGateways: 'None' } },
    tcpRoute('v1alpha2', { name: 'all', backendRefs: [{ ...backendRef, weight: 1 }] }),
  ];
}

function istio(): any[] {
  const names = ['cart'];
  return [
    authorizationPolicy({
      selector: { matchLabels: { app: 'cart' } },
      action: 'ALLOW',
      rules: [{
        from: [
          {
            source: {
              principals: ['cluster.local/ns/shop/sa/web'],
              notPrincipals: names,
              requestPrincipals: names,
              notRequestPrincipals: names,
              namespaces: names,
              notNamespaces: names,
              ipBlocks: ['10.0.0.0/8'],
              notIpBlocks: names,
              remoteIpBlocks: names,
              notRemoteIpBlocks: names,
              trustDomains: names,
              notTrustDomains: names,
            },
          },
          { source: { serviceAccounts: ['shop/web'], notServiceAccounts: ['shop/ops'] } },
        ],
        to: [{
          operation: {
            hosts: names,
            notHosts: names,
            ports: ['8080'],
            notPorts: ['9090'],
            methods: ['GET'],
            notMethods: ['POST'],
            paths: ['/cart', '/cart/*'],
            notPaths: ['/admin'],
          },
        }],
        when: [{ key: 'request.headers[x-canary]', values: ['always'], notValues: ['never'] }],
      }],
    }),
    authorizationPolicy({ targetRefs: [{ group: '', kind: 'Service', name: 'cart' }], action: 'CUSTOM', provider: { name: 'opa' } }),
    authorizationPolicy({ targetRef: { group: '', kind: 'Service', name: 'cart' } }),
    authorizationPolicy({}),
    peerAuthentication({ selector: { matchLabels: { app: 'cart' } }, mtls: { mode: 'STRICT' }, portLevelMtls: { 9090: { mode: 'PERMISSIVE' } } }),
  ];
}

function linkerdPolicies(): any[] {
  return [
    linkerd('Server', {
      podSelector: { matchLabels: { app: 'cart' }, matchExpressions: [{ key: 'version', operator: 'In', values: ['v1'] }] },
      port: 'http',
      proxyProtocol: 'HTTP/1',
    }, 'v1beta1'),
    linkerd('Server', { podSelector: {}, port: 8080 }, 'v1beta1'),
    linkerd('MeshTLSAuthentication', { identities: ['*', 'web.shop.serviceaccount.identity.linkerd.cluster.local'] }),
    linkerd('MeshTLSAuthentication', { identityRefs: [{ group: '', kind: 'ServiceAccount', name: 'web', namespace: 'shop' }] }),
    linkerd('NetworkAuthentication', { networks: [{ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }] }),
    linkerd('AuthorizationPolicy', {
      targetRef: { group: 'policy.linkerd.io', kind: 'Server', name: 'cart' },
      requiredAuthenticationRefs: [{ group: 'policy.linkerd.io', kind: 'MeshTLSAuthentication', name: 'cart', namespace: 'shop' }],
    }),
    linkerd('HTTPRoute', {
      parentRefs: [{ ...parentRef, group: 'policy.linkerd.io', kind: 'Server' }],
      hostnames: ['cart.example.com'],
      rules: [{
        matches: [{
          path: { type: 'Exact', value: '/cart' },
          method: 'GET',
          headers: [{ type: 'Exact', name: 'x-canary', value: 'always' }],
          queryParams: [{ type: 'Exact', name: 'page', value: '1' }],
        }],
        filters: [
          { type: 'RequestHeaderModifier', requestHeaderModifier: headers },
          { type: 'RequestRedirect', requestRedirect: { scheme: 'https', hostname: 'example.com', port: 8443, statusCode: 301 } },
        ],
        backendRefs: [{ ...backendRef, weight: 1, filters: [{ type: 'ResponseHeaderModifier', responseHeaderModifier: headers }] }],
        timeouts: { request: '1m30s', backendRequest: '10s' },
      }],
    }, 'v1beta3'),
  ];
}
