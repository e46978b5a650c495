import { Chart } from 'cdk8s';
import * as fc from 'fast-check';
import {
  CertificateIssuer, Exposure, ExposureGateway, type ExposureProps, ExposureTls, GatewayAccessPolicy, GatewayAddress,
  GatewayListener, GatewayNamespaces, HttpMatch, Identity,
  MeshImplementation, MeshProtocol, MeshService, MeshTarget, RouteKind, ServiceAccessPolicy, SharedGateway, type SharedGatewayProps,
} from '../../src';
import { DEFAULTS, portable, refused, shop, synth } from '../setup';

const ISTIO = () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO });
const CILIUM = () => MeshTarget.gatewayApi({ mesh: MeshImplementation.CILIUM });
const SHOP_TLS = ExposureTls.secret('shop-tls');
const HTTP = GatewayListener.http('http');
const cart = MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' } });

const gatewayIn = (chart: Chart, props: Partial<SharedGatewayProps> = {}) =>
  new SharedGateway(chart, 'public', { className: 'istio', listeners: [HTTP], metadata: { name: 'public' }, ...props });
const made = (props: Partial<SharedGatewayProps> = {}, target = MeshTarget.gatewayApi()) => {
  const chart = shop(target);
  gatewayIn(chart, props);
  return synth(chart);
};
type Attach = (gateway: SharedGateway) => ExposureGateway;
const attached = (attach: Attach, props: Partial<SharedGatewayProps> = {}, exposure: Partial<ExposureProps> = {}) => {
  const chart = shop(MeshTarget.gatewayApi());
  const gateway = gatewayIn(chart, props);
  new Exposure(chart, 'outside', { service: cart, hostnames: ['cart.example.com'], gateway: attach(gateway), ...exposure });
  return synth(chart);
};
const ofKind = (manifests: readonly any[], kind: string) => manifests.filter(manifest => manifest.kind === kind);

test('says all that a Gateway can say', () => {
  const [gateway, ...grants] = made({
    listeners: [
      HTTP,
      GatewayListener.https('https', {
        hostname: '*.example.com',
        tls: ExposureTls.secrets([{ name: 'rsa' }, { name: 'ecdsa', namespace: 'certs' }]),
        tlsOptions: { 'example.com/min': '1.3' },
        namespaces: GatewayNamespaces.named('shop', 'web', 'shop'),
        kinds: [RouteKind.HTTP],
      }),
      GatewayListener.tls('tls', { port: 8443, hostname: 'db.example.com', tls: ExposureTls.passthrough(), namespaces: GatewayNamespaces.labelled({ exposes: 'true' }) }),
      GatewayListener.tcp('postgres', 5432, { namespaces: GatewayNamespaces.all() }),
      GatewayListener.udp('dns', 5432),
    ],
    allowedListeners: GatewayNamespaces.same(),
    addresses: [GatewayAddress.ip('203.0.113.7'), GatewayAddress.hostname(), GatewayAddress.named('edge'), GatewayAddress.ofType('example.com/vip', 'a')],
    infrastructure: { labels: { team: 'edge' }, annotations: { 'example.com/pool': 'a' }, parameters: { group: '', kind: 'ConfigMap', name: 'edge' } },
    clientCertificates: [{ caConfigMaps: [{ name: 'ca', namespace: 'certs' }] }, { port: 8443, caConfigMaps: [{ name: 'other-ca' }], allowInsecureFallback: true }],
    backendCertificate: { name: 'client', namespace: 'certs' },
  });

  expect(gateway).toEqual({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'public', namespace: 'shop' },
    spec: {
      gatewayClassName: 'istio',
      listeners: [
        { name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'Same' } } },
        {
          name: 'https',
          hostname: '*.example.com',
          port: 443,
          protocol: 'HTTPS',
          tls: { mode: 'Terminate', certificateRefs: [{ ...DEFAULTS.secret, name: 'rsa' }, { ...DEFAULTS.secret, name: 'ecdsa', namespace: 'certs' }], options: { 'example.com/min': '1.3' } },
          allowedRoutes: {
            namespaces: { from: 'Selector', selector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['shop', 'web'] }] } },
            kinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }],
          },
        },
        {
          name: 'tls',
          hostname: 'db.example.com',
          port: 8443,
          protocol: 'TLS',
          tls: { mode: 'Passthrough' },
          allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { exposes: 'true' } } } },
        },
        { name: 'postgres', port: 5432, protocol: 'TCP', allowedRoutes: { namespaces: { from: 'All' } } },
        { name: 'dns', port: 5432, protocol: 'UDP', allowedRoutes: { namespaces: { from: 'Same' } } },
      ],
      allowedListeners: { namespaces: { from: 'Same' } },
      addresses: [
        { type: 'IPAddress', value: '203.0.113.7' }, { type: 'Hostname' }, { type: 'NamedAddress', value: 'edge' }, { type: 'example.com/vip', value: 'a' },
      ],
      infrastructure: { labels: { team: 'edge' }, annotations: { 'example.com/pool': 'a' }, parametersRef: { group: '', kind: 'ConfigMap', name: 'edge' } },
      tls: {
        frontend: {
          default: { validation: { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca', namespace: 'certs' }], mode: 'AllowValidOnly' } },
          perPort: [{ port: 8443, tls: { validation: { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'other-ca' }], mode: 'AllowInsecureFallback' } } }],
        },
        backend: { clientCertificateRef: { ...DEFAULTS.secret, name: 'client', namespace: 'certs' } },
      },
    },
  });
  expect(grants.map(({ kind, metadata, spec }) => [kind, metadata.namespace, metadata.name, spec.from, spec.to])).toEqual([
    ['ReferenceGrant', 'certs', 'public-certificate', [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'shop' }],
      ['client', 'ecdsa'].map(name => ({ group: '', kind: 'Secret', name }))],
    ['ReferenceGrant', 'certs', 'public-authorities', [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'shop' }], [{ group: '', kind: 'ConfigMap', name: 'ca' }]],
  ]);
});

portable('a gateway for HTTP and HTTPS', chart => {
  gatewayIn(chart, { listeners: [HTTP, GatewayListener.https('https', { tls: SHOP_TLS })] });
}, {
  smi: refused('MESH2012', 'SMI is for traffic inside a mesh'),
  gatewayApi: manifests => expect(manifests[0].spec.listeners.map((listener: any) => listener.name)).toEqual(['http', 'https']),
  istio: manifests => expect(manifests).toHaveLength(1),
  linkerd: manifests => expect(manifests).toHaveLength(1),
});

describe('what attaches', () => {
  const listeners = [HTTP, GatewayListener.https('https', { tls: SHOP_TLS })];

  test.each<[string, (gateway: SharedGateway) => ExposureGateway, object]>([
    ['to all of it', ({ gateway }) => gateway, { ...DEFAULTS.gateway, name: 'public', namespace: 'shop' }],
    ['to a listener', gateway => gateway.listener('https'), { ...DEFAULTS.gateway, name: 'public', namespace: 'shop', sectionName: 'https' }],
    ['to a ListenerSet that exists', () => ExposureGateway.shared('public', 'shop', { listenerSet: 'team' }), { group: 'gateway.networking.k8s.io', kind: 'ListenerSet', name: 'team' }],
    [
      'to a listener of a ListenerSet elsewhere',
      () => ExposureGateway.shared('public', 'shop', { listenerSet: 'team', listenerSetNamespace: 'edge', sectionName: 'https' }),
      { group: 'gateway.networking.k8s.io', kind: 'ListenerSet', name: 'team', namespace: 'edge', sectionName: 'https' },
    ],
  ])('%s', (_, attach, parent) => {
    expect(ofKind(attached(attach, { listeners }), 'HTTPRoute')[0].spec.parentRefs).toEqual([parent]);
  });

  test('plain HTTP is redirected on its listener', () => {
    const routes = ofKind(attached(gateway => gateway.listener('https', 'http'), { listeners }, { redirectHttp: true }), 'HTTPRoute');

    expect(routes.map(({ spec }) => spec.parentRefs[0].sectionName)).toEqual(['https', 'http']);
  });

  test('where HTTPS comes on another port, plain HTTP is redirected there', () => {
    const all = [HTTP, GatewayListener.https('https', { port: 8443, tls: SHOP_TLS })];
    const [, redirect] = ofKind(attached(gateway => gateway.listener('https', 'http'), { listeners: all }, { redirectHttp: true }), 'HTTPRoute');

    expect(redirect.spec.rules[0].filters).toEqual([{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', port: 8443, statusCode: 301 } }]);
  });

  test.each<[string, string, string, RegExp]>([
    ['to plain HTTP', 'http', 'http', /MESH1610.*listener 'http' is for HTTP, not HTTPS\. Name the listener for HTTPS first/],
    ['from HTTPS', 'https', 'https', /MESH1610.*listener 'https' is for HTTPS, not HTTP\./],
  ])('nothing is redirected %s', (_, name, httpName, error) => {
    expect(() => attached(gateway => gateway.listener(name, httpName), { listeners }, { redirectHttp: true })).toThrow(error);
  });

  test('listeners of an exposure stand beside its own', () => {
    const [listenerSet] = ofKind(attached(({ listenerSet: set }) => set, { allowedListeners: GatewayNamespaces.same() }), 'ListenerSet');

    expect(listenerSet.spec.parentRef).toEqual({ ...DEFAULTS.gateway, name: 'public', namespace: 'shop' });
  });

  test('the same requests by a Gateway and by a ListenerSet are no conflict, and those by two listeners of one are one', () => {
    const conflicts = (...gateways: ExposureGateway[]) => {
      const chart = shop(MeshTarget.gatewayApi());
      const all = gateways.map((gateway, i) => new Exposure(chart, `outside-${i}`, { service: cart, gateway }));
      return all.flatMap(({ node }) => node.validate()).length;
    };
    const of = (options: object) => ExposureGateway.shared('public', 'infra', options);

    expect(conflicts(of({}), of({ listenerSet: 'team' }))).toBe(0);
    expect(conflicts(of({ listenerSet: 'team' }), of({ listenerSet: 'other' }))).toBe(0);
    expect(conflicts(of({ listenerSet: 'team' }), of({ listenerSet: 'team', sectionName: 'https' }))).toBe(1);
    expect(conflicts(of({ listenerSet: 'team', sectionName: 'http' }), of({ listenerSet: 'team', sectionName: 'https' }))).toBe(0);
  });
});

test('is a client that policies know, and has a policy of its own', () => {
  const chart = shop(ISTIO());
  const gateway = gatewayIn(chart);
  const exposure = new Exposure(chart, 'outside', { service: cart, gateway: gateway.listener('http') });
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [{ sources: [gateway.identity, exposure.identity] }] });
  new GatewayAccessPolicy(chart, 'edge', { gateway: gateway.gateway, deny: [{ sources: [Identity.anyone()], requests: [HttpMatch.of({ pathPrefix: '/internal' })] }] });
  const policies = ofKind(synth(chart), 'AuthorizationPolicy');

  expect(policies.map(({ spec }) => spec.rules[0].from?.[0].source.principals ?? spec.targetRefs)).toEqual([
    ['cluster.local/ns/shop/sa/public-istio'], [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }],
  ]);
});

test('shut out, it is an error of the exposure', () => {
  const chart = shop(ISTIO());
  const gateway = gatewayIn(chart);
  new Exposure(chart, 'outside', { service: cart, gateway: gateway.gateway });
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [] });

  expect(() => synth(chart)).toThrow(/MESH3005.*the gateway 'shop\/public'/);
});

test('cert-manager reads its issuer from the Gateway', () => {
  const [{ metadata }] = made({
    listeners: [GatewayListener.https('https', { hostname: 'a.example.com', tls: ExposureTls.certManager('a', CertificateIssuer.ofNamespace('shop')) })],
  });

  expect(metadata.annotations).toEqual({ 'cert-manager.io/issuer': 'shop' });
});

describe('refuses', () => {
  const https = (name: string, hostname: string | undefined, tls = SHOP_TLS, port = 443) => GatewayListener.https(name, { hostname, tls, port });
  const issued = (issuer: string) => ExposureTls.certManager(issuer, CertificateIssuer.ofCluster(issuer));
  const passthrough = (hostname?: string) => GatewayListener.tls('tls', { hostname, tls: ExposureTls.passthrough() });

  test.each<[string, () => unknown, RegExp]>([
    ['no listener', () => made({ listeners: [] }), /MESH1004/],
    ['two of one name', () => made({ listeners: [HTTP, GatewayListener.tcp('http', 81)] }), /MESH1609.*have the name 'http'/],
    ['two for the same host', () => made({ listeners: [https('a', 'a.example.com'), https('b', 'a.example.com')] }), /MESH1609.*both take 'a\.example\.com'/],
    ['HTTP and HTTPS on one port', () => made({ listeners: [HTTP, https('https', undefined, SHOP_TLS, 80)] }), /MESH1609.*HTTP and HTTPS do not go together/],
    ['TLS that is passed through and ended for one name', () => made({ listeners: [https('a', 'a.example.com'), passthrough('*.example.com')] }), /MESH1609.*either of them/],
    ['a kind that HTTP does not carry', () => GatewayListener.http('http', { kinds: [RouteKind.TLS] }), /MESH1608/],
    ['HTTPS that is passed through', () => GatewayListener.https('https', { tls: ExposureTls.passthrough() }), /MESH1605.*Use GatewayListener\.tls/],
    ['two issuers', () => made({ listeners: [https('a', 'a.example.com', issued('a')), https('b', 'b.example.com', issued('b'))] }), /MESH1611/],
    ['an issuer beside a Secret', () => made({ listeners: [https('a', 'a.example.com', issued('a')), https('b', 'b.example.com')] }), /MESH1611.*'a' and 'b'/],
    ['an issuer without a hostname', () => made({ listeners: [https('a', undefined, issued('a'))] }), /MESH1607.*listener 'a'/],
    ['a listener that it does not have', () => attached(gateway => gateway.listener('https')), /MESH1610.*Did you mean 'http'/],
    ['ListenerSets that it does not let in', () => attached(gateway => gateway.listenerSet), /MESH1006.*allowedListeners/],
    ['the namespace of no ListenerSet', () => ExposureGateway.shared('public', 'infra', { listenerSetNamespace: 'edge' }), /MESH1006/],
    ['two authorities for one port', () => made({ clientCertificates: [{ caConfigMaps: [{ name: 'a' }] }, { caConfigMaps: [{ name: 'b' }] }] }), /MESH1005.*all ports have/],
    ['certificates of clients without TLS', () => made({ listeners: [HTTP, passthrough('a.example.com')], clientCertificates: [{ caConfigMaps: [{ name: 'a' }] }] }),
      /clientCertificates\] MESH1006.*no listener opens it\. Add a listener/],
    ['certificates of clients on a port without TLS', () => made({
      listeners: [https('a', undefined)], clientCertificates: [{ caConfigMaps: [{ name: 'a' }] }, { caConfigMaps: [{ name: 'b' }], port: 8443 }],
    }), /MESH1006.*no listener opens it on port 8443\. Name the port of a listener that does: 443/],
    ['a listener that opens what is passed through', () => attached(gateway => gateway.listener('tls'), {
      listeners: [GatewayListener.tls('tls', { hostname: 'a.example.com', tls: SHOP_TLS })],
    }, { service: MeshService.of('db', { port: 5432, protocol: MeshProtocol.TLS }), tls: ExposureTls.passthrough(), hostnames: ['a.example.com'] }),
    /MESH1605.*passed through to port 5432, and listener 'tls' of the gateway opens it/],
    ['a listener that passes TLS through to TCP', () => attached(gateway => gateway.listener('tls'), { listeners: [passthrough('a.example.com')] }, {
      service: MeshService.of('db', { port: 5432, protocol: MeshProtocol.TCP }), hostnames: ['a.example.com'],
    }), /MESH1605.*listener 'tls' of the gateway passes TLS through, and port 5432 speaks TCP/],
    ['no address', () => GatewayAddress.ip('edge.example.com'), /MESH1013/],
    ['no type of addresses', () => GatewayAddress.ofType('vip'), /MESH1007/],
    ['every namespace by no label', () => GatewayNamespaces.labelled({}), /MESH1106.*GatewayNamespaces\.all/],
    ['UDP in Istio', () => made({ listeners: [GatewayListener.udp('dns', 53)] }, ISTIO()), /MESH2012.*does not listen for UDP/],
    ['a hostname as an address in Istio', () => made({ addresses: [GatewayAddress.hostname('edge.example.com')] }, ISTIO()), /MESH2012.*runs no gateway/],
    ['TLS before TCP in Cilium', () => made({ listeners: [GatewayListener.tls('tls', { tls: SHOP_TLS })] }, CILIUM()), /MESH2012.*before HTTP only/],
    ['parameters in Cilium', () => made({ infrastructure: { parameters: { group: '', kind: 'ConfigMap', name: 'edge' } } }, CILIUM()), /MESH2012.*accepts no Gateway/],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

test('of any two listeners that it takes, a connection comes to one', () => {
  const host = fc.constantFrom(undefined, 'a.example.com', 'b.example.com', '*.example.com');
  const listener = fc.record({ protocol: fc.constantFrom('http', 'https', 'tls', 'tcp', 'udp'), port: fc.constantFrom(80, 443), hostname: host });
  const of = (name: string, { protocol, port, hostname }: { readonly protocol: string; readonly port: number; readonly hostname?: string }) => {
    switch (protocol) {
      case 'http': return GatewayListener.http(name, { port, hostname });
      case 'https': return GatewayListener.https(name, { port, hostname, tls: SHOP_TLS });
      case 'tls': return GatewayListener.tls(name, { port, hostname, tls: ExposureTls.passthrough() });
      case 'tcp': return GatewayListener.tcp(name, port);
      default: return GatewayListener.udp(name, port);
    }
  };
  fc.assert(fc.property(listener, listener, (a, b) => {
    let accepted = true;
    try {
      made({ listeners: [of('a', a), of('b', b)] });
    } catch (error) {
      accepted = false;
      expect(String(error)).toContain('MESH1609');
    }
    // As the schema of the CRD has it, and as the protocols differ on the wire.
    const bytes = (one: string) => one === 'tcp' || one === 'udp';
    const wire = (one: string) => one === 'https' ? 'tls' : one;
    const apart = a.port !== b.port || (bytes(a.protocol) && bytes(b.protocol) && a.protocol !== b.protocol)
      || (wire(a.protocol) === wire(b.protocol) && !bytes(a.protocol) && (a.protocol === b.protocol ? a.hostname !== b.hostname
        : [a.hostname, b.hostname].every(one => one !== undefined) && a.hostname !== b.hostname && ![a.hostname, b.hostname].includes('*.example.com')));

    expect(accepted).toBe(apart);
  }), { numRuns: 100 });
});
