import { routeFilters } from '../../../src/dialects/kuma/route-filters';
import type { Handling } from '../../../src/model/handling';
import { changes, routeModel, rule } from '../route-models';

const model = routeModel([rule()]);
const of = (handling: Handling) => routeFilters(handling, model, model.ports[0]);
const to = (name: string, numerator: number, denominator: number) => ({ name, port: 80, fraction: { numerator, denominator } });
const labels = (name: string) => ({ 'kuma.io/display-name': name, 'k8s.kuma.io/namespace': 'shop' });

test('copies all requests, or some percent', () => {
  expect(of({ mirrors: [to('a', 100, 100), to('b', 5, 100), to('c', 1, 1_000_000)] })).toEqual([
    { type: 'RequestMirror', requestMirror: { backendRef: { kind: 'MeshService', labels: labels('a'), port: 80 } } },
    { type: 'RequestMirror', requestMirror: { percentage: 5, backendRef: { kind: 'MeshService', labels: labels('b'), port: 80 } } },
    { type: 'RequestMirror', requestMirror: { percentage: '0.0001', backendRef: { kind: 'MeshService', labels: labels('c'), port: 80 } } },
  ]);
});

test('what stands in place of a prefix ends in a slash, as the prefix does that the proxy replaces', () => {
  expect(of({ rewrite: { hostname: 'a.example.com', path: { type: 'prefix', value: '/v2' } } }))
    .toEqual([{ type: 'URLRewrite', urlRewrite: { hostname: 'a.example.com', path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/v2/' } } }]);
  expect(of({ rewrite: { path: { type: 'full', value: '/v2' } } }))
    .toEqual([{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplaceFullPath', replaceFullPath: '/v2' } } }]);
});

test.each<[string, Handling['redirect'], object]>([
  ['the port of a scheme', { scheme: 'https', statusCode: 301 }, { scheme: 'https', port: 443, statusCode: 301 }],
  ['the port of the listener', { hostname: 'a.example.com', statusCode: 302 }, { hostname: 'a.example.com', port: 80, statusCode: 302 }],
  ['its own port', { scheme: 'https', port: 8443, statusCode: 302 }, { scheme: 'https', port: 8443, statusCode: 302 }],
])('a redirect says %s', (_, redirect, expected) => {
  expect(of({ redirect })).toEqual([{ type: 'RequestRedirect', requestRedirect: expected }]);
});

test('a redirect comes last', () => {
  const types = of({
    requestHeaders: changes({ remove: ['a'] }), responseHeaders: changes({ remove: ['b'] }), mirrors: [to('a', 1, 100)], redirect: { port: 1, statusCode: 302 },
  }).map(({ type }) => type);

  expect(types).toEqual(['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestMirror', 'RequestRedirect']);
});
