import { LISTENERS_BY_HOST } from './http';
import type { GatewayScenario } from './scenario';
import {
  ask,
  attached,
  chartIn,
  expose,
  GATEWAY,
  gatewayOf,
  grpc1,
  grpc2,
  grpc3,
  NO_ROUTE,
  ruled,
  tcp1,
  tcp2,
  tcp3,
  tcpWeb,
  tls1,
  tls2,
  to,
  udp,
  udp2,
  udp3,
  udpWeb,
  v1,
  v2,
  v3,
} from './scenario';
import {
  ExposureTls, GatewayListener, GatewayNamespaces, GrpcMatch, HttpMatch, SharedGateway, SharedListenerSet, StringMatch,
} from '../../../../../src';

const HTTP = GatewayListener.http('http');
const ECHO = 'gateway_api_conformance.echo_basic.grpcecho.GrpcEcho';
const call = (method: string, expect: Parameters<typeof ask>[1], more: Parameters<typeof ask>[2] = {}) =>
  ask(`/${ECHO}/${method}`, expect, { protocol: 'GRPC', method: 'POST', ...more });

export const grpcExactMethodMatching = ruled([
  { matches: [GrpcMatch.of({ service: ECHO, method: 'Echo' })], backends: to(grpc1) },
  { matches: [GrpcMatch.of({ service: ECHO, method: 'EchoTwo' })], backends: to(grpc2) },
], [call('Echo', grpc1), call('EchoTwo', grpc2), call('EchoThree', NO_ROUTE)], {}, grpc1)(HTTP);

export const grpcHeaderMatching = ruled(['one', 'two'].map((version, i) => ({
  matches: [GrpcMatch.of({ headers: { version: StringMatch.exact(version) } })], backends: to([grpc1, grpc2][i]),
})), [
  call('Echo', grpc1, { headers: { version: 'one' } }), call('Echo', grpc2, { headers: { version: 'two' } }), call('Echo', NO_ROUTE, { headers: { color: 'orange' } }),
], {}, grpc1)(HTTP);

export const grpcWeight: GatewayScenario = {
  build: chart => {
    gatewayOf(chart, GATEWAY, HTTP);
    const backends = [{ service: grpc1, weight: 70 }, { service: grpc2, weight: 30 }, { service: grpc3, weight: 0 }];
    expose(chart, 'route', { service: grpc1, rules: [{ backends }] });
  },
  asks: [call('Echo', JSON.stringify({ 'shop/grpc-infra-backend-v1:8080': 0.7, 'shop/grpc-infra-backend-v2:8080': 0.3 }))],
};

export const grpcNamedRule = ruled([
  { name: 'named-rule', matches: [GrpcMatch.of({ service: ECHO, method: 'Echo' })], backends: to(grpc1) },
  { matches: [GrpcMatch.of({ service: ECHO, method: 'EchoTwo' })], backends: to(grpc2) },
], [call('Echo', grpc1), call('EchoTwo', grpc2)], {}, grpc1)(HTTP);

export const grpcListenerHostnameMatching: GatewayScenario = {
  build: chart => {
    gatewayOf(chart, GATEWAY, ...LISTENERS_BY_HOST);
    expose(chart, 'v1', { service: grpc1, gateway: attached('listener-1') });
    expose(chart, 'v2', { service: grpc2, gateway: attached('listener-2') });
    expose(chart, 'v3', { service: grpc3, gateways: [attached('listener-3'), attached('listener-4')] });
  },
  asks: [
    call('Echo', grpc1, { host: 'bar.com' }), call('Echo', grpc2, { host: 'foo.bar.com' }),
    ...['baz.bar.com', 'multiple.prefixes.bar.com', 'multiple.prefixes.foo.com'].map(host => call('Echo', grpc3, { host })),
    ...['foo.com', 'no.matching.host'].map(host => call('Echo', NO_ROUTE, { host })),
  ],
};

const SECRET = ExposureTls.secret('gateway-tls');
const over = (host: string, expect: Parameters<typeof ask>[1]) => ask('/', expect, { host, port: 443, speaks: 'HTTPS' });

export const httpsListener: GatewayScenario = {
  build: chart => {
    gatewayOf(chart, GATEWAY,
      GatewayListener.https('https', { tls: SECRET }), GatewayListener.https('https-with-hostname', { tls: SECRET, hostname: 'second-example.org' }));
    expose(chart, 'test', { service: v1, hostnames: ['example.org'] });
    expose(chart, 'no-hostname', { service: v2, gateway: attached('https-with-hostname') });
  },
  asks: [over('example.org', v1), over('unknown-example.org', NO_ROUTE), over('second-example.org', v2)],
};

const named = (host: string, expect: Parameters<typeof ask>[1], port = 443) => ask('/', expect, { host, port, speaks: 'TLS', protocol: 'TLS' });

/** One gateway for each hostname of a listener, with the routes for these names. */
const intersecting = (hostname: string | undefined, routes: readonly (readonly [string, typeof tls1])[], asks: GatewayScenario['asks']): GatewayScenario => ({
  build: chart => {
    gatewayOf(chart, GATEWAY, GatewayListener.tls('tls', { tls: ExposureTls.passthrough(), hostname }));
    routes.forEach(([name, service], i) => expose(chart, `route-${i}`, { service, hostnames: [name], tls: ExposureTls.passthrough() }));
  },
  asks,
});

export const tlsHostnameOfListener = intersecting('abc.example.com', [['*.example.com', tls1]], [named('abc.example.com', tls1), named('non.matching.com', NO_ROUTE)]);
export const tlsHostnameBelowWildcard = intersecting('*.example.com', [['abc.example.com', tls1], ['*.com', tls2]], [
  named('abc.example.com', tls1), named('other.example.com', tls2), named('non.matching.com', NO_ROUTE),
]);
export const tlsHostnameBelowDomain = intersecting('*.com', [['abc.example.com', tls1], ['*.example.com', tls2]], [
  named('abc.example.com', tls1), named('other.example.com', tls2), named('non.matching.com', NO_ROUTE),
]);
export const tlsHostnameOfEvery = intersecting(undefined, [['abc.example.com', tls1], ['*.example.com', tls2]], [
  named('abc.example.com', tls1), named('other.example.com', tls2), named('non.matching.com', NO_ROUTE),
]);

export const tlsSimple = intersecting('*.example.com', [['abc.example.com', tls1]], [named('abc.example.com', tls1)]);

export const tlsTerminateSimple: GatewayScenario = {
  build: chart => {
    gatewayOf(chart, GATEWAY, GatewayListener.tls('terminate', { port: 8443, tls: SECRET, hostname: 'tls.example.com' }));
    expose(chart, 'ended', { service: tcp1, hostnames: ['tls.example.com'] });
  },
  asks: [named('tls.example.com', tcp1, 8443)],
};

export const tlsMixedTermination: GatewayScenario = {
  build: chart => {
    gatewayOf(chart, GATEWAY,
      GatewayListener.tls('terminate', { port: 8883, tls: SECRET, hostname: 'tls.example.com' }),
      GatewayListener.tls('passthrough', { port: 8883, tls: ExposureTls.passthrough(), hostname: 'abc.example.com' }));
    expose(chart, 'passed', { service: tls1, hostnames: ['abc.example.com'], tls: ExposureTls.passthrough() });
    expose(chart, 'ended', { service: tcp1, hostnames: ['tls.example.com'] });
  },
  asks: [named('tls.example.com', tcp1, 8883), named('abc.example.com', tls1, 8883)],
};

const bytes = (port: number, expect: Parameters<typeof ask>[1]) => ask('/', expect, { port, speaks: 'TCP', protocol: 'TCP' });

export const tcpAttachAll: GatewayScenario = {
  build: chart => {
    gatewayOf(chart, GATEWAY, ...[9310, 9311, 9312, 9313].map(port => GatewayListener.tcp(`on-${port}`, port)));
    expose(chart, 'route', { service: tcp1 });
  },
  asks: [9310, 9311, 9312, 9313].map(port => bytes(port, tcp1)),
};

export const tcpWeightedRouting: GatewayScenario = {
  build: chart => {
    gatewayOf(chart, GATEWAY, GatewayListener.tcp('tcp', 9300));
    expose(chart, 'route', { service: tcp1, rules: [{ backends: [{ service: tcp1, weight: 70 }, { service: tcp2, weight: 30 }, { service: tcp3, weight: 0 }] }] });
  },
  asks: [bytes(9300, JSON.stringify({ 'shop/tcp-backend-v1:3000': 0.7, 'shop/tcp-backend-v2:3000': 0.3 }))],
};

/** By the port of a listener, and by its name with the port: nothing tells the library that the port of another listener is another one. */
const byPortAndName = (
  services: readonly (typeof tcp1)[], ports: readonly number[], listenerOf: (name: string, port: number) => GatewayListener, asked: typeof bytes,
): GatewayScenario => ({
  build: chart => {
    gatewayOf(chart, GATEWAY, ...ports.map((port, i) => listenerOf(`listener-${i}`, port)));
    const places = [undefined, 'listener-1', 'listener-2'].map((name, i) => attached(name, GATEWAY, ports[i]));
    services.forEach((service, i) => expose(chart, `route-${i}`, { service, gateway: places[i] }));
  },
  asks: ports.map((port, i) => asked(port, services[i])),
});

export const tcpPortAndSectionName = byPortAndName([tcp1, tcp2, tcp3], [9300, 9301, 9302], (name, port) => GatewayListener.tcp(name, port), bytes);

export const tcpReferenceGrant: GatewayScenario = {
  build: chart => {
    gatewayOf(chart, GATEWAY, GatewayListener.tcp('tcp', 9320));
    expose(chart, 'route', { service: tcp1, rules: [{ backends: to(tcpWeb) }] });
  },
  asks: [bytes(9320, tcpWeb)],
};

const datagram = (port: number, expect: Parameters<typeof ask>[1]) => ask('/', expect, { port, speaks: 'UDP', protocol: 'UDP' });

export const udpSimple: GatewayScenario = {
  build: chart => {
    gatewayOf(chart, GATEWAY, GatewayListener.udp('echo', 5300));
    expose(chart, 'route', { service: udp, gateway: attached('echo') });
  },
  asks: [datagram(5300, udp)],
};

export const udpAttachAll: GatewayScenario = {
  build: chart => {
    gatewayOf(chart, GATEWAY, ...[5300, 5301].map(port => GatewayListener.udp(`on-${port}`, port)));
    expose(chart, 'route', { service: udp });
  },
  asks: [5300, 5301].map(port => datagram(port, udp)),
};

export const udpPortAndSectionName = byPortAndName([udp, udp2, udp3], [5300, 5301, 5302], (name, port) => GatewayListener.udp(name, port), datagram);

export const udpWeightedRouting: GatewayScenario = {
  build: chart => {
    gatewayOf(chart, GATEWAY, GatewayListener.udp('udp', 5300));
    const backends = [{ service: udp, weight: 70 }, { service: udp2, weight: 30 }, { service: udp3, weight: 0 }];
    expose(chart, 'route', { service: udp, rules: [{ backends }] });
  },
  asks: [datagram(5300, JSON.stringify({ 'shop/udp-backend-2:53': 0.3, 'shop/udp-backend:53': 0.7 }))],
};

export const udpReferenceGrant: GatewayScenario = {
  build: chart => {
    gatewayOf(chart, GATEWAY, GatewayListener.udp('udp', 5300));
    expose(chart, 'route', { service: udp, rules: [{ backends: to(udpWeb) }] });
  },
  asks: [datagram(5300, udpWeb)],
};

export const listenerSetHttpRouting: GatewayScenario = {
  build: chart => {
    const all = GatewayNamespaces.all();
    const listenersOf = (name: string) => [1, 2].map(i => GatewayListener.http(`listener-${i}`, { hostname: `${name}-${i}.com`, namespaces: all }));
    const gateway = new SharedGateway(chart, GATEWAY, { className: 'any', listeners: listenersOf('gateway'), allowedListeners: all, metadata: { name: GATEWAY } });
    const sets = [1, 2].map(n => new SharedListenerSet(chartIn(chart, `team-${n}`), 'set', {
      gateway: gateway.gateway, listeners: listenersOf(`set-${n}`), metadata: { name: `set-${n}` },
    }));
    const below = (pathPrefix: string, service: typeof v1, ...gateways: ReturnType<typeof attached>[]) =>
      expose(chart, pathPrefix.slice(1), { service, gateways, rules: [{ matches: [HttpMatch.of({ pathPrefix })], backends: to(service) }] });
    below('/route', v1, attached(), ...sets.map(set => set.gateway));
    below('/gateway-route', v2, attached());
    below('/gateway-section-route', v3, attached('listener-1'));
    below('/set-1-route', v2, sets[0].gateway);
    below('/set-1-section-route', v3, sets[0].listener('listener-1'));
  },
  asks: [
    ...['gateway-1', 'gateway-2', 'set-1-1', 'set-1-2', 'set-2-1', 'set-2-2'].map(name => ask('/route', v1, { host: `${name}.com` })),
    ...['gateway-1', 'gateway-2'].map(name => ask('/gateway-route', v2, { host: `${name}.com` })),
    ...['set-1-1', 'set-2-2'].map(name => ask('/gateway-route', NO_ROUTE, { host: `${name}.com` })),
    ask('/gateway-section-route', v3, { host: 'gateway-1.com' }), ask('/gateway-section-route', NO_ROUTE, { host: 'gateway-2.com' }),
    ...['set-1-1', 'set-1-2'].map(name => ask('/set-1-route', v2, { host: `${name}.com` })), ask('/set-1-route', NO_ROUTE, { host: 'set-2-1.com' }),
    ask('/set-1-section-route', v3, { host: 'set-1-1.com' }), ask('/set-1-section-route', NO_ROUTE, { host: 'set-1-2.com' }),
  ],
};
