import { journey } from '../../../../src/meaning/journey';
import { landOf } from '../../../../src/reading/land';
import { reading } from '../../../reading/world';

const networking = (kind: string, name: string, spec: object, namespace = 'shop') => ({ apiVersion: 'networking.istio.io/v1', kind, metadata: { name, namespace }, spec });
const security = (kind: string, spec: object, namespace: string) => ({ apiVersion: 'security.istio.io/v1', kind, metadata: { name: 'guard', namespace }, spec });
const workload = (name: string, labels: object, namespace: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: { template: { metadata: { labels }, spec: { serviceAccountName: name, containers: [{ name, ports: [{ containerPort: 8080 }] }] } } },
});
const CART = [
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: { selector: { app: 'cart' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } },
  workload('cart', { app: 'cart' }, 'shop'),
];
const PODS = workload('ingress', { istio: 'ingress', app: 'gateway' }, 'edge');
const gateway = (name: string, server: object) => networking('Gateway', name, { selector: { istio: 'ingress' }, servers: [server] });
const front = (server: object = {}) => gateway('front', { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['shop.example.com'], ...server });
const to = { destination: { host: 'cart', port: { number: 80 } } };
const routed = (spec: object) => networking('VirtualService', 'shop', { hosts: ['*'], gateways: ['front'], ...spec });
const ROUTE = routed({ hosts: ['shop.example.com'], http: [{ match: [{ uri: { prefix: '/cart' } }], route: [to] }] });

/** What becomes of a request to `cart` by the Gateway `front`. */
function coming(manifests: readonly object[], path = '/cart', host = 'shop.example.com') {
  const land = landOf(reading([...CART, ...manifests], 'default', 'istio'));
  const [{ pods, protocol }] = land.readings.flatMap(({ reading: { entries } }) => entries?.() ?? []).filter(entry => entry.gateway === 'shop/front');
  if (pods === undefined) throw new Error('its pods have no label of their own');
  return journey(land, {
    client: { kind: 'pod', ...pods, meshed: true },
    gateway: 'shop/front',
    to: { namespace: 'shop', service: 'cart', port: 80 },
    protocol: protocol === 'HTTPS' ? 'HTTP' : protocol,
    request: { method: 'GET', path, host, headers: {}, query: {} },
    serverName: host,
  });
}

test('requests go by the VirtualServices that are for the Gateway and the host', () => {
  const missed = { outcome: 'denied', because: 'the proxy answers with 404' };

  expect(coming([PODS, front(), ROUTE]).outcome).toBe('allowed');
  expect(coming([PODS, front(), ROUTE], '/other')).toMatchObject(missed);
  expect(coming([PODS, front(), ROUTE], '/cart', 'www.example.com')).toMatchObject(missed);
  expect(coming([PODS, front({ hosts: ['web/shop.example.com'] }), ROUTE])).toMatchObject(missed);
  expect(coming([PODS, front({ tls: { httpsRedirect: true } }), ROUTE])).toMatchObject({ because: 'the proxy answers with a redirect' });
});

test('the servers of a port add their routes for a host one after the other', () => {
  const http = { port: { number: 80, name: 'http', protocol: 'HTTP' } };
  const servers = (...hosts: readonly string[]) => networking('Gateway', 'front', { selector: { istio: 'ingress' }, servers: hosts.map(host => ({ ...http, hosts: [host] })) });
  const older = networking('VirtualService', 'a', { hosts: ['shop.example.com'], gateways: ['shop/front'], http: [{ route: [{ destination: { host: 'other', port: { number: 80 } } }] }] }, 'web');
  const newer = networking('VirtualService', 'b', { hosts: ['shop.example.com'], gateways: ['front'], http: [{ route: [to] }] });
  const first = (...hosts: readonly string[]) => coming([PODS, servers(...hosts), older, newer]).route.way;

  expect(first('shop/shop.example.com', '*/*.example.com')).toMatchObject({ backends: [{ service: 'cart' }] });
  expect(first('web/shop.example.com', '*/*.example.com')).toMatchObject({ backends: [{ service: 'other' }] });
});

describe('a route for everything', () => {
  const other = { destination: { host: 'other', port: { number: 80 } } };
  const hosts = ['shop.example.com'];
  const everything = [{}, { uri: { prefix: '/' } }, { uri: { prefix: '/' }, ignoreUriCase: true }, { uri: { regex: '.*' } }, { headers: {} }];

  test.each([undefined, ...everything])('ends the routes of its VirtualService, and comes behind those of others: %j', match => {
    const all = { ...match && { match: [match] }, route: [other] };

    expect(coming([PODS, front(), routed({ hosts, http: [all, { match: [{ uri: { exact: '/cart' } }], route: [to] }] })]).route.way).toMatchObject({ backends: [{ service: 'other' }] });
    expect(coming([PODS, front(), networking('VirtualService', 'a', { hosts, gateways: ['front'], http: [all] }), ROUTE]).route.way).toMatchObject({ backends: [{ service: 'cart' }] });
  });

  test('of some clients only ends nothing for the others', () => {
    const some = { match: [{ sourceLabels: { app: 'other' } }], route: [other] };
    const http = [some, { match: [{ uri: { exact: '/cart' } }], route: [to] }];

    expect(coming([PODS, front(), routed({ hosts, http })]).route.way).toMatchObject({ backends: [{ service: 'cart' }] });
    expect(coming([front(), routed({ hosts, http })]).outcome).toBe('unknown');
  });
});

describe('TLS', () => {
  const https = { port: { number: 443, name: 'https', protocol: 'HTTPS' } };

  test.each(['SIMPLE', 'OPTIONAL_MUTUAL'])('in the mode %s, everyone may come', mode => {
    expect(coming([PODS, front({ ...https, tls: { mode } }), ROUTE]).outcome).toBe('allowed');
  });

  test.each([
    ['MUTUAL', 'clients need a certificate there, which the call does not say'], ['ISTIO_MUTUAL', 'clients need a certificate there, which the call does not say'],
    ['AUTO_PASSTHROUGH', 'where it sends connections is not read here'],
  ])('in the mode %s, nobody knows', (mode, because) => {
    expect(coming([PODS, front({ ...https, tls: { mode } }), ROUTE])).toMatchObject({ outcome: 'unknown', because });
  });

  test('what the gateway does not open goes by the server name, and the name that is closest decides', () => {
    const secure = front({ port: { number: 443, name: 'tls', protocol: 'TLS' }, hosts: ['*.example.com'], tls: { mode: 'PASSTHROUGH' } });
    const tls = (...names: readonly (readonly string[])[]) => routed({
      hosts: ['*.example.com'],
      tls: names.map((sniHosts, i) => ({ match: [{ port: 443, sniHosts }], route: [i === 0 ? to : { destination: { host: 'other', port: { number: 80 } } }] })),
    });

    expect(coming([PODS, secure, tls(['shop.example.com', 'a.example.com'])]).route.way).toMatchObject({ backends: [{ service: 'cart' }] });
    expect(coming([PODS, secure, tls(['*.example.com'], ['shop.example.com'])]).route.way).toMatchObject({ backends: [{ service: 'other' }] });
    expect(coming([PODS, secure, tls(['a.example.com'])]).outcome).toBe('denied');
  });
});

test('connections go by the first route for the port', () => {
  const server = front({ port: { number: 31400, name: 'tcp', protocol: 'TCP' }, hosts: ['*'] });
  const tcp = (port: number) => routed({ tcp: [{ match: [{ port }], route: [to] }] });

  expect(coming([PODS, server, tcp(31400)]).route.way).toMatchObject({ backends: [{ service: 'cart' }] });
  expect(coming([PODS, server, tcp(31401)]).outcome).toBe('denied');
});

describe('policies for the pods of the gateway', () => {
  const deny = (namespace: string, labels?: object) => security('AuthorizationPolicy', {
    action: 'DENY', rules: [{ to: [{ operation: { paths: ['/cart'] } }] }], ...(labels && { selector: { matchLabels: labels } }),
  }, namespace);

  test('are asked first', () => {
    expect(coming([PODS, front(), ROUTE, deny('edge', { app: 'gateway' })]).outcome).toBe('denied');
    expect(coming([PODS, front(), ROUTE, deny('web', { app: 'gateway' })]).outcome).toBe('allowed');
  });

  test('may be in force where the pods are not in the files', () => {
    expect(coming([front(), ROUTE, deny('edge', { app: 'gateway' })]).outcome).toBe('unknown');
    expect(coming([front(), ROUTE, deny('istio-system')]).outcome).toBe('denied');
    expect(coming([front(), ROUTE]).outcome).toBe('allowed');
  });

  test('ask for no certificate of the mesh, and those of the Service know the gateway by its own', () => {
    const strict = security('PeerAuthentication', { mtls: { mode: 'STRICT' } }, 'istio-system');
    const only = security('AuthorizationPolicy', { selector: { matchLabels: { app: 'cart' } }, rules: [{ from: [{ source: { namespaces: ['edge'] } }] }] }, 'shop');

    expect(coming([PODS, front(), ROUTE, strict, only]).outcome).toBe('allowed');
    expect(coming([front(), ROUTE, strict]).outcome).toBe('allowed');
    expect(coming([front(), ROUTE, strict, only]).outcome).toBe('unknown');
  });
});

test('where several Gateways are for the same pods and host, all of their routes count', () => {
  const other = (host: string) => gateway('other', { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [host] });

  expect(coming([PODS, front(), ROUTE, other('shop.example.com')])).toMatchObject({ outcome: 'unknown', because: expect.stringContaining("Gateway 'shop/other'") });
  expect(coming([PODS, front(), ROUTE, other('www.example.com')]).outcome).toBe('allowed');
});
