import { permissions } from '../../../src/dialects/consul/permissions';
import type { RequestMatch } from '../../../src/model/match';
import { ANY_REQUEST } from '../../../src/model/match';

const allowing = (requests: readonly RequestMatch[]) => permissions([], [{ requests, exceptRequests: [], endUsers: [] }], issuer => issuer);
const http = (requests: readonly RequestMatch[]) => allowing(requests).map(permission => permission.http);

test('the last permission denies whatever is left', () => {
  expect(allowing([{ ...ANY_REQUEST, methods: ['GET'] }])).toEqual([
    { action: 'allow', http: { methods: ['GET'] } },
    { action: 'deny', http: { pathPrefix: '/' } },
  ]);
});

test('a prefix goes by elements: /api is not /apis', () => {
  expect(http([{ ...ANY_REQUEST, path: { type: 'prefix', value: '/api' } }]).slice(0, -1)).toEqual([{ pathExact: '/api' }, { pathPrefix: '/api/' }]);
});

test('a start goes by characters, as a prefix does there', () => {
  expect(http([{ ...ANY_REQUEST, path: { type: 'start', value: '/api' } }]).slice(0, -1)).toEqual([{ pathPrefix: '/api' }]);
});

test('a template is an expression for one element each, and its dots are dots', () => {
  expect(http([{ ...ANY_REQUEST, path: { type: 'template', value: '/v1.0/{*}' } }])[0]).toEqual({ pathRegex: '/v1\\.0/[^/]+' });
});

test('all headers of a match are asked for, each in its own way', () => {
  expect(http([{
    ...ANY_REQUEST,
    headers: [{ name: 'a', type: 'exact', value: '1' }, { name: 'b', type: 'regex', value: '1|2' }, { name: 'c', type: 'present', value: '' },
      { name: 'd', type: 'start', value: '1.' }, { name: 'e', type: 'end', value: '.2' }],
  }])[0]).toEqual({
    header: [
      { name: 'a', exact: '1' }, { name: 'b', regex: '1|2' }, { name: 'c', present: true }, { name: 'd', prefix: '1.' }, { name: 'e', suffix: '.2' },
    ],
  });
});

test('the same request is said once', () => {
  const get = { ...ANY_REQUEST, methods: ['GET'] };

  expect(allowing([get, { ...get }])).toEqual(allowing([get]));
});

test('what is denied goes first, then each exception before what it is an exception of', () => {
  const [get, put, drop] = ['GET', 'PUT', 'DELETE'].map(method => ({ ...ANY_REQUEST, methods: [method] }));

  expect(permissions([drop], [
    { requests: [], exceptRequests: [put], endUsers: [] }, { requests: [get], exceptRequests: [], endUsers: [] },
  ], issuer => issuer)).toEqual([
    { action: 'deny', http: { methods: ['DELETE'] } },
    { action: 'allow', http: { methods: ['GET'] } },
    { action: 'deny', http: { methods: ['PUT'] } },
    { action: 'allow', http: { pathPrefix: '/' } },
  ]);
});
