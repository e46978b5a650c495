import { routeRefusals } from '../../../src/dialects/consul/route-refusals';
import { ConsulNamespaces } from '../../../src/dialects/gateway-api/extension/consul-namespaces';
import type { Stickiness } from '../../../src/model/handling';
import type { RouteModel } from '../../../src/model/route';
import { backend, exact, prefix, routeModel, rule } from '../route-models';

const refused = (model: RouteModel, namespaces: ConsulNamespaces = ConsulNamespaces.MIRRORED) => routeRefusals(model, namespaces)
  .map(({ feature, what, reason }) => [feature ?? what, reason]);
const sticky = (stickiness: Stickiness, ...names: string[]) => rule({ backends: names.map(name => backend(name)), handling: { stickiness } });

test('refuses shares that Consul cannot count', () => {
  const thirds = rule({ backends: ['a', 'b', 'c'].map(name => backend(name)) });

  expect(refused(routeModel([thirds]))).toEqual([['WeightedBackends', expect.stringContaining('hundredths of a percent')]]);
});

test('refuses to split connections, unless all go to one backend', () => {
  expect(refused(routeModel([rule({ backends: [backend('a', 90), backend('b', 10)] })], 'TCP'))).toEqual([[
    'WeightedBackends',
    expect.stringContaining('not connections'),
  ]]);
  expect(refused(routeModel([rule({ backends: [backend('a', 0), backend('b', 10)] })], 'TCP'))).toEqual([]);
});

test('refuses rules that leave requests over, which Consul would send to the Service', () => {
  expect(refused(routeModel([rule({ matches: [prefix('/api')] })]))).toEqual([['OrderedRules', expect.stringContaining('to the Service itself')]]);
});

test('refuses ports that speak different protocols', () => {
  const ports: RouteModel['ports'] = [{ port: 80, protocol: 'HTTP', rules: [rule()] }, { port: 81, protocol: 'GRPC', rules: [rule()] }];

  expect(refused(routeModel([], 'HTTP', { ports }))).toEqual([[expect.stringContaining("a route of 'cart'"), 'a service of Consul speaks one protocol']]);
});

test('refuses to replace the whole path where a match leaves some of it open', () => {
  const whole = { rewrite: { path: { type: 'full' as const, value: '/x' } } };

  expect(refused(routeModel([rule({ matches: [prefix('/api')], handling: whole }), rule()]))).toEqual([['HTTPRoutePathRewrite', expect.anything()]]);
  expect(refused(routeModel([rule({ handling: whole })]))).toEqual([['HTTPRoutePathRewrite', expect.anything()]]);
  expect(refused(routeModel([rule({ matches: [exact('/api')], handling: whole }), rule()]))).toEqual([]);
});

test('refuses a name for two services, where namespaces share one', () => {
  const model = routeModel([rule({ backends: [backend('cart', 1, { namespace: 'next' })] })]);

  expect(refused(model, ConsulNamespaces.SINGLE)).toEqual([["'cart' in several namespaces", expect.anything()]]);
  expect(refused(model)).toEqual([]);
});

test.each<[string, RouteModel, string]>([
  ['by a header', routeModel([sticky({ type: 'header' }, 'a')]), 'not a header'],
  ['since the last request', routeModel([sticky({ type: 'cookie', idleTimeout: 1000 }, 'a')]), 'counts from when it was set'],
  ['over several backends', routeModel([sticky({ type: 'cookie' }, 'a', 'b')]), 'anew for each request'],
  ['in one of two rules for a backend', routeModel([
    { ...sticky({ type: 'cookie' }, 'a'), matches: [prefix('/api')] },
    rule({ backends: [backend('a')] }),
  ]), 'whichever rule sends'],
])('refuses stickiness %s', (_, model, reason) => {
  expect(refused(model)).toEqual([['SessionPersistence', expect.stringContaining(reason)]]);
});

test('says nothing of a route of which nothing is left', () => {
  expect(refused(routeModel([]))).toEqual([]);
});
