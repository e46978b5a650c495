import * as fc from 'fast-check';
import { gatewayApiRoutes } from '../../../src/dialects/gateway-api/routes';
import type { RouteModel } from '../../../src/model/route';
import { request, rules } from '../../oracle/arbitraries';
import { winner } from '../../oracle/http-route';
import { routedByModel } from '../../oracle/request';
import { expectValid } from '../../schema';

function modelOf(all: RouteModel['ports'][0]['rules']): RouteModel {
  return { name: 'cart', namespace: 'shop', service: { name: 'cart' }, ports: [{ port: 80, protocol: 'HTTP', rules: all }] };
}

test.each(['specification', 'linkerd'] as const)('the first rule that matches decides, by the precedence of %s', precedence => {
  let rendered = 0;
  fc.assert(fc.property(rules, fc.array(request([80]), { minLength: 20, maxLength: 40 }), (all, requests) => {
    const model = modelOf(all);
    if (gatewayApiRoutes.refusals(model).length > 0) {
      return;
    }
    rendered++;
    const [route] = gatewayApiRoutes.render(model);
    expectValid(route);
    for (const one of requests) {
      expect(winner([route], one, precedence)?.rule.backendRefs[0].name).toBe(routedByModel(all, one)?.[0].name);
    }
  }), { numRuns: 500 });
  expect(rendered).toBeGreaterThan(100);
});

test('a header that comes first wins over a path that comes later', () => {
  const any = { methods: [], headers: [], query: [] };
  const model = modelOf([
    { matches: [{ ...any, headers: [{ name: 'x-canary', type: 'exact', value: '1' }] }], backends: [{ name: 'v2', port: 80, weight: 1 }] },
    { matches: [{ ...any, path: { type: 'prefix', value: '/api' } }], backends: [{ name: 'api', port: 80, weight: 1 }] },
    { matches: [], backends: [{ name: 'v1', port: 80, weight: 1 }] },
  ]);

  expect((gatewayApiRoutes.render(model)[0].spec as any).rules[0].matches).toStrictEqual([
    { headers: [{ type: 'Exact', name: 'x-canary', value: '1' }] },
    { path: { type: 'PathPrefix', value: '/api' }, headers: [{ type: 'Exact', name: 'x-canary', value: '1' }] },
  ]);
});

test('a rule for every request is no prefix where a regular expression comes first', () => {
  const model = modelOf([
    { matches: [{ methods: [], path: { type: 'regex', value: '/v[0-9]+' }, headers: [], query: [] }], backends: [{ name: 'v2', port: 80, weight: 1 }] },
    { matches: [], backends: [{ name: 'v1', port: 80, weight: 1 }] },
  ]);

  expect((gatewayApiRoutes.render(model)[0].spec as any).rules[1].matches).toStrictEqual([]);
});
