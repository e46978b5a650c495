import { ApiObject, App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import {
  ConsulNamespaces, EgressDestination, EgressPolicy, EgressPort, ExternalAuthorization, Identity, MeshImplementation, MeshService, MeshTarget,
  MeshTargets, MutualTls, MutualTlsMode, ServiceAccessPolicy, SmiImplementation,
} from '../../src';
import type { ReadMesh } from '../../src/reading/mesh';
import { entering, reading } from '../reading/world';

type Words = Readonly<Record<string, string>>;

/** What is said at pods, or at their namespace. */
interface Marks {
  readonly labels?: Words;
  readonly annotations?: Words;
  readonly ofNamespace?: Words;
  readonly hostNetwork?: boolean;
}

const behind = (mesh: MeshImplementation) => MeshTarget.gatewayApi({ mesh, ...(mesh === MeshImplementation.KUMA && { trustDomain: 'default.zone.mesh.local' }) });

const TARGETS = {
  'istio': () => behind(MeshImplementation.ISTIO),
  'istio-ambient': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT, trustDomain: 'cluster.local' }),
  'linkerd': () => behind(MeshImplementation.LINKERD),
  'consul': () => MeshTarget.consul({ namespaces: ConsulNamespaces.MIRRORED, deniesByDefault: true }),
  'kuma': () => MeshTarget.kuma({ trustDomain: 'default.zone.mesh.local' }),
  'cilium': () => behind(MeshImplementation.CILIUM),
  'NetworkPolicy': () => MeshTarget.networkPolicy(),
  'osm': () => MeshTarget.smi({ implementation: SmiImplementation.OSM }),
} satisfies Record<string, () => MeshTarget>;

type By = keyof typeof TARGETS;

const cart = MeshService.of('cart', { port: 8080, serviceAccount: 'cart', podSelector: { app: 'cart' } });
const INTENTS = {
  access: (chart: Chart) => new ServiceAccessPolicy(chart, 'it', { destination: cart, allow: [] }),
  mutualTls: (chart: Chart) => new MutualTls(chart, 'it', { workload: cart, mode: MutualTlsMode.STRICT }),
  authorization: (chart: Chart) => new ExternalAuthorization(chart, 'it', { workload: cart, authorizer: 'opa' }),
  egress: (chart: Chart) => new EgressPolicy(chart, 'it', { workload: cart, allow: [EgressDestination.cidr('192.0.2.0/24', EgressPort.tcp(443))] }),
};

function pods(chart: Chart, { labels, annotations, ofNamespace, hostNetwork }: Marks, id = ''): void {
  new ApiObject(chart, `namespace${id}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { ...ofNamespace }, annotations: { ...ofNamespace } } });
  new ApiObject(chart, `pods${id}`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cart' },
    spec: {
      selector: { matchLabels: { app: 'cart' } },
      template: {
        metadata: { labels: { app: 'cart', ...labels }, annotations },
        spec: { serviceAccountName: 'cart', hostNetwork, containers: [{ name: 'cart', ports: [{ name: 'http', containerPort: 8080 }] }] },
      },
    },
  } as any);
}

type Said = 'error' | 'warning' | 'nothing';

function app(by: By, ...builds: ((chart: Chart) => unknown)[]) {
  const root = new App();
  MeshTargets.of(root).add(TARGETS[by]());
  const chart = new Chart(root, 'shop', { namespace: 'shop' });
  builds.forEach(build => build(chart));
  const warnings = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  const errors = root.node.findAll().flatMap(({ node }) => node.validate());
  const warned = warnings.mock.calls.map(([line]) => String(line)).filter(line => line.includes('MESH5016'));
  warnings.mockRestore();
  const told = errors.filter(error => error.includes('MESH5016'));
  const said: Said = told.length > 0 ? 'error' : warned.length > 0 ? 'warning' : 'nothing';
  return { chart, said, told: [...told, ...warned], refused: errors.filter(error => !error.includes('MESH5016')) };
}

/** Written out, so that a word which upstream does not know is seen to be one. */
test.each<[By, Marks, Said]>([
  ['istio', {}, 'nothing'],
  ['istio', { labels: { 'sidecar.istio.io/inject': 'false' } }, 'error'],
  ['istio', { annotations: { 'sidecar.istio.io/inject': 'false' } }, 'error'],
  ['istio', { annotations: { 'sidecar.istio.io/inject': 'false' }, labels: { 'sidecar.istio.io/inject': 'true' } }, 'nothing'],
  ['istio', { ofNamespace: { 'istio-injection': 'disabled' } }, 'error'],
  ['istio', { labels: { 'sidecar.istio.io/inject': 'false', 'istio.io/dataplane-mode': 'ambient' } }, 'nothing'],
  ['istio', { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '9090,8080' } }, 'error'],
  ['istio', { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '9090' } }, 'nothing'],
  ['istio', { annotations: { 'traffic.sidecar.istio.io/includeInboundPorts': '' } }, 'error'],
  ['istio-ambient', { labels: { 'istio.io/dataplane-mode': 'none' } }, 'error'],
  ['istio-ambient', { labels: { 'istio.io/dataplane-mode': 'ambient' }, ofNamespace: { 'istio.io/dataplane-mode': 'none' } }, 'nothing'],
  ['istio-ambient', { annotations: { 'ambient.istio.io/bypass-inbound-capture': 'T' } }, 'error'],
  ['linkerd', { annotations: { 'linkerd.io/inject': 'true' } }, 'error'],
  ['linkerd', { ofNamespace: { 'linkerd.io/inject': 'disabled' }, annotations: { 'linkerd.io/inject': 'enabled' } }, 'nothing'],
  ['linkerd', { ofNamespace: { 'config.linkerd.io/skip-inbound-ports': '8000-8100' } }, 'error'],
  ['linkerd', { ofNamespace: { 'config.linkerd.io/skip-inbound-ports': '8080' }, annotations: { 'config.linkerd.io/skip-inbound-ports': '22' } }, 'nothing'],
  ['linkerd', { annotations: { 'config.linkerd.io/skip-subnets': '10.0.0.0/8' } }, 'warning'],
  ['consul', { annotations: { 'consul.hashicorp.com/connect-inject': 'False' } }, 'error'],
  ['consul', { ofNamespace: { 'consul.hashicorp.com/transparent-proxy': 'false' } }, 'warning'],
  ['kuma', { labels: { 'kuma.io/sidecar-injection': 'no' } }, 'error'],
  ['kuma', { annotations: { 'kuma.io/gateway': 'enabled' } }, 'error'],
  ['cilium', { hostNetwork: true }, 'error'],
  ['NetworkPolicy', { hostNetwork: true }, 'warning'],
  ['osm', { annotations: { 'openservicemesh.io/inbound-port-exclusion-list': '8080' } }, 'error'],
  ['osm', { annotations: { 'openservicemesh.io/sidecar-injection': 'Disabled' } }, 'error'],
])('%s, with %j: %s', (by, marks, wanted) => {
  expect(app(by, INTENTS.access, chart => pods(chart, marks)).said).toBe(wanted);
  expect(app(by, chart => pods(chart, marks), INTENTS.access).said).toBe(wanted);
});

/** What is made of words that a mesh may know. */
const KEYS: Readonly<Record<Exclude<By, 'osm'>, readonly string[]>> = {
  'istio': [
    'sidecar.istio.io/inject', 'istio-injection', 'sidecar.istio.io/interceptionMode', 'traffic.sidecar.istio.io/excludeInboundPorts',
    'traffic.sidecar.istio.io/includeInboundPorts', 'istio.io/rev',
  ],
  'istio-ambient': ['istio.io/dataplane-mode', 'ambient.istio.io/bypass-inbound-capture', 'sidecar.istio.io/inject'],
  'linkerd': ['linkerd.io/inject', 'config.linkerd.io/skip-inbound-ports', 'config.linkerd.io/skip-subnets'],
  'consul': ['consul.hashicorp.com/connect-inject', 'consul.hashicorp.com/transparent-proxy', 'consul.hashicorp.com/transparent-proxy-exclude-inbound-ports'],
  'kuma': ['kuma.io/sidecar-injection', 'kuma.io/gateway', 'traffic.kuma.io/exclude-inbound-ports', 'traffic.kuma.io/exclude-inbound-ips'],
  'cilium': [],
  'NetworkPolicy': [],
};
const VALUES = ['true', 'True', 'false', '0', 'no', 'enabled', 'disabled', 'ingress', 'none', 'ambient', 'NONE', '*', '', '8080', '9090', '8000-8100', '22,8080'];
const MESH_OF: Readonly<Partial<Record<By, ReadMesh>>> = { 'istio': 'istio', 'istio-ambient': 'istio-ambient', 'linkerd': 'linkerd', 'consul': 'consul', 'kuma': 'kuma' };

describe.each(Object.keys(KEYS) as (keyof typeof KEYS)[])('%s', by => {
  const words = fc.dictionary(fc.constantFrom(...KEYS[by], 'team'), fc.constantFrom(...VALUES), { maxKeys: 2, noNullPrototype: true });
  const marks: fc.Arbitrary<Marks> = fc.record({ labels: words, annotations: words, ofNamespace: words, hostNetwork: fc.boolean() });

  test('a policy that closes a port says so where readers find the port open, and not where they find it closed', () => {
    const seen = { allowed: 0, denied: 0, unknown: 0 };
    fc.assert(fc.property(marks, said => {
      const { chart, said: told } = app(by, INTENTS.access, made => pods(made, said));
      const world = reading(chart.node.findAll().filter(ApiObject.isApiObject).map(object => object.toJson()), 'default', MESH_OF[by]);
      const pod = world.cluster.podOf(world.cluster.workloads[0]);
      const to = { pod, port: 8080, name: 'http', protocol: 'HTTP', entrances: [] } as const;
      const answer = entering(world, to, { kind: 'outside', meshed: false, address: '192.0.2.7' }, { request: { method: 'GET', path: '/', headers: {}, query: {} } });
      seen[answer]++;
      if (answer === 'allowed') expect(told).toBe('error');
      if (answer === 'denied') expect(told).toBe('nothing');
    }), { numRuns: Number(process.env.ORACLE_CASES ?? 100) });
    expect(seen.denied).toBeGreaterThan(0);
    expect(seen.allowed + seen.unknown).toBeGreaterThan(0);
  });
});

test.each<[By, keyof typeof INTENTS, Marks]>([
  ['istio', 'mutualTls', { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } }],
  ['istio', 'authorization', { labels: { 'sidecar.istio.io/inject': 'false' } }],
  ['kuma', 'mutualTls', { annotations: { 'traffic.kuma.io/exclude-inbound-ports': '8080' } }],
  ['cilium', 'egress', { hostNetwork: true }],
])('%s: %s', (by, intent, marks) => {
  expect(app(by, INTENTS[intent], chart => pods(chart, {}))).toMatchObject({ said: 'nothing', refused: [] });
  const { said, told, refused } = app(by, INTENTS[intent], chart => pods(chart, marks));
  expect({ said, refused }).toEqual({ said: 'error', refused: [] });
  expect(new Set(told).size).toBe(1);
});

test('plain text that is taken anyway, and other pods, are nothing to tell', () => {
  const past = { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } };
  const permissive = (chart: Chart) => new MutualTls(chart, 'it', {
    workload: cart, mode: MutualTlsMode.STRICT, ports: [{ port: 8080, mode: MutualTlsMode.PERMISSIVE }],
  });
  const other = (chart: Chart) => new ServiceAccessPolicy(chart, 'it', {
    destination: MeshService.of('web', { port: 8080, serviceAccount: 'web', podSelector: { app: 'web' } }), allow: [{ sources: [Identity.anyone()] }],
  });

  expect([permissive, other].map(build => app('istio', build, chart => pods(chart, past)).said)).toEqual(['nothing', 'nothing']);
});

test('pods of another chart are those of another cluster, where the own one has some', () => {
  const root = new App();
  MeshTargets.of(root).add(TARGETS.istio());
  const charts = ['a', 'b'].map(id => new Chart(root, id, { namespace: 'shop' }));
  pods(charts[0], {});
  pods(charts[1], { hostNetwork: true });
  INTENTS.access(charts[0]);

  expect(root.node.findAll().flatMap(({ node }) => node.validate())).toEqual([]);
});
