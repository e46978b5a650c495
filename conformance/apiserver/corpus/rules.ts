import { type Case } from './case';
import { meshCases } from './meshes';
import { object } from './object';
import {
  authorizationPolicy, backendRef, grpcRoute, httpRoute, linkerd, parentRef, peerAuthentication, tcpRoute, trafficSplit,
} from './valid';
import type { Channel } from '../validator';

/** Manifests whose structure is right, and which break a CEL rule or a constraint across fields, or only just keep it. */
export function ruleCases(channel: Channel): Case[] {
  const cases = [...paths(), ...filters(), ...routes(), ...grpc(), ...istio(), ...others(), ...parents(channel), ...meshCases()];
  return channel === 'experimental' ? [...cases, ...experimental()] : cases;
}

const VALID = true;
const INVALID = false;

type Row = readonly [name: string, manifest: any, valid: boolean];

const cases = (rows: Row[]): Case[] => rows.map(([name, manifest, valid]) => ({ name, manifest, valid }));
const times = <T>(count: number, item: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => item(i));

function paths(): Case[] {
  const bad: Record<string, string> = {
    'relative': 'cart',
    'with two slashes': '/a//b',
    'with a dot as element': '/a/./b',
    'that climbs': '/a/../b',
    'that ends in a climb': '/a/..',
    'that ends in a dot': '/a/.',
    'with an encoded slash': '/a%2fb',
    'with an encoded slash in capitals': '/a%2Fb',
    'with a fragment': '/a#b',
    'with a space': '/a b',
    'with a query': '/a?b',
    'with a broken escape': '/a%2',
    'with an umlaut': '/ä',
    'with a brace': '/{id}',
    'with a line break': '/a\n',
    'that is empty': '',
  };
  const good: Record<string, string> = {
    'of a slash': '/',
    'with an escape': '/a%20b',
    'with every sign': "/-._~!$&'()*+,;=:@",
    'with three dots': '/a/...',
    'with a dot inside': '/a/.b',
    'of 1024 characters': '/'.padEnd(1024, 'a'),
  };
  const path = (type: string, value: string) => httpRoute({ matches: [{ path: { type, value } }] });
  return ['Exact', 'PathPrefix', 'RegularExpression'].flatMap(type => cases([
    ...Object.entries(bad).map(([what, value]): Row => [`HTTPRoute: ${type} path ${what}`, path(type, value), type === 'RegularExpression']),
    ...Object.entries(good).map(([what, value]): Row => [`HTTPRoute: ${type} path ${what}`, path(type, value), VALID]),
  ]));
}

function filters(): Case[] {
  const ruled = (...list: any[]) => httpRoute({ matches: [{ path: { type: 'PathPrefix', value: '/cart' } }], filters: list });
  const behind = (...list: any[]) => httpRoute({
    matches: [{ path: { type: 'PathPrefix', value: '/cart' } }],
    backendRefs: [{ ...backendRef, filters: list }],
  });
  const options: Record<string, any> = {
    RequestHeaderModifier: { requestHeaderModifier: { remove: ['x-a'] } },
    ResponseHeaderModifier: { responseHeaderModifier: { remove: ['x-a'] } },
    RequestMirror: { requestMirror: { backendRef } },
    RequestRedirect: { requestRedirect: { hostname: 'example.com' } },
    URLRewrite: { urlRewrite: { hostname: 'example.com' } },
    ExtensionRef: { extensionRef: { group: 'example.com', kind: 'RateLimit', name: 'slow' } },
    CORS: { cors: { allowOrigins: ['https://example.com'] } },
  };
  const types = Object.keys(options);
  const once = ['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite', 'CORS'];
  const rewrite = (path: any) => ({ type: 'URLRewrite', urlRewrite: { path } });
  const redirect = (path: any) => ({ type: 'RequestRedirect', requestRedirect: { path } });
  const mirror = (share: any) => ({ type: 'RequestMirror', requestMirror: { backendRef, ...share } });
  const cors = (policy: any) => ({ type: 'CORS', cors: policy });
  const prefix = { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' };
  const matching = (...matches: any[]) => httpRoute({ matches, filters: [rewrite(prefix)] });

  return cases([
    ...[ruled, behind].flatMap((place, i) => types.flatMap((type): Row[] => {
      const where = i === 0 ? 'rule' : 'backend';
      const filter = { type, ...options[type] };
      const other = types[(types.indexOf(type) + 1) % types.length];
      return [
        [`HTTPRoute: ${where} filter ${type}`, place(filter), VALID],
        [`HTTPRoute: ${where} filter ${type} without its options`, place({ type }), INVALID],
        [`HTTPRoute: ${where} filter ${type} with the options of ${other}`, place({ ...filter, ...options[other] }), INVALID],
        [`HTTPRoute: ${where} filter ${type} twice`, place(filter, filter), !once.includes(type)],
      ];
    })),
    ['HTTPRoute: a redirect and a rewrite', ruled(
      { type: 'RequestRedirect', ...options.RequestRedirect },
      { type: 'URLRewrite', ...options.URLRewrite },
    ), INVALID],
    ['HTTPRoute: a redirect and backends', httpRoute({ filters: [redirect(undefined)], backendRefs: [backendRef] }), INVALID],
    ...[rewrite, redirect].flatMap((filter): Row[] => {
      const { type } = filter({});
      return [
        [`HTTPRoute: ${type} of a whole path`, ruled(filter({ type: 'ReplaceFullPath', replaceFullPath: '/' })), VALID],
        [`HTTPRoute: ${type} of a whole path by nothing`, ruled(filter({ type: 'ReplaceFullPath' })), INVALID],
        [`HTTPRoute: ${type} of a prefix by nothing`, ruled(filter({ type: 'ReplacePrefixMatch' })), INVALID],
        [`HTTPRoute: ${type} of a whole path and a prefix`, ruled(filter({ ...prefix, replaceFullPath: '/' })), INVALID],
        [`HTTPRoute: ${type} of a whole path by a prefix`, ruled(filter({ ...prefix, type: 'ReplaceFullPath' })), INVALID],
      ];
    }),
    ['HTTPRoute: a prefix replaced, of an exact path', matching({ path: { type: 'Exact', value: '/cart' } }), INVALID],
    ['HTTPRoute: a prefix replaced, of two paths', matching({ path: { value: '/cart' } }, { path: { value: '/basket' } }), INVALID],
    ['HTTPRoute: a prefix replaced, of the default path', matching({ method: 'GET' }), VALID],
    ['HTTPRoute: a prefix replaced, without matches', httpRoute({ filters: [rewrite(prefix)] }), VALID],
    ['HTTPRoute: a prefix replaced, with no match at all', matching(), INVALID],
    ['HTTPRoute: a prefix replaced for a backend, of an exact path', httpRoute({
      matches: [{ path: { type: 'Exact', value: '/cart' } }], backendRefs: [{ ...backendRef, filters: [rewrite(prefix)] }],
    }), INVALID],
    ['HTTPRoute: a mirror of a percentage and of a fraction', ruled(mirror({ percent: 1, fraction: { numerator: 1 } })), INVALID],
    ['HTTPRoute: a mirror of more than all', ruled(mirror({ fraction: { numerator: 2, denominator: 1 } })), INVALID],
    ['HTTPRoute: a mirror of 101 in the default 100', ruled(mirror({ fraction: { numerator: 101 } })), INVALID],
    ['HTTPRoute: a mirror of 100 in the default 100', ruled(mirror({ fraction: { numerator: 100 } })), VALID],
    ['HTTPRoute: a mirror to a Service without a port', ruled({ type: 'RequestMirror', requestMirror: { backendRef: { name: 'cart' } } }), INVALID],
    ['HTTPRoute: any origin and another', ruled(cors({ allowOrigins: ['*', 'https://example.com'] })), INVALID],
    ['HTTPRoute: any origin', ruled(cors({ allowOrigins: ['*'] })), VALID],
    ['HTTPRoute: any CORS method and another', ruled(cors({ allowMethods: ['*', 'GET'] })), INVALID],
    ['HTTPRoute: any CORS header and another', ruled(cors({ allowHeaders: ['*', 'x-a'] })), INVALID],
    ['HTTPRoute: a CORS origin with a path', ruled(cors({ allowOrigins: ['https://example.com/a'] })), INVALID],
    ['HTTPRoute: a CORS origin of any host', ruled(cors({ allowOrigins: ['https://*:8080'] })), VALID],
    ['HTTPRoute: two CORS origins alike', ruled(cors({ allowOrigins: ['https://a', 'https://a'] })), INVALID],
  ]);
}

function routes(): Case[] {
  const headers = (count: number) => times(count, i => ({ name: `x-${i}`, value: 'a' }));
  const matches = (rules: number, perRule: number) =>
    httpRoute(...times(rules, () => ({ matches: times(perRule, i => ({ path: { value: `/${i}` } })) })));
  const timeouts = (request: string, backendRequest: string) => httpRoute({ timeouts: { request, backendRequest } });
  return cases([
    ['HTTPRoute: 128 matches', matches(2, 64), VALID],
    ['HTTPRoute: 129 matches', matches(3, 43), INVALID],
    ['HTTPRoute: 65 matches in a rule', matches(1, 65), INVALID],
    ['HTTPRoute: 16 rules', httpRoute(...times(16, () => ({}))), VALID],
    ['HTTPRoute: 17 rules', httpRoute(...times(17, () => ({}))), INVALID],
    ['HTTPRoute: no rules', object('gateway.networking.k8s.io/v1', 'HTTPRoute', {}), VALID],
    ['HTTPRoute: an empty list of rules', httpRoute(), INVALID],
    ['HTTPRoute: two rules of one name', httpRoute({ name: 'a' }, { name: 'a' }), INVALID],
    ['HTTPRoute: two rules of two names and one of none', httpRoute({ name: 'a' }, { name: 'b' }, {}), VALID],
    ['HTTPRoute: 16 headers', httpRoute({ matches: [{ headers: headers(16) }] }), VALID],
    ['HTTPRoute: two headers of one name', httpRoute({ matches: [{ headers: [...headers(1), ...headers(1)] }] }), INVALID],
    ['HTTPRoute: two headers that differ in case', httpRoute({ matches: [{ headers: [{ name: 'x-a', value: 'a' }, { name: 'X-A', value: 'b' }] }] }), VALID],
    ['HTTPRoute: two header values of one name and two types', httpRoute({
      matches: [{ headers: [{ name: 'x-a', value: 'a' }, { name: 'x-a', type: 'RegularExpression', value: 'b' }] }],
    }), INVALID],
    ['HTTPRoute: a backend Service without a port', httpRoute({ backendRefs: [{ name: 'cart' }] }), INVALID],
    ['HTTPRoute: a backend of another kind without a port', httpRoute({ backendRefs: [{ group: 'example.com', kind: 'Bucket', name: 'cart' }] }), VALID],
    ['HTTPRoute: a backend of the largest weight', httpRoute({ backendRefs: [{ ...backendRef, weight: 1_000_000 }] }), VALID],
    ['HTTPRoute: a backend of no weight', httpRoute({ backendRefs: [{ ...backendRef, weight: 0 }] }), VALID],
    ['HTTPRoute: the same backend twice', httpRoute({ backendRefs: [backendRef, backendRef] }), VALID],
    ['HTTPRoute: a backend timeout beyond that of the request', timeouts('1s', '1001ms'), INVALID],
    ['HTTPRoute: a backend timeout equal to that of the request', timeouts('1m', '60s'), VALID],
    ['HTTPRoute: a backend timeout, the request without one', timeouts('0s', '1h'), VALID],
    ['HTTPRoute: a timeout in mixed units', timeouts('1h2m3s4ms', '1h2m3s4ms'), VALID],
    ['HTTPRoute: a timeout of five units', timeouts('1h1m1s1ms1ms', '1s'), INVALID],
    ['HTTPRoute: a timeout without a unit', timeouts('10', '1s'), INVALID],
    ['HTTPRoute: a timeout of half a second', timeouts('0.5s', '1ms'), INVALID],
    ['TCPRoute: a rule without backends', tcpRoute('v1', {}), INVALID],
    ['TCPRoute: no rule', tcpRoute('v1'), INVALID],
    ['TCPRoute: a backend Service without a port', tcpRoute('v1', { backendRefs: [{ name: 'cart' }] }), INVALID],
    ['TCPRoute: a rule of no backends', tcpRoute('v1', { backendRefs: [] }), INVALID],
  ]);
}

function parents(channel: Channel): Case[] {
  const { sectionName, ...parent } = parentRef;
  const refs = (...parentRefs: any[]) => object('gateway.networking.k8s.io/v1', 'HTTPRoute', { parentRefs });
  const other = channel === 'experimental';
  return cases([
    ['HTTPRoute: the same parent twice', refs(parent, parent), INVALID],
    ['HTTPRoute: two sections of one parent', refs({ ...parent, sectionName: 'a' }, { ...parent, sectionName: 'b' }), VALID],
    ['HTTPRoute: one section of one parent twice', refs(parentRef, parentRef), INVALID],
    ['HTTPRoute: a parent, and a section of it', refs(parent, { ...parent, sectionName }), INVALID],
    ['HTTPRoute: two ports of one parent', refs(parent, { ...parent, port: 9090 }), other],
    ['HTTPRoute: a parent, and a port of it', refs({ ...parent, port: undefined }, parent), INVALID],
    ['HTTPRoute: parents of one name in two namespaces', refs({ ...parent, namespace: 'a' }, { ...parent, namespace: 'b' }), VALID],
    ['HTTPRoute: parents of one name, one without a namespace', refs(parent, { ...parent, namespace: undefined }), VALID],
    ['HTTPRoute: parents of one name of two kinds', refs(parent, { ...parent, kind: 'Gateway' }), VALID],
    ['HTTPRoute: parents of one name in two groups', refs(parent, { ...parent, group: undefined }), VALID],
    ['HTTPRoute: 32 parents', refs(...times(32, i => ({ ...parent, name: `cart-${i}` }))), VALID],
    ['HTTPRoute: 33 parents', refs(...times(33, i => ({ ...parent, name: `cart-${i}` }))), INVALID],
  ]);
}

function grpc(): Case[] {
  const method = (match: any) => grpcRoute({ matches: [{ method: match }] });
  const headers = { requestHeaderModifier: { remove: ['x-a'] } };
  return cases([
    ['GRPCRoute: a service with a dash', method({ service: 'shop-cart' }), INVALID],
    ['GRPCRoute: a service that starts with a digit', method({ service: '1shop' }), INVALID],
    ['GRPCRoute: a service that ends with a dot', method({ service: 'shop.' }), INVALID],
    ['GRPCRoute: a service that starts with a dot', method({ service: '.shop' }), VALID],
    ['GRPCRoute: a service in capitals', method({ service: 'SHOP.Cart' }), VALID],
    ['GRPCRoute: a service with a Kelvin sign', method({ service: '\u212Aart' }), VALID],
    ['GRPCRoute: a service with a dash, as a regular expression', method({ type: 'RegularExpression', service: 'shop-.*' }), VALID],
    ['GRPCRoute: a method with a dot', method({ method: 'Cart.Add' }), INVALID],
    ['GRPCRoute: neither service nor method', method({ type: 'Exact' }), INVALID],
    ['GRPCRoute: an empty method match', method({}), INVALID],
    ['GRPCRoute: an empty service', method({ service: '' }), INVALID],
    ['GRPCRoute: a service of 1024 characters', method({ service: 's'.repeat(1024) }), VALID],
    ['GRPCRoute: a service of 1025 characters', method({ service: 's'.repeat(1025) }), INVALID],
    ['GRPCRoute: 129 matches', grpcRoute(...times(3, () => ({ matches: times(43, i => ({ method: { service: `s${i}` } })) }))), INVALID],
    ['GRPCRoute: 128 matches', grpcRoute(...times(2, () => ({ matches: times(64, i => ({ method: { service: `s${i}` } })) }))), VALID],
    ['GRPCRoute: two rules of one name', grpcRoute({ name: 'a' }, { name: 'a' }), INVALID],
    ['GRPCRoute: a filter of another type', grpcRoute({ filters: [{ type: 'RequestMirror', ...headers }] }), INVALID],
    ['GRPCRoute: a filter twice', grpcRoute({ filters: times(2, () => ({ type: 'RequestHeaderModifier', ...headers })) }), INVALID],
    ['GRPCRoute: a backend Service without a port', grpcRoute({ backendRefs: [{ name: 'cart' }] }), INVALID],
  ]);
}

function istio(): Case[] {
  const selector = { matchLabels: { app: 'cart' } };
  const target = { group: '', kind: 'Service', name: 'cart' };
  const source = (clients: any) => authorizationPolicy({ selector, rules: [{ from: [{ source: clients }] }] });
  const ports = (portLevelMtls: any) => peerAuthentication({ selector, portLevelMtls });
  const strict = { mode: 'STRICT' };
  const labels = (count: number) => Object.fromEntries(times(count, i => [`label-${i}`, 'cart']));
  return cases([
    ['PeerAuthentication: ports of any workload', peerAuthentication({ portLevelMtls: { 80: strict } }), INVALID],
    ['PeerAuthentication: ports of an empty selector', peerAuthentication({ selector: {}, portLevelMtls: { 80: strict } }), INVALID],
    ['PeerAuthentication: ports of a selector of nothing', peerAuthentication({ selector: { matchLabels: {} }, portLevelMtls: { 80: strict } }), INVALID],
    ['PeerAuthentication: port 0', ports({ 0: strict }), INVALID],
    ['PeerAuthentication: port 65535', ports({ 65535: strict }), VALID],
    ['PeerAuthentication: port 65536', ports({ 65536: strict }), INVALID],
    ['PeerAuthentication: port -1', ports({ '-1': strict }), INVALID],
    ['PeerAuthentication: port 080', ports({ '080': strict }), VALID],
    ['PeerAuthentication: port +80', ports({ '+80': strict }), VALID],
    ['PeerAuthentication: port 0x50', ports({ '0x50': strict }), INVALID],
    ['PeerAuthentication: port 80.0', ports({ '80.0': strict }), INVALID],
    ['PeerAuthentication: port 8e1', ports({ '8e1': strict }), INVALID],
    ['PeerAuthentication: a port with a space', ports({ ' 80': strict }), INVALID],
    ['PeerAuthentication: a port of a name', ports({ http: strict }), INVALID],
    ['PeerAuthentication: a port of no name', ports({ '': strict }), INVALID],
    ['PeerAuthentication: a port beyond 64 bits', ports({ '9223372036854775808': strict }), INVALID],
    ['PeerAuthentication: a port of an inherited name', ports({ constructor: strict }), INVALID],
    ['PeerAuthentication: a selector of inherited names', peerAuthentication({
      selector: { matchLabels: { constructor: 'a', toString: 'b', ['__proto__']: 'c' } }, portLevelMtls: { 80: strict },
    }), VALID],
    ['PeerAuthentication: a selector of the name of a prototype', peerAuthentication({
      selector: { matchLabels: { ['__proto__']: 'c' } }, portLevelMtls: { 80: strict },
    }), VALID],
    ['PeerAuthentication: no ports', ports({}), INVALID],
    ['AuthorizationPolicy: a wildcard in a selector', authorizationPolicy({ selector: { matchLabels: { app: '*' } } }), INVALID],
    ['AuthorizationPolicy: a wildcard in a selector key', authorizationPolicy({ selector: { matchLabels: { 'a*': 'cart' } } }), INVALID],
    ['AuthorizationPolicy: an empty selector key', authorizationPolicy({ selector: { matchLabels: { '': 'cart' } } }), INVALID],
    ['AuthorizationPolicy: a selector value of 64 characters', authorizationPolicy({ selector: { matchLabels: { app: 'c'.repeat(64) } } }), INVALID],
    ['AuthorizationPolicy: a selector of 4096 labels', authorizationPolicy({ selector: { matchLabels: labels(4096) } }), VALID],
    ['AuthorizationPolicy: a selector of 4097 labels', authorizationPolicy({ selector: { matchLabels: labels(4097) } }), INVALID],
    ['AuthorizationPolicy: a host of 1 MiB', authorizationPolicy({ rules: [{ to: [{ operation: { hosts: ['h'.repeat(2 ** 20)] } }] }] }), VALID],
    ['AuthorizationPolicy: a host of 4 MiB', authorizationPolicy({ rules: [{ to: [{ operation: { hosts: ['h'.repeat(2 ** 22)] } }] }] }), INVALID],
    ['AuthorizationPolicy: a selector beside targetRefs', authorizationPolicy({ selector, targetRefs: [target] }), INVALID],
    ['AuthorizationPolicy: a selector beside a targetRef', authorizationPolicy({ selector, targetRef: target }), INVALID],
    ['AuthorizationPolicy: a targetRef beside targetRefs', authorizationPolicy({ targetRef: target, targetRefs: [target] }), INVALID],
    ['AuthorizationPolicy: a target in another namespace', authorizationPolicy({ targetRefs: [{ ...target, namespace: 'ops' }] }), INVALID],
    ['AuthorizationPolicy: a target in an empty namespace', authorizationPolicy({ targetRefs: [{ ...target, namespace: '' }] }), VALID],
    ['AuthorizationPolicy: 17 targets', authorizationPolicy({ targetRefs: times(17, i => ({ ...target, name: `cart-${i}` })) }), INVALID],
    ['AuthorizationPolicy: accounts beside principals', source({ serviceAccounts: ['a/b'], principals: ['c'] }), INVALID],
    ['AuthorizationPolicy: accounts beside namespaces', source({ serviceAccounts: ['a/b'], namespaces: ['c'] }), INVALID],
    ['AuthorizationPolicy: not accounts beside not principals', source({ notServiceAccounts: ['a/b'], notPrincipals: ['c'] }), INVALID],
    ['AuthorizationPolicy: an account of 321 characters', source({ serviceAccounts: ['a'.repeat(321)] }), INVALID],
    ['AuthorizationPolicy: an account of 320 characters', source({ serviceAccounts: ['a'.repeat(320)] }), VALID],
    ['AuthorizationPolicy: no rules', authorizationPolicy({ rules: [] }), VALID],
    ['AuthorizationPolicy: an empty rule', authorizationPolicy({ rules: [{}] }), VALID],
    ['AuthorizationPolicy: 512 rules', authorizationPolicy({ rules: times(512, () => ({})) }), VALID],
    ['AuthorizationPolicy: 513 rules', authorizationPolicy({ rules: times(513, () => ({})) }), INVALID],
    ['AuthorizationPolicy: a condition without a key', authorizationPolicy({ rules: [{ when: [{ values: ['a'] }] }] }), INVALID],
    ['AuthorizationPolicy: a provider of null', authorizationPolicy({ provider: null }), INVALID],
    ['AuthorizationPolicy: an empty provider', authorizationPolicy({ provider: {} }), VALID],
  ]);
}

function others(): Case[] {
  const identity = { kind: 'ServiceAccount', name: 'web' };
  const meshTls = (spec: any) => linkerd('MeshTLSAuthentication', spec);
  const server = (spec: any) => linkerd('Server', { podSelector: {}, port: 8080, ...spec }, 'v1beta1');
  const nested = (depth: number) => times(depth, () => 'a').reduce((inner: any, key) => ({ [key]: inner }), 'b');
  const route = (rule: any) => linkerd('HTTPRoute', { rules: [rule] }, 'v1beta3');
  const weight = (version: string, value: unknown) => trafficSplit(version, { service: 'cart-v1', weight: value });
  return cases([
    ['MeshTLSAuthentication: identities and references', meshTls({ identities: ['*'], identityRefs: [identity] }), INVALID],
    ['MeshTLSAuthentication: neither identities nor references', meshTls({}), INVALID],
    ['MeshTLSAuthentication: a reference without a name', meshTls({ identityRefs: [{ kind: 'Namespace' }] }), VALID],
    ['MeshTLSAuthentication: an identity with a wildcard inside', meshTls({ identities: ['web.*'] }), INVALID],
    ['Server: a port of a fraction', server({ port: 80.5 }), INVALID],
    ['Server: a port of 70000, which its schema allows', server({ port: 70000 }), VALID],
    ['Server: a negative port', server({ port: -1 }), VALID],
    ['Server: a port of an empty name', server({ port: '' }), VALID],
    ['Server: a port beyond 32 bits', server({ port: 2 ** 31 }), VALID],
    ['Server: a port of null', server({ port: null }), INVALID],
    ['Server: a label of a number, which its schema preserves', server({ podSelector: { matchLabels: { a: 1 } } }), VALID],
    ['Server: a label of null', server({ podSelector: { matchLabels: { a: null } } }), VALID],
    ['Server: labels 3000 deep', server({ podSelector: { matchLabels: nested(3000) } }), VALID],
    ['Server: an operator in lower case', server({ podSelector: { matchExpressions: [{ key: 'a', operator: 'in' }] } }), INVALID],
    ['HTTPRoute of Linkerd: a relative path, which its schema allows', route({ matches: [{ path: { value: 'cart' } }] }), VALID],
    ['HTTPRoute of Linkerd: 9 matches', route({ matches: times(9, () => ({ method: 'GET' })) }), INVALID],
    ['HTTPRoute of Linkerd: 8 matches', route({ matches: times(8, () => ({ method: 'GET' })) }), VALID],
    ['HTTPRoute of Linkerd: two headers of one name', route({ matches: [{ headers: [{ name: 'a', value: 'b' }, { name: 'a', value: 'c' }] }] }), INVALID],
    ['HTTPRoute of Linkerd: a header removed twice', route({
      filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { remove: ['a', 'a'] } }],
    }), VALID],
    ['TrafficSplit: a negative weight, which its schema allows', weight('v1alpha4', -1), VALID],
    ['TrafficSplit: a weight of a fraction', weight('v1alpha4', 0.5), VALID],
    ['TrafficSplit: a weight of a string', weight('v1alpha4', '10'), INVALID],
    ['TrafficSplit: a weight of a quantity', weight('v1alpha1', '100m'), VALID],
    ['TrafficSplit: a weight of any word', weight('v1alpha1', 'heavy'), VALID],
    ['TrafficSplit: a weight of a fraction, in v1alpha1', weight('v1alpha1', 0.5), INVALID],
    ['TrafficSplit: no backends', trafficSplit('v1alpha4'), VALID],
    ['TrafficSplit: matches of a later version', { ...weight('v1alpha2', 1), spec: { ...weight('v1alpha2', 1).spec, matches: [] } }, INVALID],
    ['HTTPRouteGroup: no matches', object('specs.smi-spec.io/v1alpha4', 'HTTPRouteGroup', { matches: [] }), VALID],
    ['HTTPRouteGroup: a method in lower case', object('specs.smi-spec.io/v1alpha4', 'HTTPRouteGroup', { matches: [{ name: 'a', methods: ['get'] }] }), INVALID],
    ['HTTPRouteGroup: any method', object('specs.smi-spec.io/v1alpha4', 'HTTPRouteGroup', { matches: [{ name: 'a', methods: ['*'] }] }), VALID],
    ['TCPRoute of SMI: a port of 2^53', object('specs.smi-spec.io/v1alpha4', 'TCPRoute', { matches: { ports: [2 ** 53] } }), VALID],
    ['TCPRoute of SMI: a port of a string', object('specs.smi-spec.io/v1alpha4', 'TCPRoute', { matches: { ports: ['80'] } }), INVALID],
  ]);
}

function experimental(): Case[] {
  const sticky = (sessionPersistence: any) => httpRoute({ backendRefs: [backendRef], sessionPersistence });
  const auth = (options: any) => httpRoute({ filters: [{ type: 'ExternalAuth', externalAuth: { backendRef, ...options } }] });
  const retry = (options: any) => httpRoute({ retry: options });
  const backend = { group: 'gateway.networking.x-k8s.io', kind: 'XBackend', name: 'cart' };
  const hostname = 'api.example.com';
  const system = { hostname, wellKnownCACertificates: 'System' };
  const outside = (spec: any, host = hostname) => object('gateway.networking.x-k8s.io/v1alpha1', 'XBackend', {
    type: 'ExternalHostname', externalHostname: { hostname: host }, port: { number: 443 }, ...spec,
  });
  const withTls = (tls: any, protocol?: string) => outside({ tls, ...(protocol !== undefined && { protocol }) });
  const none = { mode: 'None' };
  const serverOnly = { mode: 'ServerOnly', validation: system };
  const certificate = { clientCertificateRef: { name: 'shop' } };
  const pods = { type: 'EndpointSelector', externalHostname: undefined, endpointSelector: { matchLabels: { app: 'cart' } } };
  return cases([
    ['HTTPRoute: a permanent cookie without an end', sticky({ cookie: { lifetimeType: 'Permanent' } }), INVALID],
    ['HTTPRoute: a permanent cookie with an end', sticky({ absoluteTimeout: '1h', cookie: { lifetimeType: 'Permanent' } }), VALID],
    ['HTTPRoute: a cookie for a header', sticky({ type: 'Header', header: { name: 'x-a' }, cookie: {} }), INVALID],
    ['HTTPRoute: a header for a cookie', sticky({ type: 'Cookie', header: { name: 'x-a' }, cookie: {} }), INVALID],
    ['HTTPRoute: stickiness by default without a cookie', sticky({}), INVALID],
    ['HTTPRoute: stickiness by default', sticky({ cookie: {} }), VALID],
    ['HTTPRoute: stickiness by a header of no name', sticky({ type: 'Header', header: {} }), INVALID],
    ['HTTPRoute: HTTP authorization without its options', auth({ protocol: 'HTTP' }), INVALID],
    ['HTTPRoute: HTTP authorization with those of gRPC', auth({ protocol: 'HTTP', http: {}, grpc: {} }), INVALID],
    ['HTTPRoute: gRPC authorization without its options', auth({ protocol: 'GRPC' }), INVALID],
    ['HTTPRoute: gRPC authorization', auth({ protocol: 'GRPC', grpc: {} }), VALID],
    ['HTTPRoute: an authorization header twice', auth({ protocol: 'GRPC', grpc: { allowedHeaders: ['a', 'a'] } }), INVALID],
    ['HTTPRoute: a retry of 399', retry({ codes: [399] }), INVALID],
    ['HTTPRoute: a retry of 400 and 599', retry({ codes: [400, 599] }), VALID],
    ['HTTPRoute: a retry of one code twice', retry({ codes: [500, 500] }), INVALID],
    ['HTTPRoute: a retry of no attempts', retry({ attempts: 0 }), VALID],
    ['HTTPRoute: an XBackend with a port', httpRoute({ backendRefs: [{ ...backend, port: 80 }] }), INVALID],
    ['HTTPRoute: an XBackend', httpRoute({ backendRefs: [backend] }), VALID],
    ['XBackend: a host', outside({}), VALID],
    ['XBackend: a host of the cluster', outside({}, 'cart.shop.svc.cluster.local'), INVALID],
    ['XBackend: no port', outside({ port: {} }), INVALID],
    ['XBackend: no host', outside({ externalHostname: undefined }), INVALID],
    ['XBackend: pods', outside(pods), VALID],
    ['XBackend: pods and a host', outside({ ...pods, externalHostname: { hostname } }), INVALID],
    ['XBackend: a host and pods', outside({ endpointSelector: pods.endpointSelector }), INVALID],
    ['XBackend: pods without labels', outside({ ...pods, endpointSelector: { matchLabels: {} } }), INVALID],
    ['XBackend: a label that is none', outside({ ...pods, endpointSelector: { matchLabels: { 'a b': 'c' } } }), INVALID],
    ['XBackend: stickiness of pods', outside({ ...pods, sessionPersistence: { cookie: {} } }), VALID],
    ['XBackend: stickiness of a host', outside({ sessionPersistence: { cookie: {} } }), INVALID],
    ['XBackend: no TLS', withTls(none), VALID],
    ['XBackend: TLS', withTls(serverOnly), VALID],
    ['XBackend: TLS with a certificate of its own', withTls({ ...serverOnly, mode: 'ClientAndServer', ...certificate }), VALID],
    ['XBackend: TLS with a certificate of its own that is not named', withTls({ ...serverOnly, mode: 'ClientAndServer' }), INVALID],
    ['XBackend: TLS with a certificate that is not shown', withTls({ ...serverOnly, ...certificate }), INVALID],
    ['XBackend: TLS without validation', withTls({ mode: 'ServerOnly' }), INVALID],
    ['XBackend: validation without TLS', withTls({ ...none, validation: system }), INVALID],
    ['XBackend: validation by nobody', withTls({ mode: 'ServerOnly', validation: { hostname } }), INVALID],
    ['XBackend: validation by two', withTls({ mode: 'ServerOnly', validation: { ...system, caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }] } }), INVALID],
    ['XBackend: H2C in plain text', outside({ protocol: 'H2C' }), VALID],
    ['XBackend: H2C within TLS', withTls(serverOnly, 'H2C'), INVALID],
    ...['HTTP2', 'WSS'].flatMap((protocol): Row[] => [
      [`XBackend: ${protocol} within TLS`, withTls(serverOnly, protocol), VALID],
      [`XBackend: ${protocol} without TLS`, withTls(none, protocol), INVALID],
      [`XBackend: ${protocol} where nothing is said of TLS`, outside({ protocol }), INVALID],
    ]),
    ...['TCP', 'HTTP', 'HTTP11', 'MCP', 'GRPC'].flatMap((protocol): Row[] => [
      [`XBackend: ${protocol} within TLS`, withTls(serverOnly, protocol), VALID], [`XBackend: ${protocol} in plain text`, outside({ protocol }), VALID],
    ]),
    ['GRPCRoute: stickiness by default without a cookie', grpcRoute({ sessionPersistence: {} }), INVALID],
  ]);
}
