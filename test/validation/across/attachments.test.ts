import * as fc from 'fast-check';
import { named } from './releases/manifests';
import { findings, type Subject } from '../../../src/validation/across';

const API = 'gateway.networking.k8s.io/v1';
const at = (namespace: string, { metadata, ...rest }: any) => ({ ...rest, metadata: { ...metadata, namespace } });
const HTTP = { name: 'http', port: 80, protocol: 'HTTP' };
const HTTPS = { name: 'https', port: 443, protocol: 'HTTPS' };
const gateway = (...listeners: object[]) => named(API, 'Gateway', 'public', { listeners });
const route = (ref: object = {}, spec: object = {}, kind = 'HTTPRoute') => named(API, kind, 'cart', { parentRefs: [{ name: 'public', ...ref }], ...spec });
const abroad = (spec: object = {}) => at('team', route({ namespace: 'shop' }, spec));
const namespace = (labels: object) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team', labels } });
const from = (how: string, selector?: object) => ({ allowedRoutes: { namespaces: { from: how, selector } } });

const told = (subjects: readonly Subject[]) => findings(subjects)
  .map(({ check, path, message, isError = false }) => `${isError ? 'error' : 'warning'} ${check} ${path} ${message}`);
const found = (...manifests: any[]) => told(manifests.map(manifest => ({ manifest })));

describe('a route that no listener lets in', () => {
  test.each<[string, any[], string]>([
    ['has a name that none has', [gateway(HTTP), route({ sectionName: 'web' })],
      "error attachment spec.parentRefs[0] refers to listener 'web' of Gateway 'public', which has 'http' on port 80"],
    ['has a port that none has', [gateway(HTTP, HTTPS), route({ port: 81 })],
      "error attachment spec.parentRefs[0] refers to port 81 of Gateway 'public', which has 'http' on port 80, 'https' on port 443"],
    ['has the name of one and the port of another', [gateway(HTTP, HTTPS), route({ sectionName: 'http', port: 443 })],
      "error attachment spec.parentRefs[0] refers to listener 'http' on port 443 of Gateway 'public', which has 'http' on port 80, 'https' on port 443"],
    ['finds none at all', [gateway(), route()], "error attachment spec.parentRefs[0] refers to Gateway 'public', which has no listeners"],
    ['finds many', [gateway(...['a', 'b', 'c', 'd', 'e'].map(name => ({ ...HTTP, name }))), route({ port: 81 })],
      "error attachment spec.parentRefs[0] refers to port 81 of Gateway 'public', which has 'a' on port 80, 'b' on port 80, 'c' on port 80, and 2 more"],
    ['is of a kind that its protocol does not carry', [gateway(HTTP), route({}, {}, 'TCPRoute')],
      "error attachment spec.parentRefs[0] is shut out by Gateway 'public': listener 'http' takes HTTPRoute and GRPCRoute only"],
    ['is of a kind that it does not take', [gateway({ ...HTTP, allowedRoutes: { kinds: [{ kind: 'HTTPRoute' }] } }), route({}, {}, 'GRPCRoute')],
      "error attachment spec.parentRefs[0] is shut out by Gateway 'public': listener 'http' takes HTTPRoute only"],
    ['is for other hosts', [gateway({ ...HTTP, hostname: '*.example.com' }), route({}, { hostnames: ['example.com'] })],
      "error attachment spec.parentRefs[0] is shut out by Gateway 'public': listener 'http' is for '*.example.com'"],
    ['is of another namespace', [gateway(HTTP), abroad()],
      "error attachment spec.parentRefs[0] is shut out by Gateway 'public': listener 'http' takes routes of namespace 'shop' only"],
    ['has labels of its namespace that are not selected', [gateway({ ...HTTP, ...from('Selector', { matchLabels: { shared: 'yes' } }) }), namespace({}), abroad()],
      "warning attachment spec.parentRefs[0] is shut out by Gateway 'public': listener 'http' takes routes of namespaces with {\"matchLabels\":{\"shared\":\"yes\"}} only"],
    ['has a namespace of another name', [gateway({ ...HTTP, ...from('Selector', { matchLabels: { 'kubernetes.io/metadata.name': 'web' } }) }), abroad()],
      "warning attachment spec.parentRefs[0] is shut out by Gateway 'public': listener 'http' takes routes of namespaces with "
      + '{"matchLabels":{"kubernetes.io/metadata.name":"web"}} only'],
    ['attaches to a ListenerSet', [named(API, 'ListenerSet', 'public', { parentRef: { name: 'edge' }, listeners: [HTTP] }), route({ kind: 'ListenerSet', port: 81 })],
      "error attachment spec.parentRefs[0] refers to port 81 of ListenerSet 'public', which has 'http' on port 80"],
  ])('%s', (_, manifests, expected) => {
    expect(found(...manifests)).toEqual([expected]);
  });

  test.each<[string, any[]]>([
    ['one listener of several lets it in', [gateway({ ...HTTP, hostname: 'a.example.com' }, { ...HTTPS, hostname: 'b.example.com', ...from('All') }), route({}, { hostnames: ['a.example.com'] })]],
    ['the Gateway is elsewhere', [gateway(HTTP), route({ name: 'other', sectionName: 'web' }), route({ namespace: 'infra', sectionName: 'web' })]],
    ['its parent is no Gateway', [gateway(HTTP), route({ group: '', kind: 'Service', port: 8080 }), route({ kind: 'ListenerSet', sectionName: 'web' })]],
    ['the protocol is that of an implementation', [gateway({ ...HTTP, protocol: 'example.com/quic' }), route({}, {}, 'UDPRoute')]],
    ['whose routes are taken is not known here', [gateway({ ...HTTP, ...from('Friends') }), abroad()]],
    ['the labels of its namespace are not known', [gateway({ ...HTTP, ...from('Selector', { matchLabels: { shared: 'yes' } }) }), abroad()]],
    ['they are selected', [gateway({ ...HTTP, ...from('Selector', { matchLabels: { shared: 'yes' } }) }), namespace({ shared: 'yes' }), abroad()]],
    ['its namespace is not told', [gateway(HTTP), at('', route({ namespace: 'shop' }))]],
    ['every namespace may attach', [gateway({ ...HTTP, ...from('All') }), abroad()]],
  ])('is not told of where %s', (_, manifests) => {
    expect(found(...manifests)).toEqual([]);
  });

  test('is told of for the cluster that it is in', () => {
    const [http, https] = [gateway(HTTP), gateway(HTTPS)];
    const named80 = route({ sectionName: 'http' });

    expect(told([{ manifest: http, target: 'a' }, { manifest: https, target: 'b' }, { manifest: named80, target: 'a' }])).toEqual([]);
    expect(told([{ manifest: http, target: 'a' }, { manifest: https, target: 'b' }, { manifest: named80 }])).toEqual([]);
    expect(told([{ manifest: http, target: 'a' }, { manifest: https, target: 'b' }, { manifest: named80, target: 'b' }])).toHaveLength(1);
  });

  const HOSTS = ['com', 'a.com', 'b.com', 'a.a.com', 'b.a.com', 'a.b.com', 'a.a.a.com', 'b.b.a.com'];
  const KINDS: Readonly<Record<string, string>> = { HTTP: 'HTTPRoute GRPCRoute', HTTPS: 'HTTPRoute GRPCRoute', TLS: 'TLSRoute TCPRoute', TCP: 'TCPRoute', UDP: 'UDPRoute' };
  const isFor = (name: string, host: string) => name.startsWith('*') ? host.endsWith(name.slice(1)) : name === host;
  const hostname = fc.constantFrom('a.com', 'b.com', 'b.a.com', '*.com', '*.a.com', '*.b.com', '*.a.a.com');
  const listener = fc.record({
    name: fc.constantFrom('x', 'y'),
    port: fc.constantFrom(80, 443),
    protocol: fc.constantFrom(...Object.keys(KINDS)),
    hostname: fc.option(hostname, { nil: undefined }),
    allowedRoutes: fc.option(fc.record({ namespaces: fc.record({ from: fc.constantFrom('Same', 'All', 'None') }) }), { nil: undefined }),
  });
  const attaching = fc.record({
    kind: fc.constantFrom('HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'),
    sectionName: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
    port: fc.option(fc.constantFrom(80, 443), { nil: undefined }),
    hostnames: fc.array(hostname, { maxLength: 2 }),
    isAbroad: fc.boolean(),
  });
  const parents = fc.constantFrom(
    { kind: 'Gateway', of: gateway },
    { kind: 'ListenerSet', of: (...listeners: object[]) => named(API, 'ListenerSet', 'public', { parentRef: { name: 'edge' }, listeners }) },
  );

  test('is one for which no host comes by a listener that it names, whose protocol carries it, and which takes its namespace', () => {
    const shutOut = new Map<string, number>();
    fc.assert(fc.property(parents, fc.array(listener, { minLength: 1, maxLength: 3 }), attaching, (parent, listeners, its) => {
      const { kind, sectionName, port, hostnames, isAbroad } = its;
      const isRouted = (host: string) => hostnames.length === 0 || kind === 'TCPRoute' || kind === 'UDPRoute' || hostnames.some(name => isFor(name, host));
      const isIn = listeners.some(one => (sectionName ?? one.name) === one.name && (port ?? one.port) === one.port
        && KINDS[one.protocol].split(' ').includes(kind)
        && HOSTS.some(host => isRouted(host) && (one.hostname === undefined || isFor(one.hostname, host)))
        && { Same: !isAbroad, All: true, None: false }[one.allowedRoutes?.namespaces.from ?? 'Same']);
      const attached = at(isAbroad ? 'team' : 'shop', route({ kind: parent.kind, namespace: 'shop', sectionName, port }, { hostnames }, kind));
      const errors = found(parent.of(...listeners), attached).filter(text => text.startsWith('error'));
      errors.forEach(() => shutOut.set(`${kind} ${parent.kind}`, (shutOut.get(`${kind} ${parent.kind}`) ?? 0) + 1));
      expect(errors).toHaveLength(isIn ? 0 : 1);
    }), { numRuns: 800 });
    // Of each kind of route, at each kind of parent.
    expect([...shutOut.values()].filter(count => count > 10)).toHaveLength(10);
  });
});

describe('a ListenerSet', () => {
  const set = (home: string) => at(home, named(API, 'ListenerSet', 'mine', { parentRef: { name: 'public', namespace: 'shop' }, listeners: [HTTP] }));
  const taking = (allowedListeners?: object) => named(API, 'Gateway', 'public', { listeners: [HTTP], allowedListeners });

  test('that its Gateway does not take', () => {
    expect(found(taking(), set('shop'))).toEqual(["error attachment spec.parentRef is shut out by Gateway 'public', which takes ListenerSets of no namespace"]);
    expect(found(taking({ namespaces: { from: 'Same' } }), set('team')))
      .toEqual(["error attachment spec.parentRef is shut out by Gateway 'public', which takes ListenerSets of namespace 'shop' only"]);
    expect(found(taking({ namespaces: { from: 'Same' } }), set('shop'))).toEqual([]);
    expect(found(set('team'))).toEqual([]);
  });
});

describe('a listener that no route reaches', () => {
  const http = route({ sectionName: 'http' });

  test('is told of, if a route reaches another one', () => {
    expect(found(gateway(HTTP, HTTPS), http))
      .toEqual(["warning unreached spec.listeners[1] is listener 'https', which no route of the app reaches, and which takes routes of its own namespace only"]);
    expect(found(gateway(HTTP, HTTPS))).toEqual([]);
    expect(found(gateway(HTTP, HTTPS), route())).toEqual([]);
  });

  const CARRIED = [
    ['HTTPRoute', 'HTTP'],
    ['GRPCRoute', 'HTTP'],
    ['HTTPRoute', 'HTTPS'],
    ['GRPCRoute', 'HTTPS'],
    ['TLSRoute', 'TLS'],
    ['TCPRoute', 'TLS'],
    ['TCPRoute', 'TCP'],
    ['UDPRoute', 'UDP'],
  ];

  test.each(CARRIED)('by a %s over %s, of a Gateway and of a ListenerSet', (kind, protocol) => {
    const [reached, other] = [{ name: 'one', port: 9000, protocol }, { name: 'two', port: 9001, protocol }];
    const message = "warning unreached spec.listeners[1] is listener 'two', which no route of the app reaches, "
      + 'and which takes routes of its own namespace only';

    expect(found(gateway(reached, other), route({ sectionName: 'one' }, {}, kind))).toEqual([message]);
    expect(found(gateway(reached, other), route({}, {}, kind))).toEqual([]);
    const set = named(API, 'ListenerSet', 'public', { parentRef: { name: 'edge' }, listeners: [reached, other] });
    expect(found(set, route({ kind: 'ListenerSet', port: 9000 }, {}, kind))).toEqual([message]);
  });

  test('is none where others may attach', () => {
    expect(found(gateway(HTTP, { ...HTTPS, ...from('All') }), http)).toEqual([]);
    expect(found(gateway(HTTP, { ...HTTPS, protocol: 'HBONE' }), http)).toEqual([]);
  });

  test('is none where cert-manager attaches its challenges', () => {
    const certified = { ...gateway(HTTP, HTTPS), metadata: { name: 'public', namespace: 'shop', annotations: { 'cert-manager.io/issuer': 'acme' } } };

    expect(found(certified, route({ sectionName: 'https' }))).toEqual([]);
    expect(found(certified, http)).toHaveLength(1);
  });
});

describe('a certificate in another namespace', () => {
  const certificate = { name: 'tls', namespace: 'certificates' };
  const grant = (to: object, kind = 'Gateway') => at('certificates', named(API, 'ReferenceGrant', 'shop', {
    from: [{ group: 'gateway.networking.k8s.io', kind, namespace: 'shop' }], to: [{ group: '', ...to }],
  }));
  const ofListener = gateway({ ...HTTPS, tls: { certificateRefs: [{ name: 'own' }, certificate] } });

  test('wants a ReferenceGrant there', () => {
    const missing = [
      "warning certificate spec.listeners[0].tls.certificateRefs[1] refers to Secret 'tls' in namespace 'certificates', which no ReferenceGrant there allows",
    ];

    expect(found(ofListener)).toEqual(missing);
    expect(found(ofListener, grant({ kind: 'Secret', name: 'other' }))).toEqual(missing);
    expect(found(ofListener, grant({ kind: 'ConfigMap' }))).toEqual(missing);
    expect(found(ofListener, grant({ kind: 'Secret' }, 'ListenerSet'))).toEqual(missing);
    expect(found(ofListener, at('infra', grant({ kind: 'Secret' })))).toEqual(missing);
    expect(found(ofListener, grant({ kind: 'Secret' }))).toEqual([]);
    expect(found(at('', ofListener))).toEqual([]);

    const group = 'gateway.networking.x-k8s.io';
    const xBackend = named(`${group}/v1alpha1`, 'XBackend', 'api', { tls: { clientCertificateRef: certificate } });
    const granted = at('certificates', named(API, 'ReferenceGrant', 'api', { from: [{ group, kind: 'XBackend', namespace: 'shop' }], to: [{ group: '', kind: 'Secret' }] }));

    expect(found(xBackend)).toEqual([expect.stringContaining("spec.tls.clientCertificateRef refers to Secret 'tls' in namespace 'certificates'")]);
    expect(found(xBackend, grant({ kind: 'Secret' }))).toHaveLength(1);
    expect(found(xBackend, granted)).toEqual([]);
  });

  test('wherever a gateway names it', () => {
    const validation = { caCertificateRefs: [{ group: '', kind: 'ConfigMap', ...certificate }] };
    const everywhere = named(API, 'Gateway', 'public', {
      listeners: [HTTPS],
      tls: { frontend: { default: { validation }, perPort: [{ port: 443, tls: { validation } }] }, backend: { clientCertificateRef: certificate } },
    });

    expect(found(everywhere).map(text => text.split(' ')[2])).toEqual([
      'spec.tls.frontend.default.validation.caCertificateRefs[0]', 'spec.tls.frontend.perPort[0].tls.validation.caCertificateRefs[0]',
      'spec.tls.backend.clientCertificateRef',
    ]);
    expect(found(everywhere, grant({ kind: 'ConfigMap' }), grant({ kind: 'Secret' }))).toEqual([]);
    expect(found(named(API, 'ListenerSet', 'mine', { parentRef: { name: 'far' }, listeners: [{ ...HTTPS, tls: { certificateRefs: [certificate] } }] }))).toHaveLength(1);
  });
});
