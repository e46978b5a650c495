import { consulAccess } from '../../../src/dialects/consul/access';
import { ConsulNamespaces } from '../../../src/dialects/gateway-api/extension/consul-namespaces';
import type { AccessModel } from '../../../src/model/access';
import { ANY_REQUEST } from '../../../src/model/match';
import { BY_WEB, policyOf } from '../../models';
import { expectValid } from '../../schema';
import { ofKind, applied } from '../../setup';

const mirrored = consulAccess(ConsulNamespaces.MIRRORED);
const single = consulAccess(ConsulNamespaces.SINGLE);
const whats = (model: AccessModel, dialect = mirrored) => dialect.render(model).refusals.map(({ what }) => what);
const ports = (...all: AccessModel['destination']['ports']): Pick<AccessModel, 'destination'> => ({ destination: { ...policyOf([]).destination, ports: all } });
const http = { port: 8080, protocol: 'HTTP' } as const;
const grpc = { port: 9090, protocol: 'GRPC' } as const;
const get = { ...ANY_REQUEST, methods: ['GET'] };

test('demands mutual TLS, over which alone intentions hold, and says what the service speaks', () => {
  const manifests = applied(mirrored.render(policyOf([BY_WEB])).manifests);

  expectValid(...manifests);
  expect(ofKind(manifests, 'ServiceDefaults')).toEqual([{
    apiVersion: 'consul.hashicorp.com/v1alpha1',
    kind: 'ServiceDefaults',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { protocol: 'http', mutualTLSMode: 'strict' },
  }]);
});

test('denies everything by an entry for everyone', () => {
  const [{ spec }] = mirrored.render(policyOf([])).manifests as any[];

  expect(spec.sources).toEqual([{ name: '*', namespace: '*', action: 'deny' }]);
});

test('rules that say the same of each port hold for the whole service, however they are written', () => {
  const apart = policyOf([{ ...BY_WEB, ports: [http] }, { ...BY_WEB, ports: [grpc] }], ports(http, grpc));

  expect(whats(apart)).toEqual([]);
  expect(mirrored.render(apart).manifests).toEqual(mirrored.render(policyOf([{ ...BY_WEB, ports: [http, grpc] }], ports(http, grpc))).manifests);
});

test.each([
  [[http, grpc], 'tcp'], [[http, { port: 6379, protocol: 'TCP' as const }], 'tcp'], [[{ port: 6379, protocol: 'TCP' as const }, { port: 9443, protocol: 'TLS' as const }], 'tcp'],
  [[http, { ...http, port: 8081 }], 'http'], [[grpc], 'grpc'],
])('says what the ports speak, and TCP where that differs, whatever the mesh speaks by default: %j', (all, protocol) => {
  expect(ofKind(mirrored.render(policyOf([{ ...BY_WEB, ports: all }], ports(...all))).manifests ?? [], 'ServiceDefaults')).toMatchObject([{ spec: { protocol } }]);
});

test('refuses ports that differ, and a port that no rule names', () => {
  const refused = ["ports of 'cart' that let in different requests"];

  expect(whats(policyOf([BY_WEB], ports(http, grpc)))).toEqual(refused);
  expect(whats(policyOf([BY_WEB, { ...BY_WEB, ports: [grpc], requests: [get] }], ports(http, grpc)))).toEqual(refused);
  expect(whats(policyOf([], ports(http, grpc)))).toEqual([]);
});

test('refuses requests on ports of several protocols, since Consul would read them by one', () => {
  expect(whats(policyOf([{ ...BY_WEB, ports: [http, grpc], requests: [get] }], ports(http, grpc))))
    .toEqual(["requests on ports of 'cart' that speak HTTP and gRPC"]);
});

test('refuses pods whose ServiceAccount has another name than the service', () => {
  const model = policyOf([BY_WEB]);

  expect(whats({ ...model, destination: { ...model.destination, serviceAccount: 'cart-sa' } }))
    .toEqual(["a policy for 'cart', whose pods run as 'cart-sa'"]);
  expect(whats({ ...model, destination: { ...model.destination, serviceAccount: undefined } })).toEqual([]);
});

test('refuses names that Consul would read as an expression', () => {
  expect(whats(policyOf([{ ...BY_WEB, sources: [{ kind: 'serviceAccount', name: 'web.v1', namespace: 'shop' }] }]))).toEqual(["the ServiceAccount 'web.v1'"]);
});

test('refuses one name in two namespaces where these share one, be it that of the destination', () => {
  const from = (name: string) => policyOf([{ ...BY_WEB, sources: [...BY_WEB.sources, { kind: 'serviceAccount', name, namespace: 'ops' }] }]);

  expect(whats(from('web'), single)).toEqual(["'web' in several namespaces"]);
  expect(whats(from('cart'), single)).toEqual(["'cart' in several namespaces"]);
  expect(whats(from('job'), single)).toEqual([]);
  expect(whats(from('web'), mirrored)).toEqual([]);
});

test('refuses exceptions that an intention has no name for', () => {
  const except = (...exceptSources: AccessModel['rules'][0]['exceptSources']) =>
    policyOf([{ ...BY_WEB, sources: [{ kind: 'anyAuthenticated' }], exceptSources }]);

  expect(whats(except({ kind: 'spiffeId', id: 'spiffe://a/b' }))).toEqual(["the exception SPIFFE id 'spiffe://a/b'"]);
  expect(whats(except({ kind: 'namespace', name: 'ops' }))).toEqual([]);
  expect(whats(except({ kind: 'namespace', name: 'ops' }), single)).toEqual(["the exception namespace 'ops'"]);
});

test('whole namespaces are sources only where Consul has namespaces', () => {
  expect(mirrored.supports.NamespaceSource.level).toBe('full');
  expect(single.supports.NamespaceSource.level).toBe('none');
});

test('two policies for one service of Consul conflict, in two namespaces too where these share one', () => {
  const elsewhere = policyOf([BY_WEB], { namespace: 'ops' });

  expect(single.claims(elsewhere)).toEqual(single.claims(policyOf([])));
  expect(mirrored.claims(elsewhere)).not.toEqual(mirrored.claims(policyOf([])));
});

test('denies a client by an entry of its own, whatever its namespace may do, and requests before it allows others', () => {
  const inShop = { ...BY_WEB, sources: [{ kind: 'namespace', name: 'shop' }] } as const;
  const job = { ...BY_WEB, sources: [{ kind: 'serviceAccount', name: 'job', namespace: 'shop' }], requests: [get] } as const;
  const [manifest] = mirrored.render(policyOf([inShop], { denials: [BY_WEB, job] })).manifests as any[];

  expectValid(manifest);
  expect(manifest.spec.sources).toEqual([
    { name: 'job', namespace: 'shop', permissions: [{ action: 'deny', http: { methods: ['GET'] } }, { action: 'allow', http: { pathPrefix: '/' } }] },
    { name: 'web', namespace: 'shop', action: 'deny' },
    { name: '*', namespace: 'shop', action: 'allow' },
    { name: '*', namespace: '*', action: 'deny' },
  ]);
});

test('refuses denials and exceptions by path, which `//` would get past, and exceptions of denials', () => {
  const byPath = ['denials and exceptions by path, or by gRPC method'];
  const admin = { ...ANY_REQUEST, path: { type: 'prefix', value: '/admin' } } as const;

  expect(whats(policyOf([BY_WEB], { denials: [{ ...BY_WEB, requests: [get, admin] }] }))).toEqual(byPath);
  expect(whats(policyOf([{ ...BY_WEB, exceptRequests: [admin] }]))).toEqual(byPath);
  expect(whats(policyOf([{ ...BY_WEB, requests: [admin], exceptRequests: [get] }]))).toEqual([]);
  expect(whats(policyOf([BY_WEB], { denials: [{ ...BY_WEB, exceptRequests: [get] }] }))).toEqual(['denials with exceptions of requests']);
});

test('refuses an exception that would deny what another rule allows', () => {
  const put = { ...ANY_REQUEST, methods: ['PUT'] };

  expect(whats(policyOf([{ ...BY_WEB, exceptRequests: [get] }, { ...BY_WEB, exceptRequests: [put] }]))).toEqual([
    'exceptions of requests that another rule may allow',
  ]);
  expect(whats(policyOf([{ ...BY_WEB, exceptRequests: [get] }, { ...BY_WEB, requests: [get] }]))).toEqual([]);
});
