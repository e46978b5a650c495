import * as fc from 'fast-check';
import { SMI_MESHES } from '../../src/dialects/smi/read/meshes';
import { documentsIn } from '../../src/manifests/documents';
import { manifestsOf } from '../../src/migrate/manifests';
import { migrate } from '../../src/migrate/migrate';
import { print } from '../../src/migrate/program';
import { FORMS, report } from '../../src/migrate/report';
import { TARGET_NAMES } from '../../src/migrate/targets';

const account = (name: string) => ({ kind: 'ServiceAccount', name, namespace: 'shop' });
const object = (apiVersion: string, kind: string, name: string, spec: object, metadata: object = {}) =>
  ({ apiVersion, kind, metadata: { name, namespace: 'shop', ...metadata }, spec });
const service = (name: string, selector: object) => object('v1', 'Service', name, { selector, ports: [{ name: 'http', port: 80, targetPort: 'http', appProtocol: 'http' }] });
const deployment = (name: string, serviceAccountName: string, labels: object) => object('apps/v1', 'Deployment', name, {
  selector: { matchLabels: labels },
  template: {
    metadata: { labels },
    spec: {
      serviceAccountName,
      containers: [{ name: 'a', ports: [{ name: 'http', containerPort: 8080 }], readinessProbe: { httpGet: { path: '/ready', port: 'http' } } }],
    },
  },
});

const WORLD = [
  object('access.smi-spec.io/v1alpha3', 'TrafficTarget', 'cart', {
    destination: account('cart'),
    sources: [account('web'), { ...account('pay'), namespace: 'pay' }],
    rules: [{ kind: 'HTTPRouteGroup', name: 'routes', matches: ['items'] }, { kind: 'TCPRoute', name: 'ports' }],
  }, { labels: { app: 'cart' }, annotations: { a: 'b' } }),
  object('specs.smi-spec.io/v1alpha4', 'HTTPRouteGroup', 'routes', {
    matches: [{ name: 'items', pathRegex: '/items/.*', methods: ['GET'], headers: [{ 'user-agent': '.*Firefox.*' }] }, { name: 'all', pathRegex: '/[0-9]+' }],
  }),
  object('specs.smi-spec.io/v1alpha4', 'TCPRoute', 'ports', { matches: { ports: [8080] } }),
  object('specs.smi-spec.io/v1alpha4', 'UDPRoute', 'udp', { matches: { ports: [53] } }),
  object('access.smi-spec.io/v1alpha4', 'IdentityBinding', 'clients', { schemes: { serviceAccount: 'web', spiffeIdentities: ['cluster.local/ns/shop/sa/web'] } }),
  object('split.smi-spec.io/v1alpha4', 'TrafficSplit', 'cart', {
    service: 'cart', matches: [{ kind: 'HTTPRouteGroup', name: 'routes' }], backends: [{ service: 'cart-v1', weight: 90 }, { service: 'cart-v2', weight: '100m' }],
  }),
  service('cart', { app: 'cart' }),
  service('cart-v1', { app: 'cart', version: 'v1' }),
  service('cart-v2', { app: 'cart', version: 'v2' }),
  deployment('cart-v1', 'cart', { app: 'cart', version: 'v1' }),
  deployment('cart-v2', 'cart', { app: 'cart', version: 'v2' }),
  deployment('web', 'web', { app: 'web' }),
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'openservicemesh.io/monitored-by': 'osm', 'linkerd.io/inject': 'enabled' } } },
  object('config.openservicemesh.io/v1alpha2', 'MeshConfig', 'osm-mesh-config', { traffic: { enablePermissiveTrafficPolicyMode: false } }),
  object('policy.openservicemesh.io/v1alpha1', 'IngressBackend', 'cart', {
    backends: [{ name: 'cart', port: { number: 80, protocol: 'http' } }], sources: [{ kind: 'Service', name: 'nginx', namespace: 'ingress' }],
  }),
  object('flagger.app/v1beta1', 'Canary', 'web', { provider: 'linkerd', targetRef: { name: 'web' }, service: { port: 80 } }),
];

/** The ways to all values. */
const PLACES = (function placesIn(value: unknown): (readonly string[])[] {
  return typeof value !== 'object' || value === null ? [] : Object.entries(value).flatMap(([name, below]) => [[name], ...placesIn(below).map(way => [name, ...way])]);
})(WORLD).filter(way => way.length > 1);

const ANYTHING: readonly unknown[] = [
  null, undefined, true, 0, -1, 1.5, 80, 70_000, 1e21, '', ' ', 'x', '5', 'cart', 'web', 'new', 'class', 'default', 'constructor', '__proto__', 'hasOwnProperty', 'a.b',
  'a'.repeat(63), 'a'.repeat(500), 'Cart', 'ünïcode', '日本', 'a/b', '*', '(', '/é', '/a|/b', '/\\d', '/a{1000}', '((a+)+)+$', '.*', '/foo$', "it's", '"', '\\',
  '`${x}`', '*/', '// x', 'two\nlines', '\u2028', '%s $& $1', [], {}, [null], ['x'], [5], [[]], [{}], { a: 1 }, { __proto__x: 'y' }, [{ name: 'x' }],
  'v1alpha1', 'specs.smi-spec.io/v1alpha1', 'split.smi-spec.io/v1alpha5', 'v1beta1', 'TCPRoute', 'UDPRoute', 'IdentityBinding', 'Pod', 'UDP', 'SCTP', 'grpc', 'None',
];

/** What a cluster takes as a name, and a program may not. */
const NAMES = ['constructor', 'new', 'class', 'default', 'undefined', 'app', 'chart', 'scope', 'this', '1a', '0', 'true', 'a--b', 'istio', 'a'.repeat(63)];

const change = fc.tuple(fc.constantFrom(...PLACES), fc.constantFrom(...ANYTHING));
const renaming = fc.tuple(fc.constantFrom('shop', 'cart', 'web', 'cart-v1', 'items'), fc.constantFrom(...NAMES));
const changed = fc.tuple(fc.array(change, { maxLength: 3 }), fc.array(renaming, { maxLength: 2 })).map(([changes, renamings]) => {
  const text = renamings.reduce((all, [from, to]) => all.replaceAll(`"${from}"`, JSON.stringify(to)), JSON.stringify(WORLD));
  const world = JSON.parse(text) as object[];
  for (const [way, value] of changes) {
    const within = way.slice(0, -1).reduce<any>((below, step) => typeof below === 'object' && below !== null ? below[step] : undefined, world);
    if (typeof within === 'object' && within !== null) within[way.at(-1)!] = value;
  }
  return world;
});

const SMI = /^(?:split|access|specs)\.smi-spec\.io(?:\/|$)/;

test('whatever stands anywhere in manifests, they are migrated, and each is accounted for', () => {
  const settings = { trustDomain: 'default.zone-1.mesh.local', consulNamespaces: 'MIRRORED', waypoint: 'waypoint' } as const;
  fc.assert(fc.property(changed, fc.constantFrom(...SMI_MESHES), fc.constantFrom(...TARGET_NAMES), fc.constantFrom(undefined, 'shop'), (world, from, target, namespace) => {
    const read = [...documentsIn('a.yaml', world.map(one => JSON.stringify(one)).join('\n'))].filter(({ content }) =>
      !('broken' in content) && typeof content.manifest.apiVersion === 'string' && typeof content.manifest.kind === 'string');
    const migration = migrate(read, { from, targets: [target], namespace, ...settings });
    const made = report(migration, { version: '1.0.0', unread: [], read: read.length });

    expect(migration.judged.length).toBeGreaterThanOrEqual(read.filter(({ content }) => !('broken' in content) && SMI.test(content.manifest.apiVersion)).length);
    expect(made.totals.documents + made.totals.others).toBe(read.length);
    expect(Object.values(FORMS).map(form => typeof form(made))).toEqual(['string', 'string', 'string']);
    expect(print(migration.program)).toContain('import');
    expect(manifestsOf(migration.program)).toBeDefined();
  }), { numRuns: 200 });
});
