import { GrpcMatch, HttpMatch, StringMatch, TlsMatch } from '../../src';

test('header names have no case, methods no order', () => {
  expect(HttpMatch.of({ methods: ['POST', 'GET', 'GET'], headers: { 'X-A': StringMatch.exact('1') } })._toModel()).toEqual({
    methods: ['GET', 'POST'], path: undefined, headers: [{ name: 'x-a', type: 'exact', value: '1' }], query: [],
  });
});

test('a prefix goes by elements, so a slash at its end says nothing', () => {
  expect(HttpMatch.of({ pathPrefix: '/api/' })._toModel()).toEqual(HttpMatch.of({ pathPrefix: '/api' })._toModel());
});

test('what is below a path is not the path itself, and of the root it is every path', () => {
  expect(HttpMatch.of({ pathBelow: '/api/' })._toModel().path).toEqual({ type: 'below', value: '/api' });
  expect(HttpMatch.of({ pathBelow: '/api' })._toModel().path).toEqual({ type: 'below', value: '/api' });
  expect(HttpMatch.of({ pathBelow: '/', methods: ['GET'] })._toModel().path).toBeUndefined();
});

test('a start goes by characters, and with a slash at its end it is what is below', () => {
  expect(HttpMatch.of({ pathStartsWith: '/api' })._toModel().path).toEqual({ type: 'start', value: '/api' });
  expect(HttpMatch.of({ pathStartsWith: '/api/' })._toModel()).toEqual(HttpMatch.of({ pathBelow: '/api' })._toModel());
  expect(HttpMatch.of({ pathStartsWith: '/', methods: ['GET'] })._toModel().path).toBeUndefined();
});

test('elements in braces stand for any one element, whatever their names', () => {
  expect(HttpMatch.of({ pathTemplate: '/carts/{cart}/items/{item_2}' })._toModel().path).toEqual({ type: 'template', value: '/carts/{*}/items/{*}' });
  expect(HttpMatch.of({ pathTemplate: '/carts/{id}/{**}/items' })._toModel().path).toEqual({ type: 'template', value: '/carts/{*}/{**}/items' });
  expect(HttpMatch.of({ pathTemplate: '/carts/{id}/{**}' })._toModel().path).toEqual({ type: 'template', value: '/carts/{*}/{**}' });
  expect(HttpMatch.of({ pathTemplate: '/carts/{**}' })._toModel().path).toEqual({ type: 'below', value: '/carts' });
  expect(HttpMatch.of({ methods: ['GET'], pathTemplate: '/{**}' })._toModel().path).toBeUndefined();
});

test('a header can be there, whatever its value', () => {
  expect(HttpMatch.of({ headers: { 'X-A': StringMatch.present() } })._toModel().headers).toEqual([{ name: 'x-a', type: 'present', value: '' }]);
});

test('a path holds every encoded character but a slash and those that need no encoding', () => {
  const encoded = Array.from({ length: 256 }, (_, i) => i);
  const accepted = encoded.filter(i => {
    try {
      return HttpMatch.of({ path: `/%${i.toString(16).padStart(2, '0')}` }) !== undefined;
    } catch {
      return false;
    }
  });

  expect(encoded.filter(i => !accepted.includes(i)).map(i => String.fromCharCode(i)).join(''))
    .toBe('-./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~');
});

test('hosts have no order, and a server name is one', () => {
  expect(HttpMatch.of({ hosts: ['b.example.com', '*.a.example.com', 'b.example.com'] })._toModel().hosts).toEqual(['*.a.example.com', 'b.example.com']);
  expect(TlsMatch.sni('a.example.com')._toModel()).toEqual({ methods: [], headers: [], query: [], hosts: ['a.example.com'] });
});

test.each<[string, () => unknown, RegExp]>([
  ['no hosts', () => TlsMatch.sni(), /`hosts` is an empty list/],
  ['an address for a host', () => TlsMatch.sni('10.0.0.1'), /'10\.0\.0\.1' is not the name of a host/],
  ['a host that ends in a number', () => HttpMatch.of({ hosts: ['*.example.7'] }), /'\*\.example\.7' is not the name of a host/],
  ['a host with a part of 64 characters', () => TlsMatch.sni(`${'a'.repeat(64)}.com`), /at most 63 characters between two dots/],
  ['a wildcard in the middle', () => HttpMatch.of({ hosts: ['a.*.com'] }), /'a\.\*\.com' is not the name of a host/],
  ['no condition', () => HttpMatch.of({}), /there is no condition/],
  ['a method that is none', () => HttpMatch.of({ methods: ['get'] }), /'get' is not an HTTP method/],
  ['no methods', () => HttpMatch.of({ methods: [] }), /`methods` is an empty list/],
  ['two paths', () => HttpMatch.of({ path: '/a', pathPrefix: '/a' }), /exclude each other/],
  ['a relative path', () => HttpMatch.of({ path: 'a' }), /'a' is not a path\. Start with '\/'/],
  ['a query in the path', () => HttpMatch.of({ path: '/a?b=c' }), /is not a path/],
  ['dots in the path', () => HttpMatch.of({ path: '/a/../b' }), /not a normalized path/],
  ['an encoded slash', () => HttpMatch.of({ pathPrefix: '/a%2Fb' }), /not a normalized path/],
  ['a template without braces', () => HttpMatch.of({ pathTemplate: '/carts' }), /'\/carts' has no element in braces/],
  ['braces within an element', () => HttpMatch.of({ pathTemplate: '/carts/{id}/v{n}' }), /is not a path/],
  ['a prefix and a start', () => HttpMatch.of({ pathStartsWith: '/a', pathPrefix: '/a' }), /exclude each other/],
  ['a start that is no path', () => HttpMatch.of({ pathStartsWith: 'a' }), /is not a path/],
  ['a prefix and what is below', () => HttpMatch.of({ pathBelow: '/a', pathPrefix: '/a' }), /exclude each other/],
  ['a template with braces behind any number of elements', () => HttpMatch.of({ pathTemplate: '/a/{**}/{id}' }), /an element in braces behind '\{\*\*\}'/],
  ['a template with any number of elements twice', () => HttpMatch.of({ pathTemplate: '/{**}/a/{**}' }), /an element in braces behind '\{\*\*\}'/],
  ['a template with any number of elements beside others', () => HttpMatch.of({ pathTemplate: '/{id}/a{**}' }), /is not a path/],
  ['a template and a path', () => HttpMatch.of({ path: '/a', pathTemplate: '/{a}' }), /exclude each other/],
  ['a letter that is encoded', () => HttpMatch.of({ path: '/%61' }), /letters, digits and '-\._~' as they are/],
  ['half an expression', () => HttpMatch.of({ pathRegex: '/a(' }), /not a regular expression in RE2 syntax/],
  ['an expression that Envoy drops with all that came along', () => HttpMatch.of({ pathRegex: '.{1000}.{1000}' }), /compiles to 2\d{3} instructions/],
  ['look-around', () => HttpMatch.of({ pathRegex: '/a(?=b)' }), /not a regular expression in RE2 syntax/],
  ['a back-reference', () => StringMatch.regex('(a)\\1'), /not a regular expression in RE2 syntax/],
  ['an empty value', () => StringMatch.exact(''), /is not a value/],
  ['an empty start', () => StringMatch.startsWith(''), /is not a value/],
  ['an empty end', () => StringMatch.endsWith(''), /is not a value/],
  ['a header name that is none', () => HttpMatch.header('a b', 'c'), /'a b' is not a header name/],
  ['a header that no object can hold', () => HttpMatch.of({ headers: { ['__proto__']: StringMatch.exact('1') } }), /'__proto__' is not the name of a header/],
  ['a header twice', () => HttpMatch.of({ headers: { a: StringMatch.exact('1'), A: StringMatch.exact('2') } }), /has 'a' twice/],
  ['two cookies', () => HttpMatch.of({ cookies: { a: '1', b: '2' } }), /more than one condition on cookies/],
  ['a cookie that is none', () => HttpMatch.cookie('a', 'b;c'), /is not a cookie/],
  ['a gRPC call without a condition', () => GrpcMatch.of({ headers: {} }), /there is no service, no method, and no header/],
  ['a gRPC service that is none', () => GrpcMatch.of({ service: '/Cart' }), /'\/Cart' is not the name of a gRPC service/],
  ['a gRPC method that is none', () => GrpcMatch.of({ service: 'Cart', method: 'Cart/Add' }), /is not the name of a gRPC method/],
])('refuses %s', (_, make, message) => {
  expect(make).toThrow(message);
});

test('gRPC calls are told apart by their metadata alone, as requests by their headers', () => {
  const byTeam = GrpcMatch.header('X-Team', 'search')._toModel();

  expect(byTeam).toEqual(HttpMatch.header('x-team', 'search')._toModel());
  expect(GrpcMatch.of({ headers: { 'x-team': StringMatch.exact('search') } })._toModel()).toEqual(byTeam);
});
