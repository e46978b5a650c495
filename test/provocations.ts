import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ApiObject, App, Chart, Duration, JsonPatch, Testing, YamlOutputType } from 'cdk8s';
import {
  AccessGrant, ClusterAccessPolicy, ClusterSubject, EndUser, ExternalAuthorization, ExternalBackend, JwtAuthentication,
  CanaryProgression, CanaryRelease, CanaryReleaseProps, CertificateIssuer, ConsulNamespaces, Delivery, EgressDestination, EgressPolicy,
  EgressPort, Exposure, ExposureGateway, ExposureProps, ExposureTls, GatewayAccessPolicy, GatewayListener,
  GrpcMatch, HttpMatch, HttpMatchOptions, Identity, Manifests,
  MeshImplementation, MeshProtocol, MeshService, MeshServiceOptions, MeshTarget, MeshTargets, MutualTls, MutualTlsMode,
  NamespaceAccessDefault, ReleaseCheck, RuleOrder, ServiceAccessPolicy, ServiceAccessPolicyProps, ServiceRoute, ServiceRouteProps, ServiceRouteRule,
  RouteKind, SharedGateway, SharedGatewayProps, SmiImplementation, StringMatch, Unsupported, Validation, Workload,
} from '../src';
import { CART, mayCall, migrated, requests, trafficSplit, workload } from './migrate/migrated';
import { written } from '../src/cli/output';
import { sentences, validate } from '../src/cli/validate';
import type { Code } from '../src/errors/codes';

/** What brings each error and each warning about, through the public surface. The result is what a user reads. */
export const PROVOCATIONS: Readonly<Record<Code, () => string>> = {
  MESH1001: () => canary({ weight: '10%' as any }),
  MESH1002: () => thrown(() => MeshTarget.kuma({} as any)),
  MESH1003: () => access({ allow: [{ sources: [web], request: [HttpMatch.get('/cart')] } as any] }),
  MESH1004: () => access({ allow: [{ sources: [] }] }),
  MESH1005: () => thrown(() => MeshService.of('cart', { port: 8080, ports: [{ port: 8080 }] })),
  MESH1006: () => thrown(() => new MutualTls(shop(), 'mtls', { mode: MutualTlsMode.STRICT, ports: [{ port: 9090, mode: MutualTlsMode.PERMISSIVE }] })),
  MESH1007: () => thrown(() => MeshService.of('Cart', { port: 8080 })),
  MESH1008: () => service({ port: 8080, podSelector: { 'app name': 'cart' } }),
  MESH1009: () => thrown(() => EgressDestination.host('https://api.example.com', EgressPort.tls())),
  MESH1010: () => service({ port: 70000 }),
  MESH1011: () => rule({ retries: { attempts: 101 } }),
  MESH1012: () => rule({ retries: { attempts: 1, backoff: Duration.millis(0) } }),
  MESH1013: () => thrown(() => Identity.ipBlock('10.20.0.1')),
  MESH1014: () => thrown(() => Identity.ipBlock('10.20.0.0/16', ['10.30.0.0/24'])),
  MESH1015: () => thrown(() => StringMatch.regex('^(?!beta)')),
  MESH1016: () => thrown(() => new (MeshService as any)('cart', { port: 8080 })),

  MESH1101: () => service({}),
  MESH1102: () => route({ service: cart, rules: [{ backends: [{ service: v1 }], ports: [9090] }] }),
  MESH1103: () => service({ ports: [{ port: 80 }, { port: 80 }] }),
  MESH1104: () => access({
    destination: MeshService.of('cart', { ports: [{ port: 80, targetPortName: 'http' }], podSelector: { app: 'cart' } }),
    healthProbes: [{ path: '/healthz', port: 8080 }],
  }),
  MESH1105: () => thrown(() => MeshService.of('cart', { ports: [{ port: 80 }, { port: 90 }] }).variant('cart-v2', { port: 8080 })),
  MESH1106: () => service({ port: 8080, podSelector: {} }),
  MESH1107: () => thrown(() => MeshService.fromKubeService(new ApiObject(shop(), 'cart', { apiVersion: 'apps/v1', kind: 'Deployment' }))),
  MESH1108: () => thrown(() => cart.allowFrom(MeshService.of('web', { port: 80 }))),
  MESH1109: () => thrown(() => Identity.spiffeId('example.org/ns/shop/sa/web')),
  MESH1110: () => match({}),
  MESH1111: () => match({ path: 'cart?id=7' }),
  MESH1112: () => match({ path: '/cart//items' }),
  MESH1113: () => match({ pathTemplate: '/carts/:id' }),
  MESH1114: () => match({ methods: ['get'] }),
  MESH1115: () => match({ headers: { 'x canary': StringMatch.exact('always') } }),
  MESH1116: () => thrown(() => StringMatch.exact('')),
  MESH1117: () => match({ headers: { 'X-Canary': StringMatch.exact('a'), 'x-canary': StringMatch.exact('b') } }),
  MESH1118: () => match({ cookies: { user: 'a; b' } }),
  MESH1119: () => match({ cookies: { user: 'a', team: 'b' } }),
  MESH1120: () => thrown(() => GrpcMatch.of({ service: 'shop.v1.Cart/AddItem' })),
  MESH1121: () => fromKubeService({ ports: [{ port: 132, protocol: 'SCTP' }] }),
  MESH1122: () => thrown(() => cart.subset({ app: 'cart' })),
  MESH1123: () => thrown(() => EndUser.of({ issuer: 'https://login.example.com', claims: [{ path: ['groups'], values: [StringMatch.regex('admin.*')] }] })),
  MESH1124: () => access({ destination: MeshService.serviceImport('cart', { port: 8080 }) }),

  MESH1201: () => thrown(() => new CanaryRelease(new Chart(new App(), 'shop'), 'cart', { service: cart, stable: v1, canary: v2 })),
  MESH1202: () => thrown(() => {
    const chart = shop();
    new CanaryRelease(chart, 'cart', { service: cart, stable: v1, canary: v2 });
    MeshTargets.of(chart).add(MeshTarget.smi());
  }),
  MESH1203: () => thrown(() => MeshTargets.of(new App()).add(MeshTarget.gatewayApi(), istio())),
  MESH1204: () => thrown(() => MeshTarget.smi({ id: 'My Cluster' })),
  MESH1205: () => thrown(() => MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD, trustDomain: 'example.org' })),
  MESH1206: () => thrown(() => MeshTarget.kuma({ trustDomain: 'spiffe://example.org' })),
  MESH1207: () => thrown(() => MeshTarget.gatewayApi({ networkPolicy: true })),
  MESH1208: () => thrown(() => MeshTarget.gatewayApi({ mesh: MeshImplementation.CILIUM, networkPolicy: true })),
  MESH1209: () => thrown(() => {
    const app = new App();
    MeshTargets.of(app).add(MeshTarget.smi());
    new CanaryRelease(app, 'cart', { service: cart, stable: v1, canary: v2 });
  }),
  MESH1210: () => thrown(() => {
    const chart = new Chart(undefined as any, 'shop');
    MeshTargets.of(chart).add(MeshTarget.smi(), MeshTarget.gatewayApi());
    new CanaryRelease(chart, 'cart', { service: cart, stable: v1, canary: v2 });
  }),
  MESH1211: () => thrown(() => MeshTarget.smi({ implementation: SmiImplementation.ARGO_ROLLOUTS })),
  MESH1212: () => thrown(() => MeshTarget.gatewayApi({ release: '0.8' })),

  MESH1301: () => thrown(() => new CanaryRelease(shop(), 'cart', { service: cart, stable: v1, weight: 10 })),
  MESH1302: () => canary({ weight: 120 }),
  MESH1303: () => thrown(() => new CanaryRelease(shop(), 'cart', {
    service: cart, stable: v1, variants: [{ service: v2, weight: 60 }, { service: v3, weight: 50 }],
  })),
  MESH1304: () => rule({ backends: [{ service: v1, weight: 0.5 }] }),
  MESH1305: () => rule({ backends: [{ service: v1, weight: 0 }] }),
  MESH1306: () => rule({ backends: undefined }),
  MESH1307: () => route({ service: cart, rules: [{ backends: [{ service: v1 }] }, { matches: [HttpMatch.get('/cart')], backends: [{ service: v2 }] }] }),
  MESH1308: () => route({
    service: cart, rules: [v1, v2].map(backend => ({ matches: [HttpMatch.get('/cart')], backends: [{ service: backend }] })),
  }),
  MESH1309: () => route({
    service: cart, rules: [v1, v2].map(({ name }) => ({ name: 'cart', matches: [HttpMatch.get(`/${name}`)], backends: [{ service: v1 }] })),
  }),
  MESH1310: () => rule({ backends: [{ service: v1 }, { service: v1 }] }),
  MESH1311: () => rule({ backends: [{ service: MeshService.of('cart-v1', { ports: [{ port: 80 }, { port: 90 }] }) }] }),
  MESH1312: () => rule({ matches: [GrpcMatch.of({ service: 'shop.v1.Cart' })] }),
  MESH1313: () => route({ service: redis, rules: [{ backends: [{ service: redis }], timeouts: { request: Duration.seconds(2) } }] }),
  MESH1314: () => rule({ rewrite: { pathPrefix: '/v2' } }),
  MESH1315: () => moving({ weights: [20, 10] }),
  MESH1316: () => moving({ checks: [ReleaseCheck.successRate({ atLeast: 99 }), ReleaseCheck.successRate({ atLeast: 95 })] }),
  MESH1317: () => thrown(() => new CanaryRelease(shop(MeshTarget.gatewayApi({ delivery: FLAGGER })), 'cart', {
    service: cart, stable: v1, canary: v2, weight: 10, progression: { workload: Workload.deployment('cart') },
  })),
  MESH1318: () => thrown(() => Delivery.flagger({ prometheus: 'prometheus:9090' })),
  MESH1319: () => thrown(() => ReleaseCheck.promql('errors', { query: 'sum(errors{service="{{ target }}"})', atMost: 1 })),
  MESH1320: () => canary({ service: cart.subset({ version: 'v2' }) }),
  MESH1321: () => route({
    service: cart,
    order: RuleOrder.MOST_SPECIFIC,
    rules: [{ matches: [HttpMatch.of({ pathPrefix: '/carts' })], backends: [{ service: v1 }] }, { matches: [HttpMatch.of({ pathRegex: '/c.*' })], backends: [{ service: v2 }] }],
  }),
  MESH1322: () => route({ service: cart, rules: [{ clients: [{ labels: { app: 'web' } }], backends: [{ service: v2 }] }] }),

  MESH1401: () => rule({ timeouts: {} }),
  MESH1402: () => rule({ timeouts: { request: Duration.seconds(1), backendRequest: Duration.seconds(2) } }),
  MESH1403: () => rule({ retries: { attempts: 2, connectionFailures: false } }),
  MESH1404: () => rule({ requestHeaders: { set: { 'x-team': 'shop' }, remove: ['X-Team'] } }),
  MESH1405: () => rule({ backends: undefined, redirect: { scheme: 'https', statusCode: 200 } }),
  MESH1406: () => rule({ backends: undefined, redirect: { scheme: 'ftp' } }),
  MESH1407: () => rule({ cors: { allowOrigins: ['shop.example.com'] } }),
  MESH1408: () => rule({ cors: { allowOrigins: ['*'], exposeHeaders: ['*'], allowCredentials: true } }),
  MESH1409: () => rule({ requestHeaders: { set: { Host: 'cart.example.com' } } }),
  MESH1410: () => route({ service: cart, rateLimit: { rules: [{ sources: [Identity.ipBlock('10.0.0.0/8')], requests: 5 }] }, rules: [{ backends: [{ service: v2 }] }] }),

  MESH1501: () => thrown(() => {
    const app = new App();
    MeshTargets.of(app).add(istio());
    new ServiceAccessPolicy(new Chart(app, 'shop'), 'cart-access', { destination: cart, allow: [] });
  }),
  MESH1502: () => access({ destination: MeshService.of('cart', { port: 8080, namespace: 'shop' }), metadata: { namespace: 'ops' } }),
  MESH1503: () => access({ allow: [{ sources: [web], requests: [HttpMatch.of({ hosts: ['cart.example.com'] })] }] }),
  MESH1504: () => access({ allow: [{ sources: [Identity.anyone()], exceptSources: [web] }] }),
  MESH1505: () => access({ allow: [{ sources: [Identity.anyAuthenticated()], exceptSources: [Identity.ipBlock('10.0.0.0/8')] }] }),
  MESH1506: () => access({ destination: redis, allow: [{ sources: [web], requests: [HttpMatch.get('/cart')] }] }),
  MESH1507: () => access({ destination: redis, healthProbes: [{ path: '/healthz' }] }),
  MESH1508: () => access({
    destination: MeshService.of('cart', { ports: [{ port: 80, targetPort: 8080 }, { port: 81, targetPort: 8080, protocol: MeshProtocol.TCP }] }),
  }),
  MESH1509: () => thrown(() => new AccessGrant(shop(istio()), 'calls', { client: Identity.anyone(), calls: [{ destination: cart }] })),
  MESH1510: () => access({ allow: [{ sources: [Identity.remoteIpBlock('203.0.113.0/24')] }] }),
  MESH1511: () => thrown(() => new GatewayAccessPolicy(shop(istio()), 'edge', { waypoint: 'waypoint' })),

  MESH1601: () => exposure({ service: undefined }),
  MESH1602: () => exposure({ service: MeshService.of('cart', { ports: [{ port: 80 }, { port: 90 }] }) }),
  MESH1603: () => exposure({
    port: 80, rules: [{ backends: [{ service: cart }], ports: [90] }], service: MeshService.of('cart', { ports: [{ port: 80 }, { port: 90 }] }),
  }),
  MESH1604: () => exposure({ service: redis }),
  MESH1605: () => exposure({ tls: ExposureTls.passthrough() }),
  MESH1606: () => exposure({ service: secure, tls: ExposureTls.passthrough(), backendTls: { hostname: 'cart.shop.svc' } }),
  MESH1607: () => exposure({ hostnames: undefined, tls: ExposureTls.certManager('cart-tls', CertificateIssuer.ofCluster('letsencrypt')) }),

  MESH1608: () => thrown(() => GatewayListener.http('http', { kinds: [RouteKind.TCP] })),
  MESH1609: () => gateway({ listeners: [GatewayListener.http('http'), GatewayListener.tcp('tcp', 80)] }),
  MESH1610: () => thrown(() => publicGateway().listener('https')),
  MESH1611: () => gateway({
    listeners: ['a', 'b'].map(name => GatewayListener.https(name, {
      hostname: `${name}.example.com`, tls: ExposureTls.certManager(name, CertificateIssuer.ofCluster(name)),
    })),
  }),

  MESH2001: () => synthesized(MeshTarget.smi(), chart => new ServiceRoute(chart, 'cart', {
    service: cart, rules: [{ backends: [{ service: v1 }], timeouts: { request: Duration.seconds(2) } }],
  })),
  MESH2002: () => synthesized(MeshTarget.smi(), chart => new ServiceAccessPolicy(chart, 'cart-access', {
    destination: cart, allow: [{ sources: [Identity.namespace('ops')] }],
  })),
  MESH2003: () => synthesized(MeshTarget.smi(), chart => new MutualTls(chart, 'mtls', { mode: MutualTlsMode.STRICT })),
  MESH2004: () => synthesized(MeshTarget.gatewayApi({ mesh: MeshImplementation.CONSUL, consulNamespaces: ConsulNamespaces.MIRRORED }),
    chart => new EgressPolicy(chart, 'egress', { allow: [] })),
  MESH2005: () => synthesized(MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD }), chart => new NamespaceAccessDefault(chart, 'deny')),
  MESH2006: () => synthesized(MeshTarget.ingress({ className: 'nginx' }), chart => new Exposure(chart, 'outside', {
    service: cart, hostnames: ['cart.example.com'], tls: ExposureTls.secret('cart-tls'), redirectHttp: true,
  })),
  MESH2007: () => synthesized(istio(), chart => new CanaryRelease(chart, 'cart', {
    service: cart, stable: v1, canary: v2, metadata: { labels: { 'istio.io/rev': 'canary' } },
  })),
  MESH2008: () => synthesized(MeshTarget.gatewayApi({ mesh: MeshImplementation.CONSUL, delivery: FLAGGER }), chart => new CanaryRelease(chart, 'cart', {
    service: cart, stable: v1, canary: v2, progression: { workload: Workload.deployment('cart') },
  })),
  MESH2009: () => synthesized(MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD }), chart => new JwtAuthentication(chart, 'tokens', {
    workload: cart, issuers: [{ issuer: 'https://login.example.com' }],
  })),
  MESH2010: () => synthesized(MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD }), chart => new GatewayAccessPolicy(chart, 'edge', {
    gateway: ExposureGateway.shared('public', 'infra', { className: 'istio' }), allow: [{ sources: [Identity.anyone()] }],
  })),
  MESH2011: () => synthesized(MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD }), chart => new ExternalAuthorization(chart, 'opa', {
    workload: cart, authorizer: 'opa',
  })),
  MESH2012: () => synthesized(MeshTarget.ingress({ className: 'nginx' }), chart => new SharedGateway(chart, 'public', {
    className: 'istio', listeners: [GatewayListener.http('http')],
  })),
  MESH2013: () => synthesized(MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD }), chart => new ClusterAccessPolicy(chart, 'nodes', {
    subject: ClusterSubject.nodes({}), ingress: { allow: [] },
  })),
  MESH2014: () => synthesized(MeshTarget.gatewayApi(), chart => new ExternalBackend(chart, 'provider', { hostname: 'api.example.com', port: 443, tls: {} })),
  MESH2101: () => synthesized(MeshTarget.smi({ unsupported: Unsupported.WARN }), chart => new ServiceRoute(chart, 'cart', {
    service: cart, rules: [{ backends: [{ service: v1 }], timeouts: { request: Duration.seconds(2) } }],
  })),

  MESH3001: () => synthesized(MeshTarget.smi(), chart => ['cart', 'cart-again'].map(id =>
    new CanaryRelease(chart, id, { service: cart, stable: v1, canary: v2, weight: 10 }))),
  MESH3002: () => synthesized(MeshTarget.gatewayApi(), chart => ['cart', 'web'].map(id => new Exposure(chart, id, {
    service: cart, hostnames: ['shop.example.com'], gateway: ExposureGateway.shared('public', 'infra'),
  }))),
  MESH3003: () => synthesized(istio(), chart => ['cart', 'web'].map(id => new ServiceAccessPolicy(chart, id, {
    destination: MeshService.of(id, { port: 80, podSelector: { app: id } }), allow: [], metadata: { name: 'access' },
  }))),
  MESH3004: () => thrown(() => {
    const app = new App();
    MeshTargets.of(app).add(MeshTarget.smi(), MeshTarget.gatewayApi());
    new Chart(app, 'shop-smi');
    new CanaryRelease(new Chart(app, 'shop'), 'cart', { service: cart, stable: v1, canary: v2 });
  }),
  MESH3005: () => synthesized(istio(), chart => {
    new Exposure(chart, 'public', {
      service: cart, hostnames: ['shop.example.com'], gateway: ExposureGateway.shared('public', 'infra', { className: 'istio' }),
    });
    new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [{ sources: [web] }] });
  }),
  MESH3006: () => synthesized(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT }), chart => {
    const basket = MeshService.of('basket', { port: 8080 });
    new CanaryRelease(chart, 'basket', { service: basket, stable: basket.variant('basket-v1'), canary: basket.variant('basket-v2') });
    new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [{ sources: [web] }] });
  }),
  MESH3007: () => synthesized(MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD }), chart => {
    const next = MeshService.of('cart-v2', { ports: [{ port: 8080, targetPort: 9090 }], podSelector: { app: 'cart', version: 'v2' } });
    new CanaryRelease(chart, 'release', { service: cart, stable: v1, canary: next });
    new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [{ sources: [web] }] });
  }),
  MESH3008: () => synthesized(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT }), chart => {
    const called = MeshService.of('cart', { port: 8080, podSelector: { app: 'cart', version: 'v1' } });
    const next = MeshService.of('cart-v2', { port: 8080, podSelector: { app: 'cart', version: 'v2' } });
    new ServiceAccessPolicy(chart, 'access', { destination: called, allow: [{ sources: [web] }] });
    new ServiceAccessPolicy(chart, 'next-access', { destination: next, allow: [{ sources: [Identity.serviceAccount('tester')] }] });
    new CanaryRelease(chart, 'release', { service: called, stable: called.variant('cart-v1', { podSelector: called.podSelector }), canary: next });
  }),
  MESH3009: () => synthesized(istio(), chart => ['v1', 'v2'].map(version => new ServiceAccessPolicy(chart, version, {
    destination: MeshService.of('cart', { port: 8080, podSelector: { app: 'cart', version } }), allow: [],
  }))),
  MESH3010: () => synthesized(istio(), chart => new AccessGrant(chart, 'calls', { client: web, calls: [{ destination: cart }] })),
  MESH3011: () => synthesized(istio(), chart => {
    new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [] });
    new AccessGrant(chart, 'calls', { client: web, calls: [{ destination: MeshService.of('cart', { port: 8080, protocol: MeshProtocol.TCP }) }] });
  }),

  MESH4001: () => patched(JsonPatch.add('/metadata/annotations', { notes: 'x'.repeat(4 * 1024 * 1024) })),
  MESH4002: () => printed({
    apiVersion: 'gateway.networking.x-k8s.io/v1alpha1', kind: 'XBackendTrafficPolicy', metadata: { name: 'cart' }, spec: {},
  }, 'standard'),
  MESH4003: () => patched(JsonPatch.add('/metadata/labels', { 'app name': 'cart' })),
  MESH4004: () => patched(JsonPatch.add('/spec/rules/0/backends', [])),
  MESH4005: () => patched(JsonPatch.remove('/spec/rules/0/backendRefs/0/name')),
  MESH4006: () => patched(JsonPatch.replace('/spec/rules/0/backendRefs/0/weight', 'many')),
  MESH4007: () => patched(JsonPatch.add('/spec/rules/0/matches', [{ method: 'get' }])),
  MESH4008: () => printed({
    apiVersion: 'policy.linkerd.io/v1beta3',
    kind: 'HTTPRoute',
    metadata: { name: 'cart' },
    spec: { parentRefs: [{ group: 'policy.linkerd.io', kind: 'Server', name: 'cart' }], rules: [{ timeouts: { request: 'soon' } }] },
  }),
  MESH4009: () => patched(JsonPatch.add('/spec/rules/0/timeouts', { request: '10 seconds' })),
  MESH4010: () => patched(JsonPatch.replace('/spec/rules', Array(17).fill({}))),
  MESH4011: () => patched(JsonPatch.replace('/spec/rules/0/backendRefs/0/weight', -1)),
  MESH4012: () => patched(JsonPatch.add('/spec/rules/0/matches', [{ headers: [1, 2].map(n => ({ name: 'x-canary', value: `${n}` })) }])),
  MESH4013: () => printed({
    apiVersion: 'policy.linkerd.io/v1alpha1',
    kind: 'MeshTLSAuthentication',
    metadata: { name: 'cart' },
    spec: { identities: ['*'], identityRefs: [{ kind: 'ServiceAccount', name: 'web' }] },
  }),
  MESH4014: () => patched(JsonPatch.remove('/spec/rules/0/backendRefs/0/port')),
  MESH4015: () => patched(JsonPatch.add('/spec/rules/0/timeouts', { request: '10 seconds', backendRequest: '1s' })),
  MESH4101: () => patched(JsonPatch.add('/spec/rules/0/sessionPersistence', { type: 'Header', header: { name: 'x-cart' } })),
  MESH4102: () => patched(JsonPatch.remove('/spec/absent/name')),
  MESH4103: () => thrown(() => {
    const app = new App({ outdir: path.join(os.tmpdir(), 'mesh-provocations'), yamlOutputType: YamlOutputType.FILE_PER_RESOURCE });
    MeshTargets.of(app).add(istio(), MeshTarget.gatewayApi({ id: 'plain' }));
    new CanaryRelease(new Chart(app, 'shop', { namespace: 'shop' }), 'cart', { service: cart, stable: v1, canary: v2 });
    app.synth();
  }),
  MESH4104: () => synthesized(istio(), chart => new ServiceAccessPolicy(chart, 'cart-access', {
    destination: MeshService.of('cart', { port: 8080, podSelector: { app: 'cart', revision: '0o17' } }), allow: [],
  })),
  MESH4105: () => synthesized(MeshTarget.gatewayApi({ release: '1.6' }), chart => new ServiceRoute(chart, 'route', {
    service: cart, rules: [{ backends: [{ service: v1 }], retries: { attempts: 2 } }],
  })),

  MESH5001: () => across(kubeService('cart', 8080), httpRoute({ name: 'kart', port: 8080 })),
  MESH5002: () => across(kubeService('kart', 8080), httpRoute({ name: 'kart', port: 8080 })),
  MESH5003: () => across(kubeService('cart', 80), httpRoute({ name: 'cart', port: 8080 })),
  MESH5004: () => across(kubeService('cart', 8080), httpRoute({ name: 'ledger', namespace: 'bank', port: 8080 })),
  MESH5005: () => across(deployment('cart', 'cart'), deployment('web', 'web'), trafficTarget('cart', 'wep')),
  MESH5006: () => across(deployment('cart'), manifest('security.istio.io/v1', 'PeerAuthentication', 'cart', {
    selector: { matchLabels: { app: 'kart' } }, mtls: { mode: 'STRICT' },
  })),
  MESH5007: () => across(...['STRICT', 'DISABLE'].map(mode => manifest('security.istio.io/v1', 'PeerAuthentication', mode.toLowerCase(), { mtls: { mode } }))),
  MESH5008: () => synthesized(MeshTarget.consul({ namespaces: ConsulNamespaces.MIRRORED }), chart => {
    new CanaryRelease(chart, 'release', { service: MeshService.of('cart', { port: 8080, headless: true }), stable: v1, canary: v2, weight: 10 });
  }),
  MESH5009: () => synthesized(istio(), chart => {
    const service = MeshService.of('cart', { port: 8080, podSelector: { app: 'cart', version: 'v1' } });
    new ServiceAccessPolicy(chart, 'cart-access', { destination: service, allow: [{ sources: [web] }] });
    new CanaryRelease(chart, 'release', {
      service, stable: v1, canary: service.variant('cart-v2', { podSelector: { app: 'cart', version: 'v2' } }), weight: 10,
    });
  }),
  MESH5010: () => across(kubeService('web', 80), manifest('security.istio.io/v1', 'AuthorizationPolicy', 'closed', {
    targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }],
  })),
  MESH5011: () => synthesized(MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD }), chart => {
    const service = MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' } });
    new MutualTls(chart, 'mtls', { workload: service, mode: MutualTlsMode.STRICT });
    new Exposure(chart, 'public', { service, gateway: ExposureGateway.shared('public', 'infra', { className: 'nginx' }) });
  }),
  MESH5012: () => synthesized(MeshTarget.smi(), chart => {
    new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [{ sources: [web] }] });
    new ApiObject(chart, 'batch', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'batch' },
      spec: { template: { metadata: { labels: { app: 'batch' } }, spec: { serviceAccountName: 'cart', containers: [] } } },
    } as any);
  }),
  MESH5013: () => across(kubeGateway(), attached('web')),
  MESH5014: () => across(kubeGateway({ tls: { certificateRefs: [{ name: 'shop', namespace: 'certificates' }] } })),
  MESH5015: () => across(kubeGateway(), attached('http')),
  MESH5016: () => synthesized(istio(), chart => {
    new ServiceAccessPolicy(chart, 'access', { destination: MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' } }), allow: [{ sources: [web] }] });
    new ApiObject(chart, 'cart', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'cart' },
      spec: {
        template: {
          metadata: { labels: { app: 'cart' }, annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } },
          spec: { serviceAccountName: 'cart', containers: [] },
        },
      },
    } as any);
  }),

  MESH5101: () => across(kubeDeployment('cart'), flaggerCanary(), manifest('networking.k8s.io/v1', 'NetworkPolicy', 'cart', { podSelector: { matchLabels: { app: 'cart' } } })),
  MESH5102: () => across(kubeDeployment('cart'), flaggerCanary(), kubeDeployment('cart-admin')),
  MESH5103: () => across(flaggerCanary({ analysis: { stepWeights: [0.5, 10] } })),
  MESH5104: () => across(flaggerCanary({
    analysis: { ...A_B, match: [{ headers: { 'x-beta': { exact: '1' }, 'x-team': { exact: 'shop' } } }] },
  })),
  MESH5105: () => across(flaggerCanary({ service: { corsPolicy: { allowOrigin: ['https://shop.example.com'] } } })),
  MESH5106: () => across(flaggerCanary({ provider: 'kuma' })),
  MESH5107: () => across(flaggerCanary({ analysis: { ...A_B, match: [{ headers: { 'x-beta': { prefix: '1' } } }] } })),
  MESH5108: () => across(flaggerCanary({ service: { gatewayRefs: undefined } })),
  MESH5109: () => across(flaggerCanary({ service: { name: 'the-cart-of-the-shop-that-sells-everything-to-everyone-everywhere' } })),
  MESH5110: () => across(flaggerCanary({ revertOnDeletion: false })),
  MESH5111: () => across(kubeDeployment('cart', { replicas: 3 }), flaggerCanary()),
  MESH5112: () => across(flaggerCanary(), httpRoute({ name: 'cart-v1', port: 8080 })),
  MESH5113: () => across(flaggerCanary(), flaggerCanary({}, 'cart-again')),
  MESH5114: () => across(flaggerCanary({ service: { portDiscovery: true, gatewayRefs: [{ group: '', kind: 'Service', name: 'cart' }] } })),
  MESH5115: () => across(flaggerCanary({ analysis: { metrics: [{ name: 'errors', interval: '1m', thresholdRange: { max: 1 } }] } })),
  MESH5116: () => across(flaggerCanary({ analysis: { stepWeights: [10, 50, 20] } })),
  MESH5117: () => across(flaggerCanary({ analysis: { interval: '5s' } })),
  MESH5118: () => across(argoRollout({ steps: [{ setWeight: 101 }] })),
  MESH5119: () => across(argoRollout({ stableService: 'cart-v1' }), manifest('v1', 'Service', 'cart-v1', { selector: { app: 'cart', version: 'v1' } })),
  MESH5120: () => across(argoRollout({ ...PLUGGED, trafficRouting: gatewayApiPlugin({ httpRoute: 'cart' }) }), httpRoute({ name: 'cart-v2', port: 8080 })),
  MESH5121: () => across(argoRollout(PLUGGED), httpRoute({ name: 'cart-v1', port: 8080 }, { name: 'cart-v2', port: 8080 })),
  MESH5122: () => across(argoRollout({
    ...PLUGGED, trafficRouting: { ...PLUGGED.trafficRouting, managedRoutes: [{ name: 'copy' }] }, steps: [{ setMirrorRoute: { name: 'copy' } }],
  })),
  MESH5123: () => across(argoRollout({ ...PLUGGED, trafficRouting: gatewayApiPlugin({ httpRoute: 'cart', useHeaderRoutes: false }) })),
  MESH5124: () => across(
    argoRollout({}, { selector: undefined, template: undefined, workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' } }),
    manifest('autoscaling/v2', 'HorizontalPodAutoscaler', 'cart', { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' } }),
  ),

  MESH6001: () => spawnSync(process.execPath, ['-r', 'ts-node/register/transpile-only', path.join(__dirname, '../src/cli/main.ts'), 'validate', '--chanel'],
    { encoding: 'utf8' }).stderr,
  MESH6002: () => inFolder(folder => printedOf(path.join(folder, 'absent.yaml'))),
  MESH6003: () => printedText('kind: [HTTPRoute\nname: }\n'),
  MESH6004: () => printedText(`spec: ${'['.repeat(100_000)}`),
  MESH6005: () => printedText('name: cart\n'),
  MESH6006: () => inFolder(folder => {
    const file = path.join(folder, 'cart.yaml');
    fs.writeFileSync(file, '');
    return written(path.join(file, 'shop.k8s.yaml'), '')!.replaceAll(`${folder}/`, '');
  }),

  MESH7101: () => migrated('linkerd', CART, workload('cart'), mayCall('cart', 'web'), requests()),
  MESH7102: () => migrated('linkerd', CART, workload('cart'), mayCall('cart', 'web'), { ...requests(), spec: undefined, matches: [{ name: 'read', pathRegex: '/cart' }] }),
  MESH7201: () => migrated('istio', CART, workload('cart'), mayCall('cart', 'web'), requests({ name: 'bots', headers: { 'user-agent': '.*bot.*' } })),
  MESH7202: () => migrated('linkerd', CART, workload('cart'), workload('batch', 'cart'), mayCall('cart', 'web'), requests()),
  MESH7203: () => migrated('linkerd', CART, workload('cart'), mayCall('cart', 'web'), requests({
    name: 'beta',
    headers: [{ 'x-user': 'a.*' }, { 'x-user': '.*b' }],
  })),
  MESH7301: () => migrated('gateway-api', CART, workload('cart'), mayCall('cart', 'web'), requests()),
  MESH7302: () => migrated('linkerd', trafficSplit({ 'cart-v1': 90, 'cart-v2': 10 })),
  MESH7303: () => migrated('linkerd', CART, trafficSplit({ cart: 0 })),
  MESH7304: () => migrated('linkerd', mayCall('cart', 'web'), requests()),
  MESH7401: () => migrated('linkerd', manifest('policy.openservicemesh.io/v1alpha1', 'Egress', 'api', {})),
  MESH7501: () => migrated('linkerd', trafficSplit({ cart: 100 }, { ownerReferences: [{ kind: 'Canary', name: 'cart' }] })),
  MESH7601: () => migrated('linkerd', requests()),
  MESH7701: () => migrated('linkerd', trafficSplit({ cart: 'many' })),
};

const cart = MeshService.of('cart', { port: 8080, serviceAccount: 'cart', podSelector: { app: 'cart' } });
const [v1, v2, v3] = ['cart-v1', 'cart-v2', 'cart-v3'].map(name => cart.variant(name));
const redis = MeshService.of('redis', { port: 6379, protocol: MeshProtocol.TCP, podSelector: { app: 'redis' } });
const secure = MeshService.of('cart', { port: 8443, protocol: MeshProtocol.TLS });
const web = Identity.serviceAccount('web');
const istio = () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO });

function shop(target: MeshTarget = MeshTarget.gatewayApi()): Chart {
  const app = new App();
  MeshTargets.of(app).add(target);
  return new Chart(app, 'shop', { namespace: 'shop' });
}

function thrown(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
}

const service = (options: MeshServiceOptions) => thrown(() => MeshService.of('cart', options));
const match = (options: HttpMatchOptions) => thrown(() => HttpMatch.of(options));
const route = (props: ServiceRouteProps) => thrown(() => new ServiceRoute(shop(), 'cart', props));
const rule = (props: Partial<ServiceRouteRule>) => route({ service: cart, rules: [{ backends: [{ service: v1 }], ...props }] });
const canary = (props: Partial<CanaryReleaseProps>) =>
  thrown(() => new CanaryRelease(shop(), 'cart', { service: cart, stable: v1, canary: v2, ...props }));
const FLAGGER = Delivery.flagger({ prometheus: 'http://prometheus.monitoring:9090' });
const moving = (progression: Partial<CanaryProgression>) => canary({ progression: { workload: Workload.deployment('cart'), ...progression } });
const access = (props: Partial<ServiceAccessPolicyProps>) =>
  thrown(() => new ServiceAccessPolicy(shop(istio()), 'cart-access', { destination: cart, allow: [], ...props }));
const publicGateway = (props: Partial<SharedGatewayProps> = {}) => new SharedGateway(shop(), 'public', {
  className: 'istio', listeners: [GatewayListener.http('http')], ...props,
});
const gateway = (props: Partial<SharedGatewayProps>) => thrown(() => publicGateway(props));
const exposure = (props: Partial<ExposureProps>) => thrown(() => new Exposure(shop(), 'outside', {
  service: cart, hostnames: ['cart.example.com'], gateway: ExposureGateway.own({ className: 'istio' }), ...props,
}));

function fromKubeService(spec: object): string {
  return thrown(() => MeshService.fromKubeService(new ApiObject(shop(), 'cart', { apiVersion: 'v1', kind: 'Service', spec })));
}

/** What a synth says, errors and warnings. */
function synthesized(target: MeshTarget, build: (chart: Chart) => unknown): string {
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  const error = thrown(() => {
    const chart = shop(target);
    build(chart);
    Testing.synth(chart);
  });
  const warnings = warn.mock.calls.map(([text]) => text);
  warn.mockRestore();
  return [...warnings, error].join('\n');
}

/** What a synth says of the HTTPRoute of a release that someone patched. */
function patched(...patches: JsonPatch[]): string {
  return synthesized(MeshTarget.gatewayApi(), chart => {
    new CanaryRelease(chart, 'cart', { service: cart, stable: v1, canary: v2, weight: 10 }).apiObjects[0].addJsonPatch(...patches);
  });
}

const manifest = (apiVersion: string, kind: string, name: string, spec: any) => ({ apiVersion, kind, metadata: { name }, spec });
const kubeService = (name: string, port: number) => manifest('v1', 'Service', name, { ports: [{ port }] });
const deployment = (app: string, serviceAccountName?: string) =>
  manifest('apps/v1', 'Deployment', app, { template: { metadata: { labels: { app } }, spec: { serviceAccountName } } });
const httpRoute = (...backendRefs: object[]) => manifest('gateway.networking.k8s.io/v1', 'HTTPRoute', 'cart', {
  parentRefs: [{ group: '', kind: 'Service', name: 'cart' }], rules: [{ backendRefs }],
});
const kubeGateway = (https: object = {}) => manifest('gateway.networking.k8s.io/v1', 'Gateway', 'public', {
  gatewayClassName: 'nginx',
  listeners: [
    { name: 'http', port: 80, protocol: 'HTTP' },
    { name: 'https', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'shop' }] }, ...https },
  ],
});
const attached = (sectionName: string) => manifest('gateway.networking.k8s.io/v1', 'HTTPRoute', 'cart', {
  parentRefs: [{ name: 'public', sectionName }], rules: [{ backendRefs: [{ name: 'cart', port: 8080 }] }],
});
const trafficTarget = (destination: string, source: string) => manifest('access.smi-spec.io/v1alpha3', 'TrafficTarget', 'cart', {
  destination: { kind: 'ServiceAccount', name: destination, namespace: 'shop' },
  sources: [{ kind: 'ServiceAccount', name: source, namespace: 'shop' }],
  rules: [{ kind: 'TCPRoute', name: 'cart' }],
});

const kubeDeployment = (name: string, spec: object = {}) => manifest('apps/v1', 'Deployment', name, {
  selector: { matchLabels: { app: 'cart' } }, template: { metadata: { labels: { app: 'cart', team: 'shop' } }, spec: {} }, ...spec,
});

/** Of a Canary without steps. */
const A_B = { stepWeights: undefined, iterations: 5 };

function flaggerCanary({ service: ofService, analysis, ...spec }: any = {}, name = 'cart') {
  return manifest('flagger.app/v1beta1', 'Canary', name, {
    provider: 'gatewayapi:v1',
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' },
    revertOnDeletion: true,
    service: { port: 8080, gatewayRefs: [{ group: '', kind: 'Service', name: 'cart', port: 8080 }], ...ofService },
    analysis: { interval: '1m', threshold: 2, stepWeights: [10, 50], ...analysis },
    ...spec,
  });
}

const gatewayApiPlugin = (config: object) => ({ plugins: { 'argoproj-labs/gatewayAPI': config } });

/** Of a Rollout whose weights are in an HTTPRoute. */
const PLUGGED = {
  stableService: 'cart-v1', canaryService: 'cart-v2', trafficRouting: gatewayApiPlugin({ httpRoutes: [{ name: 'cart', useHeaderRoutes: false }] }),
};

const argoRollout = (strategy: object, spec: object = {}) => manifest('argoproj.io/v1alpha1', 'Rollout', 'cart', {
  selector: { matchLabels: { app: 'cart' } },
  template: { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'cart', image: 'cart', resources: {} }] } },
  strategy: { canary: strategy },
  ...spec,
});

/** What a synth says of manifests that stand together in a chart. */
function across(...manifests: { readonly apiVersion: string; readonly kind: string; readonly metadata: { readonly name: string } }[]): string {
  return synthesized(MeshTarget.gatewayApi(), chart => {
    MeshTargets.of(chart).validation(Validation.STRICT);
    Manifests.validate(chart);
    manifests.forEach(({ metadata, ...rest }) => new ApiObject(chart, `${rest.kind}-${metadata.name}`, {
      ...rest, metadata: { ...metadata, namespace: 'shop' },
    }));
  });
}

/** What the command says of manifests in a file. */
const printed = (content: object, channel?: 'standard' | 'experimental') => printedText(JSON.stringify(content), channel);

function printedText(text: string, channel?: 'standard' | 'experimental'): string {
  return inFolder(folder => {
    const file = path.join(folder, 'cart.yaml');
    fs.writeFileSync(file, text);
    return printedOf(file, channel);
  });
}

function printedOf(file: string, channel?: 'standard' | 'experimental'): string {
  return [...validate([file], channel)].flatMap(sentences).join('\n').replaceAll(`${path.dirname(file)}/`, '');
}

function inFolder(work: (folder: string) => string): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'errors-'));
  try {
    return work(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
