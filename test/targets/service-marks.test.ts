import { ApiObject, App, Chart } from 'cdk8s';
import {
  ConsulNamespaces, ExternalAuthorization, Exposure, ExposureGateway, HttpMatch, Identity, MeshImplementation, MeshService, MeshTarget, MeshTargets,
  ServiceAccessPolicy, ServiceRoute,
} from '../../src';

type Words = Readonly<Record<string, string>>;

interface Marks {
  readonly labels?: Words;
  readonly annotations?: Words;
  readonly ofNamespace?: Words;
}

const TARGETS = {
  'istio': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }),
  'ambient': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT }),
  'ambient, other': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT, waypoint: 'other' }),
  'kuma': () => MeshTarget.kuma({ trustDomain: 'default.zone.mesh.local' }),
  'kuma behind Gateway API': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.KUMA, trustDomain: 'default.zone.mesh.local' }),
  'consul': () => MeshTarget.consul({ namespaces: ConsulNamespaces.MIRRORED, deniesByDefault: true }),
  'linkerd': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD }),
};

const shared = ExposureGateway.shared('public', 'infra', { className: 'istio' });
const other = () => MeshService.of('web', { port: 80 });

/** What is said of the marked Service. The route to it is one of a Service of the same namespace. */
const INTENTS = {
  parent: (chart: Chart, cart: MeshService) => new ServiceRoute(chart, 'it', { service: cart, rules: [{ backends: [{ service: other() }] }] }),
  backend: (chart: Chart, cart: MeshService) => new ServiceRoute(chart, 'it', { service: other(), rules: [{ backends: [{ service: cart }] }] }),
  exposed: (chart: Chart, cart: MeshService) => new Exposure(chart, 'it', { service: cart, gateway: shared, hostnames: ['cart.example.com'] }),
  destination: (chart: Chart, cart: MeshService) => new ServiceAccessPolicy(chart, 'it', {
    destination: cart, allow: [{ sources: [Identity.serviceAccount('web')] }],
  }),
  requests: (chart: Chart, cart: MeshService) => new ServiceAccessPolicy(chart, 'it', {
    destination: cart, allow: [{ sources: [Identity.serviceAccount('web')], requests: [HttpMatch.get('/')] }],
  }),
};

type Role = keyof typeof INTENTS;
type Answer = 'holds' | 'may not' | 'refused';

function kubeService(chart: Chart, { labels, annotations, ofNamespace }: Marks): ApiObject {
  if (ofNamespace !== undefined) new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: ofNamespace } });
  return new ApiObject(chart, 'cart', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'cart', labels, annotations },
    spec: { selector: { app: 'cart' }, ports: [{ port: 80, appProtocol: 'http' }] },
  });
}

function said(target: keyof typeof TARGETS, role: Role, marks: Marks, isRead: boolean): { readonly answer: Answer; readonly text: string } {
  const app = new App();
  MeshTargets.of(app).add(TARGETS[target]());
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const object = kubeService(chart, marks);
  INTENTS[role](chart, isRead ? MeshService.fromKubeService(object, { serviceAccount: 'cart' })
    : MeshService.of('cart', { port: 80, serviceAccount: 'cart', podSelector: { app: 'cart' } }));
  const spy = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  const errors = app.node.findAll().flatMap(({ node }) => node.validate()).filter(error => error.includes('because of'));
  const warnings = spy.mock.calls.map(([line]) => String(line)).filter(line => line.includes('because of'));
  spy.mockRestore();
  return { answer: errors.length > 0 ? 'refused' : warnings.length > 0 ? 'may not' : 'holds', text: [...errors, ...warnings].join('\n') };
}

const EXPORT = 'networking.istio.io/exportTo';
const WAYPOINT = 'istio.io/use-waypoint';
const all = (answer: Answer): Readonly<Record<Role, Answer>> => ({
  parent: answer, backend: answer, exposed: answer, destination: answer, requests: answer,
});
const routed = (answer: Answer): ReturnType<typeof all> => ({ ...all('holds'), parent: answer, backend: answer, exposed: answer });
const governed: ReturnType<typeof all> = { ...all('holds'), destination: 'refused', requests: 'refused' };
/** Where the target has no gateways. */
const inside = ({ exposed: _, ...rest }: ReturnType<typeof all>): Partial<ReturnType<typeof all>> => rest;

test.each<[keyof typeof TARGETS, Marks, Partial<Record<Role, Answer>>]>([
  ['istio', {}, all('holds')],
  ['istio', { annotations: { [EXPORT]: '~' } }, routed('refused')],
  ['istio', { annotations: { [EXPORT]: 'shop,~' } }, routed('refused')],
  ['istio', { annotations: { [EXPORT]: '.' } }, routed('may not')],
  ['istio', { annotations: { [EXPORT]: '*' } }, all('holds')],
  ['istio', { annotations: { [EXPORT]: '' } }, all('holds')],
  ['istio', { labels: { [EXPORT]: '~', [WAYPOINT]: 'none' } }, all('holds')],
  ['ambient', { labels: { [WAYPOINT]: 'none' } }, { ...all('holds'), parent: 'refused', requests: 'refused' }],
  ['ambient', { ofNamespace: { [WAYPOINT]: 'none' } }, { parent: 'refused', destination: 'holds', requests: 'refused' }],
  ['ambient', { ofNamespace: { [WAYPOINT]: 'none' }, labels: { [WAYPOINT]: 'waypoint' } }, { ...all('holds'), backend: 'refused' }],
  ['ambient', { labels: { [WAYPOINT]: 'other' } }, governed],
  ['ambient', { ofNamespace: { [WAYPOINT]: 'other' } }, governed],
  ['ambient', { labels: { [WAYPOINT]: 'waypoint', 'istio.io/use-waypoint-namespace': 'infra' } }, governed],
  ['ambient', { labels: { [WAYPOINT]: 'waypoint' }, ofNamespace: { 'istio.io/use-waypoint-namespace': 'infra' } }, all('holds')],
  ['ambient, other', { labels: { [WAYPOINT]: 'other', 'istio.io/use-waypoint-namespace': 'shop' } }, all('holds')],
  ['ambient, other', { labels: { [WAYPOINT]: 'waypoint' } }, governed],
  ['kuma', { annotations: { 'kuma.io/ignore': 'true' } }, inside(all('refused'))],
  ['kuma behind Gateway API', { annotations: { 'kuma.io/ignore': 'enabled' } }, inside(all('refused'))],
  ['kuma', { annotations: { 'kuma.io/ignore': 'false' } }, inside(all('holds'))],
  ['consul', { labels: { 'consul.hashicorp.com/service-ignore': 'T' } }, inside(all('refused'))],
  ['consul', { labels: { 'consul.hashicorp.com/service-ignore': 'no' } }, inside(all('holds'))],
  ['linkerd', { labels: { [WAYPOINT]: 'none' }, annotations: { [EXPORT]: '~', 'kuma.io/ignore': 'true' } }, all('holds')],
])('%s, of a Service with %j', (target, marks, wanted) => {
  for (const isRead of [true, false]) {
    expect(Object.fromEntries((Object.keys(wanted) as Role[]).map(role => [role, said(target, role, marks, isRead).answer]))).toEqual(wanted);
  }
});

test('the sentence says which mark it is, and what to write', () => {
  expect(said('ambient', 'destination', { ofNamespace: { [WAYPOINT]: 'other' } }, true).text)
    .toMatch(/a policy for the pods of Service 'shop\/cart': because of the label of the namespace 'istio\.io\/use-waypoint: other', .* Say `waypoint: 'other'` for the target\./);
  expect(said('ambient', 'parent', { labels: { [WAYPOINT]: 'none' } }, true).text).toContain('Write `istio.io/use-waypoint: waypoint`');
});

test('an authorizer needs the waypoint, too', () => {
  const app = new App();
  MeshTargets.of(app).add(TARGETS.ambient());
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const workload = MeshService.fromKubeService(kubeService(chart, { labels: { [WAYPOINT]: 'none' } }));
  new ExternalAuthorization(chart, 'it', { workload, authorizer: 'opa' });

  expect(app.node.findAll().flatMap(({ node }) => node.validate()).join()).toContain("an authorizer for the pods of Service 'shop/cart': because of the label");
});
