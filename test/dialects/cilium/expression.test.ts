import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import { pathExpression } from '../../../src/dialects/cilium/expression';
import { programSize } from '../../../src/dialects/proxies/program-size';
import type { PathCondition } from '../../../src/model/path';

const matches = (condition: PathCondition, path: string) => RE2JS.compile(pathExpression(condition)!).matches(path);

test.each<[PathCondition, string[], string[]]>([
  [{ type: 'exact', value: '/a.b' }, ['/a.b', '/a.b?', '/a.b?x=/c?d'], ['/axb', '/a.b/', '/a.b/?x', '/A.b', '/a.b&x']],
  [{ type: 'prefix', value: '/api' }, ['/api', '/api/', '/api/v1?x', '/api?x'], ['/apis', '/apis?/api/', '/x/api']],
  [{ type: 'start', value: '/a.b' }, ['/a.b', '/a.b?x', '/a.bc', '/a.b/c?x'], ['/axb', '/a', '/a?/a.b']],
  [{ type: 'end', value: '.json' }, ['/a.json', '/.json', '/a/b.json?x=y'], ['/ajson', '/a.json/', '/a?b.json', '/a.jsonx?.json']],
  [{ type: 'end', value: '/items' }, ['/items', '/carts/items?x'], ['/xitems', '/items/', '/carts?/items', '/carts?x=/items']],
  [{ type: 'template', value: '/{*}/Add', grpc: { service: undefined, method: 'Add' } }, ['/shop.Cart/Add', '/shop.Cart/Add?'],
    ['/shop.Cart/Addx', '/shop/Cart/Add', '//Add', '/Add', '/x?/Add']],
  [{ type: 'template', value: '/a/{**}/b' }, ['/a/x/b', '/a//b', '/a/x/y/b?x'], ['/a/b', '/a?/b', '/a/?/b', '/a/x/bc']],
  [{ type: 'template', value: '/carts/{*}/items' }, ['/carts/1/items', '/carts/a.b/items?x'],
    ['/carts//items', '/carts/1/2/items', '/carts/1/items/', '/carts/?/items', '/carts/1?/items']],
  [{ type: 'regex', value: '/a|/b' }, ['/a', '/b', '/a?/c', '/b?'], ['/', '/ab', '/c?/b']],
  [{ type: 'regex', value: '/a/[^/]+' }, ['/a/b', '/a/b?x=/c/d'], ['/a/', '/a/?b', '/a/b/c', '/a?/b']],
  [{ type: 'regex', value: '/a.*b' }, ['/ab', '/a/b', '/ab?c'], ['/a?b', '/a?/b']],
  [{ type: 'regex', value: '^/a$' }, ['/a', '/a?b'], ['/ab']],
  [{ type: 'regex', value: '/[^]a-]' }, ['/b', '/b?'], ['/]', '/a', '/-', '/?', '/??']],
  [{ type: 'regex', value: '/[^-a]' }, ['/b', '/c?'], ['/-', '/a', '/?', '/??']],
  [{ type: 'regex', value: '/\\D\\W' }, ['/a-', '/a-?x'], ['/1-', '/aa', '/?-', '/a?', '/a??']],
  [{ type: 'regex', value: '(?i)/A{2}?' }, ['/aa', '/AA?a'], ['/a']],
  [{ type: 'regex', value: '/\\Qa.b\\E+' }, ['/a.b', '/a.bb?'], ['/axb', '/a.ba.b']],
  [{ type: 'regex', value: '/\\Qa.(b)' }, ['/a.(b)', '/a.(b)?x'], ['/axb']],
])('%j', (condition, yes, no) => {
  expect(yes.filter(path => !matches(condition, path))).toEqual([]);
  expect(no.filter(path => matches(condition, path))).toEqual([]);
});

test.each(['/a\\?', '/[?]', '/[!-z]', '/[\\D]', '/[[:punct:]]', '/\\pP', '/\\PL', '/\\x3f', '/\\077', '/\\Qa?\\E', '/(a$)b?', '/a$|/b'])(
  '%s is not told, since it may match a question mark or ends before the query', value => {
    expect(RE2JS.compile(value)).toBeDefined();
    expect(pathExpression({ type: 'regex', value })).toBeUndefined();
  });

const piece = fc.constantFrom('a', 'b', '/', '.', '.*', '[^/]', '[^/]+', '[a-b]*', '(a|b)', '(?:/a)?', '\\w', '\\W', '\\.', 'a{1,2}', '[^a]*?', '[^]b]');
const expressions = fc.array(
  fc.array(piece, { minLength: 1, maxLength: 4 }),
  { minLength: 1, maxLength: 3 },
).map(all => `/${all.map(one => one.join('')).join('|')}`);
const targets = fc.array(fc.constantFrom('a', 'b', '/', '.', '?', '-'), { maxLength: 7 }).map(all => `/${all.join('')}`);

test('an expression is held to the path, whatever the query', () => {
  fc.assert(fc.property(expressions, fc.array(targets, { minLength: 20, maxLength: 20 }), (value, all) => {
    const [rendered, written] = [pathExpression({ type: 'regex', value })!, value].map(expression => RE2JS.compile(expression));
    for (const target of all) {
      expect(rendered.matches(target)).toBe(written.matches(target.split('?')[0]));
    }
  }), { numRuns: 300 });
});

/** As `RE2::ProgramSize()` of the C++ library has it. */
test.each([
  ['/(\\?.*)?', 17],
  ['/cart([/?].*)?', 22],
  [`/${'x'.repeat(70)}`, 75],
  ['/a/[^/?]+/b/[^/?]+/c/[^/?]+(\\?.*)?', 55],
  ['[\\w]{32}', 100],
  ['[0-9a-z-]{36}', 112],
  ['GET|POST|PUT|DELETE', 19],
  ['(?i)/\\w{1,3}(\\?.*)?', 43],
  ['(?:(?i)/[^?\\w]{1,3})(\\?.*)?', 103],
  ['a.*b.*c.*d.*e.*f.*g.*', 67],
  ['^/v4/advisory/[0-9a-z-]{36}/clone$', 118],
  ['/(dashboard|alerts|critical_asset_metrics|critical_product_metrics|simple_search|support)([/?].*)?', 91],
])('the program of %s is taken for no smaller than it is, and for twice as large at most', (pattern, size) => {
  expect(programSize(pattern)).toBeGreaterThanOrEqual(size);
  expect(programSize(pattern)).toBeLessThan(2 * size + 4);
});
