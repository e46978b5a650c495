import { Delivery, MeshImplementation, MeshTarget, SmiImplementation } from '../../../src';
import type { FlaggerOptions } from '../../../src';
import type { NamedCondition, RequestMatch } from '../../../src/model/match';
import { ANY_REQUEST } from '../../../src/model/match';
import type { ReleaseCheck, ReleaseModel } from '../../../src/model/release';
import type { PortRoute, RouteModel } from '../../../src/model/route';
import { compileRelease } from '../../../src/targets/compile';
import { backend, httpPort, releaseOf, ruleTo, toAudience } from '../../models';

const delivery = (more: Partial<FlaggerOptions> = {}) => Delivery.flagger({ prometheus: 'http://prometheus:9090', ...more });
const istio = MeshTarget.gatewayApi({ id: 'flagger', mesh: MeshImplementation.ISTIO, delivery: delivery() });
const linkerd = MeshTarget.gatewayApi({ id: 'flagger', mesh: MeshImplementation.LINKERD, delivery: delivery() });
const osm = MeshTarget.smi({ id: 'flagger', implementation: SmiImplementation.OSM, delivery: delivery() });
const pods = MeshTarget.networkPolicy({ id: 'flagger', delivery: delivery() });
const gated = MeshTarget.gatewayApi({ id: 'flagger', mesh: MeshImplementation.ISTIO, delivery: delivery({ gate: 'http://gate' }) });
const labelled = MeshTarget.gatewayApi({ id: 'flagger', mesh: MeshImplementation.ISTIO, delivery: delivery({ selectorLabels: ['team', 'app'] }) });

const TO_VERSIONS = ruleTo(backend('cart-primary'), backend('cart-canary', 0));
const PORT = httpPort(TO_VERSIONS);

function routing(...ports: PortRoute[]): Partial<ReleaseModel> {
  return { route: { ...releaseOf().route, ports } };
}

function selecting(podSelector: RouteModel['service']['podSelector'], selector?: Readonly<Record<string, string>>): Partial<ReleaseModel> {
  return { route: { ...releaseOf().route, service: { name: 'cart', podSelector } }, workload: { name: 'cart', selector } };
}

function audience(match: Partial<RequestMatch>): Partial<ReleaseModel> {
  return toAudience([{ ...ANY_REQUEST, ...match }]);
}

const header = (name: string, value: string): NamedCondition => ({ name, type: 'exact', value });
const checking = (check: ReleaseCheck): Partial<ReleaseModel> => ({ checks: [check] });
const SUCCESS = checking({ kind: 'successRate', atLeast: 99 });
const LONG = 'a-name-that-is-longer-than-any-name-of-a-service-should-be-1';

const CASES: readonly (readonly [name: string, target: MeshTarget, more: Partial<ReleaseModel>])[] = [
  ['versions by other names', istio, { stable: { name: 'cart-v1' }, canary: { name: 'cart-v2' } }],
  ['a Service whose name is too long', istio, { ...routing(PORT), route: { ...releaseOf().route, service: { name: LONG } } }],
  ['a Deployment whose name is too long', istio, { workload: { name: 'cart-'.repeat(49) + 'a', selector: { app: 'cart' } } }],
  ['a label whose value is too long', istio, { workload: { name: 'cart', selector: { app: LONG } } }],
  ['a Deployment that selects its pods by other labels', istio, { workload: { name: 'cart', selector: { team: 'shop' } } }],
  ['pods by the label that Flagger changes', istio, selecting({ 'app': 'cart', 'app.kubernetes.io/part-of': 'shop' }, { app: 'cart' })],
  ['pods of a version by that label', istio, { canary: { name: 'cart-canary', podSelector: { app: 'cart' } } }],
  ['pods by a label that Flagger may change', istio, selecting({ 'app.kubernetes.io/name': 'cart' })],
  ['pods by a label of Flux', istio, selecting({ 'kustomize.toolkit.fluxcd.io/name': 'apps' }, { app: 'cart' })],
  ['pods by the first label that Flagger is run with', labelled, selecting({ team: 'shop' }, { app: 'cart', team: 'shop' })],
  ['pods by a label that they do not have', istio, {
    ...selecting({ part: 'cart' }), workload: { name: 'cart', selector: { app: 'cart' }, podLabels: { app: 'cart', part: 'shop' } },
  }],
  ['a port beside it that no container has', istio, {
    ...routing({ ...PORT, name: 'http' }, { port: 8081, protocol: 'HTTP', rules: [], name: 'x' }),
    workload: { name: 'cart', selector: { app: 'cart' }, ports: [8080] },
  }],
  ['several ports', istio, routing({ ...PORT, name: 'http' }, { port: 8081, name: 'admin', protocol: 'HTTP', rules: [ruleTo(backend('cart-primary', 100, 8081), backend('cart-canary', 0, 8081))] })],
  ['a port beside it under another number than in the pods', istio, routing({ ...PORT, name: 'http' }, { port: 80, podPort: { port: 8081 }, protocol: 'HTTP', rules: [], name: 'x' })],
  ['a port of UDP beside it', istio, routing({ ...PORT, name: 'http' }, { port: 53, protocol: 'UDP', rules: [], name: 'dns' })],
  ['a version on another port of the pods', istio, routing(httpPort(ruleTo(backend('cart-primary'), { ...backend('cart-canary', 0), podPort: { port: 9090 } })))],
  ['TCP', istio, routing({ ...PORT, protocol: 'TCP' })],
  ['TCP to Open Service Mesh', osm, routing({ ...PORT, protocol: 'TCP' })],
  ['steps without a mesh', pods, {}],
  ['an audience in a TrafficSplit', osm, { course: { kind: 'audience', audience: [], rounds: 5 } }],
  ['requests that always go to the new version', istio, routing(httpPort({ ...ruleTo(backend('cart-canary')), matches: [{ ...ANY_REQUEST, headers: [header('x', '1')] }] }, TO_VERSIONS))],
  ['a preview', istio, {
    ...routing(httpPort({ ...ruleTo(backend('cart-canary')), matches: [{ ...ANY_REQUEST, headers: [header('x', '1')] }] }, TO_VERSIONS)), course: { kind: 'switch', rounds: 5 },
  }],
  ['an audience by two headers together', istio, audience({ headers: [header('a', '1'), header('b', '2')] })],
  ['an audience by two query parameters together', istio, audience({ query: [header('a', '1'), header('b', '2')] })],
  ['an audience by an empty header', istio, audience({ headers: [header('a', '')] })],
  ['an audience by its path', istio, audience({ path: { type: 'prefix', value: '/beta' } })],
  ['an audience by its method', istio, audience({ methods: ['GET'], headers: [header('a', '1')] })],
  ['CORS without maxAge', istio, routing(httpPort({
    ...TO_VERSIONS, handling: { cors: { allowOrigins: ['*'], allowMethods: [], allowHeaders: [], exposeHeaders: [], allowCredentials: false } },
  }))],
  ['retries', istio, routing(httpPort({ ...TO_VERSIONS, handling: { retries: { attempts: 2, statusCodes: [503], grpcStatuses: [], connectionFailures: true } } }))],
  ['stickiness', istio, routing(httpPort({ ...TO_VERSIONS, handling: { stickiness: { type: 'cookie' } } }))],
  ['circuit breaking', istio, { route: { ...releaseOf().route, traffic: { circuitBreaking: { consecutiveErrors: 5 } } } }],
  ['a check by a name of Flagger', istio, checking({ kind: 'promql', name: 'request-duration', query: 'x', atMost: 1 })],
  ['a check that nobody measures', MeshTarget.gatewayApi({ id: 'flagger', delivery: delivery() }), SUCCESS],
  ['a check of gRPC behind an HTTPRoute of Linkerd', linkerd, { ...routing({ ...PORT, protocol: 'GRPC' }), ...SUCCESS }],
  ['a check of a protocol that is not counted', MeshTarget.smi({ id: 'flagger', implementation: SmiImplementation.LINKERD, delivery: delivery() }), { ...routing({ ...PORT, protocol: 'TCP' }), ...SUCCESS }],
  ['an approval without a gate', istio, { approval: 'start' }],
  ['an approval after all requests', gated, { approval: 'promotion', course: { kind: 'weights', weights: [50, 100] } }],
];

test.each(CASES)('%s', (name, target, more) => {
  const { errors, manifests } = compileRelease(target, releaseOf(more));

  expect(errors.map(text => text.replace(/^MESH2008: target 'flagger' cannot express | See https.*$/g, ''))).toEqual(SENTENCES[name]); expect(manifests).toEqual([]);
});

const SENTENCES: Readonly<Record<string, readonly string[]>> = {
  'pods by a label that they do not have': [
    "pods selected by the label 'part: cart': the pods of Deployment 'cart' do not have it, so policies would protect none of them. "
    + 'Give the label to the template of the Deployment, or select the pods by labels that they have.',
  ],
  'a port beside it that no container has': [
    'port 8081 of the Service: Flagger makes the other ports of the Service of those of the containers, over TCP and by their numbers there. '
    + "Name it among the ports of a container of Deployment 'cart', or give it a Service of its own.",
  ],
  'versions by other names': [
    "'cart-v1' as the stable version: Flagger makes the Service of the stable version, and calls it 'cart-primary'. Call it so: `variant('cart-primary')` of the Service that is released.",
    "'cart-v2' as the new version: Flagger makes the Service of the new version, and calls it 'cart-canary'. Call it so: `variant('cart-canary')` of the Service that is released.",
  ],
  'a Service whose name is too long': [
    "Service 'a-name-that-is-longer-than-any-name-of-a-service-should-be-1': Flagger makes Service 'a-name-that-is-longer-than-any-name-of-a-service-should-be-1-primary', and that name has more than 63 characters. Give the Service a name of at most 55 characters.",
  ],
  'a Deployment whose name is too long': [
    "Deployment 'cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-a': Flagger makes Deployment 'cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-cart-a-primary', and that name has more than 253 characters. Give the Deployment a name of at most 245 characters.",
  ],
  'a label whose value is too long': [
    "pods with the label 'app: a-name-that-is-longer-than-any-name-of-a-service-should-be-1': Flagger gives the stable pods 'app: a-name-that-is-longer-than-any-name-of-a-service-should-be-1-primary', and that has more than 63 characters. Give the label a value of at most 55 characters.",
  ],
  'a Deployment that selects its pods by other labels': [
    "pods of Deployment 'cart': Flagger tells the pods of the versions apart by one of the labels app, name, app.kubernetes.io/name, and the Deployment selects its pods by none of them. Select them by one of these labels, or give the delivery the `selectorLabels` that Flagger is run with.",
  ],
  'pods by the label that Flagger changes': [
    "pods selected by the label 'app': Flagger gives the stable pods 'app: cart-primary', so policies would protect one version only. Let `podSelector` have other labels only, which both versions have, such as `app.kubernetes.io/part-of`.",
  ],
  'pods of a version by that label': [
    "pods selected by the label 'app': Flagger gives the stable pods 'app: cart-primary', so policies would protect one version only. Let `podSelector` have other labels only, which both versions have, such as `app.kubernetes.io/part-of`.",
  ],
  'pods by a label that Flagger may change': [
    "pods selected by the label 'app.kubernetes.io/name': Flagger changes one of the labels app, name, app.kubernetes.io/name in the stable pods, and it is unknown by which of them Deployment 'cart' selects its pods: policies could protect one version only. Give the Workload its `selector`, or let `podSelector` have other labels only, such as `app.kubernetes.io/part-of`.",
  ],
  'pods by a label of Flux': [
    "pods selected by the label 'kustomize.toolkit.fluxcd.io/name': Flagger leaves labels of Flux out of the stable pods, so policies would protect one version only. Let `podSelector` have other labels only, which both versions have, such as `app.kubernetes.io/part-of`.",
  ],
  'pods by the first label that Flagger is run with': [
    "pods selected by the label 'team': Flagger gives the stable pods 'team: shop-primary', so policies would protect one version only. Let `podSelector` have other labels only, which both versions have, such as `app.kubernetes.io/part-of`.",
  ],
  'several ports': [
    'ports 8080, 8081: Flagger makes one route, for one port. Say which port is routed: `ports: [8080]`.',
  ],
  'a port beside it under another number than in the pods': [
    'port 80 of the Service: Flagger makes the other ports of the Service of those of the containers, over TCP and by their numbers there. Let the pods listen on the same number, or give it a Service of its own.',
  ],
  'a port of UDP beside it': [
    'port 53 of the Service: Flagger makes the other ports of the Service of those of the containers, over TCP and by their numbers there. Give it a Service of its own.',
  ],
  'a version on another port of the pods': [
    "'cart-canary' on another port of the pods: Flagger makes the Services of both versions with the port of the Service that is released. Let the pods of both versions listen where those of the Service do.",
  ],
  'TCP': [
    'routing of TCP ports, and of TLS ports whatever the server name (port 8080): Flagger makes HTTPRoutes, and no other routes. Leave it out, or let commits move the release: `Delivery.byCommit()`.',
  ],
  'TCP to Open Service Mesh': [
    'routing of TCP ports, and of TLS ports whatever the server name (port 8080): Flagger gives one version a weight of 0, and the proxies of Open Service Mesh reject that for connections. Leave it out, or let commits move the release: `Delivery.byCommit()`.',
  ],
  'steps without a mesh': [
    'releases in steps of some percent: nothing routes requests here, so all of them change over at once. Use a BlueGreenRelease, or leave it out.',
  ],
  'an audience in a TrafficSplit': [
    'releases to an audience, and then to everyone: a TrafficSplit of Flagger has no matches, and would send everyone to the new version. Use a CanaryRelease, or leave it out.',
  ],
  'requests that always go to the new version': [
    "rules that send some requests elsewhere (rule 1 on port 8080): Flagger writes one rule, for all requests to the Service. Leave `matches` out: those who test the new version can call 'cart-canary'.",
  ],
  'a preview': [
    "rules that send some requests elsewhere (rule 1 on port 8080): Flagger writes one rule, for all requests to the Service. Leave `preview` out: those who test the new version can call 'cart-canary'.",
  ],
  'an audience by two headers together': [
    "an audience by several headers together ('a', 'b'): Flagger writes them in another order each time, and then puts the weights back. Tell the audience by one header or cookie.",
  ],
  'an audience by two query parameters together': [
    "an audience by several query parameters together ('a', 'b'): Flagger writes them in another order each time, and then puts the weights back. Tell the audience by one header or cookie.",
  ],
  'an audience by an empty header': [
    "an audience by an empty 'a': Flagger takes an empty value for none, and everyone for the audience. Give the header or the query parameter a value.",
  ],
  'an audience by its path': [
    'exact path and path prefix matches (rule 1 on port 8080): Flagger knows an audience by headers and query parameters only. Tell the audience by a header or a cookie, or leave it out.',
  ],
  'an audience by its method': [
    'HTTP method matches (rule 1 on port 8080): Flagger knows an audience by headers and query parameters only. Tell the audience by a header or a cookie, or leave it out.',
  ],
  'CORS without maxAge': [
    'CORS without a `maxAge` (rule 1 on port 8080): the API server writes one of 5 seconds into the route, and Flagger takes it out again, and puts the weights back each time. Give `cors` a `maxAge`.',
  ],
  'retries': [
    'retries (rule 1 on port 8080): Flagger writes retries for the routes of Istio only, and none into an HTTPRoute. Leave it out, or let commits move the release: `Delivery.byCommit()`.',
  ],
  'stickiness': [
    'session stickiness (rule 1 on port 8080): a Canary of Flagger has no field for it. Leave it out, or let commits move the release: `Delivery.byCommit()`.',
  ],
  'circuit breaking': [
    'circuit breaking by errors in a row: a Canary of Flagger has no field for it. Leave it out, or let commits move the release: `Delivery.byCommit()`.',
  ],
  'a check by a name of Flagger': [
    "the name 'request-duration' of a check: Flagger has a check of its own by this name, and makes both. Call it otherwise.",
  ],
  'a check that nobody measures': [
    'checks of how many requests succeed: what is measured of requests depends on the mesh; `mesh` says which one it is. Use `ReleaseCheck.promql` with what the app itself counts, or leave it out.',
  ],
  'a check of gRPC behind an HTTPRoute of Linkerd': [
    'checks of how many requests succeed (port 8080): requests of gRPC are counted behind GRPCRoutes here, and Flagger makes an HTTPRoute. Use `ReleaseCheck.promql` with what the app itself counts, or leave it out.',
  ],
  'a check of a protocol that is not counted': [
    'checks of how many requests succeed (port 8080): no requests are counted on ports that speak TCP. Use `ReleaseCheck.promql` with what the app itself counts, or leave it out.',
  ],
  'an approval without a gate': [
    "an approval before a release starts: Flagger asks its load tester, and the delivery does not say where that is. Give `Delivery.flagger` the address of the load tester: `gate: 'http://flagger-loadtester.test'`.",
  ],
  'an approval after all requests': [
    'an approval before all requests go to the new version: Flagger asks after the last step, in which all requests go to the new version already. Leave 100 out of `weights`: the new version gets all requests after the last step anyway.',
  ],
};
