import type { Exchange } from './exchange';
import type { Scenario } from './scenario';
import { cart, to, v1, v2, v3 } from './scenario';
import type { HeaderChanges, MeshService, ServiceRouteRule } from '../../../../src';
import { HttpMatch, ServiceRoute, StringMatch } from '../../../../src';

const under = (pathPrefix: string) => [HttpMatch.of({ pathPrefix })];
const routed = (rules: ServiceRouteRule[], exchanges: Exchange[], refusedBy: Scenario['refusedBy'] = ['kuma']): Scenario => ({
  build: chart => new ServiceRoute(chart, 'route', { service: cart, ports: [80], rules }),
  exchanges,
  refusedBy,
});

export const HEADERS: Readonly<Record<string, HeaderChanges>> = {
  '/set': { set: { 'X-Header-Set': 'set-overwrites-values' } },
  '/add': { add: { 'X-Header-Add': 'add-appends-values' } },
  '/remove': { remove: ['X-Header-Remove'] },
  '/multiple': {
    set: { 'X-Header-Set-1': 'header-set-1', 'X-Header-Set-2': 'header-set-2' },
    add: { 'X-Header-Add-1': 'header-add-1', 'X-Header-Add-2': 'header-add-2', 'X-Header-Add-3': 'header-add-3' },
    remove: ['X-Header-Remove-1', 'X-Header-Remove-2'],
  },
  '/case-insensitivity': { set: { 'X-Header-Set': 'header-set' }, add: { 'X-Header-Add': 'header-add' }, remove: ['X-Header-Remove'] },
};

const OTHER = { 'another-header': 'another-header-val' };
const asked = (path: string, headers: Record<string, string>, arriving: Record<string, string>, without: string[] = []): Exchange =>
  ({ ask: { path, headers }, expect: { to: 'cart-v1', path, headers: arriving, without } });

export const HEADER_EXCHANGES = [
  asked('/set', { 'Some-Other-Header': 'val' }, { 'some-other-header': 'val', 'x-header-set': 'set-overwrites-values' }),
  asked('/set', { 'X-Header-Set': 'some-other-value' }, { 'x-header-set': 'set-overwrites-values' }),
  asked('/add', { 'Some-Other-Header': 'val' }, { 'some-other-header': 'val', 'x-header-add': 'add-appends-values' }),
  asked('/add', { 'X-Header-Add': 'some-other-value' }, { 'x-header-add': 'some-other-value,add-appends-values' }),
  asked('/remove', { 'X-Header-Remove': 'val' }, {}, ['x-header-remove']),
  asked('/multiple', { 'X-Header-Set-2': 'set-val-2', 'X-Header-Add-2': 'add-val-2', 'X-Header-Remove-2': 'remove-val-2', ...OTHER }, {
    'x-header-set-1': 'header-set-1',
    'x-header-set-2': 'header-set-2',
    'x-header-add-1': 'header-add-1',
    'x-header-add-2': 'add-val-2,header-add-2',
    'x-header-add-3': 'header-add-3',
    ...OTHER,
  }, ['x-header-remove-1', 'x-header-remove-2']),
  asked('/case-insensitivity',
    { 'x-header-set': 'original-val-set', 'x-header-add': 'original-val-add', 'x-header-remove': 'original-val-remove', ...OTHER },
    { 'x-header-set': 'header-set', 'x-header-add': 'original-val-add,header-add', ...OTHER }, ['x-header-remove']),
];

export const requestHeaders = routed(
  Object.entries(HEADERS).map(([path, changes]) => ({ matches: under(path), backends: to(v1), requestHeaders: changes })), HEADER_EXCHANGES);

export const backendRequestHeaders = routed(
  Object.entries(HEADERS).map(([path, changes]) => ({ matches: under(path), backends: [{ service: v1, port: 8080, requestHeaders: changes }] })),
  HEADER_EXCHANGES);

/** Calls are told apart by a header of theirs. */
export const grpcRequestHeaders: Scenario = {
  build: chart => {
    const rule = (name: string, service: MeshService, changes: HeaderChanges) =>
      ({ matches: [HttpMatch.of({ headers: { 'x-test-case': StringMatch.exact(name) } })], backends: [{ service }], requestHeaders: changes });
    new ServiceRoute(chart, 'route', {
      service: cart,
      ports: [7070],
      rules: [
        rule('set', v1, { set: { 'x-header-set': 'set-overwrites-values' } }),
        rule('add', v1, { add: { 'x-header-add': 'add-appends-values' } }),
        rule('remove', v1, { remove: ['x-header-remove'] }),
        rule('multi', v2, {
          set: { 'x-header-set-1': 'header-set-1', 'x-header-set-2': 'header-set-2' },
          add: { 'x-header-add-1': 'header-add-1', 'x-header-add-2': 'header-add-2' },
          remove: ['x-header-remove-1', 'x-header-remove-2'],
        }),
      ],
    });
  },
  exchanges: [
    [
      'set',
      'cart-v1',
      { 'some-other-header': 'set', 'x-header-set': 'overwritten' },
      { 'some-other-header': 'set', 'x-header-set': 'set-overwrites-values' },
      [],
    ],
    ['add', 'cart-v1', { 'x-header-add': 'appended' }, { 'x-header-add': 'appended,add-appends-values' }, []],
    ['remove', 'cart-v1', { 'x-header-remove': 'removed' }, {}, ['x-header-remove']],
    ['multi', 'cart-v2', { 'x-header-set-2': 'set-header-2', 'x-header-add-2': 'add-header-2', 'x-header-remove-2': 'removed' }, {
      'x-header-set-1': 'header-set-1', 'x-header-set-2': 'header-set-2', 'x-header-add-1': 'header-add-1', 'x-header-add-2': 'add-header-2,header-add-2',
    }, ['x-header-remove-1', 'x-header-remove-2']],
  ].map(([name, backend, headers, arriving, without]: any): Exchange => ({
    ask: { port: 7070, headers: { 'x-test-case': name, ...headers } },
    expect: { to: backend, headers: { 'x-test-case': name, ...arriving }, without },
  })),
  refusedBy: ['kuma'],
};

export const MODIFIED: HeaderChanges = {
  set: { 'X-Header-Set': 'set-overwrites-values' }, add: { 'X-Header-Add': 'header-val-1', 'X-Header-Add-Append': 'header-val-2' }, remove: ['X-Header-Remove'],
};
export const TO_MODIFY = { 'X-Header-Remove': 'remove-val', 'X-Header-Add-Append': 'append-val-1', 'X-Header-Set': 'set-val' };
export const ARE_MODIFIED = {
  headers: { 'x-header-add': 'header-val-1', 'x-header-add-append': 'append-val-1,header-val-2', 'x-header-set': 'set-overwrites-values' },
  without: ['x-header-remove'],
};

export const rewritePath = routed([
  { matches: under('/prefix/one'), rewrite: { pathPrefix: '/one' }, backends: [{ service: v1, port: 80 }] },
  { matches: under('/strip-prefix'), rewrite: { pathPrefix: '/' }, backends: [{ service: v1, port: 80 }] },
  { matches: under('/full/one'), rewrite: { path: '/one' }, backends: [{ service: v1, port: 80 }] },
  { matches: under('/full/rewrite-path-and-modify-headers'), rewrite: { path: '/test' }, requestHeaders: MODIFIED, backends: [{ service: v1, port: 80 }] },
  {
    matches: under('/prefix/rewrite-path-and-modify-headers'),
    rewrite: { pathPrefix: '/prefix' },
    requestHeaders: MODIFIED,
    backends: [{ service: v1, port: 80 }],
  },
], [
  ...[['/prefix/one/two', '/one/two'], ['/strip-prefix/three', '/three'], ['/strip-prefix', '/'], ['/full/one/two', '/one']]
    .map(([path, arriving]): Exchange => ({ ask: { path }, expect: { to: 'cart-v1', path: arriving } })),
  { ask: { path: '/full/rewrite-path-and-modify-headers/test', headers: TO_MODIFY }, expect: { to: 'cart-v1', path: '/test', ...ARE_MODIFIED } },
  { ask: { path: '/prefix/rewrite-path-and-modify-headers/one', headers: TO_MODIFY }, expect: { to: 'cart-v1', path: '/prefix/one', ...ARE_MODIFIED } },
], ['linkerd', 'kuma']);

interface Copied {
  readonly under: string;
  /** Which percentage goes to which version. */
  readonly copies: readonly (readonly [service: MeshService, percent: number])[];
  /** Whether headers are modified, too. */
  readonly modifying?: boolean;
}

/** Upstream asks for it at a gateway. */
function mirrored(...all: Copied[]): Scenario {
  return routed(all.map(({ under: prefix, copies, modifying }) => ({
    matches: under(prefix),
    mirrors: copies.map(([service, percent]) => ({ service, port: 8080, ...(percent < 100 && { percent }) })),
    ...(modifying && { requestHeaders: MODIFIED }),
    backends: to(v1),
  })), all.map(({ under: path, copies, modifying }) => ({
    ask: { path, ...(modifying && { headers: TO_MODIFY }) },
    expect: { to: 'cart-v1', path, copies: Object.fromEntries(copies.map(([{ name }, percent]) => [name, percent])), ...(modifying && ARE_MODIFIED) },
  })), ['linkerd', 'kuma']);
}

export const mirror = mirrored(
  { under: '/mirror', copies: [[v2, 100]] },
  { under: '/mirror-and-modify-headers', copies: [[v2, 100]], modifying: true },
);

export const multipleMirrors = mirrored(
  { under: '/multi-mirror', copies: [[v2, 100], [v3, 100]] },
  { under: '/multi-mirror-and-modify-request-headers', copies: [[v2, 100], [v3, 100]], modifying: true },
);

export const percentageMirror = mirrored(
  { under: '/percent-mirror', copies: [[v2, 20]] },
  { under: '/percent-mirror-fraction', copies: [[v2, 50]] },
  { under: '/percent-mirror-and-modify-headers', copies: [[v2, 35]], modifying: true },
);
