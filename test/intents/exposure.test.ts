import { App, Chart, Duration } from 'cdk8s';
import {
  CanaryRelease, CertificateIssuer, Exposure, ExposureGateway, ExposureTls, HttpMatch, MeshImplementation, MeshProtocol, MeshService, MeshTarget,
  MeshTargets, ServiceRoute, SubjectAltName,
} from '../../src';
import type { ExposureProps } from '../../src';
import { DEFAULTS, ofKind, shop, synth } from '../setup';

const cart = MeshService.of('cart', { port: 8080 });
const own = ExposureGateway.own({ className: 'istio' });
const db = MeshService.of('db', { port: 5432, protocol: MeshProtocol.TCP });
const dns = MeshService.of('dns', { port: 53, protocol: MeshProtocol.UDP });
const hostnames = ['cart.example.com'];
const gatewayApi = () => MeshTarget.gatewayApi();
const ingress = () => MeshTarget.ingress({ className: 'nginx' });

function exposed(props: Partial<ExposureProps>, target: MeshTarget = gatewayApi()): any[] {
  const chart = shop(target);
  new Exposure(chart, 'outside', { ...(props.route === undefined && { service: cart }), hostnames, gateway: own, ...props });
  return synth(chart);
}

const kindsOf = (manifests: any[]) => manifests.map(m => m.kind);
const listenersOf = (manifests: any[], kind = 'Gateway') => ofKind(manifests, kind)[0].spec.listeners.map((l: any) => `${l.protocol} ${l.port} ${l.hostname}`);

test('the gateways of Cilium ignore a redirect to the scheme that the request has', () => {
  const redirected = (scheme: string, props: Partial<ExposureProps> = {}) => () => exposed({
    service: cart,
    rules: [
      { matches: [HttpMatch.of({ pathPrefix: '/old' })], redirect: { scheme, hostname: 'new.example.com' } }, { backends: [{ service: cart }] },
    ],
    ...props,
  }, MeshTarget.gatewayApi({ mesh: MeshImplementation.CILIUM }));
  const tls = ExposureTls.secret('cart-tls');

  expect(redirected('http')).toThrow(/redirects.*Cilium ignores a redirect to the scheme that the request already has/);
  expect(redirected('https', { tls })).toThrow(/Cilium ignores/);
  expect(redirected('https')).not.toThrow();
  expect(redirected('https', { gateway: ExposureGateway.shared('public', 'infra') })).not.toThrow();
});

describe('through Gateway API', () => {
  test('everything goes to the Service, through a gateway of its own that takes this route alone', () => {
    const [route, gateway] = exposed({});

    expect(route).toMatchObject({
      kind: 'HTTPRoute',
      spec: { hostnames, rules: [{ backendRefs: [{ name: 'cart', port: 8080, weight: 1 }] }] },
    });
    expect(gateway.spec).toEqual({
      gatewayClassName: 'istio',
      listeners: [{
        name: 'http-cart.example.com',
        hostname: 'cart.example.com',
        port: 80,
        protocol: 'HTTP',
        allowedRoutes: { namespaces: { from: 'Same' }, kinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }] },
      }],
    });
    expect(route.spec.parentRefs).toEqual([{ ...DEFAULTS.gateway, name: gateway.metadata.name, sectionName: gateway.spec.listeners[0].name }]);
  });

  test('with TLS, nothing is listened to in plain HTTP', () => {
    const manifests = exposed({ tls: ExposureTls.secret('cart-tls') });

    expect(listenersOf(manifests)).toEqual(['HTTPS 443 cart.example.com']);
    expect(ofKind(manifests, 'Gateway')[0].spec.listeners[0].tls).toEqual({ mode: 'Terminate', certificateRefs: [{ ...DEFAULTS.secret, name: 'cart-tls' }] });
  });

  test('plain HTTP is redirected, and takes nothing else', () => {
    const [route, redirect, gateway] = exposed({ tls: ExposureTls.secret('cart-tls'), redirectHttp: true });
    const names = (protocol: string) => gateway.spec.listeners.filter((l: any) => l.protocol === protocol).map((l: any) => l.name);

    expect(route.spec.parentRefs.map((p: any) => p.sectionName)).toEqual(names('HTTPS'));
    expect(redirect.spec.parentRefs.map((p: any) => p.sectionName)).toEqual(names('HTTP'));
    expect(redirect.spec.rules).toEqual([{
      matches: DEFAULTS.matches, filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }],
    }]);
    expect(redirect.spec.hostnames).toEqual(hostnames);
  });

  test('each hostname has a listener, whatever the others are', () => {
    const names = (...hosts: string[]): string[] => ofKind(exposed({ hostnames: hosts }), 'Gateway')[0].spec.listeners.map((l: any) => l.name);

    expect(names('b.example.com', '*.example.com', 'a.example.com', 'b.example.com')).toEqual(['http.example.com', 'http-a.example.com', 'http-b.example.com']);
    expect(names('b.example.com')).toEqual(['http-b.example.com']);
  });

  test('without hostnames, every host is taken', () => {
    const [route, gateway] = exposed({ hostnames: undefined });

    expect(route.spec.hostnames).toBeUndefined();
    expect(gateway.spec.listeners).toHaveLength(1);
    expect(gateway.spec.listeners[0].hostname).toBeUndefined();
  });

  test('a shared gateway is a parent in its namespace, by its listener', () => {
    const manifests = exposed({ gateway: ExposureGateway.shared('public', 'infra', { sectionName: 'https', httpSectionName: 'http' }), redirectHttp: true });

    expect(manifests.map(m => [m.kind, m.spec.parentRefs])).toEqual([
      ['HTTPRoute', [{ ...DEFAULTS.gateway, name: 'public', namespace: 'infra', sectionName: 'https' }]],
      ['HTTPRoute', [{ ...DEFAULTS.gateway, name: 'public', namespace: 'infra', sectionName: 'http' }]],
    ]);
  });

  test('listeners of its own stand in a ListenerSet, which is the parent', () => {
    const manifests = exposed({ gateway: ExposureGateway.listenerSet('public', 'infra'), tls: ExposureTls.secret('cart-tls'), redirectHttp: true });
    const [listenerSet] = ofKind(manifests, 'ListenerSet');

    expect(listenerSet.spec.parentRef).toEqual({ ...DEFAULTS.gateway, name: 'public', namespace: 'infra' });
    expect(listenersOf(manifests, 'ListenerSet')).toEqual(['HTTPS 443 cart.example.com', 'HTTP 80 cart.example.com']);
    expect(manifests[0].spec.parentRefs).toEqual([{
      group: 'gateway.networking.k8s.io', kind: 'ListenerSet', name: listenerSet.metadata.name, sectionName: 'https-cart.example.com',
    }]);
    expect(ofKind(manifests, 'Gateway')).toEqual([]);
  });

  test.each([
    ['Gateway', own], ['ListenerSet', ExposureGateway.listenerSet('public', 'infra')],
  ])('a certificate in another namespace is opened to this %s', (kind, gateway) => {
    const manifests = exposed({ gateway, tls: ExposureTls.secret('cart-tls', 'certs') });

    expect(ofKind(manifests, kind)[0].spec.listeners[0].tls.certificateRefs).toEqual([{ ...DEFAULTS.secret, name: 'cart-tls', namespace: 'certs' }]);
    expect(ofKind(manifests, 'ReferenceGrant')).toMatchObject([{
      metadata: { namespace: 'certs' },
      spec: { from: [{ group: 'gateway.networking.k8s.io', kind, namespace: 'shop' }], to: [{ group: '', kind: 'Secret', name: 'cart-tls' }] },
    }]);
  });

  test('no grant opens a certificate of its own namespace', () => {
    expect(kindsOf(exposed({ tls: ExposureTls.secret('cart-tls', 'shop') }))).not.toContain('ReferenceGrant');
  });

  test('cert-manager fills the Secret', () => {
    const annotations = (issuer: CertificateIssuer) =>
      ofKind(exposed({ tls: ExposureTls.certManager('cart-tls', issuer) }), 'Gateway')[0].metadata.annotations;

    expect(annotations(CertificateIssuer.ofCluster('letsencrypt'))).toEqual({ 'cert-manager.io/cluster-issuer': 'letsencrypt' });
    expect(annotations(CertificateIssuer.ofNamespace('internal'))).toEqual({ 'cert-manager.io/issuer': 'internal' });
  });

  test('gRPC has a GRPCRoute, and its redirect an HTTPRoute on a listener for it', () => {
    const manifests = exposed({
      service: MeshService.of('cart', { port: 8080, protocol: MeshProtocol.GRPC }), tls: ExposureTls.secret('t'), redirectHttp: true,
    });

    expect(kindsOf(manifests)).toEqual(['GRPCRoute', 'HTTPRoute', 'Gateway']);
    expect(manifests[2].spec.listeners.map((l: any) => l.allowedRoutes.kinds[0].kind)).toEqual(['GRPCRoute', 'HTTPRoute']);
  });

  test('TLS passes through by server name, also to another namespace', () => {
    const manifests = exposed({
      service: MeshService.of('cart', { port: 8443, protocol: MeshProtocol.TLS, namespace: 'next' }), tls: ExposureTls.passthrough(),
    });

    expect(manifests[0]).toMatchObject({
      kind: 'TLSRoute', spec: { hostnames, rules: [{ backendRefs: [{ name: 'cart', namespace: 'next', port: 8443, weight: 1 }] }] },
    });
    expect(ofKind(manifests, 'Gateway')[0].spec.listeners[0]).toMatchObject({ protocol: 'TLS', port: 443, tls: { mode: 'Passthrough' } });
    expect(ofKind(manifests, 'ReferenceGrant')[0]).toMatchObject({ metadata: { namespace: 'next' }, spec: { from: [{ kind: 'TLSRoute' }] } });
  });

  test('TLS with the pods is said once for each Service, in its namespace', () => {
    const chart = shop(gatewayApi());
    const backendTls = { hostname: 'cart.shop.svc', caConfigMap: 'shop-ca' };
    const rules = [{ backends: [{ service: cart, weight: 9 }, { service: cart.variant('cart-v2', { namespace: 'next' }), weight: 1 }] }];
    new Exposure(chart, 'outside', { service: cart, rules, hostnames, gateway: own, backendTls });
    new Exposure(chart, 'partners', { service: cart, hostnames: ['cart.partners.example.com'], gateway: own, backendTls });
    const policies = ofKind(synth(chart), 'BackendTLSPolicy');

    expect(policies.map(p => [p.metadata.namespace, p.spec.targetRefs])).toEqual([
      ['next', [{ group: '', kind: 'Service', name: 'cart-v2' }]], ['shop', [{ group: '', kind: 'Service', name: 'cart' }]],
    ]);
    expect(policies[0].spec.validation).toEqual({ hostname: 'cart.shop.svc', caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'shop-ca' }] });
  });

  test('without certificates to trust, those of the system are trusted', () => {
    expect(ofKind(exposed({ backendTls: { hostname: 'cart.shop.svc' } }), 'BackendTLSPolicy')[0].spec.validation)
      .toEqual({ hostname: 'cart.shop.svc', wellKnownCACertificates: 'System' });
  });

  test('a Service can have one TLS only', () => {
    const chart = shop(gatewayApi());
    new Exposure(chart, 'outside', { service: cart, hostnames, gateway: own, backendTls: { hostname: 'a.svc' } });
    new Exposure(chart, 'partners', { service: cart, hostnames, gateway: own, backendTls: { hostname: 'b.svc' } });

    expect(() => synth(chart)).toThrow(/\[shop\/partners\] MESH3003: BackendTLSPolicy 'shop\/cart'.* is also defined by 'shop\/outside'/);
  });

  test('handling holds for every rule that does not say otherwise', () => {
    const [route] = exposed({
      timeouts: { request: Duration.seconds(5) },
      rules: [
        { matches: [HttpMatch.of({ pathPrefix: '/slow' })], backends: [{ service: cart }], timeouts: { request: Duration.seconds(60) } },
        { backends: [{ service: cart }] },
      ],
    });

    expect(route.spec.rules.map((r: any) => r.timeouts.request)).toEqual(['1m', '5s']);
  });
});

describe('a release', () => {
  const release = {
    service: cart, stable: cart.variant('cart-v1'), canary: cart.variant('cart-v2'), weight: 10, matches: [HttpMatch.header('X-Canary', 'yes')],
  };

  test.each([
    ['Gateway API', () => MeshTarget.gatewayApi()],
    ['Istio', () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO })],
    ['Linkerd', () => MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD })],
  ])('has the same rules outside as in the mesh: %s', (_, target) => {
    const chart = shop(target());
    const route = new CanaryRelease(chart, 'release', release);
    new Exposure(chart, 'outside', { route, hostnames, gateway: own });
    const [inside, outside] = ofKind(synth(chart), 'HTTPRoute');

    expect(inside.spec.rules).toHaveLength(2);
    expect(outside.spec.rules).toEqual(inside.spec.rules);
    expect(inside.spec.parentRefs[0].kind).toBe('Service');
    expect(outside.spec.parentRefs[0].name).toBe(outside.metadata.name);
  });

  test('of another namespace has its backends there', () => {
    const chart = shop(gatewayApi());
    const route = new CanaryRelease(chart, 'release', { ...release, metadata: { namespace: 'next' } });
    new Exposure(chart, 'outside', { route, hostnames, gateway: own });
    const [, outside] = ofKind(synth(chart), 'HTTPRoute');

    expect(outside.metadata.namespace).toBe('shop');
    expect(outside.spec.rules[1].backendRefs.map((b: any) => b.namespace)).toEqual(['next', 'next']);
    expect(ofKind(synth(chart), 'ReferenceGrant')[0].metadata.namespace).toBe('next');
  });

  test('is exposed by the port that is routed', () => {
    const service = MeshService.of('cart', { ports: [{ port: 8080 }, { port: 9090 }] });
    const chart = shop(gatewayApi());
    const route = new ServiceRoute(chart, 'route', { service, ports: [9090], rules: [{ backends: [{ service }] }] });
    new Exposure(chart, 'outside', { route, hostnames, gateway: own });

    expect(ofKind(synth(chart), 'HTTPRoute')[1].spec.rules[0].backendRefs[0].port).toBe(9090);
  });

  test('keeps its own rules and handling', () => {
    const chart = shop(gatewayApi());
    const route = new CanaryRelease(chart, 'release', release);

    expect(() => new Exposure(chart, 'a', { route, rules: [{ backends: [{ service: cart }] }] })).toThrow(/\[shop\/a\] MESH1005: `rules` goes with `service`/);
    expect(() => new Exposure(chart, 'b', { route, timeouts: { request: Duration.seconds(1) } })).toThrow(/`timeouts` goes with `service`/);
  });
});

describe('through an Ingress', () => {
  test('paths and hosts, with TLS', () => {
    const web = MeshService.of('web', { port: 80 });
    const [manifest, ...others] = exposed({
      hostnames: ['b.example.com', 'a.example.com'],
      tls: ExposureTls.certManager('cart-tls', CertificateIssuer.ofCluster('letsencrypt')),
      rules: [
        { matches: [HttpMatch.of({ pathPrefix: '/cart/items' }), HttpMatch.of({ path: '/cart' })], backends: [{ service: cart }] },
        { backends: [{ service: web }] },
      ],
    }, ingress());
    const paths = [
      { path: '/cart/items', pathType: 'Prefix', backend: { service: { name: 'cart', port: { number: 8080 } } } },
      { path: '/cart', pathType: 'Exact', backend: { service: { name: 'cart', port: { number: 8080 } } } },
      { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } },
    ];

    expect(others).toEqual([]);
    expect(manifest)
      .toMatchObject({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt' } } });
    expect(manifest.spec).toEqual({
      ingressClassName: 'nginx',
      tls: [{ hosts: ['a.example.com', 'b.example.com'], secretName: 'cart-tls' }],
      rules: [{ host: 'a.example.com', http: { paths } }, { host: 'b.example.com', http: { paths } }],
    });
  });

  test('without hostnames, every host is taken', () => {
    const [{ spec }] = exposed({ hostnames: undefined, gateway: undefined }, ingress());

    expect(spec.rules).toEqual([{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'cart', port: { number: 8080 } } } }] } }]);
    expect(spec.tls).toBeUndefined();
  });

  test('a path after one that holds it is refused, since the longest wins', () => {
    const rules = (...paths: string[]) => paths.map(path => ({ matches: [HttpMatch.of({ pathPrefix: path })], backends: [{ service: cart }] }));

    expect(() => exposed({ rules: rules('/cart', '/cart/items') }, ingress()))
      .toThrow(/rule 1 comes first and takes some of its paths.*Put longer paths first/);
    expect(exposed({ rules: rules('/cart/items', '/cart', '/cartoon') }, ingress())).toHaveLength(1);
  });

  test.each<[string, Partial<ExposureProps>, RegExp]>([
    ['weights', { rules: [{ backends: [{ service: cart }, { service: cart.variant('cart-v2') }] }] }, /weighted backends.*one backend/],
    [
      'headers',
      { rules: [{ matches: [HttpMatch.header('X-A', 'b')], backends: [{ service: cart }] }] },
      /exact header matches.*exact paths and path prefixes only/,
    ],
    ['timeouts', { timeouts: { request: Duration.seconds(1) } }, /timeouts of requests.*annotations of their own/],
    ['a redirect', { tls: ExposureTls.secret('t'), redirectHttp: true }, /redirects from HTTP to HTTPS/],
    ['wildcards', { hostnames: ['*.example.com'] }, /wildcard hostnames.*one label/],
    ['a shared gateway', { gateway: ExposureGateway.shared('public') }, /the listeners of a gateway that exists/],
    ['certificates elsewhere', { tls: ExposureTls.secret('t', 'certs') }, /certificates in another namespace/],
    ['Services elsewhere', { service: MeshService.of('cart', { port: 80, namespace: 'next' }) }, /backends in another namespace/],
    ['TLS with the pods', { backendTls: { hostname: 'cart.svc' } }, /TLS from the gateway to the pods/],
  ])('refuses %s', (_, props, message) => {
    expect(() => exposed(props, ingress())).toThrow(message);
    expect(() => exposed(props, ingress())).toThrow(/\[shop\/outside\] MESH2006: target 'ingress' cannot express/);
  });
});

describe('refuses', () => {
  test.each<[string, MeshTarget, Partial<ExposureProps>, RegExp]>([
    ['SMI', MeshTarget.smi(), {}, /SMI is for traffic inside a mesh/],
    ['NetworkPolicy', MeshTarget.networkPolicy(), {}, /a NetworkPolicy routes nothing/],
    ['no gateway', gatewayApi(), { gateway: undefined }, /an exposure without a gateway.*ExposureGateway\.own/],
    ['certificates on a shared gateway', gatewayApi(), { gateway: ExposureGateway.shared('public'), tls: ExposureTls.secret('t') },
      /certificates stand on the listeners of Gateway 'public'.*ExposureGateway\.listenerSet/],
    ['a redirect between unknown listeners', gatewayApi(), { gateway: ExposureGateway.shared('public', 'infra', { sectionName: 'https' }), redirectHttp: true },
      /`sectionName` and `httpSectionName`/],
    ['too many hostnames', gatewayApi(), { hostnames: Array.from({ length: 17 }, (_, i) => `h${i}.example.com`) }, /17 hostnames.*Write several exposures/],
    ['hosts in matches', gatewayApi(), { rules: [{ matches: [HttpMatch.of({ hosts: ['a.example.com'] })], backends: [{ service: cart }] }] },
      /an exposure of its own/],
    ['gRPC in Consul', MeshTarget.gatewayApi({ mesh: MeshImplementation.CONSUL }), {
      service: MeshService.of('cart', { port: 1, protocol: MeshProtocol.GRPC }),
    },
    /the gateways of Consul read HTTPRoute and TCPRoute only/],
  ])('%s', (_, target, props, message) => {
    expect(() => exposed(props, target)).toThrow(message);
  });

  test('a certificate elsewhere, if the namespace of the gateway is unknown', () => {
    const app = new App();
    MeshTargets.of(app).add(gatewayApi());
    const chart = new Chart(app, 'shop');
    new Exposure(chart, 'outside', { service: cart, gateway: own, tls: ExposureTls.secret('t', 'certs') });

    expect(() => synth(chart)).toThrow(/the namespace of the gateway, which is unknown\. Give the chart its `namespace`/);
  });
});

describe('what is no HTTP', () => {
  const secret = ExposureTls.secret('db-tls');
  const shared = ExposureGateway.shared('public', 'infra', { sectionName: 'db' });

  test.each<[string, Partial<ExposureProps>, string, string | undefined, object]>([
    ['TCP', { service: db, hostnames: undefined }, 'TCPRoute', 'TCP 5432 undefined', {}],
    ['UDP', { service: dns, hostnames: undefined }, 'UDPRoute', 'UDP 53 undefined', {}],
    ['TCP behind TLS', { service: db, hostnames: undefined, tls: secret }, 'TCPRoute', 'TLS 443 undefined', {}],
    ['TCP behind TLS, by its hosts', { service: db, tls: secret }, 'TLSRoute', 'TLS 443 cart.example.com', { hostnames }],
    ['TCP on a listener that exists', { service: db, hostnames: undefined, gateway: shared }, 'TCPRoute', undefined, {}],
    ['TCP behind the TLS of a listener that exists', { service: db, gateway: shared }, 'TLSRoute', undefined, { hostnames }],
  ])('%s', (_, props, kind, listener, named) => {
    const [route, ...others] = exposed(props);
    const { parentRefs, ...spec } = route.spec;

    expect(route.kind).toBe(kind);
    const backend = { ...DEFAULTS.service, name: props.service!.name, port: props.service === db ? 5432 : 53, weight: 1 };
    expect(spec).toEqual({ ...named, rules: [{ backendRefs: [backend] }] });
    expect(others.flatMap(manifest => listenersOf([manifest]))).toEqual(listener === undefined ? [] : [listener]);
    const allowed = others.flatMap(manifest => manifest.spec.listeners[0].allowedRoutes.kinds.map((one: any) => one.kind));
    expect(allowed).toEqual(listener === undefined ? [] : [kind]);
  });

  test('two of one port of a gateway are a conflict, and two of different kinds are none', () => {
    const conflicts = (...all: Partial<ExposureProps>[]) => {
      const chart = shop(gatewayApi());
      const made = all.map((props, i) => new Exposure(chart, `outside-${i}`, { gateway: ExposureGateway.shared('public', 'infra'), ...props }));
      return made.flatMap(({ node }) => node.validate()).filter(error => error.includes('MESH3002')).length;
    };

    expect(conflicts({ service: db }, { service: MeshService.of('other', { port: 5432, protocol: MeshProtocol.TCP }) })).toBe(1);
    expect(conflicts({ service: db }, { service: cart }, { service: dns })).toBe(0);
  });

  test.each([
    ['UDP in Istio', { service: dns, hostnames: undefined }, MeshImplementation.ISTIO, /does not listen for UDP/],
    ['TCP behind TLS in Cilium', { service: db, tls: secret }, MeshImplementation.CILIUM, /Cilium ends TLS before HTTP only/],
  ])('refused: %s', (_, props, mesh, message) => {
    expect(() => exposed(props, MeshTarget.gatewayApi({ mesh }))).toThrow(message);
  });

  test('an Ingress refuses it', () => {
    expect(() => exposed({ service: db, hostnames: undefined, gateway: undefined }, ingress())).toThrow(/connections over TCP: an Ingress is for HTTP/);
  });
});

describe('redirects without a Service', () => {
  test.each([301, 302, 303, 307, 308])('with status %i', statusCode => {
    const [route, ...others] = exposed({ service: undefined, rules: [{ redirect: { scheme: 'https', port: 8443, statusCode } }] });

    expect(route.spec.rules).toEqual([{
      matches: DEFAULTS.matches, filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', port: 8443, statusCode } }],
    }]);
    expect(kindsOf(others)).toEqual(['Gateway']);
  });

  test('by their paths', () => {
    const [route] = exposed({
      service: undefined,
      rules: [{ matches: [HttpMatch.of({ pathPrefix: '/old' })], redirect: { pathPrefix: '/new', statusCode: 308 } }, { redirect: { hostname: 'example.com' } }],
    });

    expect(route.spec.rules.map((rule: any) => rule.filters[0].requestRedirect.statusCode)).toEqual([308, 302]);
  });
});

test('TLS with the pods is for a port, by names of their certificate', () => {
  const [policy] = ofKind(exposed({
    backendTls: {
      hostname: 'cart.shop.svc',
      portName: 'https',
      subjectAltNames: [SubjectAltName.hostname('*.example.com'), SubjectAltName.uri('spiffe://cluster.local/ns/shop/sa/cart')],
    },
  }), 'BackendTLSPolicy');

  expect(policy.metadata.name).toBe('cart-https');
  expect(policy.spec).toEqual({
    targetRefs: [{ group: '', kind: 'Service', name: 'cart', sectionName: 'https' }],
    validation: {
      hostname: 'cart.shop.svc',
      subjectAltNames: [{ type: 'Hostname', hostname: '*.example.com' }, { type: 'URI', uri: 'spiffe://cluster.local/ns/shop/sa/cart' }],
      wellKnownCACertificates: 'System',
    },
  });
  expect(() => SubjectAltName.uri('cart')).toThrow(/MESH1007/);
});

test.each<[string, Partial<ExposureProps>, RegExp]>([
  ['nothing', { service: undefined }, /\[shop\/outside\] MESH1601: nothing is exposed\. Give a `service`/],
  ['a port that is none', { port: 1 }, /Service 'cart' has no port 1/],
  [
    'several ports',
    { service: MeshService.of('cart', { ports: [{ port: 1 }, { port: 2 }] }) },
    /for one port, and 2 ports are possible\. Write `port: 1 or 2`/,
  ],
  ['hosts of a TCP port', { service: db }, /port 5432 speaks TCP, which has no hosts\. Leave out `hostnames`, or have TLS end/],
  ['hosts of a UDP port', { service: dns, gateway: ExposureGateway.shared('public') }, /port 53 speaks UDP, which has no hosts\. Leave out `hostnames`/],
  ['TLS of a UDP port', { service: dns, hostnames: undefined, tls: ExposureTls.secret('t') }, /port 53 speaks UDP, which has no TLS/],
  ['a redirect to HTTPS of a TCP port', { service: db, tls: ExposureTls.secret('t'), redirectHttp: true }, /no URLs to redirect/],
  ['rules that redirect some requests, and no Service', {
    service: undefined, rules: [{ redirect: { scheme: 'https' } }, { backends: [{ service: cart }] }],
  }, /MESH1601: nothing is exposed/],
  ['no names in the certificate of the pods', { backendTls: { hostname: 'a', subjectAltNames: [] } }, /MESH1004.*`hostname`/],
  ['passthrough of HTTP', { tls: ExposureTls.passthrough() }, /passed through to port 8080, which speaks HTTP/],
  [
    'TLS that the gateway would open',
    { service: MeshService.of('cart', { port: 1, protocol: MeshProtocol.TLS }) },
    /port 1 speaks TLS, and the gateway would open it/,
  ],
  ['passthrough without hosts', {
    service: MeshService.of('cart', { port: 1, protocol: MeshProtocol.TLS }), tls: ExposureTls.passthrough(), hostnames: undefined,
  }, /by hostname, and the exposure has no `hostnames`/],
  ['passthrough and backend TLS', {
    service: MeshService.of('cart', { port: 1, protocol: MeshProtocol.TLS }), tls: ExposureTls.passthrough(), backendTls: { hostname: 'a' },
  }, /Leave out `backendTls`/],
  [
    'cert-manager without hosts',
    { tls: ExposureTls.certManager('t', CertificateIssuer.ofCluster('c')), hostnames: undefined },
    /cert-manager gets certificates for hostnames/,
  ],
  ['a redirect without TLS', { redirectHttp: true }, /the exposure has no `tls`/],
  ['no hostnames', { hostnames: [] }, /`hostnames` is an empty list\. Leave it out for every host/],
  ['an address for a host', { hostnames: ['10.0.0.1'] }, /'10\.0\.0\.1' is not the name of a host/],
  ['an address for the host of the pods', { backendTls: { hostname: '10.0.0.1' } }, /backendTls\] MESH1009: '10\.0\.0\.1' is not a valid name of a host/],
  ['an address to redirect to', { rules: [{ redirect: { hostname: '010.0.0.1' } }] }, /'010\.0\.0\.1' is not a valid name of a host/],
  [
    'a host to rewrite to that DNS does not know',
    { rules: [{ backends: [{ service: cart }], rewrite: { hostname: `${'a'.repeat(64)}.svc` } }] },
    /at most 63 between two dots/,
  ],
  ['a rule for another port', {
    service: MeshService.of('cart', { ports: [{ port: 1 }, { port: 2 }] }), port: 1, rules: [{ ports: [2], backends: [{ service: cart, port: 8080 }] }],
  }, /no rule is for port 1/],
])('throws on %s', (_, props, message) => {
  expect(() => exposed(props)).toThrow(message);
});

test('throws on a Service beside a route', () => {
  const chart = shop(gatewayApi());
  const route = new ServiceRoute(chart, 'route', { service: cart, rules: [{ backends: [{ service: cart }] }] });

  expect(() => new Exposure(chart, 'outside', { service: cart, route })).toThrow(/`service` and `route` exclude each other/);
});

test('the route is the main object', () => {
  const exposure = new Exposure(shop(gatewayApi()), 'outside', { service: cart, hostnames, gateway: own });

  expect(exposure.node.defaultChild).toBe(exposure.apiObjects.find(o => o.kind === 'HTTPRoute'));
});

test('refuses what is no IngressClass', () => {
  expect(() => MeshTarget.ingress({ className: 'Nginx!' })).toThrow(/'Nginx!' is not the name of an IngressClass/);
});
