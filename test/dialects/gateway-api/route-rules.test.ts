import { modelOf, rendered } from './models';
import { GatewayApiChannel } from '../../../src/dialects/gateway-api/extension/channel';
import { gatewayApiRoutes, NO_EXTENSION } from '../../../src/dialects/gateway-api/routes';
import type { RouteRule } from '../../../src/model/route';

const dialect = gatewayApiRoutes(GatewayApiChannel.STANDARD, NO_EXTENSION);
const any = { methods: [], headers: [], query: [] };
const to = (name: string) => [{ name, port: 80, weight: 1 }];

test('a narrower match of a rule that replaces a prefix says what stands in place of all of it', () => {
  const api: RouteRule = {
    matches: [{ ...any, path: { type: 'prefix', value: '/api' }, headers: [{ name: 'x', type: 'exact', value: '1' }] }],
    backends: to('v2'),
    handling: { rewrite: { path: { type: 'prefix', value: '/v2' } } },
  };
  const [{ spec }] = rendered(modelOf([
    api,
    {
      matches: [{ ...any, path: { type: 'prefix', value: '/api/cart' } }, { ...any, path: { type: 'exact', value: '/api/ping' } }],
      backends: to('v1'),
      handling: {},
    },
  ]));

  expect(spec.rules.slice(0, 3).map((rule: any) => [rule.matches[0].path, rule.filters[0].urlRewrite.path])).toEqual([
    [{ type: 'PathPrefix', value: '/api' }, { type: 'ReplacePrefixMatch', replacePrefixMatch: '/v2' }],
    [{ type: 'PathPrefix', value: '/api/cart' }, { type: 'ReplacePrefixMatch', replacePrefixMatch: '/v2/cart' }],
    [{ type: 'Exact', value: '/api/ping' }, { type: 'ReplaceFullPath', replaceFullPath: '/v2/ping' }],
  ]);
});

test('refuses a prefix that is replaced where a later rule has an expression for paths below it', () => {
  const refusals = dialect.render(modelOf([
    {
      matches: [{ ...any, path: { type: 'prefix', value: '/api' }, headers: [{ name: 'x', type: 'exact', value: '1' }] }],
      backends: to('v2'),
      handling: { rewrite: { path: { type: 'prefix', value: '/v2' } } },
    },
    { matches: [{ ...any, path: { type: 'template', value: '/api/{*}' } }], backends: to('v1'), handling: {} },
  ])).refusals;

  expect(refusals)
    .toMatchObject([{ feature: 'OrderedRules', ruleIndex: 0, reason: expect.stringContaining('the first of them replaces a prefix of the path') }]);
});

test('rules that differ only in what happens to requests stay apart', () => {
  const match = (name: string) => [{ ...any, headers: [{ name, type: 'exact' as const, value: '1' }] }];
  const [{ spec }] = rendered(modelOf([
    { matches: match('x'), backends: to('v1'), handling: { timeouts: { request: 1000 } } },
    { matches: match('y'), backends: to('v1'), handling: { timeouts: { request: 2000 } } },
  ]));

  expect(spec.rules.map((rule: any) => rule.timeouts.request)).toEqual(['1s', '2s']);
});
