import * as fc from 'fast-check';
import type { HttpRequest } from '../../src/evaluators/routes/precedence';
import type { NamedCondition, RequestMatch } from '../../src/model/match';
import { compareNames, isAnyRequest } from '../../src/model/match';
import type { PathCondition } from '../../src/model/path';
import type { RouteRule } from '../../src/model/route';
import { holds } from '../../test/oracle/access/intent';
import { absent, total } from '../../test/total';

/** Rules of routes and requests to them, of what Istio's simulation of Envoy understands. Few values, so that they meet often. */
const PATHS = ['/', '/a', '/a/', '/a/b', '/ab', '/b', '/a/b/c'];
const METHODS = ['GET', 'POST', 'PUT'];
const VALUES = ['1', '2', '12'];
const NAMES = ['x', 'y'];

/** Often nothing, so that rules overlap, and requests meet them. */
const sparse = <T>(nothing: T, some: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary: fc.constant(nothing) }, { weight: 1, arbitrary: some });

export const request: fc.Arbitrary<HttpRequest> = fc.record({
  method: fc.constantFrom(...METHODS, 'DELETE'),
  path: fc.constantFrom(...PATHS),
  headers: sparse({}, fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...VALUES))),
  query: sparse({}, fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...VALUES))),
});

const path: fc.Arbitrary<PathCondition> = fc.oneof(
  fc.constantFrom(...PATHS).map(value => ({ type: 'exact' as const, value })),
  fc.constantFrom('/a', '/a/b', '/b', '/ab').map(value => ({ type: 'prefix' as const, value })),
  fc.constantFrom('/a.*', '/a|/ab', '/[ab]?', '.*/b').map(value => ({ type: 'regex' as const, value })),
  fc.constantFrom('/a', '/a/b').map(value => ({ type: 'below' as const, value })),
  fc.constantFrom('/a', '/a/b').map(value => ({ type: 'start' as const, value })),
  fc.constantFrom('/a/{*}', '/{*}/b', '/{*}', '/{*}/{*}').map(value => ({ type: 'template' as const, value })),
);

const conditions: fc.Arbitrary<NamedCondition[]> = sparse([], fc.uniqueArray(fc.oneof(
  fc.record({ name: fc.constantFrom(...NAMES), type: fc.constant('exact' as const), value: fc.constantFrom(...VALUES) }),
  fc.record({ name: fc.constantFrom(...NAMES), type: fc.constant('regex' as const), value: fc.constantFrom('1|12', '[12]', '1.?') }),
), { selector: c => c.name, maxLength: 2 }).map(list => [...list].sort(compareNames)));

const match = total<RequestMatch>({
  methods: fc.uniqueArray(fc.constantFrom(...METHODS), { maxLength: 2 }).map(list => [...list].sort()),
  path: fc.option(path, { nil: undefined }),
  headers: conditions,
  query: conditions,
  hosts: absent,
});

/** Rules for some requests, and one for the rest. */
export const rules: fc.Arbitrary<RouteRule[]> = fc.array(
  fc.array(match.filter(m => !isAnyRequest(m)), { minLength: 1, maxLength: 3 }), { maxLength: 4 })
  .map(all => [
    ...all.map((matches, i) => ({ matches, backends: [{ name: `to-${i}`, port: 80, weight: 1 }], handling: {} })),
    { matches: [], backends: [{ name: 'to-rest', port: 80, weight: 1 }], handling: {} },
  ]);

/** The first rule that matches. */
export function ruleByModel(all: readonly RouteRule[], one: HttpRequest): RouteRule | undefined {
  return all.find(rule => rule.matches.length === 0 || rule.matches.some(condition => holds(condition, one)));
}

const GRPC_SERVICES = ['shop.Cart', 'shop.Carts', 'shop'];
const GRPC_METHODS = ['Add', 'AddAll'];

/** The same of gRPC: calls of a method, or of any of a service. */
export const grpcRules: fc.Arbitrary<RouteRule[]> = fc.tuple(rules, fc.array(fc.record({
  service: fc.constantFrom(...GRPC_SERVICES), method: fc.option(fc.constantFrom(...GRPC_METHODS), { nil: undefined }),
}), { minLength: 12, maxLength: 12 })).map(([all, names]) => all.map((rule, i) => ({
  ...rule,
  matches: rule.matches.map(({ headers }, k): RequestMatch => {
    const grpc = names[3 * i + k];
    return {
      methods: [],
      ...(grpc && {
        path: grpc.method ? { type: 'exact', value: `/${grpc.service}/${grpc.method}`, grpc } : { type: 'prefix', value: `/${grpc.service}`, grpc },
      }),
      headers,
      query: [],
    };
  }),
})));

export const grpcRequest: fc.Arbitrary<HttpRequest> = fc.record({
  one: request, service: fc.constantFrom(...GRPC_SERVICES), method: fc.constantFrom(...GRPC_METHODS),
}).map(({ one, service: name, method }) => ({ ...one, method: 'POST', path: `/${name}/${method}`, query: {} }));

/** Backends of all kinds: one; two; one without a share. */
export function shared(all: readonly RouteRule[]): RouteRule[] {
  return all.map((rule, i) => ({
    ...rule,
    backends: [
      ...rule.backends.map(backend => ({ ...backend, weight: 3 })),
      ...(i % 3 === 0 ? [] : [{ name: 'other', port: 80, weight: i % 3 - 1 }]),
    ],
  }));
}
