import type { Chart } from 'cdk8s';
import type { GatewayScenario } from './scenario';
import { ask, attached, chartIn, expose, gatewayOf, GATEWAY, NAMESPACE, NO_ROUTE, only, ruled, to, v1, v2, v3, web } from './scenario';
import { ExposureGateway, GatewayListener, GatewayNamespaces, HttpMatch, RuleOrder, StringMatch } from '../../../../../src';

const HTTP = GatewayListener.http('http');
const under = (pathPrefix: string) => HttpMatch.of({ pathPrefix });
const exactly = (path: string) => HttpMatch.of({ path });
const [ofVersion, ofColor] = ['version', 'color'].map(name => (value: string) => HttpMatch.of({ headers: { [name]: StringMatch.exact(value) } }));
const MOST_SPECIFIC = { order: RuleOrder.MOST_SPECIFIC };
const headed = (version: string) => ({ headers: { version } });
const colored = (color: string, more: Record<string, string> = {}) => ({ headers: { color, ...more } });

export const simpleSameNamespace = ruled([{ backends: to(v1) }], [ask('/', v1)])(HTTP);

export const exactPathMatching = ruled([{ matches: [exactly('/one')], backends: to(v1) }, { matches: [exactly('/two')], backends: to(v2) }], [
  ask('/one', v1), ask('/two', v2), ...['/', '/one/example', '/two/', '/Two'].map(path => ask(path, NO_ROUTE)),
])(HTTP);

export const pathMatchOrder = ruled([
  { matches: [exactly('/match')], backends: to(v1) },
  { matches: [exactly('/match/exact')], backends: to(v2) },
  { matches: [exactly('/match/exact/one')], backends: to(v3) },
  { matches: [under('/match/')], backends: to(v3) },
  { matches: [under('/match/prefix/')], backends: to(v1) },
  { matches: [under('/match/prefix/one')], backends: to(v2) },
], [
  ask('/match/exact/one', v3), ask('/match/exact', v2), ask('/match', v1),
  ask('/match/prefix/one/any', v2), ask('/match/prefix/any', v1), ask('/match/any', v3),
], MOST_SPECIFIC)(HTTP);

const MATCHING = [
  ask('/', v1), ask('/example', v1), ask('/', v1, headed('one')), ask('/v2', v2), ask('/v2/example', v2), ask('/', v2, headed('two')),
  ask('/v2/', v2), ask('/v2example', v1), ask('/foo/v2/example', v1),
];

export const matching = ruled([
  { backends: to(v1) },
  { matches: [under('/v2'), ofVersion('two')], backends: to(v2) },
], MATCHING, MOST_SPECIFIC)(HTTP);

export const headerMatching = ruled([
  { matches: [ofVersion('one')], backends: to(v1) },
  { matches: [ofVersion('two')], backends: to(v2) },
  { matches: [HttpMatch.of({ headers: { version: StringMatch.exact('two'), color: StringMatch.exact('orange') } })], backends: to(v1) },
  { matches: ['blue', 'green'].map(ofColor), backends: to(v1) },
  { matches: ['red', 'yellow'].map(ofColor), backends: to(v2) },
], [
  ask('/', v1, headed('one')), ask('/', v2, headed('two')), ask('/', v1, colored('orange', { version: 'two' })), ask('/', v2, colored('blue', { version: 'two' })),
  ask('/', NO_ROUTE, colored('orange')), ask('/', NO_ROUTE, { headers: { 'some-other-header': 'one' } }),
  ask('/', v1, colored('blue')), ask('/', v1, colored('green')), ask('/', v2, colored('red')), ask('/', v2, colored('yellow')), ask('/', NO_ROUTE, colored('purple')),
], MOST_SPECIFIC)(HTTP);

const by = (method: string, more = {}) => ({ method, ...more });
const called = (method: string, more: { pathPrefix?: string; version?: string } = {}) => HttpMatch.of({
  methods: [method], pathPrefix: more.pathPrefix, ...(more.version !== undefined && { headers: { version: StringMatch.exact(more.version) } }),
});

export const methodMatching = ruled([
  { matches: [called('POST')], backends: to(v1) },
  { matches: [called('GET')], backends: to(v2) },
  { matches: [called('GET', { pathPrefix: '/path1' })], backends: to(v1) },
  { matches: [called('PUT', { version: 'one' })], backends: to(v2) },
  { matches: [called('POST', { pathPrefix: '/path2', version: 'two' })], backends: to(v3) },
  { matches: [called('PATCH', { pathPrefix: '/path3' }), called('DELETE', { pathPrefix: '/path4', version: 'three' })], backends: to(v1) },
  { matches: [under('/path5')], backends: to(v1) },
  { matches: [called('PATCH')], backends: to(v2) },
  { matches: [ofVersion('four')], backends: to(v3) },
], [
  ask('/', v1, by('POST')), ask('/', v2, by('GET')), ask('/', NO_ROUTE, by('HEAD')), ask('/path1', v1, by('GET')),
  ask('/', v2, by('PUT', headed('one'))), ask('/path2', v3, by('POST', headed('two'))),
  ask('/path3', v1, by('PATCH')), ask('/path4', v1, by('DELETE', headed('three'))), ask('/', NO_ROUTE, by('PUT')), ask('/path4', NO_ROUTE, by('DELETE')),
  ask('/path5', v1, by('PATCH')), ask('/', v2, by('PATCH', headed('four'))),
], MOST_SPECIFIC)(HTTP);

const withQuery = (query: Record<string, string>, more: { pathPrefix?: string; version?: string } = {}) => HttpMatch.of({
  query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, StringMatch.exact(value)])),
  pathPrefix: more.pathPrefix,
  ...(more.version !== undefined && { headers: { version: StringMatch.exact(more.version) } }),
});

export const queryParamMatching = ruled([
  { matches: [withQuery({ animal: 'whale' })], backends: to(v1) },
  { matches: [withQuery({ animal: 'dolphin' })], backends: to(v2) },
  { matches: [withQuery({ animal: 'dolphin', color: 'blue' }), withQuery({ ANIMAL: 'Whale' })], backends: to(v3) },
  { matches: [withQuery({ animal: 'whale' }, { pathPrefix: '/path1' })], backends: to(v1) },
  { matches: [withQuery({ animal: 'whale' }, { version: 'one' })], backends: to(v2) },
  { matches: [withQuery({ animal: 'whale' }, { pathPrefix: '/path2', version: 'two' })], backends: to(v3) },
  { matches: [withQuery({ animal: 'shark' }, { pathPrefix: '/path3' }), withQuery({ animal: 'kraken' }, { pathPrefix: '/path4', version: 'three' })], backends: to(v1) },
], [
  ask('/?animal=whale', v1), ask('/?animal=dolphin', v2), ask('/?animal=dolphin&color=blue', v3), ask('/?ANIMAL=Whale', v3),
  ask('/?animal=whale&otherparam=irrelevant', v1), ask('/?animal=dolphin&color=yellow', v2),
  ...['/?color=blue', '/?animal=dog', '/?animal=whaledolphin', '/', '/?animal=shark', '/path4?animal=kraken'].map(target => ask(target, NO_ROUTE)),
  ask('/path1?animal=whale', v1), ask('/?animal=whale', v2, headed('one')), ask('/path2?animal=whale', v3, headed('two')),
  ask('/path3?animal=shark', v1), ask('/path4?animal=kraken', v1, headed('three')),
], MOST_SPECIFIC)(HTTP);

export const matchingAcrossRoutes: GatewayScenario = {
  build: chart => {
    gatewayOf(chart, GATEWAY, HTTP);
    expose(chart, 'part1', { service: v1, hostnames: ['example.com', 'example.net'] });
    expose(chart, 'part2', { service: v2, hostnames: ['example.com'], rules: [{ matches: [under('/v2'), ofVersion('two')], backends: to(v2) }] });
  },
  asks: [
    ...[ask('/', v1), ask('/example', v1), ask('/example', v1, headed('one')), ask('/v2', v2), ask('/v2/example', v2), ask('/', v2, headed('two'))],
    ...[ask('/example', v1, { host: 'example.net' }), ask('/v2', v1, { host: 'example.net' })],
  ],
};

const at = (host: string) => ({ host });

export const hostnameIntersection: GatewayScenario = {
  build: chart => {
    gatewayOf(chart, GATEWAY,
      ...['very.specific.com', '*.wildcard.io', '*.anotherwildcard.io'].map((hostname, i) => GatewayListener.http(`listener-${i + 1}`, { hostname })));
    const below = (pathPrefix: string, service: typeof v1, ...hostnames: string[]) =>
      expose(chart, pathPrefix.slice(1), { service, hostnames, rules: [{ matches: [under(pathPrefix)], backends: to(service) }] });
    below('/s1', v1, 'non.matching.com', '*.nonmatchingwildcard.io', 'very.specific.com');
    below('/s2', v2, 'non.matching.com', 'wildcard.io', 'foo.wildcard.io', 'bar.wildcard.io', 'foo.bar.wildcard.io');
    below('/s3', v3, 'non.matching.com', '*.specific.com');
    below('/s4', v1, '*.anotherwildcard.io');
  },
  asks: [
    ask('/s1', v1, at('very.specific.com')), ask('/s1', NO_ROUTE, at('non.matching.com')), ask('/s1', NO_ROUTE, at('foo.nonmatchingwildcard.io')),
    ask('/s1', NO_ROUTE, at('foo.wildcard.io')), ask('/non-matching-prefix', NO_ROUTE, at('very.specific.com')),
    ...['foo.wildcard.io', 'bar.wildcard.io', 'foo.bar.wildcard.io'].map(host => ask('/s2', v2, at(host))),
    ...['non.matching.com', 'wildcard.io', 'very.specific.com'].map(host => ask('/s2', NO_ROUTE, at(host))),
    ask('/s3', v3, at('very.specific.com')), ...['non.matching.com', 'foo.specific.com', 'foo.wildcard.io'].map(host => ask('/s3', NO_ROUTE, at(host))),
    ...['foo', 'bar', 'foo.bar'].map(name => ask('/s4', v1, at(`${name}.anotherwildcard.io`))),
    ...['anotherwildcard.io', 'foo.wildcard.io', 'very.specific.com'].map(host => ask('/s4', NO_ROUTE, at(host))),
  ],
};

export const LISTENERS_BY_HOST = ['bar.com', 'foo.bar.com', '*.bar.com', '*.foo.com'].map((hostname, i) => GatewayListener.http(`listener-${i + 1}`, { hostname }));

export const listenerHostnameMatching: GatewayScenario = {
  build: chart => {
    gatewayOf(chart, GATEWAY, ...LISTENERS_BY_HOST);
    expose(chart, 'v1', { service: v1, gateway: attached('listener-1') });
    expose(chart, 'v2', { service: v2, gateway: attached('listener-2') });
    expose(chart, 'v3', { service: v3, gateways: [attached('listener-3'), attached('listener-4')] });
  },
  asks: [
    ask('/', v1, at('bar.com')), ask('/', v2, at('foo.bar.com')),
    ...['baz.bar.com', 'boo.bar.com', 'multiple.prefixes.bar.com', 'multiple.prefixes.foo.com'].map(host => ask('/', v3, at(host))),
    ...['foo.com', 'no.matching.host'].map(host => ask('/', NO_ROUTE, at(host))),
  ],
};

export const listenerPortMatching: GatewayScenario = {
  build: chart => {
    const on = (port: number, hostname: string, i: number) => GatewayListener.http(`listener-${i}`, { port, hostname });
    gatewayOf(chart, GATEWAY, on(80, 'foo.com', 1), on(8080, 'foo.com', 2), on(8080, 'bar.com', 3), on(8090, 'foo.com', 4), on(8090, 'bar.com', 5));
    const by1 = (port: number, sectionName?: string) => ExposureGateway.shared(GATEWAY, NAMESPACE, { port, sectionName });
    expose(chart, 'v1', { service: v1, gateway: by1(80) });
    expose(chart, 'v2', { service: v2, gateway: by1(8080) });
    expose(chart, 'v3', { service: v3, gateway: by1(8090, 'listener-4') });
  },
  asks: [
    ask('/', v1, at('foo.com')), ask('/', v2, { ...at('foo.com'), port: 8080 }), ask('/', v2, { ...at('bar.com'), port: 8080 }),
    ask('/', v3, { ...at('foo.com'), port: 8090 }), ask('/', NO_ROUTE, { ...at('bar.com'), port: 8090 }),
  ],
};

export const crossNamespace: GatewayScenario = {
  build: chart => {
    gatewayOf(chart, GATEWAY, GatewayListener.http('http', { namespaces: GatewayNamespaces.labelled({ team: 'web' }) }));
    expose(chartIn(chart, 'web'), 'route', { service: web });
  },
  asks: [ask('/', web)],
};

export const multipleGateways: GatewayScenario = {
  build: chart => {
    for (const name of [GATEWAY, 'all-namespaces']) gatewayOf(chart, name, HTTP);
    expose(chart, 'shared', { service: v1, rules: [{ matches: [under('/shared')], backends: to(v1) }], gateways: [attached(), attached(undefined, 'all-namespaces')] });
    expose(chart, 'one', { service: v2 });
    expose(chart, 'other', { service: v3, gateway: attached(undefined, 'all-namespaces') });
  },
  asks: [
    ask('/shared', v1), ask('/', v2), ask('/shared', v1, { gateway: 'all-namespaces' }), ask('/', v3, { gateway: 'all-namespaces' }),
  ],
};

export const namedRule = ruled([
  { name: 'named-rule', matches: [under('/named')], backends: to(v1) }, { matches: [under('/unnamed')], backends: to(v2) },
], [ask('/named', v1), ask('/unnamed', v2)])(HTTP);

const ISOLATED = ['bar.com', 'bar.example.com', 'bar.foo.example.com', 'abc.foo.example.com'];

/** Of the listeners of a port, one takes a request: that with the most specific hostname. */
export const listenerIsolation: GatewayScenario = {
  build: chart => {
    const hostnames = [undefined, '*.example.com', '*.foo.example.com', 'abc.foo.example.com'];
    gatewayOf(chart, GATEWAY, ...hostnames.map((hostname, i) => GatewayListener.http(`listener-${i}`, { hostname })));
    hostnames.forEach((_, i) => expose(chart, `route-${i}`, {
      service: v1, gateway: attached(`listener-${i}`), rules: [{ matches: [under(`/route-${i}`)], backends: to(v1) }],
    }));
  },
  asks: ISOLATED.flatMap((host, i) => ISOLATED.map((_, k) => ask(`/route-${k}`, i === k ? v1 : NO_ROUTE, { host }))),
};

export const omittedBackendRefs = ruled([
  { matches: [exactly('/omitted-no-forward')], directResponse: { statusCode: 500 } },
  { backends: to(v1) },
], [ask('/forward', v1), ask('/omitted-no-forward', 'HTTP 500')])(HTTP);

export const weight: GatewayScenario = {
  build: (chart: Chart) => {
    gatewayOf(chart, GATEWAY, HTTP);
    expose(chart, 'route', { service: v1, rules: [{ backends: [{ service: v1, weight: 70 }, { service: v2, weight: 30 }, { service: v3, weight: 0 }] }] });
  },
  asks: [ask('/', JSON.stringify({ 'shop/infra-backend-v1:8080': 0.7, 'shop/infra-backend-v2:8080': 0.3 }))],
};

export const referenceGrant = ruled([{ backends: to(web) }], [ask('/', web)])(HTTP);

const sent = (pathPrefix: string, redirect: object) => ({ matches: [under(pathPrefix)], redirect });
const EXAMPLE = 'example.org';

export const redirectHostAndStatus = ruled([
  sent('/hostname-redirect', { hostname: EXAMPLE }), sent('/host-and-status', { hostname: EXAMPLE, statusCode: 301 }),
], [ask('/hostname-redirect', '302 http://example.org/hostname-redirect'), ask('/host-and-status', '301 http://example.org/host-and-status')])(HTTP);

export const redirectPath = ruled([
  sent('/original-prefix', { pathPrefix: '/replacement-prefix' }),
  sent('/full', { path: '/full-path-replacement' }),
  sent('/path-and-host', { hostname: EXAMPLE, pathPrefix: '/replacement-prefix' }),
  sent('/path-and-status', { pathPrefix: '/replacement-prefix', statusCode: 301 }),
  sent('/full-path-and-host', { hostname: EXAMPLE, path: '/replacement-full' }),
  sent('/full-path-and-status', { path: '/replacement-full', statusCode: 301 }),
], [
  ask('/original-prefix/lemon', '302 http://example.com/replacement-prefix/lemon'),
  ask('/full/path/original', '302 http://example.com/full-path-replacement'),
  ask('/path-and-host', '302 http://example.org/replacement-prefix'),
  ask('/path-and-status', '301 http://example.com/replacement-prefix'),
  ask('/full-path-and-host', '302 http://example.org/replacement-full'),
  ask('/full-path-and-status', '301 http://example.com/replacement-full'),
])(HTTP);

export const redirectPort = ruled([
  sent('/port', { port: 8083 }), sent('/port-and-host', { hostname: EXAMPLE, port: 8083 }), sent('/port-and-status', { port: 8083, statusCode: 301 }),
  sent('/port-and-host-and-status', { port: 8083, hostname: EXAMPLE, statusCode: 302 }),
], [
  ask('/port', '302 http://example.com:8083/port'), ask('/port-and-host', '302 http://example.org:8083/port-and-host'),
  ask('/port-and-status', '301 http://example.com:8083/port-and-status'), ask('/port-and-host-and-status', '302 http://example.org:8083/port-and-host-and-status'),
])(HTTP);

/** The port of a redirect that names none is that of its scheme, or that of the listener if it names no scheme either. */
export const redirectPortAndScheme: GatewayScenario = {
  build: chart => {
    const routed = (gateway: string, listener: GatewayListener, paths: Readonly<Record<string, object>>) => {
      gatewayOf(chart, gateway, listener);
      expose(chart, `at-${gateway}`, {
        service: v1,
        gateway: attached(undefined, gateway),
        rules: Object.entries(paths).map(([path, redirect]) => sent(path, { hostname: EXAMPLE, ...redirect })),
      });
    };
    routed(GATEWAY, HTTP, {
      '/nil': {},
      '/80': { port: 80 },
      '/8080': { port: 8080 },
      '/https': { scheme: 'https' },
      '/https-443': { scheme: 'https', port: 443 },
      '/https-8443': { scheme: 'https', port: 8443 },
    });
    routed('on-8080', GatewayListener.http('http', { port: 8080 }), {
      '/nil': {},
      '/80': { port: 80 },
      '/https': { scheme: 'https' },
    });
  },
  asks: [
    ask('/nil', '302 http://example.org/nil'),
    ask('/80', '302 http://example.org/80'),
    ask('/8080', '302 http://example.org:8080/8080'),
    ask('/https', '302 https://example.org/https'),
    ask('/https-443', '302 https://example.org/https-443'),
    ask('/https-8443', '302 https://example.org:8443/https-8443'),
    ask('/nil', '302 http://example.org:8080/nil', { gateway: 'on-8080', port: 8080 }),
    ask('/80', '302 http://example.org/80', { gateway: 'on-8080', port: 8080 }),
    ask('/https', '302 https://example.org/https', { gateway: 'on-8080', port: 8080 }),
  ],
};

export const redirectScheme = ruled([
  sent('/scheme', { scheme: 'https' }), sent('/scheme-and-host', { hostname: EXAMPLE, scheme: 'https' }), sent('/scheme-and-status', { scheme: 'https', statusCode: 301 }),
  sent('/scheme-and-host-and-status', { scheme: 'https', statusCode: 302, hostname: EXAMPLE }),
], [
  ask('/scheme', '302 https://example.com/scheme'), ask('/scheme-and-host', '302 https://example.org/scheme-and-host'),
  ask('/scheme-and-status', '301 https://example.com/scheme-and-status'), ask('/scheme-and-host-and-status', '302 https://example.org/scheme-and-host-and-status'),
])(HTTP);

/** In the experimental channel. */
export const redirectStatus = (statusCode: number): GatewayScenario => ({
  ...ruled([sent('/sent', { hostname: EXAMPLE, statusCode })], [ask('/sent', `${statusCode} http://example.org/sent`)])(HTTP), isExperimental: true,
});

export const rewritePath = ruled([
  { matches: [under('/prefix/one')], rewrite: { pathPrefix: '/one' }, backends: to(v1) },
  { matches: [under('/strip-prefix')], rewrite: { pathPrefix: '/' }, backends: to(v1) },
  { matches: [under('/full/one')], rewrite: { path: '/one' }, backends: to(v1) },
], [
  ask('/prefix/one/two', only(v1, '/one/two')), ask('/strip-prefix/three', only(v1, '/three')), ask('/strip-prefix', only(v1, '/')), ask('/full/one/two', only(v1, '/one')),
])(HTTP);
