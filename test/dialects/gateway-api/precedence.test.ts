import { GatewayApiChannel } from '../../../src/dialects/gateway-api/extension/channel';
import { gatewayApiRoutes, NO_EXTENSION } from '../../../src/dialects/gateway-api/routes';
import type { RouteModel } from '../../../src/model/route';

const dialect = gatewayApiRoutes(GatewayApiChannel.STANDARD, NO_EXTENSION);

function modelOf(all: RouteModel['ports'][0]['rules']): RouteModel {
  return { name: 'cart', namespace: 'shop', service: { name: 'cart' }, traffic: {}, ports: [{ port: 80, protocol: 'HTTP', rules: all }] };
}

test('a header that comes first wins over a path that comes later', () => {
  const any = { methods: [], headers: [], query: [] };
  const model = modelOf([
    { matches: [{ ...any, headers: [{ name: 'x-canary', type: 'exact', value: '1' }] }], backends: [{ name: 'v2', port: 80, weight: 1 }], handling: {} },
    { matches: [{ ...any, path: { type: 'prefix', value: '/api' } }], backends: [{ name: 'api', port: 80, weight: 1 }], handling: {} },
    { matches: [], backends: [{ name: 'v1', port: 80, weight: 1 }], handling: {} },
  ]);

  expect((dialect.render(model).manifests[0].spec as any).rules[0].matches).toStrictEqual([
    { headers: [{ type: 'Exact', name: 'x-canary', value: '1' }] },
    { path: { type: 'PathPrefix', value: '/api' }, headers: [{ type: 'Exact', name: 'x-canary', value: '1' }] },
  ]);
});

test('a rule for every request is no prefix where a regular expression comes first', () => {
  const model = modelOf([
    {
      matches: [{ methods: [], path: { type: 'regex', value: '/v[0-9]+' }, headers: [], query: [] }],
      backends: [{ name: 'v2', port: 80, weight: 1 }],
      handling: {},
    },
    { matches: [], backends: [{ name: 'v1', port: 80, weight: 1 }], handling: {} },
  ]);

  expect((dialect.render(model).manifests[0].spec as any).rules[1].matches).toStrictEqual([]);
});

test('what an earlier rule takes alike is left out of a later one, but not all that it has', () => {
  const get = (value: string) => ({ methods: ['GET'], path: { type: 'exact' as const, value }, headers: [], query: [] });
  const to = (name: string, ...values: string[]) => ({ matches: values.map(get), backends: [{ name, port: 80, weight: 1 }], handling: {} });
  const { rules } = dialect.render(modelOf([to('v1', '/a', '/b'), to('v2', '/b', '/c', '/c'), to('v3', '/a', '/c')])).manifests[0].spec as any;

  expect(rules.map(({ matches }: any) => matches.map(({ path }: any) => path.value))).toStrictEqual([['/a', '/b'], ['/c'], ['/a', '/c']]);
});

test('expressions that are written alike are alike', () => {
  const any = { methods: [], headers: [], query: [] };
  const model = modelOf([
    { matches: [{ ...any, path: { type: 'start', value: '/a' } }], backends: [{ name: 'v1', port: 80, weight: 1 }], handling: {} },
    {
      matches: [{ ...any, path: { type: 'regex', value: '/a.*' } }, { ...any, path: { type: 'exact', value: '/b' } }],
      backends: [{ name: 'v1', port: 80, weight: 1 }],
      handling: {},
    },
  ]);

  expect((dialect.render(model).manifests[0].spec as any).rules.map(({ matches }: any) => matches.length)).toStrictEqual([1, 1]);
});
