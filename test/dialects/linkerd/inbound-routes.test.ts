import * as fc from 'fast-check';
import type { InboundRoute } from '../../../src/dialects/linkerd/inbound-routes';
import { inboundRoutes } from '../../../src/dialects/linkerd/inbound-routes';
import type { AccessModel, AccessRule, Source } from '../../../src/model/access';
import type { NamedCondition, RequestMatch } from '../../../src/model/match';
import { ANY_REQUEST, compareNames, isAnyRequest, valueRegex } from '../../../src/model/match';
import type { PathCondition } from '../../../src/model/path';
import { pathRegex } from '../../../src/model/path';
import { absent, total } from '../../total';

const port = { port: 8080, protocol: 'HTTP' as const };
const account = (name: string): Source => ({ kind: 'serviceAccount', name, namespace: 'shop' });
const [web, job, ops] = ['web', 'job', 'ops'].map(account);

function policy(rules: [sources: Source[], ...requests: Partial<RequestMatch>[]][], healthProbes: string[] = []): AccessModel {
  return {
    name: 'cart',
    namespace: 'shop',
    destination: { service: 'cart', podSelector: { app: 'cart' }, ports: [port] },
    rules: rules.map(([sources, ...requests]): AccessRule =>
      ({
        sources,
        exceptSources: [],
        exceptRequests: [],
        endUsers: [],
        ports: [port],
        requests: requests.map(request => ({ ...ANY_REQUEST, ...request })),
      })),
    denials: [],
    leavesRest: false,
    healthProbes: healthProbes.map(path => ({ path, port: 8080 })),
    audit: false,
  };
}

const path = (type: PathCondition['type'], value: string): PathCondition => ({ type, value });
const header = (type: NamedCondition['type'], value = '', name = 'x'): NamedCondition => ({ name, type, value });

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

function holds(match: RequestMatch, request: Request): boolean {
  return (match.methods.length === 0 || match.methods.includes(request.method))
    && (match.path === undefined || new RegExp(`^(?:${pathRegex(match.path)})$`).test(request.path))
    && match.headers.every(({ name, type, value }) => {
      // One line that matches is enough.
      return [request.headers[name] ?? []].flat().some(actual => new RegExp(`^(?:${valueRegex({ type, value })})$`).test(actual));
    });
}

/** The same policy, whose rules have exceptions. */
function excepting(model: AccessModel, exceptions: readonly Pick<AccessRule, 'exceptRequests'>[]): AccessModel {
  return { ...model, rules: model.rules.map((rule, i) => ({ ...rule, exceptRequests: exceptions[i].exceptRequests })) };
}

/** The proxy compares how much of the path matched, then the numbers of headers, query parameters and methods. */
function rank({ path: condition, headers, query, methods }: RequestMatch, request: Request): number {
  const length = condition === undefined ? 1 : condition.type === 'prefix' ? condition.value.length : request.path.length;
  return length * 1e6 + headers.length * 1e4 + query.length * 100 + methods.length;
}

/** The routes that the proxy may pick for a request: of equals it takes the older one, whichever that is. */
function picked(routes: readonly InboundRoute[], request: Request): InboundRoute[] {
  const best = routes.map(route => Math.max(...route.matches.filter(match => holds(match, request)).map(match => rank(match, request))));
  const most = Math.max(...best);
  return routes.filter((_, i) => best[i] === most && most > -Infinity);
}

const names = (sources: readonly Source[]) => sources.map(source => source.kind === 'serviceAccount' ? source.name : source.kind).sort();

function routesOf(model: AccessModel): InboundRoute[] {
  const routes = inboundRoutes(model, port);
  if ('reason' in routes) {
    throw new Error(routes.reason);
  }
  return routes;
}

/** Who may make a request, whichever of equal routes is picked. */
function allowed(routes: readonly InboundRoute[], request: Partial<Request>): string[] {
  const answers = picked(routes, { method: 'GET', path: '/', headers: {}, ...request }).map(({ clients }) => JSON.stringify(names(clients)));
  expect(new Set(answers).size).toBeLessThan(2);
  return JSON.parse(answers[0] ?? '[]');
}

test('requests that two rules have in common are for the sources of both', () => {
  const routes = routesOf(policy([[[web], { path: path('prefix', '/a') }], [[job], { methods: ['GET'] }]]));

  expect(allowed(routes, { path: '/a/b' })).toEqual(['job', 'web']);
  expect(allowed(routes, { path: '/a/b', method: 'PUT' })).toEqual(['web']);
  expect(allowed(routes, { path: '/b' })).toEqual(['job']);
  expect(allowed(routes, { path: '/b', method: 'PUT' })).toEqual([]);
});

test('a path inside a template is told apart by its method', () => {
  const routes = routesOf(policy([[[web], { path: path('template', '/carts/{*}') }], [[job], { path: path('exact', '/carts/stats') }]]));

  expect(allowed(routes, { path: '/carts/stats' })).toEqual(['job', 'web']);
  expect(allowed(routes, { path: '/carts/7' })).toEqual(['web']);
  expect(allowed(routes, { path: '/carts' })).toEqual([]);
});

test('two templates meet in a path', () => {
  const routes = routesOf(policy([[[web], { path: path('template', '/carts/{*}') }], [[job], { path: path('template', '/{*}/stats') }]]));

  expect(allowed(routes, { path: '/carts/stats' })).toEqual(['job', 'web']);
  expect(allowed(routes, { path: '/orders/stats' })).toEqual(['job']);
});

test('the value of a header is told apart from its presence by the method', () => {
  const routes = routesOf(policy([[[web], { headers: [header('present')] }], [[job], { headers: [header('exact', '1')] }]]));

  expect(allowed(routes, { headers: { x: '1' } })).toEqual(['job', 'web']);
  expect(allowed(routes, { headers: { x: '2' } })).toEqual(['web']);
});

test('a method of its own stays apart from what is written per method', () => {
  const routes = routesOf(policy([
    [[web], { path: path('prefix', '/a') }],
    [[job], { path: path('exact', '/a') }],
    [[ops], { path: path('exact', '/a'), methods: ['GET'] }],
  ]));

  expect(allowed(routes, { path: '/a' })).toEqual(['job', 'ops', 'web']);
  expect(allowed(routes, { path: '/a', method: 'PUT' })).toEqual(['job', 'web']);
  expect(allowed(routes, { path: '/a/b' })).toEqual(['web']);
});

test('the health check is for anyone', () => {
  const routes = routesOf(policy([[[web], { path: path('prefix', '/a') }]], ['/a/health']));

  expect(allowed(routes, { path: '/a/health' })).toEqual(['anyone']);
  expect(allowed(routes, { path: '/a/health', method: 'POST' })).toEqual(['web']);
});

test('a regular expression that holds for the root path is told apart from any path', () => {
  const routes = routesOf(policy([[[web]], [[job], { path: path('regex', '/[ab]?') }]]));

  expect(allowed(routes, { path: '/' })).toEqual(['job', 'web']);
  expect(allowed(routes, { path: '/c' })).toEqual(['web']);
});

test('one that does not needs no methods', () => {
  const routes = routesOf(policy([[[web]], [[job], { path: path('regex', '/[ab]') }]]));

  expect(routes.flatMap(({ matches }) => matches).every(({ methods }) => methods.length === 0)).toBe(true);
});

test("what has '..' in its path is below no prefix, and for those who may ask for all", () => {
  const routes = routesOf(policy([[[web], { path: path('prefix', '/a') }], [[job]], [[ops], { headers: [header('exact', '1')] }]]));

  expect(allowed(routes, { path: '/a/b' })).toEqual(['job', 'web']);
  for (const dots of ['/a/..', '/a/../b', '/a/%2e%2E/b', '/a/.%2e;v=1/b', '/a/..%2Fb', '/a\\..\\b', '/a/b%5c..']) {
    expect(allowed(routes, { path: dots })).toEqual(['job']);
    expect(allowed(routes, { path: dots, headers: { x: '1' } })).toEqual(['job', 'ops']);
  }
  for (const harmless of ['/a/..b', '/a/...', '/a/v1..v2', '/a/.b', '/a/b%2Fc']) {
    expect(allowed(routes, { path: harmless })).toEqual(['job', 'web']);
  }
});

test("without prefixes, nothing is said of '..'", () => {
  const routes = routesOf(policy([[[web], { path: path('exact', '/a') }], [[job], { methods: ['GET'] }]]));

  expect(routes.flatMap(({ matches }) => matches).filter(one => one.path?.type === 'regex')).toEqual([]);
});

test('what is excepted is for those alone whom another rule allows it', () => {
  const deleting = { ...ANY_REQUEST, methods: ['DELETE'] };
  const routes = routesOf(excepting(policy([[[web], { path: path('prefix', '/a') }], [[job]]], ['/health']), [{ exceptRequests: [deleting] }, { exceptRequests: [] }]));

  expect(allowed(routes, { path: '/a/b' })).toEqual(['job', 'web']);
  expect(allowed(routes, { path: '/a/b', method: 'DELETE' })).toEqual(['job']);
  expect(allowed(routes, { path: '/a/b', method: 'PURGE' })).toEqual(['job', 'web']);
  expect(allowed(routes, { path: '/health' })).toEqual(['anyone']);
});

const excepted = (...headers: NamedCondition[]) => ({ exceptRequests: [{ ...ANY_REQUEST, headers }] });

test.each<[string, AccessModel, RegExp]>([
  ['an exception that another method would evade',
    excepting(policy([[[web], { headers: [header('present')] }]]), [excepted(header('exact', '1'))]),
    /to Linkerd, any path with header 'x' is no more specific than any path with header 'x'/],
  ['an exception that a second line of the header would evade',
    excepting(policy([[[web], { headers: [header('exact', '1')] }]]), [excepted(header('exact', '2'))]),
    /a request may have a header on several lines/],
  ['a path inside a template, both of one method',
    policy([[[web], { path: path('template', '/carts/{*}'), methods: ['GET'] }], [[job], { path: path('exact', '/carts/stats'), methods: ['GET'] }]]),
    /to Linkerd, GET of the path '\/carts\/stats' is no more specific than GET of the path '\/carts\/\{\*\}'/],
  ['three templates inside each other',
    policy([
      [[web], { path: path('template', '/{*}/{*}') }], [[job], { path: path('template', '/carts/{*}') }], [[ops], { path: path('exact', '/carts/stats') }],
    ]),
    /no more specific/],
  ['the value of a header beside its presence, both of one method',
    policy([[[web], { headers: [header('present')], methods: ['GET'] }], [[job], { headers: [header('exact', '1')], methods: ['GET'] }]]),
    /to Linkerd, GET of any path with header 'x' is no more specific than GET of any path with header 'x'/],
  ['regular expressions that may overlap',
    policy([[[web], { path: path('regex', '/a.*') }], [[job], { path: path('regex', '/.*b') }]]),
    /cannot be decided/],
  ['a prefix inside a regular expression, which is as long as the path',
    policy([[[web], { path: path('regex', '/a.*') }], [[job], { path: path('prefix', '/a/b'), headers: [header('present')] }]]),
    /to Linkerd, CONNECT of the path prefix '\/a\/b' with header 'x' is no more specific than the path expression '\/a\.\*'/],
  ['more overlaps than routes can hold',
    policy(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(name => [[account(name)], { headers: [header('exact', '1', name)] }])),
    /overlap in more than 128 ways/],
])('refuses %s', (_, model, reason) => {
  expect(inboundRoutes(model, port)).toMatchObject({ port: 8080, reason: expect.stringMatching(reason) });
});

const METHODS = ['GET', 'PUT'];
const PATHS = ['/', '/a', '/a/', '/a/b', '/a/c', '/c/b', '/a/b/c', '/ab'];
const conditions: fc.Arbitrary<NamedCondition[]> = fc.uniqueArray(fc.oneof(
  fc.record({ name: fc.constantFrom('x', 'y'), type: fc.constant('exact' as const), value: fc.constantFrom('1', '2') }),
  fc.record({ name: fc.constantFrom('x', 'y'), type: fc.constant('present' as const), value: fc.constant('') }),
), { selector: c => c.name, maxLength: 2 }).map(list => [...list].sort(compareNames));

const match = total<RequestMatch>({
  methods: fc.subarray(METHODS),
  path: fc.option(fc.oneof(
    fc.constantFrom(...PATHS).map(value => path('exact', value)),
    fc.constantFrom('/a', '/a/b', '/c').map(value => path('prefix', value)),
    fc.constantFrom('/{*}', '/a/{*}', '/{*}/b', '/{*}/{*}', '/a/{*}/c', '/{*}/').map(value => path('template', value)),
    fc.constantFrom('/a', '/a/b').map(value => path('below', value)),
    fc.constantFrom('/a', '/a/b', '/ab').map(value => path('start', value)),
    fc.constantFrom('/', '/a', 'b', '/b', 'b/c').map(value => path('end', value)),
    fc.constantFrom('/a?', '/[a-c]+', '/a.*', '/a/[a-z]', '.*/b').map(value => path('regex', value)),
  ), { nil: undefined }),
  headers: fc.oneof(fc.constant([]), conditions),
  query: fc.constant([]),
  hosts: absent,
});

/** What Linkerd can except: methods, and whole values of headers. */
const exception = fc.record({
  methods: fc.subarray(METHODS),
  headers: fc.constantFrom<NamedCondition[]>([], [header('exact', '1')], [header('exact', '2')], [header('exact', '1', 'y')]),
}).map((one): RequestMatch => ({ ...ANY_REQUEST, ...one })).filter(one => !isAnyRequest(one));

const SOURCES: Source[] = [web, job, { kind: 'ipBlock', cidr: '10.0.0.0/8', except: [] }, { kind: 'anyAuthenticated' }, { kind: 'anyone' }];
const models = fc.record({
  rules: fc.array(fc.record({
    sources: fc.subarray(SOURCES, { minLength: 1, maxLength: 2 }),
    requests: fc.array(match, { maxLength: 2 }),
    exceptRequests: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(exception, { maxLength: 2 }) }),
  }), { minLength: 1, maxLength: 3 }),
  probes: fc.subarray(['/a/b', '/health']),
}).map(({ rules, probes }) => excepting(policy(rules.map(({ sources, requests }) => [sources, ...requests]), probes), rules));

const request: fc.Arbitrary<Request> = fc.record({
  method: fc.constantFrom(...METHODS, 'DELETE'),
  path: fc.constantFrom(...PATHS, '/health'),
  headers: fc.dictionary(fc.constantFrom('x', 'y'), fc.constantFrom('1', '2', '', ['1', '2'])),
});

/** Those who may make a request, of a few clients that the sources tell apart. */
const CLIENTS = [
  { name: 'web', authenticated: true, inside: true }, { name: 'job', authenticated: true, inside: false },
  { name: 'other', authenticated: true, inside: false }, { authenticated: false, inside: true }, { authenticated: false, inside: false },
];

function admits(sources: readonly Source[]): boolean[] {
  return CLIENTS.map(client => sources.some(source => {
    switch (source.kind) {
      case 'serviceAccount': return source.name === client.name;
      case 'ipBlock': return client.inside;
      case 'anyAuthenticated': return client.authenticated;
      default: return source.kind === 'anyone';
    }
  }));
}

test('whichever of equal routes is picked, it lets in whom the policy does', () => {
  let rendered = 0;
  fc.assert(fc.property(models, fc.array(request, { minLength: 20, maxLength: 20 }), (model, requests) => {
    const routes = inboundRoutes(model, port);
    if ('reason' in routes) {
      return;
    }
    rendered++;
    for (const one of requests) {
      const written = admits([
        ...model.rules.filter(rule => rule.requests.length === 0 || rule.requests.some(m => holds(m, one)))
          .filter(rule => !rule.exceptRequests.some(m => holds(m, one))).flatMap(rule => rule.sources),
        ...model.healthProbes.some(probe => one.method === 'GET' && one.path === probe.path) ? [{ kind: 'anyone' as const }] : [],
      ]);
      const decided = picked(routes, one).map(route => admits(route.clients));
      // With a header on two lines, two routes may be for the request, and each of them lets in fewer.
      const isSplit = Object.values(one.headers).some(lines => typeof lines !== 'string');
      for (const admitted of decided.length > 0 ? decided : [admits([])]) {
        expect(isSplit ? admitted.map((is, i) => is && written[i]) : written).toEqual(admitted);
      }
    }
  }), { numRuns: 800 });
  expect(rendered).toBeGreaterThan(150);
});
