import * as fc from 'fast-check';
import { gatewayApiRoutes, NO_EXTENSION } from '../../../src/dialects/gateway-api/routes';
import type { RequestMatch } from '../../../src/model/match';
import { ANY_REQUEST, isAnyRequest } from '../../../src/model/match';
import { pathRegex } from '../../../src/model/path';
import type { RouteModel } from '../../../src/model/route';
import { request, rules } from '../../oracle/arbitraries';
import { winner } from '../../oracle/http-route';
import { routedByModel } from '../../oracle/request';
import { expectValid } from '../../schema';

const dialect = gatewayApiRoutes('standard', NO_EXTENSION);

function modelOf(all: RouteModel['ports'][0]['rules']): RouteModel {
  return { name: 'cart', namespace: 'shop', service: { name: 'cart' }, traffic: {}, ports: [{ port: 80, protocol: 'HTTP', rules: all }] };
}

test.each(['specification', 'linkerd'] as const)('the first rule that matches decides, by the precedence of %s', precedence => {
  let rendered = 0;
  fc.assert(fc.property(rules, fc.array(request([80]), { minLength: 20, maxLength: 40 }), (all, requests) => {
    const model = modelOf(all);
    if (dialect.refusals(model).length > 0) {
      return;
    }
    rendered++;
    const [route] = dialect.render(model);
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
    { matches: [{ ...any, headers: [{ name: 'x-canary', type: 'exact', value: '1' }] }], backends: [{ name: 'v2', port: 80, weight: 1 }], handling: {} },
    { matches: [{ ...any, path: { type: 'prefix', value: '/api' } }], backends: [{ name: 'api', port: 80, weight: 1 }], handling: {} },
    { matches: [], backends: [{ name: 'v1', port: 80, weight: 1 }], handling: {} },
  ]);

  expect((dialect.render(model)[0].spec as any).rules[0].matches).toStrictEqual([
    { headers: [{ type: 'Exact', name: 'x-canary', value: '1' }] },
    { path: { type: 'PathPrefix', value: '/api' }, headers: [{ type: 'Exact', name: 'x-canary', value: '1' }] },
  ]);
});

/** Texts of many lengths: a template is as long as the path that it holds for. */
const templated: fc.Arbitrary<RequestMatch> = fc.record({
  path: fc.option(fc.constantFrom(
    { type: 'template' as const, value: '/carts/{*}' }, { type: 'template' as const, value: '/{*}/12345678901234567890' },
    { type: 'template' as const, value: '/{*}/{*}' }, { type: 'exact' as const, value: '/carts/7' }, { type: 'exact' as const, value: '/carts/12345678901234567890' },
    { type: 'prefix' as const, value: '/carts' }, { type: 'prefix' as const, value: '/carts/12345678901234567890' },
  ), { nil: undefined }),
  headers: fc.constantFrom([], [{ name: 'x', type: 'exact' as const, value: '1' }], [{ name: 'x', type: 'present' as const, value: '' }]),
  methods: fc.constantFrom([], ['GET']),
}).map(match => ({ ...ANY_REQUEST, ...match })).filter(match => !isAnyRequest(match));

test.each(['specification', 'linkerd'] as const)('the first rule decides where it has templates and headers that are present, by the precedence of %s', precedence => {
  const holds = (match: RequestMatch, one: { readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string>> }) =>
    (match.methods.length === 0 || match.methods.includes(one.method))
    && (match.path === undefined || new RegExp(`^(?:${pathRegex(match.path)})$`).test(one.path))
    && match.headers.every(({ name, type, value }) => name in one.headers && (type === 'present' || one.headers[name] === value));
  const headerSets: Record<string, string>[] = [{}, { x: '1' }, { x: '2' }];
  const requests = ['/carts', '/carts/7', '/carts/12345678901234567890', '/a/12345678901234567890', '/a/b', '/carts/7/b'].flatMap(path =>
    ['GET', 'PUT'].flatMap(method => headerSets.map(headers => ({ path, method, headers, query: {}, port: 80 }))));
  let rendered = 0;
  fc.assert(fc.property(fc.array(templated, { minLength: 2, maxLength: 4 }), matches => {
    const all = [...matches.map(match => [match]), []].map((some, i) => ({ matches: some, backends: [{ name: `to-${i}`, port: 80, weight: 1 }], handling: {} }));
    const model = modelOf(all);
    if (dialect.refusals(model).length > 0) {
      return;
    }
    rendered++;
    const [route] = dialect.render(model);
    for (const one of requests) {
      const first = all.find(rule => rule.matches.length === 0 || rule.matches.some(match => holds(match, one)));
      expect(winner([route], one, precedence)?.rule.backendRefs[0].name).toBe(first?.backends[0].name);
    }
  }), { numRuns: 300 });
  expect(rendered).toBeGreaterThan(50);
});

test('a rule for every request is no prefix where a regular expression comes first', () => {
  const model = modelOf([
    { matches: [{ methods: [], path: { type: 'regex', value: '/v[0-9]+' }, headers: [], query: [] }], backends: [{ name: 'v2', port: 80, weight: 1 }], handling: {} },
    { matches: [], backends: [{ name: 'v1', port: 80, weight: 1 }], handling: {} },
  ]);

  expect((dialect.render(model)[0].spec as any).rules[1].matches).toStrictEqual([]);
});
