import { journey } from '../../../../src/meaning/journey';
import { landOf } from '../../../../src/reading/land';
import { compared } from '../../../oracle/differences/pairs';
import { trafficOf } from '../../../reading/traffic';
import { reading } from '../../../reading/world';

/** What clients speak to a Service, where a DestinationRule says it, and pods that take mutual TLS only. */

const CART = [
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: { selector: { app: 'cart' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { template: { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'cart', ports: [{ containerPort: 8080 }] }] } } },
  },
];
const security = (kind: string, spec: object) => ({ apiVersion: 'security.istio.io/v1', kind, metadata: { name: 'cart', namespace: 'shop' }, spec });
const STRICT = security('PeerAuthentication', { mtls: { mode: 'STRICT' } });
const ONLY_WEB = security('AuthorizationPolicy', { rules: [{ from: [{ source: { namespaces: ['web'] } }] }] });
const rule = (spec: object, namespace = 'shop') =>
  ({ apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'cart', namespace }, spec: { host: 'cart.shop.svc.cluster.local', ...spec } });
const speaking = (mode: string) => ({ tls: { mode } });

const outcome = (...manifests: readonly object[]) => outcomeIn([...CART, ...manifests]);

function outcomeIn(manifests: readonly object[]) {
  const land = landOf(reading(manifests, 'default', 'istio'));
  return journey(land, {
    client: { kind: 'pod', namespace: 'web', serviceAccount: 'web', meshed: true },
    to: { namespace: 'shop', service: 'cart', port: 80 },
    protocol: 'HTTP',
    request: { method: 'GET', path: '/', headers: {}, query: {} },
  }).outcome;
}

test('in plain text, nobody has a certificate', () => {
  const plain = rule({ trafficPolicy: speaking('DISABLE') });

  expect(outcome(STRICT, ONLY_WEB)).toBe('allowed');
  expect(outcome(STRICT, plain)).toBe('denied');
  expect(outcome(ONLY_WEB, plain)).toBe('denied');
  expect(outcome(plain)).toBe('allowed');
});

describe('mutual TLS of the mesh', () => {
  const mutual = rule({ trafficPolicy: speaking('ISTIO_MUTUAL') });
  const [service, deployment] = CART;
  const pods = (metadata: object) => JSON.parse(JSON.stringify(deployment).replace('"labels":{"app":"cart"}', JSON.stringify({ labels: { app: 'cart' }, ...metadata }).slice(1, -1)));
  const asked = (...manifests: readonly object[]) => outcomeIn([service, ...manifests]);
  const inMode = (mode: string, more: object = {}) => security('PeerAuthentication', { mtls: { mode }, ...more });
  const ofPods = { selector: { matchLabels: { app: 'cart' } } };

  test.each<[string, readonly object[], string]>([
    ['who has a proxy', [deployment], 'allowed'],
    ['who takes nothing else', [deployment, inMode('STRICT')], 'allowed'],
    ['who takes none', [deployment, inMode('DISABLE')], 'denied'],
    ['who takes none at this port', [deployment, inMode('STRICT', { ...ofPods, portLevelMtls: { 8080: { mode: 'DISABLE' } } })], 'denied'],
    ['who takes none at another port', [deployment, inMode('STRICT', { ...ofPods, portLevelMtls: { 9090: { mode: 'DISABLE' } } })], 'allowed'],
    ['who may take none', [deployment, inMode('DISABLE', ofPods), { ...inMode('STRICT', ofPods), metadata: { name: 'other', namespace: 'shop' } }], 'unknown'],
    ['who has no proxy', [pods({ labels: { 'app': 'cart', 'sidecar.istio.io/inject': 'false' } })], 'denied'],
    ['whose port is past the proxy', [pods({ annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } })], 'denied'],
  ])('is spoken to those %s', (_, manifests, said) => {
    expect(asked(...manifests, mutual)).toBe(said);
    if (said === 'denied') expect(asked(...manifests)).toBe('allowed');
  });

  test.each<[string, object]>([
    ['at a port', { trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, ...speaking('ISTIO_MUTUAL') }] } }],
    ['to a subset', { subsets: [{ name: 'v1', labels: { version: 'v1' }, trafficPolicy: speaking('ISTIO_MUTUAL') }] }],
  ])('that is asked for %s may be spoken to those who take none', (_, spec) => {
    expect(asked(deployment, inMode('DISABLE'), rule(spec))).toBe('unknown');
  });

  test('goes without saying where they do', () => {
    expect(trafficOf(reading([...CART, mutual], 'default', 'istio'), { namespace: 'shop', service: 'cart', port: 80 })).toEqual({ besides: [] });
  });
});

test('the rule of the namespace of the client goes first', () => {
  expect(outcome(STRICT, rule({ trafficPolicy: speaking('DISABLE') }), rule({ trafficPolicy: speaking('ISTIO_MUTUAL') }, 'web'))).toBe('allowed');
  expect(outcome(STRICT, rule({ trafficPolicy: speaking('ISTIO_MUTUAL') }), rule({ trafficPolicy: speaking('DISABLE') }, 'web'))).toBe('denied');
  expect(outcome(STRICT, rule({ trafficPolicy: speaking('DISABLE') }, 'other'))).toBe('allowed');
});

test('one of the root is for all that have none, by the host that says most', () => {
  const ofAll = rule({ host: '*.local', trafficPolicy: speaking('DISABLE') }, 'istio-system');
  const ofNamespace = { ...rule({ host: '*.shop.svc.cluster.local', trafficPolicy: speaking('ISTIO_MUTUAL') }, 'istio-system'), metadata: { name: 'more', namespace: 'istio-system' } };

  expect(outcome(STRICT, ofAll)).toBe('denied');
  expect(outcome(STRICT, ofAll, ofNamespace)).toBe('allowed');
  expect(outcome(STRICT, ofAll, rule({ trafficPolicy: speaking('ISTIO_MUTUAL') }))).toBe('allowed');
  expect(outcome(STRICT, rule({ host: '*.local', exportTo: ['.'], trafficPolicy: speaking('DISABLE') }, 'istio-system'))).toBe('allowed');
  expect(outcome(STRICT, rule({ exportTo: ['other'], trafficPolicy: speaking('DISABLE') }, 'web'))).toBe('allowed');
});

describe('in ambient mode, the waypoint holds to what a proxy in its namespace does', () => {
  const [{ metadata, ...service }] = CART;
  const called = (labels: object, name = 'cart') => ({ ...service, metadata: { ...metadata, name, labels } });
  const limited = (maxConnections: number, namespace?: string) => rule({ trafficPolicy: { connectionPool: { tcp: { maxConnections } } } }, namespace);
  const both = [limited(1), limited(2, 'web'), limited(3, 'istio-system')];
  const said = (...manifests: readonly object[]) => trafficOf(reading(manifests, 'default', 'istio-ambient'), { namespace: 'shop', service: 'cart', port: 80 });
  const own = { 'istio.io/use-waypoint': 'waypoint' };
  const ofWeb = { ...own, 'istio.io/use-waypoint-namespace': 'web' };

  test.each<[string, readonly object[], object | string]>([
    ['of the Service', [called(own), ...both], { circuitBreaking: { maxConnections: 1 }, besides: [] }],
    ['of another namespace', [called(ofWeb), ...both], { circuitBreaking: { maxConnections: 2 }, besides: [] }],
    ['of the root, where there is no other', [called(own), ...both.slice(1)], { circuitBreaking: { maxConnections: 3 }, besides: [] }],
    ['which there is none of', [called({ 'istio.io/use-waypoint': 'none' }), ...both], { besides: [] }],
    ['which nobody names', [called({}), ...both], expect.stringContaining('it is not known which waypoint')],
    ['where those of other Services may send requests here', [called(own), called(ofWeb, 'other'), ...both], 'waypoints in several namespaces read other DestinationRules'],
  ])('%s', (_, manifests, traffic) => expect(said(...manifests)).toEqual(traffic));
});

test.each<[string, object]>([
  ['TLS of another kind', { trafficPolicy: speaking('SIMPLE') }],
  ['settings for one port', { trafficPolicy: { ...speaking('ISTIO_MUTUAL'), portLevelSettings: [{ port: { number: 80 }, ...speaking('DISABLE') }] } }],
  ['settings for a subset', { trafficPolicy: speaking('ISTIO_MUTUAL'), subsets: [{ name: 'v1', labels: { version: 'v1' }, trafficPolicy: speaking('DISABLE') }] }],
])('of %s, it is not known what becomes', (_, spec) => {
  expect(outcome(STRICT, rule(spec))).toBe('unknown');
});

test('which pods a subset of another host are depends on what is said of that host', () => {
  const named = (name: string) => CART.map(one => JSON.parse(JSON.stringify(one).replaceAll('"cart"', `"${name}"`)) as object);
  const route = (backend: string) => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { hosts: ['cart.shop.svc.cluster.local'], http: [{ route: [{ destination: { host: `${backend}.shop.svc.cluster.local`, subset: 'v1' } }] }] },
  });
  // For clients of its own namespace only, which are not told apart here.
  const subsets = (host: string, version: string) => rule({ host: `${host}.shop.svc.cluster.local`, subsets: [{ name: 'v1', labels: { version } }] }, 'web');
  const side = (...manifests: readonly object[]) => ({ manifests: [...CART, ...named('stock'), ...manifests], judge: () => undefined, mesh: 'istio' as const });
  const isOfCart = ({ to }: { readonly to?: unknown }) => JSON.stringify(to)?.includes('"service":"cart"');
  const unsure = (one: object, other: object) => compared(side(route('stock'), one), side(route('stock'), other)).unsure.filter(isOfCart).length > 0;

  expect(unsure(subsets('stock', 'a'), subsets('stock', 'b'))).toBe(true);
  expect(unsure(subsets('stock', 'a'), subsets('stock', 'a'))).toBe(false);
  expect(unsure(subsets('other', 'a'), subsets('other', 'b'))).toBe(false);
});
