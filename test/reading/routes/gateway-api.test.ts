import * as fc from 'fast-check';
import { byAge, byAgeIn, exposed, program, requests } from './gateway-api';
import { canonical, outcomeOf, readOutcome, readWay } from './outcome';
import { routedByGateway, routedByGatewayApi } from '../../../src/evaluators/routes/gateway-api';
import { READINGS } from '../../../src/evaluators/routes/gateway-api-readings';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import { Unknown } from '../../../src/evaluators/unknown';
import { holdsFor } from '../../../src/meaning/text';
import type { ReadMesh } from '../../../src/reading/mesh';
import type { World } from '../../../src/reading/world';
import { reading } from '../world';

/** What becomes of requests by routes that somebody else wrote is what the evaluators decide, or unknown where it has to be. */

const CASES = Number(process.env.ORACLE_CASES ?? 600);
const MESHES = ['istio', 'istio-ambient', 'linkerd', 'kuma', 'cilium'] as const satisfies readonly ReadMesh[];

function read(world: World, request: RouteRequest): string {
  const outcome = readOutcome(world, request);
  return outcome === 'unknown' ? outcome : canonical(outcome);
}

function evaluated(mesh: keyof typeof READINGS, manifests: readonly any[], request: RouteRequest, by = routedByGatewayApi): string {
  try {
    return canonical(by(READINGS[mesh])(manifests, request));
  } catch (error) {
    if (error instanceof Unknown) return 'unknown';
    throw error;
  }
}

const cases = program.chain(one => fc.tuple(fc.constant(one), fc.array(requests(one), { minLength: 5, maxLength: 5 })));

/** What share of the answers may be unknown that the evaluators know. Five standard deviations of a run above the mean. */
const UNKNOWN: Readonly<Record<typeof MESHES[number], number>> = { 'istio': 0.33, 'istio-ambient': 0.15, 'linkerd': 0.3, 'kuma': 0.2, 'cilium': 0.1 };

test.each(MESHES)('%s', mesh => {
  const counts = { known: 0, unknown: 0, beyond: 0 };
  fc.assert(fc.property(cases, ([{ manifests, aged }, asked]) => {
    const world = reading(manifests, 'default', mesh);
    for (const request of asked) {
      const wanted = evaluated(mesh, byAgeIn(mesh, manifests), request);
      const given = read(world, request);
      if (wanted !== 'unknown' && given !== 'unknown') expect({ request, given }).toEqual({ request, given: wanted });
      if (aged) counts[given === 'unknown' ? wanted === 'unknown' ? 'beyond' : 'unknown' : 'known']++;
    }
  }), { numRuns: CASES / 5 });
  expect(counts.unknown / (counts.known + counts.unknown)).toBeLessThan(UNKNOWN[mesh]);
});

test('where nobody says which mesh reads it, only what all of them make of it is known', () => {
  const counts = { known: 0, unknown: 0 };
  fc.assert(fc.property(cases, ([{ manifests }, asked]) => {
    const world = reading(manifests);
    for (const request of asked) {
      const given = read(world, request);
      counts[given === 'unknown' ? 'unknown' : 'known']++;
      const all = [...MESHES, 'specification' as const].map(mesh => evaluated(mesh, byAgeIn(mesh, manifests), request)).filter(one => one !== 'unknown');
      if (given !== 'unknown') expect(new Set(all)).toEqual(new Set(all.length === 0 ? [] : [given]));
    }
  }), { numRuns: CASES / 5 });
  expect(counts.known).toBeGreaterThan(CASES / 20);
});

test('an HTTPRoute of Linkerd says what that of Gateway API does, to Linkerd alone', () => {
  const counts = { known: 0, unknown: 0 };
  const ofLinkerd = (one: any): any => one.kind === 'HTTPRoute' ? { ...one, apiVersion: 'policy.linkerd.io/v1beta3' } : one;
  const some = fc.tuple(cases, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }));
  fc.assert(fc.property(some, ([[{ manifests, aged }, asked], areOfLinkerd]) => {
    const written = manifests.map((one, i) => areOfLinkerd[i % 8] ? ofLinkerd(one) : one);
    const [world, others] = [reading(written, 'default', 'linkerd'), MESHES.filter(mesh => mesh !== 'linkerd')];
    for (const request of asked) {
      const wanted = evaluated('linkerd', byAge(written), request);
      const given = read(world, request);
      if (wanted !== 'unknown' && given !== 'unknown') expect({ request, given }).toEqual({ request, given: wanted });
      if (aged && wanted !== 'unknown') counts[given === 'unknown' ? 'unknown' : 'known']++;
      const rest = manifests.filter((_, i) => written[i] === manifests[i]);
      for (const mesh of others) expect(read(reading(written, 'default', mesh), request)).toBe(read(reading(rest, 'default', mesh), request));
    }
  }), { numRuns: CASES / 10 });
  expect(counts.unknown / (counts.known + counts.unknown)).toBeLessThan(0.4);
});

const route = (rules: readonly object[], more: object = {}, name = 'route') => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name, namespace: 'shop', ...more },
  spec: { parentRefs: [{ group: '', kind: 'Service', name: 'cart' }], rules },
});
const to = (name: string) => ({ backendRefs: [{ name, port: 80 }] });
const prefixed = (value: string) => ({ matches: [{ path: { type: 'PathPrefix', value } }] });
const REQUEST: RouteRequest = {
  client: { namespace: 'shop' }, to: { service: 'cart', namespace: 'shop', port: 80 }, protocol: 'HTTP', host: 'cart', method: 'GET', path: '/', headers: {}, query: {}, response: {},
};
const asked = (manifests: readonly unknown[], path: string, mesh: ReadMesh | 'any' = 'istio') => {
  const given = readOutcome(reading(manifests, 'default', mesh === 'any' ? undefined : mesh), { ...REQUEST, path });
  return given === 'unknown' ? given : given.kind === 'forwarded' ? given.arrivals.map(({ service }) => service).join() : given.kind;
};

test('what is misspelt leaves open only what depends on it', () => {
  const rules = [{ ...prefixed('/a'), ...to('a'), timeout: '1s' }, { matches: [{ path: { value: '/b' }, header: [] }], ...to('b') }, to('rest')];

  expect(['/a', '/b', '/c'].map(path => asked([route(rules)], path))).toEqual(['unknown', 'unknown', 'shop/rest:80']);
  expect(asked([{ ...route(rules), spec: { ...route(rules).spec, rule: [] } }], '/c')).toBe('unknown');
});

test('of connections by Istio, those for other names go past it, and routes of other namespaces are for anyone', () => {
  const by = (kind: string, namespace: string, mesh: ReadMesh, host = 'cart') => {
    const own = { apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata: { name: 'route', namespace } };
    const spec = { parentRefs: [{ group: '', kind: 'Service', name: 'cart', namespace: 'shop' }], ...kind === 'TLSRoute' && { hostnames: ['a.example.com'] } };
    const protocol = kind === 'TLSRoute' ? 'TLS' : 'TCP';
    const given = readOutcome(reading([{ ...own, spec: { ...spec, rules: [to('a')] } }], 'default', mesh), { ...REQUEST, protocol, host });
    return given === 'unknown' ? given : given.kind === 'forwarded' ? given.arrivals.map(({ service }) => service).join() : given.kind;
  };

  expect([by('TCPRoute', 'shop', 'istio'), by('TCPRoute', 'web', 'istio'), by('TCPRoute', 'web', 'linkerd')]).toEqual(['shop/a:80', 'unknown', 'shop/cart:80']);
  expect(by('TLSRoute', 'shop', 'istio', 'a.example.com')).toBe('shop/a:80');
  expect([by('TLSRoute', 'shop', 'istio', 'b.example.com'), by('TLSRoute', 'shop', 'linkerd', 'b.example.com')]).toEqual(['unknown', 'failed']);
});

test('Istio tries again on some statuses of gRPC too, not on resets, and on the codes of which it knows the name', () => {
  const retried = (retry: object, mesh: ReadMesh) => {
    const way = readWay(reading([route([{ ...to('a'), retry }])], 'default', mesh), REQUEST);
    return way === 'unknown' ? way : { ...way.handling.retries, byMesh: way.byMesh };
  };
  const codes = [409, 503, 509, 520];
  const byMesh = ['it does not try again on reset', 'it tries again on cancelled', 'it tries again on unavailable'];

  expect(retried({ attempts: 3, codes }, 'istio')).toMatchObject({ attempts: 3, statusCodes: [409, 503], byMesh });
  expect(retried({ codes }, 'istio-ambient')).toMatchObject({ attempts: 2, statusCodes: [409, 503], byMesh });
  expect(retried({ attempts: 0, codes }, 'istio')).toMatchObject({ attempts: 0, byMesh: undefined });
  expect(retried({ attempts: 3, codes }, 'cilium')).toMatchObject({ statusCodes: codes, byMesh: undefined });
});

describe('an HTTPRoute of Linkerd', () => {
  const ofLinkerd = (rule: object, more: object = {}) => ({ ...route([rule], more), apiVersion: 'policy.linkerd.io/v1beta3' });
  const handling = (rule: object, annotations = {}) => {
    const given = readOutcome(reading([ofLinkerd({ ...to('a'), ...rule }, { annotations })]), REQUEST);
    return given === 'unknown' ? given : given.kind === 'forwarded' ? [given.policies.timeouts] : given.kind;
  };

  test('is read without a word of the mesh; beside a route of Gateway API, the mesh has to be said', () => {
    expect(asked([ofLinkerd(to('a'))], '/', 'any')).toBe('shop/a:80');
    expect(asked([ofLinkerd(to('a')), route([to('b')], {}, 'other')], '/', 'any')).toBe('unknown');
  });

  test('has timeouts for the request, and none of a response', () => {
    expect(handling({ timeouts: { request: '2s' } })).toEqual([{ request: 2000 }]);
    expect(handling({ timeouts: { request: '2s' } }, { 'timeout.linkerd.io/request': '1s' })).toEqual([{ request: 1000 }]);
    expect(handling({ timeouts: { request: '0s' } })).toEqual([undefined]);
    expect(handling({ timeouts: { backendRequest: '1s' } })).toBe('unknown');
    expect(handling({ filters: [{ type: 'ResponseHeaderModifier', responseHeaderModifier: { remove: ['x'] } }] })).toBe('unknown');
  });

  test('is not for a Gateway, and of hosts it is not known', () => {
    const parents = (...parentRefs: object[]) => ({ ...ofLinkerd(to('a')), spec: { parentRefs, rules: [to('a')] } });
    const service = { group: 'core', kind: 'Service', name: 'cart' };
    expect(asked([parents(service)], '/', 'any')).toBe('shop/a:80');
    expect(asked([parents({ kind: 'Service', name: 'cart' })], '/', 'any')).toBe('shop/cart:80');
    expect(asked([{ ...parents(), spec: { parentRefs: [service], hostnames: ['cart'], rules: [to('a')] } }], '/', 'linkerd')).toBe('unknown');
  });
});

test('of two routes for the same requests, the older one decides, where it is known', () => {
  const [old, young] = ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'].map(creationTimestamp => ({ creationTimestamp }));
  const both = (a: object, b: object) => [route([{ ...prefixed('/a'), ...to('young') }], a, 'a'), route([{ ...prefixed('/a'), ...to('old') }, { ...prefixed('/b'), ...to('b') }], b, 'b')];

  expect(asked(both(young, old), '/a')).toBe('shop/old:80');
  // Istio compares other names than those of the routes.
  const ofOneAge = ['route', 'route-1'].map(name => route([{ ...prefixed('/a'), ...to(name) }], old, name));
  expect((['istio', 'istio-ambient', 'linkerd', 'cilium'] as const).map(mesh => asked(ofOneAge, '/a', mesh)))
    .toEqual(['shop/route-1:80', 'shop/route-1:80', 'shop/route:80', 'shop/route:80']);
  expect(asked(both({}, old), '/a')).toBe('unknown');
  expect(asked(both({}, {}), '/b')).toBe('shop/b:80');
  expect(asked(both({}, {}), '/c')).toBe('failed');
});

describe('Istio', () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: { ports: ['main', 'admin'].map((name, i) => ({ name, port: 80 + i, appProtocol: 'http' })) } };
  const ofSection = (sectionName: string) =>
    [service, { ...route([to('a')]), spec: { parentRefs: [{ group: '', kind: 'Service', name: 'cart', sectionName }], rules: [to('a')] } }];
  const changed = (filter: object, path: string, mesh: ReadMesh) => {
    const given = readOutcome(reading([route([{ matches: [{ path: { value: '/' } }], filters: [filter], ...'requestRedirect' in filter ? {} : to('a') }])], 'default', mesh), { ...REQUEST, path });
    return given === 'unknown' ? given : given.kind === 'redirected' ? given.location : given.kind === 'forwarded' ? given.arrivals[0].request!.path : given.kind;
  };

  test('passes over sections of a Service', () => {
    expect((['istio', 'istio-ambient', 'linkerd', 'cilium', 'kuma'] as const).map(mesh => asked(ofSection('admin'), '/', mesh)))
      .toEqual([...Array.from({ length: 4 }, () => 'shop/a:80'), 'shop/cart:80']);
    expect([asked(ofSection('main'), '/', 'kuma'), asked(ofSection('main'), '/', 'any'), asked(ofSection('admin'), '/', 'any')]).toEqual(['shop/a:80', 'shop/a:80', 'unknown']);
  });

  test('drops a route with something that it does not know', () => {
    const filters = [{ type: 'ExtensionRef', extensionRef: { group: 'example.org', kind: 'Any', name: 'any' } }];
    const ofBackend = (weight: number) => ({ backendRefs: [{ name: 'a', port: 80 }, { name: 'b', port: 80, weight, filters }] });
    const rules = [[{ ...prefixed('/a'), ...to('a'), filters }, to('rest')], [{ ...prefixed('/a'), ...ofBackend(1) }, to('rest')], [to('a.b')]];
    expect(rules.map(all => asked([route(all)], '/b'))).toEqual(['shop/cart:80', 'shop/cart:80', 'shop/cart:80']);
    expect(asked([route([{ ...prefixed('/a'), ...ofBackend(0) }, to('rest')])], '/b')).toBe('shop/rest:80');
    expect(asked([route(rules[0])], '/b', 'linkerd')).toBe('unknown');
  });

  test('replaces the prefix of all paths as a text', () => {
    const rewrite = (replacePrefixMatch: string) => ({ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch } } });
    const redirect = (replacePrefixMatch: string) => ({ type: 'RequestRedirect', requestRedirect: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch } } });
    expect(['/v2', '/v2/', '/'].map(value => changed(rewrite(value), '/carts', 'istio'))).toEqual(['/v2carts', '/v2carts', '/carts']);
    expect(['/v2', '/v2/', '/'].map(value => changed(redirect(value), '/carts', 'istio')))
      .toEqual(['http://cart/v2carts', 'http://cart/v2/carts', 'http://cart/carts']);
    expect(['/', '/carts'].map(path => changed(redirect('/v2/'), path, 'linkerd'))).toEqual(['http://cart/v2/', 'http://cart/v2//carts']);
  });

  test('puts a rule of a GRPCRoute without matches last, unless the parent has a port', () => {
    const of = (port: object) => ({ ...route([to('none'), { matches: [{}], ...to('every') }]), kind: 'GRPCRoute', spec: { parentRefs: [{ group: '', kind: 'Service', name: 'cart', ...port }], rules: [to('none'), { matches: [{}], ...to('every') }] } });
    expect([of({}), of({ port: 80 })].map(one => asked([one], '/shop.Cart/Add'))).toEqual(['shop/every:80', 'shop/none:80']);
  });
});

test('at a waypoint, a TLSRoute without weight may close all ports', () => {
  const by = (mesh: ReadMesh, protocol: 'TLS' | 'TCP' | 'HTTP', weight: number) => {
    const own = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'TLSRoute', metadata: { name: 'route', namespace: 'shop' } };
    const spec = { parentRefs: [{ group: '', kind: 'Service', name: 'cart', port: 81 }], hostnames: ['a.example.com'], rules: [{ backendRefs: [{ name: 'a', port: 80, weight }] }] };
    const given = readOutcome(reading([{ ...own, spec }], 'default', mesh), { ...REQUEST, protocol });
    return given === 'unknown' ? given : given.kind;
  };

  expect((['TLS', 'TCP', 'HTTP'] as const).map(protocol => by('istio-ambient', protocol, 0))).toEqual(['unknown', 'unknown', 'forwarded']);
  expect([by('istio-ambient', 'TLS', 1), by('istio', 'TLS', 0)]).toEqual(['forwarded', 'forwarded']);
});

test('a waypoint reads routes of its own namespace and of that of the Service, and says not which go first', () => {
  const service = (labels: object) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop', labels }, spec: { ports: [{ port: 80 }] } });
  const of = (namespace: string, more: object = {}) =>
    ({ ...route([to('a')], { namespace }, namespace), spec: { parentRefs: [{ group: '', kind: 'Service', name: 'cart', namespace: 'shop', ...more }], rules: [to('a')] } });
  const at = (labels: object, ...routes: readonly object[]) => asked([service(labels), ...routes], '/', 'istio-ambient');
  const [own, mesh] = [{ 'istio.io/use-waypoint': 'waypoint' }, { 'istio.io/use-waypoint': 'waypoint', 'istio.io/use-waypoint-namespace': 'mesh' }];

  expect([at(own, of('shop')), at(own, of('mesh')), at(mesh, of('mesh')), at({}, of('shop')), at({ 'istio.io/use-waypoint': 'none' }, of('shop'))])
    .toEqual(['shop/a:80', 'shop/cart:80', 'mesh/a:80', 'shop/a:80', 'shop/cart:80']);
  expect([at(mesh, of('mesh'), of('shop')), at(own, of('shop'), { ...of('shop', { port: 80 }), metadata: { name: 'b', namespace: 'shop' } })]).toEqual(['unknown', 'unknown']);
});

const GATEWAYS = { any: 'specification', istio: 'istio', cilium: 'cilium' } as const;

test.each(Object.entries(GATEWAYS))('gateways of the class %s', (className, mesh) => {
  const counts = { known: 0, unknown: 0 };
  const hosts = fc.constantFrom('shop.example.com', 'a.shop.example.com', 'www.example.com', 'example.org', 'example.net');
  const calls = fc.array(fc.tuple(requests({ protocol: 'HTTP' }), hosts).map(([request, host]): RouteRequest => ({ ...request, host })), { minLength: 5, maxLength: 5 });
  fc.assert(fc.property(exposed(className), calls, (manifests, all) => {
    const entries = reading(manifests).readings.flatMap(({ reading: { entries: of } }) => of?.() ?? []);
    expect(entries.map(({ gateway, listener, port, protocol }) => [gateway, listener, port, protocol])).toEqual([['shop/ingress', 'http', 80, 'HTTP']]);
    for (const request of all.filter(({ host }) => holdsFor(entries[0].host, host) === 'yes')) {
      const outcome = outcomeOf(entries[0].ways, request);
      const given = outcome === 'unknown' ? outcome : canonical(outcome);
      const wanted = evaluated(mesh, byAgeIn(mesh, manifests), request, routedByGateway);
      if (wanted !== 'unknown' && given !== 'unknown') expect({ request, given }).toEqual({ request, given: wanted });
      counts[given === 'unknown' && wanted !== 'unknown' ? 'unknown' : 'known']++;
    }
  }), { numRuns: CASES / 10 });
  expect(counts.unknown / counts.known).toBeLessThan(0.2);
});

test('whose routes a listener takes', () => {
  const listener = (from: object) => ({ name: 'http', port: 443, protocol: 'HTTPS', tls: {}, allowedRoutes: { namespaces: from } });
  const gateway = (from: object) => ({
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'a', namespace: 'infra' }, spec: { gatewayClassName: 'any', listeners: [listener(from)] },
  });
  const attached = { ...route([to('cart')]), spec: { parentRefs: [{ name: 'a', namespace: 'infra' }], rules: [to('cart')] } };
  const entry = (from: object, ...more: unknown[]) => {
    const [{ ways, protocol }] = reading([gateway(from), attached, ...more]).readings.flatMap(({ reading: { entries } }) => entries?.() ?? []);
    const given = outcomeOf(ways, {
      client: { namespace: 'x' }, to: { service: 'a', namespace: 'b', port: 443 }, protocol: 'HTTP', host: 'a.b', method: 'GET', path: '/', headers: {}, query: {}, response: {},
    });
    return `${protocol} ${given === 'unknown' ? given : given.kind}`;
  };
  const shop = (labels: object) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } });
  const selector = { from: 'Selector', selector: { matchLabels: { team: 'a' } } };

  expect([{}, { from: 'All' }, { from: 'Same' }, selector].map(from => entry(from))).toEqual(['HTTPS failed', 'HTTPS forwarded', 'HTTPS failed', 'HTTPS unknown']);
  expect([entry(selector, shop({ team: 'a' })), entry(selector, shop({}))]).toEqual(['HTTPS forwarded', 'HTTPS failed']);
});
