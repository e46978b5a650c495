import * as fc from 'fast-check';
import { HttpMatch, RuleOrder, TlsMatch } from '../../src';
import type { RequestMatch } from '../../src/model/match';
import { mostSpecificFirst } from '../../src/model/most-specific';
import type { RouteRule } from '../../src/model/route';
import { matches, pool } from '../oracle/routes/arbitraries/matches';
import { requestTo } from '../oracle/routes/arbitraries/requests';
import { decidingRule, holds } from '../oracle/routes/intent';
import type { Written, WrittenMatch } from '../oracle/routes/written';
import { requestMatch } from '../oracle/routes/written';

const to = (name: string, ...all: readonly { _toModel(): RequestMatch }[]): RouteRule =>
  ({ matches: all.map(match => match._toModel()), backends: [{ name, port: 80, weight: 1 }], handling: {} });
const prefix = (pathPrefix: string) => HttpMatch.of({ pathPrefix });
const order = (...rules: readonly RouteRule[]) => {
  const sorted = mostSpecificFirst(rules);
  return 'other' in sorted ? sorted : sorted.map(({ backends: [{ name }], matches: { length } }) => `${name} ${length}`);
};

test('the rule for every request comes last, wherever it is written', () => {
  expect(order(to('all'), to('api', prefix('/api')), to('v1', prefix('/api/v1')), to('exact', HttpMatch.get('/api/v1'))))
    .toEqual(['exact 1', 'v1 1', 'api 1', 'all 0']);
});

test('methods count before headers, and headers before query parameters', () => {
  const [none, one] = [prefix('/api'), HttpMatch.of({ pathPrefix: '/api', methods: ['GET', 'PUT'] })];
  const ofHeaders = HttpMatch.header('a', '1');

  expect(order(to('none', none), to('headers', ofHeaders), to('method', one))).toEqual(['method 1', 'none 1', 'headers 1']);
});

test('a rule becomes several only where another one comes between its matches, and takes some of their requests', () => {
  expect(order(to('a', prefix('/api/v1/items'), prefix('/api')), to('b', prefix('/api/v1')))).toEqual(['a 1', 'b 1', 'a 1']);
  expect(order(to('a', prefix('/api/v1/items'), prefix('/c')), to('b', prefix('/api/v1')))).toEqual(['a 2', 'b 1']);
});

test('the whole name of a server goes before a part of it, and the longer part before the shorter', () => {
  expect(order(to('part', TlsMatch.sni('*.example.com')), to('several', TlsMatch.sni('*.a.example.com', 'x.a.example.com')), to('whole', TlsMatch.sni('y.example.com'))))
    .toEqual(['several 2', 'whole 1', 'part 1']);
});

test('how much a regular expression counts beside a prefix is left open', () => {
  const regex = HttpMatch.of({ pathRegex: '/c.*' });

  expect(order(to('a', prefix('/carts')), to('all'), to('b', regex))).toEqual({ one: 0, other: 2 });
  expect(order(to('a', prefix('/api')), to('all'), to('b', regex), to('exact', HttpMatch.get('/carts')))).toEqual(['exact 1', 'a 1', 'b 1', 'all 0']);
});

const routes = fc.tuple(fc.constantFrom('HTTP' as const, 'GRPC' as const), pool)
  .chain(([protocol, of]) => {
    const ofRule = fc.option(matches(() => true, protocol, of), { nil: undefined, freq: 6 });
    return fc.tuple(fc.constant(protocol), fc.array(ofRule, { minLength: 1, maxLength: 5 }));
  })
  .map(([protocol, all]): Written => ({
    namespace: 'shop',
    service: { name: 'cart', ports: [{ port: 80, protocol }] },
    rules: all.map(ofRule => ({ matches: ofRule })),
    handling: {},
    order: RuleOrder.MOST_SPECIFIC,
  }));

test('the first that matches is the most specific one as it was written', () => {
  let different = 0;
  const cases = routes.chain(route => fc.tuple(fc.constant(route), fc.array(requestTo(route), { minLength: 10, maxLength: 10 })));
  fc.assert(fc.property(cases, ([route, asked]) => {
    const origin = new Map<RequestMatch, WrittenMatch>();
    const sorted = mostSpecificFirst(route.rules.map(rule => ({
      matches: (rule.matches ?? []).map(match => {
        const model = requestMatch(match)._toModel();
        origin.set(model, match);
        return model;
      }),
      backends: [],
      handling: {},
    })));
    if ('other' in sorted) return;
    for (const request of asked) {
      const found = sorted.find(rule => rule.matches.length === 0 || rule.matches.some(match => holds(origin.get(match)!, request)));
      const wanted = decidingRule(route, route.rules, request);
      const first = route.rules.find(rule => rule.matches === undefined || rule.matches.some(match => holds(match, request)));
      different += first === wanted ? 0 : 1;
      expect(found?.written).toEqual(wanted === undefined ? undefined : route.rules.indexOf(wanted));
    }
  }), { numRuns: 400 });
  expect(different).toBeGreaterThan(100);
});
