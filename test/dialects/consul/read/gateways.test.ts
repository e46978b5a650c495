import { object } from './foreign';
import { journey } from '../../../../src/meaning/journey';
import { landOf } from '../../../../src/reading/land';
import { entering, reading } from '../../../reading/world';

/** Who comes in by the gateways of Consul, and what leaves by them. */

const service = (name: string, ports: readonly object[] = [{ name: 'http', port: 80, targetPort: 8080 }]) => ({
  apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec: { selector: { app: name }, ports },
});
const app = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec: {
    template: { metadata: { labels: { app: name } }, spec: { serviceAccountName: name, containers: [{ name, ports: [{ containerPort: 8080 }] }] } },
  },
});
const CLUSTER = [
  ...['cart', 'next'].flatMap(name => [service(name), app(name), object('ServiceDefaults', name, { protocol: 'http' })]),
  object('ServiceIntentions', 'all', { destination: { name: '*' }, sources: [{ name: '*', action: 'deny' }] }),
];
const allowing = (source: string, name = 'cart') => object('ServiceIntentions', name, { destination: { name }, sources: [{ name: source, action: 'allow' }] });
const listening = (services: readonly object[], more: object = {}, protocol = 'http') =>
  object('IngressGateway', 'ingress', { listeners: [{ port: 8080, protocol, services }], ...more });

/** What becomes of a request that comes in. */
function coming(manifests: readonly object[], host: string, to = 'cart') {
  const land = landOf(reading([...CLUSTER, ...manifests], 'shop', 'consul'));
  const [entry] = land.readings.flatMap(({ reading: { entries } }) => entries?.() ?? []);
  const { outcome, because } = journey(land, {
    client: { kind: 'pod', namespace: 'shop', ...entry?.pods, meshed: true },
    gateway: 'shop/ingress',
    to: { namespace: 'shop', service: to, port: 80 },
    protocol: 'HTTP',
    request: { method: 'GET', path: '/', host, headers: {}, query: {} },
  });
  return because === undefined ? outcome : `${outcome}: ${because}`;
}

test('requests for the hosts of a service get in, if its intentions allow the gateway', () => {
  const gateway = listening([{ name: 'cart', hosts: ['shop.example.com', '*.example.org'] }]);

  expect(coming([gateway, allowing('ingress')], 'shop.example.com')).toBe('allowed');
  expect(coming([gateway, allowing('ingress')], 'a.example.org')).toBe('allowed');
  expect(coming([gateway, allowing('web')], 'shop.example.com')).toBe('denied');
  expect(coming([gateway], 'shop.example.com')).toBe('denied');
  expect(coming([gateway, allowing('ingress')], 'cart.ingress.consul')).toMatch(/^denied/);
});

test('without hosts, a service has its own name', () => {
  const gateway = listening([{ name: 'cart' }, { name: 'next', hosts: ['*'] }]);

  expect(coming([gateway, allowing('ingress')], 'cart.ingress.dc1.consul:8080')).toBe('allowed');
  expect(coming([gateway, allowing('ingress'), allowing('ingress', 'next')], 'any.example.com', 'next')).toBe('allowed');
});

describe('all services', () => {
  const everything = [listening([{ name: '*' }, { name: 'next', hosts: ['next.example.com'] }]), allowing('ingress'), allowing('ingress', 'next'), service('db'), app('db')];
  const db = (protocol?: string) => object('ServiceDefaults', 'db', { protocol });

  test('come in by their own names, but those that are named', () => {
    expect(coming([...everything, db('tcp')], 'cart.ingress.consul')).toBe('allowed');
    expect(coming([...everything, db('tcp')], 'next.example.com', 'next')).toBe('allowed');
    expect(coming([...everything, db('tcp')], 'next.ingress.consul', 'next')).toMatch(/^denied/);
  });

  test('that speak something else do not', () => {
    expect(coming([...everything, db('tcp')], 'db.ingress.consul', 'db')).toMatch(/^denied/);
    expect(coming([...everything, db('http')], 'db.ingress.consul', 'db')).toMatch(/^denied/);
    expect(coming([...everything, db('http'), allowing('ingress', 'db')], 'db.ingress.consul', 'db')).toBe('allowed');
    expect(coming(everything, 'db.ingress.consul', 'db')).toMatch(/^unknown: nobody says what db speaks/);
  });

  test('that are in no file may be there', () => expect(coming([...everything, db('tcp')], 'other.ingress.consul')).toMatch(/^unknown/));

  test('have no hosts', () => expect(coming([listening([{ name: '*', hosts: ['*'] }]), allowing('ingress')], 'cart.ingress.consul')).toMatch(/^unknown/));
});

test('a gateway of Gateway API may be one of Consul, which lets in anyone, or by a GatewayPolicy those with a token', () => {
  const POLICY = object('GatewayPolicy', 'login', { targetRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge', sectionName: 'http' }, override: { jwt: { providers: [{ name: 'login' }] } } });
  const gateway = (...manifests: readonly object[]) => {
    const pod = { namespace: 'shop', serviceAccount: 'edge', labels: { 'gateway.networking.k8s.io/gateway-name': 'edge' } };
    const world = reading([...CLUSTER, ...manifests], 'shop', 'consul');
    return entering(world, { pod, port: 8080, protocol: 'HTTP', entrances: [] }, { kind: 'outside', meshed: false }, { request: { method: 'GET', path: '/', headers: {}, query: {} } });
  };

  expect([gateway(), gateway(POLICY)]).toEqual(['unknown', 'unknown']);
  expect(reading([...CLUSTER, POLICY, object('RateLimit', 'global', { config: { mode: 'enforcing' } })], 'shop', 'consul').unread).toEqual([]);
});

test('the routes of a service hold for what comes in, too', () => {
  const gateway = listening([{ name: 'cart', hosts: ['shop.example.com'] }]);
  const router = object('ServiceRouter', 'cart', { routes: [{ match: { http: { pathPrefix: '/' } }, destination: { service: 'next' } }] });

  expect(coming([gateway, router, allowing('ingress', 'next')], 'shop.example.com', 'next')).toBe('allowed');
  expect(coming([gateway, router, allowing('ingress')], 'shop.example.com', 'next')).toBe('denied');
});

test.each<[string, ...object[]]>([
  ['a service that is not there', listening([{ name: 'other', hosts: ['shop.example.com'] }])],
  ['another partition', listening([{ name: 'cart', partition: 'east', hosts: ['shop.example.com'] }])],
  ['a service that speaks something else', listening([{ name: 'cart', hosts: ['shop.example.com'] }], {}, 'http2')],
  ['another service that does, at a gateway that Consul refuses as a whole', listening([{ name: 'cart', hosts: ['shop.example.com'] }, { name: 'tcp' }]), object('ServiceDefaults', 'tcp', { protocol: 'tcp' })],
  ['another service of which nobody says what it speaks', listening([{ name: 'cart', hosts: ['shop.example.com'] }, { name: 'unsaid' }])],
  ['a host of two services', listening([{ name: 'cart', hosts: ['shop.example.com'] }, { name: 'next', hosts: ['shop.example.com'] }])],
  ['what is not understood', listening([{ name: 'cart', hosts: ['shop.example.com'] }], { more: 1 })],
  ['a service that a terminating gateway stands for', listening([{ name: 'cart', hosts: ['shop.example.com'] }]), object('TerminatingGateway', 'out', { services: [{ name: 'cart' }] })],
])('is unknown: %s', (_, ...manifests) => {
  expect(coming([...manifests, allowing('ingress')], 'shop.example.com')).toMatch(/^unknown/);
});

test('TLS is for requests and for connections', () => {
  const protocols = (...manifests: readonly object[]) => reading([...CLUSTER, ...manifests], 'shop', 'consul').readings
    .flatMap(({ reading: { entries } }) => entries?.() ?? []).map(({ port, protocol }) => `${port} ${protocol}`);

  expect(protocols(listening([{ name: 'cart' }], { tls: { enabled: true } }))).toEqual(['8080 HTTPS']);
  expect(protocols(listening([{ name: 'cart' }], {}, 'tcp'))).toEqual(['8080 TCP']);
  expect(protocols(listening([{ name: 'cart' }], { tls: { enabled: true } }, 'tcp'))).toEqual(['8080 TLS']);
});

test('a terminating gateway takes a part of what is for the services that it names, and of no others', () => {
  const sent = (to: string, ...services: readonly object[]) => {
    const world = reading([...CLUSTER, allowing('web'), allowing('web', 'next'), object('TerminatingGateway', 'out', { services })], 'shop', 'consul');
    return journey(landOf(world), {
      client: { kind: 'pod', namespace: 'shop', serviceAccount: 'web', meshed: true }, to: { namespace: 'shop', service: to, port: 80 }, protocol: 'HTTP', request: { method: 'GET', path: '/', host: to, headers: {}, query: {} },
    }).outcome;
  };

  expect([sent('cart', { name: 'bank' }), sent('cart', { name: 'cart' }), sent('next', { name: 'cart' }), sent('cart', { name: '*' })])
    .toEqual(['allowed', 'unknown', 'allowed', 'unknown']);
});

test('peers, and services of theirs that routes name, change nothing here, and are told apart', () => {
  const world = reading([...CLUSTER, object('PeeringAcceptor', 'east', { peer: { secret: { name: 'east' } } }), object('MeshService', 'bank', { name: 'bank', peer: 'east' })], 'shop', 'consul');

  expect(world.unread).toEqual([]);
  expect(world.findings).toEqual([]);
  expect(world.readings.flatMap(({ reading: { asides } }) => asides?.() ?? []).map(({ source: { kind }, title }) => `${kind}: ${title}`)).toEqual([
    'PeeringAcceptor: how another cluster comes to be a peer', 'MeshService: which service of a peer routes of gateways name',
  ]);
});
