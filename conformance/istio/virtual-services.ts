import { address, type Case, type Probe, service } from './case';
import { GatewayApiChannel } from '../../src/dialects/gateway-api/extension/channel';
import { gatewayApiRoutes } from '../../src/dialects/gateway-api/routes';
import { istioRoutes } from '../../src/dialects/istio/routes';
import { sidecarRoutes } from '../../src/dialects/istio/sidecar-routes';
import type { ClientPods } from '../../src/model/client-pods';
import type { Handling } from '../../src/model/handling';
import type { RequestMatch } from '../../src/model/match';
import { ANY_REQUEST } from '../../src/model/match';
import type { PathCondition } from '../../src/model/path';
import type { PortRoute, RouteModel, RouteRule } from '../../src/model/route';
import { stored } from '../harness/case';

const dialect = sidecarRoutes(gatewayApiRoutes(GatewayApiChannel.STANDARD, istioRoutes));

const BEYOND: Handling = { retries: { attempts: 2, statusCodes: [503], grpcStatuses: [], connectionFailures: false } };
const to = (name: string, handling: Handling, match?: Partial<RequestMatch>): RouteRule => ({
  matches: match === undefined ? [] : [{ ...ANY_REQUEST, ...match }], backends: [{ name, namespace: 'shop', port: 80, weight: 1 }], handling,
});
const producer = (...rules: RouteRule[]): RouteModel => routeOf('shop', rules);
const consumer = (...rules: RouteRule[]): RouteModel => routeOf('web', rules);
const routeOf = (namespace: string, rules: RouteRule[]): RouteModel => ({
  name: 'cart',
  namespace,
  service: { name: 'cart', namespace: 'shop' },
  traffic: {},
  ports: PORTS.map(port => ({
    ...port,
    rules: port.port === 8080 ? rules : [],
  })),
});

const PORTS: readonly Omit<PortRoute, 'rules'>[] = [{ port: 8080, protocol: 'HTTP' }, { port: 8081, protocol: 'HTTP' }];
const ASKED: Omit<Probe, 'answers' | 'address'> = {
  namespace: 'shop', port: 8080, protocol: 'HTTP', host: 'cart.shop.svc.cluster.local', method: 'GET', target: '/a', headers: [],
};
const FROM_WEB = { ...ASKED, namespace: 'web' };
const backend = (name: string, port = 80) => JSON.stringify({ [`shop/${name}:${port}`]: 1 });

const CANARY = { track: 'canary' };
const from = (namespace: string, labels: Readonly<Record<string, string>>) => ({ ...ASKED, namespace, labels });
/** A rule for some clients. */
const of = ([name, ...clients]: readonly [name: string, ...clients: ClientPods[]]): RouteRule => ({ ...to(name, {}), clients });

type Answers = readonly (readonly [probe: typeof ASKED, answer: string])[];

/** What a VirtualService leaves to others, and which of two routes clients have. */
const DOCUMENTED: readonly (readonly [says: string, models: readonly RouteModel[], answers: Answers])[] = [
  ['a port without rules keeps its traffic', [producer(to('v1', BEYOND))],
    [[ASKED, backend('v1')], [FROM_WEB, backend('v1')], [{ ...ASKED, port: 8081 }, backend('cart', 8081)]]],
  ['requests without a rule fail', [producer(to('v1', BEYOND, { path: { type: 'prefix', value: '/b' } }))],
    [[ASKED, 'no route'], [{ ...ASKED, target: '/b/c' }, backend('v1')], [{ ...ASKED, target: '/bc' }, 'no route']]],
  ['the clients of one namespace', [consumer(to('v1', BEYOND))], [[ASKED, backend('cart', 8080)], [FROM_WEB, backend('v1')]]],
  ...([[{}, BEYOND], [BEYOND, {}], [BEYOND, BEYOND]] as const).map(([ofAll, ofOne], i) => [
    `a route for the clients of one namespace goes before that of the Service (${i})`, [producer(to('v1', ofAll)), consumer(to('v2', ofOne))],
    [[ASKED, backend('v1')], [FROM_WEB, backend('v2')]],
  ] as const),
  ['some clients by their labels', [producer(of(['v1', { labels: CANARY }]), to('v2', {}))],
    [[from('shop', CANARY), backend('v1')], [from('web', { ...CANARY, app: 'web' }), backend('v1')], [from('shop', { track: 'stable' }), backend('v2')], [ASKED, backend('v2')]]],
  ['some clients by their namespace and labels', [producer(of(['v1', { namespace: 'web', labels: CANARY }]), to('v2', {}))],
    [[from('web', CANARY), backend('v1')], [from('shop', CANARY), backend('v2')], [from('web', { app: 'web' }), backend('v2')]]],
  ['any of several kinds of clients', [producer(of(['v1', { namespace: 'web' }, { labels: CANARY }]), to('v2', {}))],
    [[FROM_WEB, backend('v1')], [from('shop', CANARY), backend('v1')], [ASKED, backend('v2')]]],
  ['a rule for some clients before one for all requests to a path', [producer(of(['v1', { labels: CANARY }]), to('v2', {}, { path: { type: 'prefix', value: '/a' } }))],
    [[from('shop', CANARY), backend('v1')], [ASKED, backend('v2')], [{ ...ASKED, target: '/b' }, 'no route'], [{ ...from('shop', CANARY), target: '/b' }, backend('v1')]]],
  ['a header and a parameter, whatever they say', [producer(
    to('v1', BEYOND, { headers: [{ name: 'x', type: 'present', value: '' }], query: [{ name: 'y', type: 'present', value: '' }] }), to('v2', {}),
  )], [
    [ASKED, backend('v2')],
    [{ ...ASKED, headers: [['x', '1']] }, backend('v2')],
    [{ ...ASKED, target: '/a?y=1' }, backend('v2')],
    [{ ...ASKED, headers: [['x', '']], target: '/a?y=' }, backend('v1')],
  ]],
];

const onPrefixes = (value: string, more: Handling, ...prefixes: string[]): RouteRule => ({
  ...to('v1', { rewrite: { path: { type: 'prefix', value } }, ...more }),
  matches: prefixes.map(prefix => ({ ...ANY_REQUEST, path: { type: 'prefix', value: prefix } })),
});
const whole = (path: PathCondition, more: Handling): RouteRule => to('v1', { rewrite: { path: { type: 'full', value: '/new' } }, ...more }, { path });
const asked = (target: string, path?: string): Answers[0] => [{ ...ASKED, target }, path === undefined ? backend('v2') : `${backend('v1')} ${path}`];

/** What the backend is asked for, the same in a VirtualService and in an HTTPRoute. */
const REWRITES: readonly (readonly [says: string, rule: (more: Handling) => RouteRule, answers: Answers])[] = [
  ['a path in place of a prefix', more => onPrefixes('/v2', more, '/api'),
    [asked('/api', '/v2'), asked('/api/', '/v2/'), asked('/api/a?b=/c', '/v2/a'), asked('/apis'), asked('/api/api', '/v2/api')]],
  ['nothing in place of a prefix', more => onPrefixes('/', more, '/a.b'),
    [asked('/a.b', '/'), asked('/a.b/', '/'), asked('/a.b/c', '/c'), asked('/a.b/a.b/', '/a.b/'), asked('/axb')]],
  ['the longest prefix', more => onPrefixes('/v2/', more, '/api', '/api/v1'),
    [asked('/api/v1', '/v2'), asked('/api/v1/a', '/v2/a'), asked('/api/v1s', '/v2/v1s'), asked('/api/a', '/v2/a')]],
  ['the whole of an exact path', more => whole({ type: 'exact', value: '/old' }, more), [asked('/old?a=b', '/new'), asked('/old/')]],
  ['the whole of a path below a prefix', more => whole({ type: 'prefix', value: '/old' }, more), [asked('/old/a/b', '/new'), asked('/older')]],
  ['the whole of a path by an expression', more => whole({ type: 'regex', value: '/o.*' }, more), [asked('/o/a', '/new'), asked('/a/o')]],
];

export function virtualServiceCases(): Case[] {
  const rewrites = REWRITES.flatMap(([says, rule, answers]) => [BEYOND, {}]
    .map((more): typeof DOCUMENTED[0] => [says, [producer(rule(more), to('v2', {}))], answers]));
  return [...DOCUMENTED, ...rewrites].map(([says, models, answers], i) => ({
    name: `route ${i}: ${says}`,
    manifests: [
      service('cart', address(0, i), PORTS),
      ...['v1', 'v2'].map((name, n) => service(name, address(1 + n, i), [{ port: 80, protocol: 'HTTP' }])),
      ...models.flatMap(model => dialect.render(model).manifests).map(stored),
    ],
    probes: answers.map(([probe, answer]) => ({ ...probe, address: address(0, i), answers: { documentation: answer } })),
  }));
}
