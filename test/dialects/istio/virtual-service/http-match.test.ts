import { httpMatches } from '../../../../src/dialects/istio/virtual-service/http-match';
import { exact, match, prefix } from '../../route-models';

test('a prefix goes by elements', () => {
  expect(httpMatches(80, prefix('/api'))).toEqual([{ port: 80, uri: { exact: '/api' } }, { port: 80, uri: { prefix: '/api/' } }]);
  expect(httpMatches(80, prefix('/'))).toEqual([{ port: 80, uri: { prefix: '/' } }]);
});

test('other paths are one condition', () => {
  expect(httpMatches(80, exact('/api'))).toEqual([{ port: 80, uri: { exact: '/api' } }]);
  expect(httpMatches(80, match({ path: { type: 'template', value: '/carts/{*}/a.b' } }))).toEqual([{ port: 80, uri: { regex: '/carts/[^/]+/a\\.b' } }]);
  expect(httpMatches(80, match({ path: { type: 'start', value: '/api' } }))).toEqual([{ port: 80, uri: { prefix: '/api' } }]);
  expect(httpMatches(80, match({ path: { type: 'regex', value: '/a|/b' } }))).toEqual([{ port: 80, uri: { regex: '/a|/b' } }]);
});

test('a method of gRPC is a path, and all of a service are what stands below it', () => {
  expect(httpMatches(80, match({ path: { type: 'exact', value: '/shop.Cart/Add', grpc: { service: 'shop.Cart', method: 'Add' } } })))
    .toEqual([{ port: 80, uri: { exact: '/shop.Cart/Add' } }]);
  expect(httpMatches(80, match({ path: { type: 'prefix', value: '/shop.Cart', grpc: { service: 'shop.Cart' } } })))
    .toEqual([{ port: 80, uri: { prefix: '/shop.Cart/' } }]);
});

test('conditions hold together, and of several methods any', () => {
  expect(httpMatches(80, match({
    methods: ['GET', 'POST'],
    headers: [{ name: 'x', type: 'present', value: '' }, { name: 'y', type: 'regex', value: '1|2' }, { name: 'z', type: 'exact', value: '1' }],
    query: [{ name: 'q', type: 'start', value: 'a.' }, { name: 'r', type: 'present', value: '' }, { name: 's', type: 'end', value: '.b' }],
  }))).toEqual([{
    port: 80,
    method: { regex: 'GET|POST' },
    headers: {
      x: {}, y: { regex: '1|2' }, z: { exact: '1' },
    },
    queryParams: { q: { regex: 'a\\..*' }, r: {}, s: { regex: '.*\\.b' } },
  }]);
  expect(httpMatches(80, match({ methods: ['GET'] }))).toEqual([{ port: 80, method: { exact: 'GET' } }]);
});
