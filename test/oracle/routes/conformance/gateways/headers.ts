import type { GatewayAsk, GatewayScenario, Passing } from './scenario';
import { ask, GATEWAY, gatewayOf, expose, grpc1, grpc2, ruled, to, v1, v2 } from './scenario';
import type { HeaderChanges, MeshService } from '../../../../../src';
import { GatewayListener, GrpcMatch, HttpMatch, RuleOrder } from '../../../../../src';
import { ARE_MODIFIED, HEADER_EXCHANGES, HEADERS, MODIFIED, TO_MODIFY } from '../changes';

const HTTP = GatewayListener.http('http');
const under = (pathPrefix: string) => [HttpMatch.of({ pathPrefix })];
const byPath = (ruleOf: (changes: HeaderChanges) => object) =>
  Object.entries(HEADERS).map(([path, changes]) => ({ matches: under(path), ...ruleOf(changes) }));
const passing = (target: string, service: MeshService, passes: Passing, more: Parameters<typeof ask>[2] = {}): GatewayAsk =>
  ask(target, service, { ...more, passes });
const lowerCase = (headers: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const REQUESTS = HEADER_EXCHANGES.map(({ ask: { path = '/', headers }, expect: { headers: arriving, without } }) =>
  passing(path, v1, { arrives: arriving, without }, { headers: lowerCase(headers) }));

export const requestHeaders = ruled(byPath(changes => ({ backends: to(v1), requestHeaders: changes })), REQUESTS)(HTTP);

export const backendRequestHeaders = ruled(byPath(changes => ({ backends: [{ service: v1, requestHeaders: changes }] })), REQUESTS)(HTTP);

export const requestHeadersOfBackends: GatewayScenario = {
  build: chart => {
    gatewayOf(chart, GATEWAY, HTTP);
    const backends = [v1, v2].map(service => ({ service, weight: 10, requestHeaders: { set: { Backend: service.name } } }));
    expose(chart, 'route', { service: v1, rules: [{ backends }] });
  },
  asks: [ask('/', JSON.stringify({ 'shop/infra-backend-v1:8080': 0.5, 'shop/infra-backend-v2:8080': 0.5 }), {
    passes: { arrivesAt: { 'infra-backend-v1': { backend: 'infra-backend-v1' }, 'infra-backend-v2': { backend: 'infra-backend-v2' } } },
  })],
};

/** Pods answer with the headers with which they are asked elsewhere, and clients get what pods do there. */
const RESPONSES = HEADER_EXCHANGES.map(({ ask: { path = '/', headers }, expect: { headers: arriving, without } }) =>
  passing(path, v1, { answered: lowerCase(headers), returns: arriving, returnsNot: without }));

const BOTH: HeaderChanges = {
  set: { 'X-Header-Set-1': 'header-set-1', 'X-Header-Set-2': 'header-set-2' },
  add: { 'X-Header-Add-1': 'header-add-1', 'X-Header-Add-2': 'header-add-2' },
  remove: ['X-Header-Remove-1', 'X-Header-Remove-2'],
};

export const responseHeaders = ruled([
  ...byPath(changes => ({ backends: to(v1), responseHeaders: changes })),
  { matches: under('/response-and-request-header-modifiers'), backends: to(v1), responseHeaders: BOTH, requestHeaders: MODIFIED },
], [
  ...RESPONSES,
  passing('/response-and-request-header-modifiers', v1, {
    arrives: ARE_MODIFIED.headers,
    without: ARE_MODIFIED.without,
    answered: { 'x-header-set-2': 'set-val-2', 'x-header-add-2': 'add-val-2', 'x-header-remove-1': 'remove-val-1', 'x-header-echo': 'echo' },
    returns: {
      'x-header-set-1': 'header-set-1',
      'x-header-set-2': 'header-set-2',
      'x-header-add-1': 'header-add-1',
      'x-header-add-2': 'add-val-2,header-add-2',
      'x-header-echo': 'echo',
    },
    returnsNot: ['x-header-remove-1'],
  }, { headers: lowerCase(TO_MODIFY) }),
])(HTTP);

const HOST = 'rewrite.example';

export const rewriteHost = ruled([
  { matches: under('/one'), rewrite: { hostname: 'one.example.org' }, backends: to(v1) },
  { rewrite: { hostname: 'example.org' }, backends: to(v2) },
  { matches: under('/rewrite-host-and-modify-headers'), rewrite: { hostname: 'test.example.org' }, requestHeaders: MODIFIED, backends: to(v2) },
], [
  passing('/one', v1, { host: 'one.example.org' }, { host: HOST }),
  passing('/two', v2, { host: 'example.org' }, { host: HOST }),
  passing('/rewrite-host-and-modify-headers', v2, {
    host: 'test.example.org', arrives: ARE_MODIFIED.headers, without: ARE_MODIFIED.without,
  }, { host: HOST, headers: lowerCase(TO_MODIFY) }),
], { hostnames: [HOST], order: RuleOrder.MOST_SPECIFIC })(HTTP);

const ECHO = 'gateway_api_conformance.echo_basic.grpcecho.GrpcEcho';
const calling = (method: string) => [GrpcMatch.of({ service: ECHO, method })];
const call = (method: string, service: MeshService, headers: Record<string, string>, arrives: Record<string, string>, without: string[] = []) =>
  passing(`/${ECHO}/${method}`, service, { arrives, without }, { protocol: 'GRPC', method: 'POST', headers });
const OTHER = { 'some-other-header': 'val' };

/** Of the rules that upstream has for one method, only the first is ever asked; here each change has a method. */
export const grpcRequestHeaders = ruled([
  { matches: calling('Set'), backends: to(grpc1), requestHeaders: { set: { 'X-Header-Set': 'set-overwrites-values' } } },
  { matches: calling('Add'), backends: to(grpc1), requestHeaders: { add: { 'X-Header-Add': 'add-appends-values' } } },
  { matches: calling('Remove'), backends: to(grpc1), requestHeaders: { remove: ['X-Header-Remove'] } },
  { matches: calling('EchoTwo'), backends: to(grpc2), requestHeaders: BOTH },
], [
  call('Set', grpc1, OTHER, { ...OTHER, 'x-header-set': 'set-overwrites-values' }),
  call('Set', grpc1, { 'x-header-set': 'overwritten' }, { 'x-header-set': 'set-overwrites-values' }),
  call('Add', grpc1, OTHER, { ...OTHER, 'x-header-add': 'add-appends-values' }),
  call('Add', grpc1, { 'x-header-add': 'appended' }, { 'x-header-add': 'appended,add-appends-values' }),
  call('Remove', grpc1, { 'x-header-remove': 'removed' }, {}, ['x-header-remove']),
  call('EchoTwo', grpc2, { ...OTHER, 'x-header-set-2': 'set-header-2', 'x-header-add-2': 'add-header-2', 'x-header-remove-2': 'removed' }, {
    ...OTHER,
    'x-header-set-1': 'header-set-1',
    'x-header-set-2': 'header-set-2',
    'x-header-add-1': 'header-add-1',
    'x-header-add-2': 'add-header-2,header-add-2',
  }, ['x-header-remove-2']),
], {}, grpc1)(HTTP);
