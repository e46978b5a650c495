import * as fc from 'fast-check';
import type { Request } from './request';
import type { AccessModel, AccessRule, Source, WorkloadPort } from '../../src/model/access';
import { sourceKey } from '../../src/model/access';
import type { Every } from '../../src/model/fields';
import type { NamedCondition, RequestMatch } from '../../src/model/match';
import { compareNames, isAnyRequest } from '../../src/model/match';
import type { PathCondition } from '../../src/model/path';
import type { RouteRule } from '../../src/model/route';
import { absent, total } from '../total';

/** Few values, so that they meet often. */
const PATHS = ['/', '/a', '/a/', '/a/b', '/ab', '/b', '/a/b/c'];
const METHODS = ['GET', 'POST', 'PUT'];
const VALUES = ['1', '2', '12'];
const NAMES = ['x', 'y'];

/** Often nothing, so that rules overlap, and requests meet them. */
const sparse = <T>(nothing: T, some: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary: fc.constant(nothing) }, { weight: 1, arbitrary: some });

export const request = (ports: readonly number[]): fc.Arbitrary<Request> => fc.record({
  source: fc.option(fc.record({ namespace: fc.constantFrom('shop', 'ops', 'ops-lab'), serviceAccount: fc.constantFrom('web', 'job') }), { nil: undefined }),
  port: fc.constantFrom(...ports),
  method: fc.constantFrom(...METHODS, 'DELETE'),
  path: fc.constantFrom(...PATHS),
  headers: sparse({}, fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...VALUES))),
  query: sparse({}, fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...VALUES))),
});

const path = (regex: boolean, template = false): fc.Arbitrary<PathCondition> => fc.oneof(
  fc.constantFrom(...PATHS).map(value => ({ type: 'exact' as const, value })),
  fc.constantFrom('/a', '/a/b', '/b', '/ab').map(value => ({ type: 'prefix' as const, value })),
  ...(regex ? [fc.constantFrom('/a.*', '/a|/ab', '/[ab]?', '.*/b').map(value => ({ type: 'regex' as const, value }))] : []),
  ...(template ? [fc.constantFrom('/a', '/a/b').map(value => ({ type: 'below' as const, value }))] : []),
  ...(template ? [fc.constantFrom('/a/{*}', '/{*}/b', '/{*}', '/{*}/{*}').map(value => ({ type: 'template' as const, value }))] : []),
);

const conditions = (regex: boolean): fc.Arbitrary<NamedCondition[]> => sparse([], fc.uniqueArray(fc.oneof(
  fc.record({ name: fc.constantFrom(...NAMES), type: fc.constant('exact' as const), value: fc.constantFrom(...VALUES) }),
  ...(regex ? [fc.record({ name: fc.constantFrom(...NAMES), type: fc.constant('regex' as const), value: fc.constantFrom('1|12', '[12]', '1.?') })] : []),
), { selector: c => c.name, maxLength: 2 }).map(list => [...list].sort(compareNames)));

export const match = (can: { regex: boolean; query: boolean; template?: boolean }): fc.Arbitrary<RequestMatch> => total<RequestMatch>({
  methods: fc.uniqueArray(fc.constantFrom(...METHODS), { maxLength: 2 }).map(list => [...list].sort()),
  path: fc.option(path(can.regex, can.template), { nil: undefined }),
  headers: conditions(can.regex),
  query: can.query ? conditions(can.regex) : fc.constant([]),
  hosts: absent,
});

export const rules: fc.Arbitrary<RouteRule[]> = fc.array(
  fc.array(match({ regex: true, query: true, template: true }).filter(m => !isAnyRequest(m)), { minLength: 1, maxLength: 3 }), { maxLength: 4 })
  .map(all => [
    ...all.map((matches, i) => ({ matches, backends: [{ name: `to-${i}`, port: 80, weight: 1 }], handling: {} })),
    { matches: [], backends: [{ name: 'to-rest', port: 80, weight: 1 }], handling: {} },
  ]);

export const PORTS: readonly WorkloadPort[] = [{ port: 8080, protocol: 'HTTP' }, { port: 8081, protocol: 'GRPC' }, { port: 6379, protocol: 'TCP' }];

const source = (wide: boolean): fc.Arbitrary<Source> => fc.oneof(
  fc.record({ kind: fc.constant('serviceAccount' as const), name: fc.constantFrom('web', 'job'), namespace: fc.constantFrom('shop', 'ops') }),
  ...(wide ? [
    fc.constantFrom('shop', 'ops').map(name => ({ kind: 'namespace' as const, name })),
    fc.constant({ kind: 'anyAuthenticated' as const }),
  ] : []),
);

export const accessModel = (can: { regex: boolean; query: boolean; wide: boolean }): fc.Arbitrary<AccessModel> => fc.array(total<AccessRule>({
  sources: fc.uniqueArray(source(can.wide), { selector: sourceKey, minLength: 1, maxLength: 2 }),
  exceptSources: fc.constant([]),
  ports: fc.oneof(fc.constant([PORTS[0]]), fc.uniqueArray(fc.constantFrom(...PORTS), { minLength: 1, maxLength: 3 })),
  requests: fc.array(match(can), { maxLength: 3 }),
  byAddress: absent,
}), { maxLength: 4 }).map((all): Every<AccessModel> => ({
  name: 'cart',
  namespace: 'shop',
  destination: { service: 'cart', serviceAccount: 'cart', podSelector: { app: 'cart' }, ports: PORTS },
  rules: all.map(rule => ({ ...rule, requests: rule.ports.some(p => p.protocol === 'TCP') ? [] : rule.requests })),
  healthProbes: [],
  audit: false,
}));
