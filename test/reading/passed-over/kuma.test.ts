import { type Case, object, passesNothingOver } from './fields';

const kuma = (kind: string, spec: object) => object('kuma.io/v1alpha1', kind, 'cart', spec);

const SHOP = object('v1', 'Service', 'shop', { selector: { app: 'cart' }, ports: [{ name: 'http', port: 80, targetPort: 8080, appProtocol: 'http' }] });
const RPC = object('v1', 'Service', 'rpc', { selector: { app: 'cart' }, ports: [{ name: 'grpc', port: 80, targetPort: 8080, appProtocol: 'grpc' }] });
const TO = { kind: 'MeshService', name: 'shop' };
const RPCS = { kind: 'MeshService', name: 'rpc' };
const LABELED = { kind: 'MeshService', labels: { 'kuma.io/display-name': 'shop' } };
const DATAPLANE = { kind: 'Dataplane', labels: { app: 'cart' } };
const backendRefs = [{ ...TO, port: 80, weight: 1 }, { ...RPCS, port: 80, weight: 1 }];
const http = { matches: [{ path: { type: 'Exact', value: '/a' }, headers: [{ name: 'x-team', value: '.1' }], queryParams: [{ name: 'q', value: '.1', type: 'Exact' }] }], default: { backendRefs } };

const system = (kind: string, spec: object) => ({ ...kuma(kind, spec), metadata: { name: 'cart', namespace: 'kuma-system' } });
const TEXT = { type: 'string' };
const LABELS = { properties: { matchLabels: { type: 'object' } } };
const ALLOWED = system('MeshTrafficPermission', { rules: [{ default: { allow: [{ spiffeID: { type: 'Prefix', value: 'spiffe://shop.example/ns/shop' } }] } }] });
const IDENTITY = {
  properties: {
    selector: { properties: { dataplane: LABELS } },
    spiffeID: { properties: { trustDomain: TEXT, path: TEXT } },
    provider: { properties: { type: { enum: ['Bundled', 'Spire', 'Extension'] }, bundled: { properties: { meshTrustCreation: { enum: ['Enabled', 'Disabled'] }, ca: { type: 'object' } } } } },
  },
};
const ISSUED = 'how certificates come to be says nothing of who has them';

const of = (properties: object) => ({ properties });
const ANYTHING = { type: 'object' };
const TAGS = { items: of({ tags: ANYTHING }) };
const MADE = ['type', 'conf', 'dpCert', 'rootChain'];
const MESH = { meshServices: { mode: 'Exclusive' }, mtls: { backends: [{ name: 'other' }] } };
const identified = (matchLabels: object) =>
  system('MeshIdentity', { selector: { dataplane: { matchLabels } }, spiffeID: { trustDomain: 'shop.example' }, provider: { type: 'Spire' } });
const [IDENTIFIED, IDENTITY_OF_ALL] = [identified({ app: 'web' }), identified({})];

const CASES: readonly Case[] = [
  { manifest: kuma('MeshTrafficPermission', { targetRef: DATAPLANE, rules: [{ default: { allow: [{ spiffeID: { type: 'Exact', value: 'spiffe://default/ns/shop/sa/web' } }] } }] }) },
  { manifest: kuma('MeshTLS', { targetRef: DATAPLANE, rules: [{ default: { mode: 'Strict' } }] }) },
  ...Object.entries({ MeshHTTPRoute: http, MeshTCPRoute: { default: { backendRefs } } }).map(([kind, rule]) => ({
    manifest: kuma(kind, { to: [{ targetRef: TO, rules: [rule] }] }),
    specs: [{ to: [{ targetRef: LABELED, rules: [rule] }] }, { targetRef: DATAPLANE, to: [{ targetRef: TO, rules: [rule] }] }],
  })),
  ...['MeshTimeout', 'MeshRetry', 'MeshLoadBalancingStrategy', 'MeshCircuitBreaker', 'MeshRateLimit'].map(kind => ({
    manifest: kuma(kind, { to: [{ targetRef: TO, default: {} }] }),
    specs: [...[LABELED, RPCS].map(to => ({ to: [{ targetRef: to, default: {} }] })), { targetRef: DATAPLANE, rules: [{ default: {} }] }],
  })),
  { manifest: kuma('MeshPassthrough', { targetRef: DATAPLANE, default: { passthroughMode: 'Matched', appendMatch: [{ type: 'Domain', value: 'a.example.com', port: 443, protocol: 'tls' }] } }) },
  {
    manifest: system('MeshIdentity', { selector: { dataplane: {} }, spiffeID: { trustDomain: 'shop.example' }, provider: { type: 'Bundled', bundled: {} } }),
    schema: IDENTITY,
    beside: [SHOP, ALLOWED],
    meaningless: { 'provider.bundled.ca': ISSUED, 'provider.type': ISSUED },
  },
  {
    manifest: system('MeshTrust', { trustDomain: 'partner.example', caBundles: [] }),
    schema: { properties: { trustDomain: TEXT, caBundles: { items: { type: 'object' } } } },
    beside: [SHOP, { ...ALLOWED, spec: { rules: [{ default: { allow: [{ spiffeID: { type: 'Prefix', value: 'spiffe://partner.example/ns/shop' } }] } }] } }],
    meaningless: { caBundles: 'which certificates are genuine is not asked' },
  },
  {
    manifest: object('kuma.io/v1alpha1', 'Mesh', 'default', MESH),
    schema: of({
      mtls: of({ enabledBackend: TEXT, backends: { items: of({ name: TEXT, mode: { enum: ['STRICT', 'PERMISSIVE'] } }) } }),
      meshServices: of({ mode: { enum: ['Disabled', 'Everywhere', 'ReachableBackends', 'Exclusive'] } }),
      networking: of({ outbound: of({ passthrough: { type: 'boolean' } }) }),
      routing: of({ zoneEgress: { type: 'boolean' }, localityAwareLoadBalancing: { type: 'boolean' } }),
      constraints: of({ dataplaneProxy: of({ requirements: TAGS, restrictions: TAGS }) }),
    }),
    specs: [{ ...MESH, mtls: { enabledBackend: 'ca', backends: [{ name: 'ca' }] } }, { ...MESH, meshServices: { mode: 'Everywhere' } }],
    beside: [SHOP, ALLOWED, IDENTIFIED, kuma('MeshHTTPRoute', { to: [{ targetRef: TO, rules: [http] }] })],
  },
  {
    manifest: object('kuma.io/v1alpha1', 'Mesh', 'default', { meshServices: { mode: 'Exclusive' } }),
    schema: of({
      ...Object.fromEntries(['logging', 'metrics', 'tracing'].map(name => [name, ANYTHING])),
      mtls: of({ skipValidation: { type: 'boolean' }, backends: { items: of(Object.fromEntries(MADE.map(name => [name, ANYTHING]))) } }),
      routing: of({ defaultForbidMeshExternalServiceAccess: { type: 'boolean' } }),
      skipCreatingInitialPolicies: { items: TEXT },
    }),
    beside: [SHOP, ALLOWED, IDENTITY_OF_ALL],
    meaningless: {
      ...Object.fromEntries(['logging', 'metrics', 'tracing'].map(name => [name, 'it is what is observed'])),
      ...Object.fromEntries(MADE.map(name => [`mtls.backends[].${name}`, ISSUED])),
      'mtls.skipValidation': ISSUED,
      'routing.defaultForbidMeshExternalServiceAccess': 'where calls to a MeshExternalService go is not followed',
      'skipCreatingInitialPolicies': 'the policies that Kuma makes itself are read where they are',
    },
  },
  { manifest: kuma('MeshExternalService', { match: { port: 443 } }), schema: { properties: { match: { properties: { port: { type: 'integer' } } }, endpoints: { items: { type: 'object' } } } } },
  { manifest: kuma('MeshMultiZoneService', { selector: { meshService: {} } }), schema: { properties: { selector: { properties: { meshService: LABELS } }, ports: { items: { type: 'object' } } } } },
  {
    manifest: system('HostnameGenerator', { template: '{{ .DisplayName }}.mesh.local' }),
    schema: { properties: { template: TEXT, selector: { properties: { meshExternalService: LABELS } }, extension: { properties: { type: TEXT } } } },
  },
  { manifest: kuma('MeshTimeout', { to: [{ targetRef: { kind: 'MeshExternalService', name: 'api' }, default: {} }] }) },
];

passesNothingOver(CASES, { mesh: 'kuma', beside: [SHOP, RPC] });
