import { ANY, backend, handled, modelOf, refusals, rendered } from './models';
import { GatewayApiChannel } from '../../../src/dialects/gateway-api/extension/channel';
import type { Handling } from '../../../src/model/handling';
import type { RouteRule } from '../../../src/model/route';

const many = <T>(count: number, item: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => item(i));
const header = (value: string) => ({ name: 'a', value });
const prefix = (value: string) => ({ ...ANY, path: { type: 'prefix' as const, value } });
const named = (matches: RouteRule['matches'], handling: Handling): RouteRule => ({ name: 'api', matches, backends: [backend('v1')], handling });
const replaced: Handling = { rewrite: { path: { type: 'prefix', value: '/x' } } };

test('a session counts from the first request, not from the last, and its header has a name', () => {
  expect(
    refusals(handled({ stickiness: { type: 'cookie', idleTimeout: 1000 } }), GatewayApiChannel.EXPERIMENTAL),
  ).toMatchObject([{ feature: 'SessionPersistence', remedy: 'Use `absoluteTimeout`' }]);
  expect(refusals(handled({ stickiness: { type: 'header' } }), GatewayApiChannel.EXPERIMENTAL)).toMatchObject([{
    feature: 'SessionPersistence',
    remedy: 'Give its `name`',
  }]);
});

test('a rule that is written as several has no name', () => {
  expect(refusals(modelOf([named([prefix('/a'), prefix('/b')], replaced)]))).toMatchObject([{ feature: 'HTTPRouteNamedRouteRule', ruleIndex: 0 }]);
  expect(rendered(modelOf([named([prefix('/a')], replaced)]))[0].spec.rules[0].name).toBe('api');
});

test.each<[string, Handling]>([
  ['17 filters in one rule', { mirrors: many(17, i => ({ name: `m${i}`, port: 80, fraction: { numerator: 100, denominator: 100 } })) }],
  ['17 changes of a kind to headers', { requestHeaders: { set: many(17, i => ({ name: `h${i}`, value: '1' })), add: [], remove: [] } }],
  ['65 names in one list for CORS', {
    cors: { allowOrigins: many(65, i => `https://h${i}`), allowMethods: [], allowHeaders: [], exposeHeaders: [], allowCredentials: false },
  }],
])('refuses %s', (what, handling) => {
  expect(refusals(handled(handling))).toMatchObject([{ what: `${what} on port 80` }]);
});

test('refuses expressions that are too long when written', () => {
  const path = { type: 'regex' as const, value: `/${'a'.repeat(1023)}` };
  expect(refusals(modelOf([named([{ ...ANY, path }], {})]))).toMatchObject([{ what: expect.stringContaining('characters in a path') }]);
});

test('the experimental channel refuses values of headers with spaces at the ends, or two in a row', () => {
  const spaced = handled({ requestHeaders: { set: [header('a  b')], add: [], remove: [] } });

  rendered(spaced);
  rendered(handled({ requestHeaders: { set: [header('a b')], add: [], remove: [] } }), GatewayApiChannel.EXPERIMENTAL);
  expect(refusals(spaced, GatewayApiChannel.EXPERIMENTAL)).toMatchObject([{ what: "the header value 'a  b' on port 80" }]);
});
