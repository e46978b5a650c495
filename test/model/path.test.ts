import * as fc from 'fast-check';
import type { PathCondition } from '../../src/model/path';
import { intersectPaths, pathRegex } from '../../src/model/path';

const element = fc.constantFrom('a', 'b', 'a.b', 'ab');
const elements = (of: fc.Arbitrary<string>) => fc.array(of, { minLength: 1, maxLength: 3 }).map(all => `/${all.join('/')}`);
const condition: fc.Arbitrary<PathCondition> = fc.oneof(
  fc.oneof(elements(element), elements(element).map(path => `${path}/`), fc.constant('/')).map(value => ({ type: 'exact' as const, value })),
  elements(element).map(value => ({ type: 'prefix' as const, value })),
  elements(fc.oneof(element, fc.constant('{*}'))).filter(value => value.includes('{*}')).map(value => ({ type: 'template' as const, value })),
);
const path = elements(fc.constantFrom('a', 'b', 'a.b', 'ab', 'axb', 'c', ''));

const holds = (c: PathCondition, actual: string) => new RegExp(`^(?:${pathRegex(c)})$`).test(actual);

test('what two conditions have in common holds where both do', () => {
  let met = 0;
  fc.assert(fc.property(condition, condition, fc.array(path, { minLength: 30, maxLength: 30 }), (a, b, paths) => {
    const common = intersectPaths(a, b);
    for (const one of paths) {
      const both = holds(a, one) && holds(b, one);
      met += Number(both);
      expect(common !== 'disjoint' && common !== 'unknown' && holds(common!, one)).toBe(both);
    }
  }), { numRuns: 2000 });
  expect(met).toBeGreaterThan(100);
});

test.each<[PathCondition, string[], string[]]>([
  [{ type: 'prefix', value: '/api' }, ['/api', '/api/', '/api/v1'], ['/apis', '/', '/ap']],
  [{ type: 'template', value: '/carts/{*}/items' }, ['/carts/7/items', '/carts/a.b/items'], ['/carts/items', '/carts//items', '/carts/7/8/items', '/carts/7/items/']],
  [{ type: 'exact', value: '/a.b' }, ['/a.b'], ['/axb', '/a.b/']],
])('the expression of %j', (one, matched, others) => {
  matched.forEach(actual => expect(holds(one, actual)).toBe(true));
  others.forEach(actual => expect(holds(one, actual)).toBe(false));
});

test('regular expressions keep us from telling, unless they are the same', () => {
  const regex = { type: 'regex' as const, value: '/a.*' };

  expect(intersectPaths(regex, { type: 'prefix', value: '/a' })).toBe('unknown');
  expect(intersectPaths(regex, { ...regex })).toEqual(regex);
  expect(intersectPaths(regex, undefined)).toBe(regex);
});
