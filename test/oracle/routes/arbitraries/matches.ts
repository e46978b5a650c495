import * as fc from 'fast-check';
import type { Can } from './some';
import { byName, some } from './some';
import type { WrittenMatch, WrittenValue } from '../written';

/** What conditions of one route are made of: few values, so that they meet often; and close ones, so that it matters where they differ. */
export interface Pool {
  readonly paths: readonly string[];
  readonly prefixes: readonly string[];
  readonly starts: readonly string[];
  readonly templates: readonly string[];
  readonly regexes: readonly string[];
  readonly headers: readonly string[];
}

const API: Pool = {
  paths: ['/api', '/api/', '/api/v1', '/api/v1/', '/apis', '/API', '/api.v1', '/apixv1', '/api/v1/items'],
  prefixes: ['/api', '/api/', '/api/v1', '/apis', '/api.v1'],
  starts: ['/api', '/api/', '/api/v', '/ap'],
  templates: ['/api/{version}', '/{any}/v1'],
  regexes: ['/api.*', '/api|/apis', '/api(/v[0-9])?', '/a.i', '/[^/]+'],
  headers: ['x-team', 'X-Version'],
};

/** Longer than any expression for it. */
const LONG = '/carts/12345678901234567890';

const CARTS: Pool = {
  paths: ['/carts', '/carts/7', '/carts/7/items', '/carts/7/8/items', '/a(b)', '/a%20b', LONG],
  prefixes: ['/carts', '/carts/7', '/', '/a(b)', LONG],
  starts: ['/carts/1', '/c', '/a', '/carts/7/i'],
  templates: ['/carts/{id}', '/carts/{id}/items', '/{any}/7/items', '/{any}/12345678901234567890'],
  regexes: ['/carts/[0-9]+', '.*/items', '/c.*', '/[^/]+/[^/]+'],
  headers: ['x-user'],
};

const ALL: Pool = {
  paths: ['/', ...API.paths, ...CARTS.paths],
  prefixes: [...API.prefixes, ...CARTS.prefixes],
  starts: [...API.starts, ...CARTS.starts],
  templates: [...API.templates, ...CARTS.templates],
  regexes: [...API.regexes, ...CARTS.regexes],
  headers: [...API.headers, ...CARTS.headers],
};

/** Of one of these, so that rules overlap. */
export const pool: fc.Arbitrary<Pool> = fc.constantFrom(API, CARTS, ALL);

export const PATHS = [...ALL.paths, '/shop.Cart/Add', '/shop.Cart/Adds', '/shop.Cart/Del', '/shop.Carts/Add'];
export const HEADERS = ALL.headers;
export const METHODS = ['GET', 'POST', 'PUT'];
export const QUERY = ['v', 'V', 'debug'];
export const VALUES = ['1', '2', '12', 'a.b', 'axb', 'A'];
const VALUE_PARTS = ['1', '2', 'a.', '.b', 'A', '*'];
const REGEX_VALUES = ['1|12', '[12]', '1.?', 'a\\.b', '.*b'];
const SERVER_NAMES = ['a.example.com', 'b.example.com', '*.example.com', '*.b.example.com', 'x.b.example.com'];

function value(can: Can): fc.Arbitrary<WrittenValue> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...VALUES).map(exact => ({ exact })) },
    { weight: can('HeaderPartMatching') ? 1 : 0, arbitrary: fc.constantFrom(...VALUE_PARTS).map(startsWith => ({ startsWith })) },
    { weight: can('HeaderPartMatching') ? 1 : 0, arbitrary: fc.constantFrom(...VALUE_PARTS).map(endsWith => ({ endsWith })) },
    { weight: can('HeaderRegexMatching') ? 1 : 0, arbitrary: fc.constantFrom(...REGEX_VALUES).map(regex => ({ regex })) },
    { weight: can('HeaderPresenceMatching') ? 1 : 0, arbitrary: fc.constant('present' as const) },
  );
}

type PathForm = 'path' | 'pathPrefix' | 'pathBelow' | 'pathStartsWith' | 'pathEndsWith' | 'pathTemplate' | 'pathRegex';

function path(can: Can, { paths, prefixes, starts, templates, regexes }: Pool): fc.Arbitrary<WrittenMatch> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 3, arbitrary: fc.constantFrom(...paths).map(one => ({ path: one })) },
    { weight: 4, arbitrary: fc.constantFrom(...prefixes).map(pathPrefix => ({ pathPrefix })) },
    { weight: can('PathBelowMatching') ? 1 : 0, arbitrary: fc.constantFrom(...prefixes.filter(one => one !== '/')).map(pathBelow => ({ pathBelow })) },
    { weight: can('PathEndMatching') ? 1 : 0, arbitrary: fc.constantFrom('.json', '/items', '7', 's').map(pathEndsWith => ({ pathEndsWith })) },
    { weight: can('PathStartMatching') ? 1 : 0, arbitrary: fc.constantFrom(...starts).map(pathStartsWith => ({ pathStartsWith })) },
    { weight: can('PathTemplateMatching') ? 1 : 0, arbitrary: fc.constantFrom(...templates).map(pathTemplate => ({ pathTemplate })) },
    { weight: can('PathRegexMatching') ? 1 : 0, arbitrary: fc.constantFrom(...regexes).map(pathRegex => ({ pathRegex })) },
  );
}

/** Whether there is a condition; the prefix `/` is none. */
function saysSomething({ pathPrefix, ...others }: WrittenMatch): boolean {
  return Object.values(others).some(condition => condition !== undefined) || (pathPrefix !== undefined && pathPrefix !== '/');
}

function httpMatch(can: Can, of: Pool): fc.Arbitrary<WrittenMatch> {
  const more = some<Omit<WrittenMatch, PathForm | 'grpc' | 'sni'>>({
    methods: can('HTTPRouteMethodMatching') && [25, fc.subarray(METHODS, { minLength: 1, maxLength: 2 })],
    headers: can('HeaderMatching') && [30, byName(of.headers, value(can))],
    query: can('HTTPRouteQueryParamMatching') && [15, byName(QUERY, value(can))],
    cookies: can('HeaderRegexMatching') && [10, byName(['session'], fc.constantFrom('1', 'a.b'), 1)],
  });
  return fc.tuple(path(can, of), more).map(([one, others]) => ({ ...one, ...others })).filter(saysSomething);
}

function grpcMatch(can: Can): fc.Arbitrary<WrittenMatch> {
  return some<Pick<WrittenMatch, 'grpc' | 'headers'>>({
    grpc: [80, fc.tuple(fc.constantFrom('shop.Cart', 'shop.Carts', 'shop', can('GRPCAnyServiceMatching') ? undefined : 'shop'), fc.constantFrom('Add', 'Adds', 'Del', undefined))
      .map(([service, method]) => service === undefined ? { method: method ?? 'Add' } : { service, ...(method && { method }) })],
    headers: can('HeaderMatching') && [30, byName(HEADERS, value(can))],
  }).filter(saysSomething);
}

/** Whether a prefix of the path is matched, which can be replaced. */
export function isPrefixed({ pathPrefix }: WrittenMatch): boolean {
  return pathPrefix !== undefined && pathPrefix !== '/';
}

/** Prefixes, one of which may be below the other. */
function prefixesOnly({ prefixes }: Pool): fc.Arbitrary<WrittenMatch[]> {
  return fc.shuffledSubarray(prefixes.filter(one => one !== '/'), { minLength: 1, maxLength: 2 })
    .map(those => those.map(pathPrefix => ({ pathPrefix })));
}

/** The conditions of one rule: of all kinds, or with a prefix each, which can be replaced. */
export function matches(can: Can, protocol: 'HTTP' | 'GRPC', of: Pool): fc.Arbitrary<WrittenMatch[]> {
  const unique = (one: fc.Arbitrary<WrittenMatch>) => fc.uniqueArray(one, { selector: match => JSON.stringify(match), minLength: 1, maxLength: 2 });
  return protocol === 'GRPC' ? unique(grpcMatch(can)) : fc.oneof(unique(httpMatch(can, of)), unique(httpMatch(can, of).filter(isPrefixed)), prefixesOnly(of));
}

/** The conditions of one to three rules, each with server names of its own: those of a later one may be below those of an earlier. */
export const tlsMatches: fc.Arbitrary<WrittenMatch[][]> =
  fc.tuple(fc.shuffledSubarray(SERVER_NAMES, { minLength: 3 }), fc.integer({ min: 1, max: 3 })).map(([names, count]) =>
    Array.from({ length: count }, (_, rule) => [{ sni: names.filter((__, i) => i % count === rule) }]));
