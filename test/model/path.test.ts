import * as fc from 'fast-check';
import type { PathCondition } from '../../src/model/path';
import { intersectPaths, isExpression, isOpen, pathRegex, plainPaths } from '../../src/model/path';

const element = fc.constantFrom('a', 'b', 'a.b', 'ab');
const elements = (of: fc.Arbitrary<string>) => fc.array(of, { minLength: 1, maxLength: 3 }).map(all => `/${all.join('/')}`);
const plain: fc.Arbitrary<PathCondition> = fc.oneof(
  fc.oneof(elements(element), elements(element).map(path => `${path}/`), fc.constant('/')).map(value => ({ type: 'exact' as const, value })),
  elements(element).map(value => ({ type: 'prefix' as const, value })),
  elements(element).map(value => ({ type: 'below' as const, value })),
);
const template: fc.Arbitrary<PathCondition> = elements(fc.oneof(element, fc.constant('{*}'))).filter(value => value.includes('{*}'))
  .map(value => ({ type: 'template' as const, value }));
const ofAnyDepth: fc.Arbitrary<PathCondition> = fc.constantFrom('/a/{**}', '/a/{**}/b', '/{**}/b', '/{*}/{**}', '/{*}/b/{**}/a', '/{*}/{**}/a')
  .map(value => ({ type: 'template' as const, value }));
const start: fc.Arbitrary<PathCondition> = elements(element).map(value => ({ type: 'start' as const, value }));
const condition = fc.oneof(plain, plain, template);
const pairs = fc.oneof(...[condition, fc.oneof(plain, start)].map(one => fc.tuple(one, one)));
const regex: fc.Arbitrary<PathCondition> = fc.constantFrom(
  '/a', '/a/.*', '/a(/.*)?', '/[ab]+', '/[^/]+/b', '/a\\.b', '/a.b', '.*b', '/.*', '/(a|b)/',
).map(value => ({ type: 'regex' as const, value }));
const path = elements(fc.constantFrom('a', 'b', 'a.b', 'ab', 'axb', 'c', ''));

const holds = (c: PathCondition, actual: string) => new RegExp(`^(?:${pathRegex(c)})$`).test(actual);

test('what two conditions have in common holds where both do', () => {
  let met = 0;
  fc.assert(fc.property(pairs, fc.array(path, { minLength: 30, maxLength: 30 }), ([a, b], paths) => {
    const common = intersectPaths(a, b);
    // Of these, all can be told.
    expect(typeof common === 'string' ? common : 'disjoint').toBe('disjoint');
    for (const one of paths) {
      const both = holds(a, one) && holds(b, one);
      met += Number(both);
      expect(common !== 'disjoint' && common !== 'unknown' && holds(common!, one)).toBe(both);
    }
  }), { numRuns: 2000 });
  expect(met).toBeGreaterThan(100);
});

test('what is said of an expression and another condition is so', () => {
  const counts = { met: 0, unknown: 0 };
  const paths = fc.array(path, { minLength: 30, maxLength: 30 });
  const expressions = fc.oneof(
    fc.tuple(regex, fc.oneof(condition, start, regex)), fc.tuple(start, template),
    fc.tuple(ofAnyDepth, fc.oneof(condition, start, regex, ofAnyDepth)),
  );
  fc.assert(fc.property(expressions, fc.boolean(), paths, ([one, other], first, samples) => {
    const [a, b] = first ? [one, other] : [other, one];
    const common = intersectPaths(a, b);
    for (const actual of samples) {
      const both = holds(a, actual) && holds(b, actual);
      counts.met += Number(both);
      counts.unknown += Number(common === 'unknown');
      expect(common === 'unknown' || (common !== 'disjoint' && holds(common!, actual)) === both).toBe(true);
    }
  }), { numRuns: 500 });
  expect(counts.met).toBeGreaterThan(100);
  expect(counts.unknown).toBeLessThan(500 * 30 / 2);
});

test('conditions whose prefixes are plain strings hold for the same paths', () => {
  let met = 0;
  fc.assert(fc.property(fc.oneof(condition, regex, ofAnyDepth), fc.array(path, { minLength: 30, maxLength: 30 }), (one, paths) => {
    for (const actual of paths) {
      const isMet = plainPaths(one).some(({ type, value }) =>
        type === 'prefix' ? actual.startsWith(value) : type === 'exact' ? actual === value : new RegExp(`^(?:${value})$`).test(actual));
      met += Number(isMet);
      expect(isMet).toBe(holds(one, actual));
    }
  }), { numRuns: 500 });
  expect(met).toBeGreaterThan(100);
  expect(plainPaths({ type: 'prefix', value: '/' })).toEqual([{ type: 'prefix', value: '/' }]);
});

test.each<[PathCondition, string[], string[]]>([
  [{ type: 'below', value: '/api' }, ['/api/', '/api/v1'], ['/api', '/apis', '/']],
  [{ type: 'prefix', value: '/api' }, ['/api', '/api/', '/api/v1'], ['/apis', '/', '/ap']],
  [{ type: 'start', value: '/a.i' }, ['/a.i', '/a.is', '/a.i/v1'], ['/api', '/', '/a.']],
  [
    { type: 'template', value: '/carts/{*}/items' },
    ['/carts/7/items', '/carts/a.b/items'],
    ['/carts/items', '/carts//items', '/carts/7/8/items', '/carts/7/items/'],
  ],
  [
    { type: 'template', value: '/a/{*}/{**}/b' },
    ['/a/x/y/b', '/a/x/y/z/b', '/a/x//b', '/a/x/b/b'],
    ['/a/x/b', '/a//x/b', '/a/x/y/bc', '/a/x/y/b/'],
  ],
  [{ type: 'exact', value: '/a.b' }, ['/a.b'], ['/axb', '/a.b/']],
])('the expression of %j', (one, matched, others) => {
  matched.forEach(actual => expect(holds(one, actual)).toBe(true));
  others.forEach(actual => expect(holds(one, actual)).toBe(false));
});

test.each<[string, PathCondition, PathCondition | 'disjoint' | 'unknown']>([
  ['/api/[0-9]+', { type: 'exact', value: '/metrics' }, 'disjoint'],
  ['/api/[0-9]+', { type: 'exact', value: '/api/7' }, { type: 'exact', value: '/api/7' }],
  ['/api/[0-9]+', { type: 'prefix', value: '/metrics' }, 'disjoint'],
  ['/api/[0-9]+', { type: 'prefix', value: '/api' }, { type: 'regex', value: '/api/[0-9]+' }],
  ['/api.*', { type: 'start', value: '/apis' }, { type: 'start', value: '/apis' }],
  ['/api/.*', { type: 'start', value: '/apis' }, 'disjoint'],
  ['/api/[0-9]+', { type: 'start', value: '/ap' }, { type: 'regex', value: '/api/[0-9]+' }],
  ['/api.*', { type: 'below', value: '/api' }, { type: 'below', value: '/api' }],
  ['/[^/]+/[0-9]+', { type: 'template', value: '/carts/{*}' }, 'unknown'],
  ['/api/[0-9]+', { type: 'regex', value: '/api/[a-z]+' }, 'disjoint'],
  ['\\pL+', { type: 'exact', value: '/a' }, 'disjoint'],
  ['/\\pL+', { type: 'exact', value: '/a' }, { type: 'exact', value: '/a' }],
  ['/\\pL+', { type: 'prefix', value: '/a' }, 'unknown'],
  ['/a/x/.*/b', { type: 'template', value: '/a/{**}/b' }, { type: 'regex', value: '/a/x/.*/b' }],
  ['/a/b/.*', { type: 'template', value: '/a/{**}/b' }, 'unknown'],
  ['/b/.*', { type: 'template', value: '/a/{**}/b' }, 'disjoint'],
])('what %s has in common with %j', (value, other, common) => {
  expect(intersectPaths({ type: 'regex', value }, other)).toEqual(common);
  expect(intersectPaths(other, { type: 'regex', value })).toEqual(common);
});

test('where both hold for the same paths, it is the second', () => {
  const [expression, exact] = [{ type: 'regex' as const, value: '^/a$' }, { type: 'exact' as const, value: '/a' }];

  expect(intersectPaths(expression, exact)).toBe(exact);
  expect(intersectPaths(exact, expression)).toBe(expression);
  expect(intersectPaths(expression, undefined)).toBe(expression);
});

test.each<PathCondition>([
  { type: 'exact', value: '/a' }, { type: 'prefix', value: '/a' }, { type: 'below', value: '/a' }, { type: 'start', value: '/a' },
  { type: 'template', value: '/a/{*}' }, { type: 'regex', value: '/a+' },
  // No engine here can read it, and it is the same all the same.
  { type: 'regex', value: '/\\pL+' },
])('a condition has itself in common with %j', one => {
  expect(intersectPaths(one, { ...one })).toBe(one);
});

test('what is common to a gRPC method and a path is a gRPC method, where it is all of it', () => {
  const [method, service] = ['/shop.Cart/Get', '/shop.Cart'];
  const one: PathCondition = { type: 'exact', value: method, grpc: { service: 'shop.Cart', method: 'Get' } };
  const all: PathCondition = { type: 'below', value: service, grpc: { service: 'shop.Cart' } };

  expect(intersectPaths(one, all)).toBe(one);
  expect(intersectPaths(all, one)).toBe(one);
  expect(intersectPaths(all, { type: 'prefix', value: service })).toBe(all);
  expect(intersectPaths({ type: 'prefix', value: service }, all)).toBe(all);
  expect(intersectPaths(all, { type: 'template', value: `${service}/{*}` })).toEqual({ type: 'template', value: `${service}/{*}` });
  expect(intersectPaths(one, { type: 'exact', value: '/shop.Cart/Put' })).toBe('disjoint');
});

test('what only an expression can say, and what is open below', () => {
  const types = ['exact', 'prefix', 'below', 'start', 'template', 'regex'] as const satisfies readonly PathCondition['type'][];
  const thatAre = (is: (path: PathCondition) => boolean) => types.filter(type => is({ type, value: '/a' }));

  expect(thatAre(isExpression)).toEqual(['below', 'start', 'template', 'regex']);
  expect(isExpression(undefined)).toBe(false);
  expect(thatAre(isOpen)).toEqual(['prefix', 'below']);
});

test('a method of any service, and all methods of a service, have one method in common', () => {
  const add: PathCondition = { type: 'template', value: '/{*}/Add', grpc: { method: 'Add' } };
  const cart: PathCondition = { type: 'prefix', value: '/shop.Cart', grpc: { service: 'shop.Cart' } };
  const both = { type: 'exact', value: '/shop.Cart/Add', grpc: { service: 'shop.Cart', method: 'Add' } };

  expect([intersectPaths(add, cart), intersectPaths(cart, add)]).toEqual([both, both]);
});
