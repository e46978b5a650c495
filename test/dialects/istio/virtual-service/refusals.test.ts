import { virtualServiceRefusals } from '../../../../src/dialects/istio/virtual-service/refusals';
import type { Handling } from '../../../../src/model/handling';
import type { PortRoute, RouteRule } from '../../../../src/model/route';
import { match, prefix, routeModel, rule } from '../../route-models';

const faults: Handling = { faults: { abort: { percent: 50, statusCode: 503 } } };
const failing = rule({ handling: faults });
const redirecting = (path: string, type: 'full' | 'prefix', more: Handling = {}) =>
  rule({ backends: [], matches: [prefix('/api')], handling: { redirect: { path: { type, value: path }, statusCode: 302 }, ...more } });

function refusals(rules: readonly RouteRule[], ...others: PortRoute[]): string[] {
  const model = routeModel(rules);
  return virtualServiceRefusals({ ...model, ports: [...model.ports, ...others] })
    .map(({ feature, what, port, ruleIndex: i, reason, remedy }) => `${feature ?? what} (${port}, ${i}): ${reason}. ${remedy}`);
}

test('of a redirect, a path in place of a prefix', () => {
  expect(refusals([redirecting('/v2', 'full'), failing])).toEqual([]);
  expect(refusals([redirecting('/v2', 'prefix'), failing])).toEqual([
    'RequestRedirect (80, 0): for faults on purpose, the route is a VirtualService, and before Istio 1.31 its redirects replace the whole path. '
    + 'Replace the whole path, with `path`, or leave out faults on purpose',
  ]);
});

test('faults of requests that are redirected', () => {
  expect(refusals([redirecting('/v2', 'full', faults), rule()])).toEqual([
    'FaultInjection (80, 0): a VirtualService has no faults for requests that it redirects. Give `faults` to the rules that have backends',
  ]);
});

test('names of servers, and names of rules for connections', () => {
  const connections = (protocol: 'TLS' | 'TCP', more: Partial<RouteRule>): PortRoute => ({ port: 443, protocol, rules: [rule(more)] });

  expect(refusals([failing], connections('TLS', { matches: [match({ hosts: ['a.example.com'] })] }))).toEqual([
    expect.stringMatching(/^TLSRoute \(443, 0\): for faults on purpose, the route is a VirtualService, and its server names have to be among its own hosts/),
  ]);
  expect(refusals([failing], connections('TCP', { name: 'all' })))
    .toEqual([expect.stringMatching(/^HTTPRouteNamedRouteRule \(443, 0\): .* only rules for requests have names/)]);
  expect(refusals([{ ...failing, name: 'all' }], connections('TCP', {}))).toEqual([]);
});

test('expressions that istiod does not admit', () => {
  const path = (type: 'exact' | 'template', length: number) => match({ path: { type, value: `/{*}/${'a'.repeat(length - 5)}` } });

  expect(refusals([rule({ matches: [path('exact', 1024)] }), failing])).toEqual([]);
  expect(refusals([rule({ matches: [path('template', 1022)] }), failing])).toEqual([]);
  expect(refusals([rule({ matches: [path('template', 1024)] }), failing])).toEqual([expect.stringMatching(/^an expression of 1026 characters on port 80/)]);
  expect(refusals([rule({ matches: [prefix(`/${'a.'.repeat(511)}`)], handling: { rewrite: { path: { type: 'prefix', value: '/' } } } }), failing]))
    .toEqual([expect.stringMatching(/^an expression of 1537 characters/)]);
});
