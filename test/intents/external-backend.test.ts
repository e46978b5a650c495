import { Testing } from 'cdk8s';
import * as fc from 'fast-check';
import {
  Exposure, ExposureGateway, ExternalBackend, ExternalBackendProtocol, GatewayApiChannel, HttpMatch, MeshImplementation, MeshProtocol, MeshService,
  MeshTarget, MeshTargets, ServiceRoute, SubjectAltName,
} from '../../src';
import type { ExternalBackendProps } from '../../src';
import { externalHost } from '../../src/evaluators/routes/external-host';
import { inYaml, portable, refused, shop, synth } from '../setup';

const EXPERIMENTAL = () => MeshTarget.gatewayApi({ channel: GatewayApiChannel.EXPERIMENTAL });
const REF = { group: 'gateway.networking.x-k8s.io', kind: 'XBackend' };
const payment = MeshService.of('payment', { port: 8080 });
const PROVIDER = { hostname: 'api.example.com', port: 443, tls: {} };

/** What it is rendered to, beside a route that leads there. */
function rendered(props: Partial<ExternalBackendProps> = {}, target = EXPERIMENTAL()): any[] {
  const chart = shop(target);
  new ExternalBackend(chart, 'provider', { ...PROVIDER, ...props });
  return synth(chart);
}

portable('a host outside takes some requests, and copies of others', chart => {
  const { service } = new ExternalBackend(chart, 'provider', { ...PROVIDER, metadata: { name: 'provider' } });
  new ServiceRoute(chart, 'route', {
    service: payment,
    rules: [{ matches: [HttpMatch.of({ pathPrefix: '/v1' })], backends: [{ service }] }, { backends: [{ service: payment }], mirrors: [{ service, percent: 5 }] }],
  });
}, {
  smi: refused('MESH2014', 'a TrafficSplit sends requests to Services', 'hosts outside the cluster as backends'),
  gatewayApi: refused('MESH2014', 'MESH2001', 'only the experimental channel of Gateway API has XBackend', 'GatewayApiChannel.EXPERIMENTAL'),
  istio: refused('MESH2014', 'MESH2001', 'Istio up to 1.31 does not read XBackend'),
  linkerd: refused('hosts outside the cluster as backends', 'Linkerd sends requests to Services'),
});

test('an XBackend, to which rules lead without a port', () => {
  const chart = shop(EXPERIMENTAL());
  const { service } = new ExternalBackend(chart, 'provider', { ...PROVIDER, metadata: { name: 'provider' } });
  new ServiceRoute(chart, 'route', {
    service: payment, rules: [{ backends: [{ service, weight: 10 }, { service: payment, weight: 90 }], mirrors: [{ service }] }],
  });
  const [backend, route] = synth(chart);

  expect(inYaml(backend)).toMatchInlineSnapshot(`
"apiVersion: gateway.networking.x-k8s.io/v1alpha1
kind: XBackend
metadata:
  name: provider
  namespace: shop
spec:
  externalHostname:
    hostname: api.example.com
  port:
    number: 443
  tls:
    mode: ServerOnly
    validation:
      hostname: api.example.com
      wellKnownCACertificates: System
  type: ExternalHostname
"
`);
  expect(route.spec.rules[0].backendRefs[0]).toEqual({ ...REF, name: 'provider', weight: 10 });
  expect(route.spec.rules[0].filters[0].requestMirror.backendRef).toEqual({ ...REF, name: 'provider' });
});

test('routes for connections and for gRPC, and gateways, lead there too', () => {
  const chart = shop(EXPERIMENTAL());
  const speaking = (protocol: MeshProtocol) => MeshService.of('payment', { port: 8080, protocol });
  const { service } = new ExternalBackend(chart, 'provider', PROVIDER);
  new ServiceRoute(chart, 'grpc', { service: speaking(MeshProtocol.GRPC), rules: [{ backends: [{ service }] }] });
  new ServiceRoute(chart, 'tcp', { service: MeshService.of('db', { port: 5432, protocol: MeshProtocol.TCP }), rules: [{ backends: [{ service }] }] });
  new Exposure(chart, 'outside', { service: payment, rules: [{ backends: [{ service }] }], gateway: ExposureGateway.shared('public') });

  const routes = synth(chart).filter(({ kind }) => kind !== 'XBackend');

  expect(routes.map(({ kind, spec }) => [kind, spec.rules[0].backendRefs])).toEqual(
    ['GRPCRoute', 'TCPRoute', 'HTTPRoute'].map(kind => [kind, [{ ...REF, name: service.name, weight: 1 }]]));
});

test('of a gateway without a mesh of its own, the gateway reads it, and the mesh does not', () => {
  const chart = shop(MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD, channel: GatewayApiChannel.EXPERIMENTAL }));
  const { service } = new ExternalBackend(chart, 'provider', PROVIDER);
  new Exposure(chart, 'outside', { service: payment, rules: [{ backends: [{ service }] }], gateway: ExposureGateway.shared('public') });

  expect(synth(chart).map(({ kind }) => kind)).toEqual(['XBackend', 'HTTPRoute']);

  new ServiceRoute(chart, 'route', { service: payment, rules: [{ backends: [{ service }] }] });
  expect(() => synth(chart)).toThrow(/cannot express hosts outside the cluster as backends.*Linkerd sends requests to Services/);
});

test('in another namespace, a ReferenceGrant opens it to the route, and a certificate to it', () => {
  const chart = shop(EXPERIMENTAL());
  const { service } = new ExternalBackend(chart, 'provider', {
    ...PROVIDER, tls: { clientCertificate: { name: 'shop-client', namespace: 'certs' } }, metadata: { name: 'provider', namespace: 'outside' },
  });
  new ServiceRoute(chart, 'route', { service: payment, rules: [{ backends: [{ service }] }] });
  const grants = synth(chart).filter(({ kind }) => kind === 'ReferenceGrant').map(({ metadata, spec }) => [metadata.namespace, spec]);

  expect(service.namespace).toBe('outside');
  expect(grants).toEqual([
    ['certs', { from: [{ ...REF, namespace: 'outside' }], to: [{ group: '', kind: 'Secret', name: 'shop-client' }] }],
    ['outside', { from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop' }], to: [{ ...REF, name: 'provider' }] }],
  ]);
});

const names = fc.constantFrom('api.example.com', 'ledger.example.com', 'x.example.org');
const certificate = fc.record({ name: fc.constantFrom('a', 'b'), namespace: fc.constantFrom(undefined, 'shop', 'certs') });
const tls = fc.record({
  hostname: fc.option(names, { nil: undefined }),
  caConfigMap: fc.option(fc.constantFrom('ca', 'other-ca'), { nil: undefined }),
  subjectAltNames: fc.option(fc.uniqueArray(fc.constantFrom('a.example.com', '*.example.com', 'spiffe://example.com/api'), { minLength: 1 }), { nil: undefined }),
  clientCertificate: fc.option(certificate, { nil: undefined }),
});
const written = fc.record({
  hostname: names,
  port: fc.integer({ min: 1, max: 65535 }),
  protocol: fc.option(fc.constantFrom(...Object.values(ExternalBackendProtocol)), { nil: undefined }),
  tls: fc.option(tls, { nil: undefined }),
});

/** Whether the protocol and TLS go together. */
function isSound({ protocol, tls: said }: { readonly protocol?: ExternalBackendProtocol; readonly tls?: object }): boolean {
  return protocol === ExternalBackendProtocol.H2C ? said === undefined
    : said !== undefined || (protocol !== ExternalBackendProtocol.HTTP2 && protocol !== ExternalBackendProtocol.WSS);
}

test('the host is called as it is written, as an evaluator reads it, and what no server could speak is refused', () => {
  const counts = { sound: 0, refused: 0 };
  fc.assert(fc.property(written, one => {
    const subjectAltNames = one.tls?.subjectAltNames?.map(name => name.includes('://') ? SubjectAltName.uri(name) : SubjectAltName.hostname(name));
    const build = () => rendered({ ...one, tls: one.tls && { ...one.tls, subjectAltNames }, metadata: { name: 'provider' } });
    if (!isSound(one)) {
      counts.refused++;
      expect(build).toThrow(/MESH100[56]: .*(HTTP2|WSS|H2C)/);
      return;
    }
    counts.sound++;
    const { hostname, port, protocol, tls: said } = one;
    const shown = said?.clientCertificate;
    expect(externalHost(build(), 'shop', 'provider')).toEqual({
      host: hostname,
      port,
      ...(protocol && { protocol }),
      ...(said && {
        tls: {
          serverName: said.hostname ?? hostname,
          names: said.subjectAltNames ?? [said.hostname ?? hostname],
          ...(said.caConfigMap && { trusted: said.caConfigMap }),
          ...(shown && { shown: `${shown.namespace ?? 'shop'}/${shown.name}` }),
        },
      }),
    });
  }), { numRuns: 300 });
  expect(Math.min(...Object.values(counts))).toBeGreaterThan(20);
});

test.each<[string, Partial<ExternalBackendProps>, RegExp]>([
  ['a Service by its host', { hostname: 'cart.shop.svc.cluster.local' }, /MESH1009: 'cart\.shop\.svc\.cluster\.local' is a host inside the cluster/],
  ['a Service of several clusters by its host', { hostname: 'cart.shop.svc.clusterset.local' }, /MESH1009/],
  ['an address', { hostname: '203.0.113.7' }, /MESH1009/],
  ['a wildcard', { hostname: '*.example.com' }, /MESH1009/],
  ['no port', { port: 0 }, /MESH1010/],
  ['another name that is none', { tls: { hostname: 'Api' } }, /MESH1009/],
  ['a ConfigMap that is none', { tls: { caConfigMap: 'no name' } }, /MESH1007/],
  ['no names', { tls: { subjectAltNames: [] } }, /MESH1004/],
  ['a Secret that is none', { tls: { clientCertificate: { name: '' } } }, /MESH1007/],
  ['more names than the CRD takes', { tls: { subjectAltNames: Array.from({ length: 6 }, (_, i) => SubjectAltName.hostname(`${i}.example.com`)) } }, /6 `subjectAltNames`: the CRD of XBackend allows 5/],
])('refuses %s', (_, props, message) => expect(() => rendered(props)).toThrow(message));

test('refuses a certificate elsewhere where its own namespace is unknown', () => {
  const chart = Testing.chart();
  MeshTargets.of(chart).add(EXPERIMENTAL());
  new ExternalBackend(chart, 'provider', { ...PROVIDER, tls: { clientCertificate: { name: 'a', namespace: 'certs' } } });

  expect(() => synth(chart)).toThrow(/MESH2014: .*such a certificate in another namespace: a ReferenceGrant names the namespace of the XBackend, which is unknown/);
});

test('two of one name are in conflict, and two of one host are not', () => {
  const both = (...own: readonly ExternalBackendProps['metadata'][]) => {
    const chart = shop(EXPERIMENTAL());
    own.forEach((metadata, i) => new ExternalBackend(chart, `provider-${i}`, { ...PROVIDER, metadata }));
    return () => synth(chart);
  };

  expect(both({ name: 'provider' }, { name: 'provider' })).toThrow(/MESH3003: XBackend 'shop\/provider'/);
  expect(both({ name: 'provider' }, { name: 'other' })()).toHaveLength(2);
});

test('no clients call it, no policy is for it, and exposures speak its TLS', () => {
  const chart = shop(EXPERIMENTAL());
  const { service } = new ExternalBackend(chart, 'provider', PROVIDER);

  expect(() => new ServiceRoute(chart, 'route', { service, rules: [{ backends: [{ service: payment }] }] })).toThrow(/MESH1124: .*clients call a Service/);
  new Exposure(chart, 'outside', { service: payment, rules: [{ backends: [{ service }] }], gateway: ExposureGateway.shared('public'), backendTls: { hostname: 'api.example.com' } });
  expect(() => synth(chart)).toThrow(/MESH2006: .*an XBackend has `tls` of its own/);
});

test('one that exists is led to by its kind, and has one port', () => {
  const chart = shop(EXPERIMENTAL());
  new ServiceRoute(chart, 'route', { service: payment, rules: [{ backends: [{ service: MeshService.ofKind('api', { ...REF, port: 443 }) }] }] });

  expect(synth(chart)[0].spec.rules[0].backendRefs).toEqual([{ ...REF, name: 'api', weight: 1 }]);
  expect(() => MeshService.ofKind('api', { ...REF, ports: [{ port: 80 }, { port: 443 }] })).toThrow(/MESH1005: an XBackend has one port/);
});

test('older CRDs do not have it in this form', () => {
  const target = (release: string) => MeshTarget.gatewayApi({ channel: GatewayApiChannel.EXPERIMENTAL, release });

  expect(() => rendered({}, target('1.5'))).toThrow(/MESH4105: XBackend '.*' needs Gateway API 1\.6/);
  expect(() => rendered({}, target('1.6'))).toThrow(/MESH4105: XBackend '.*': spec\.port\.number needs Gateway API 1\.7/);
  expect(rendered({}, target('1.7'))).toHaveLength(1);
});
