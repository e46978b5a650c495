import * as fc from 'fast-check';
import type { NamedCondition, RequestMatch } from '../../src/model/match';
import { ANY_REQUEST, compareNames, intersect, isAnyRequest, isSameMatch, longestPathFirst, matchKey, oneMethodEach } from '../../src/model/match';
import type { PathCondition } from '../../src/model/path';
import { total } from '../total';

const named: fc.Arbitrary<NamedCondition[]> = fc.uniqueArray(fc.tuple(fc.constantFrom('x', 'y'), fc.constantFrom<Omit<NamedCondition, 'name'>>(
  { type: 'exact', value: '1' }, { type: 'exact', value: '2' }, { type: 'start', value: '1' }, { type: 'end', value: '12' },
  { type: 'regex', value: '[12]' }, { type: 'present', value: '' },
)).map(([name, value]) => ({ name, ...value })), { selector: ({ name }) => name, maxLength: 2 }).map(all => [...all].sort(compareNames));

/** Each condition alone, and the value it has where it is absent. */
const GIVEN = {
  methods: fc.subarray(['GET', 'POST'], { minLength: 1 }),
  path: fc.record<PathCondition>({ type: fc.constantFrom('exact', 'prefix'), value: fc.constantFrom('/a', '/a/b') }),
  headers: named.filter(all => all.length > 0),
  query: named.filter(all => all.length > 0),
  hosts: fc.subarray(['*.example.com', 'a.example.com', 'b.example.org'], { minLength: 1 }),
} satisfies { readonly [C in keyof Required<RequestMatch>]: fc.Arbitrary<NonNullable<RequestMatch[C]>> };
const sometimes = <C extends keyof RequestMatch>(name: C) =>
  fc.oneof(fc.constant(ANY_REQUEST[name]), GIVEN[name] as fc.Arbitrary<unknown> as fc.Arbitrary<NonNullable<RequestMatch[C]>>);

const match = total<RequestMatch>({
  methods: sometimes('methods'), path: sometimes('path'), headers: sometimes('headers'), query: sometimes('query'), hosts: sometimes('hosts'),
});

test.each(Object.entries(GIVEN))('a condition on %s is one: it is no longer any request, nor has it the key of another', (name, values) => {
  fc.assert(fc.property(match, values as fc.Arbitrary<unknown>, (one, value) => {
    const without = { ...one, [name]: ANY_REQUEST[name as keyof RequestMatch] };
    const having = { ...one, [name]: value };
    expect(isAnyRequest(having)).toBe(false);
    expect(matchKey(having)).not.toBe(matchKey(without));
    // It stays in what both have in common, and is not made wider.
    expect([intersect(without, having), intersect(having, without)].map(common => matchKey(common as RequestMatch)))
      .toEqual([matchKey(having), matchKey(having)]);
  }));
});

test('matches have the same key if they say the same, and only then', () => {
  let same = 0;
  fc.assert(fc.property(match, match, fc.subarray(Object.keys(GIVEN) as (keyof RequestMatch)[]), (a, other, shared) => {
    const b = { ...other, ...Object.fromEntries(shared.map(name => [name, a[name]])) };
    const equal = JSON.stringify(a) === JSON.stringify(b);
    same += Number(equal);
    expect(matchKey(a) === matchKey(b)).toBe(equal);
  }), { numRuns: 3000 });
  expect(same).toBeGreaterThan(50);
});

const VALUES = [undefined, '', '1', '2', '3', '12', '13', '112'];
/** Two headers, or parameters, of a request. */
const PAIRS = VALUES.flatMap(x => VALUES.map(y => ({ x, y })));
const HOLDS: { readonly [Type in NamedCondition['type']]: (text: string, value: string) => boolean } = {
  exact: (text, value) => text === value,
  start: (text, value) => text.startsWith(value),
  end: (text, value) => text.endsWith(value),
  regex: (text, value) => new RegExp(`^(?:${value})$`).test(text),
  present: () => true,
};
const holdAll = (all: readonly NamedCondition[], actual: Readonly<Record<string, string | undefined>>) =>
  all.every(({ name, type, value }) => actual[name] !== undefined && HOLDS[type](actual[name], value));

/** What a request may have where a condition looks, and whether the condition holds for it. */
const READ = {
  methods: [['GET', 'POST', 'PUT'], (all, method) => all.length === 0 || all.includes(method)],
  path: [
    ['/', '/a', '/a/b', '/a/b/c', '/ab'],
    (path, actual) => path === undefined || (path.type === 'prefix' && actual.startsWith(`${path.value}/`)) || actual === path.value,
  ],
  headers: [PAIRS, holdAll],
  query: [PAIRS, holdAll],
  hosts: [
    ['a.example.com', 'b.example.com', 'b.example.org', 'c.example.org'],
    (hosts, name) => hosts === undefined || hosts.includes(name) || (hosts.includes('*.example.com') && name.endsWith('.example.com')),
  ],
} satisfies { readonly [C in keyof Required<RequestMatch>]: readonly [readonly unknown[], (condition: RequestMatch[C], actual: any) => boolean] };

/** And where nothing is, that is said: to say `unknown`, or either of them, is to refuse what could be rendered. */
test.each(Object.keys(READ) as (keyof RequestMatch)[])('what two conditions on %s have in common holds where both do', name => {
  const [values, holds] = READ[name] as readonly [readonly unknown[], (condition: unknown, actual: unknown) => boolean];
  const seen = { disjoint: 0, met: 0, unknown: 0 };
  fc.assert(fc.property(sometimes(name), sometimes(name), (a, b) => {
    const common = intersect({ ...ANY_REQUEST, [name]: a }, { ...ANY_REQUEST, [name]: b });
    const both = values.filter(value => holds(a, value) && holds(b, value));
    seen[typeof common === 'string' ? common : 'met']++;
    expect(common === 'disjoint').toBe(both.length === 0);
    if (typeof common !== 'string') {
      expect(values.filter(value => holds(common[name], value))).toEqual(both);
    }
  }), { numRuns: 500 });
  expect(Math.min(seen.disjoint, seen.met)).toBeGreaterThan(5);
  expect(seen.unknown).toBeLessThan(100);
});

const header = (type: NamedCondition['type'], value = '', name = 'x'): NamedCondition => ({ name, type, value });
test.each<[NamedCondition, NamedCondition, NamedCondition | 'disjoint' | 'unknown']>([
  [header('exact', '1'), header('regex', '1+'), header('exact', '1')],
  [header('exact', 'a'), header('regex', '\\pL+'), header('exact', 'a')],
  [header('exact', '1'), header('regex', '\\pL+'), 'disjoint'],
  [header('regex', 'a+'), header('regex', '\\pL+'), 'unknown'],
  [header('regex', '[ab]'), header('regex', '[bc]'), 'unknown'],
  [header('regex', '[ab]'), header('regex', '[cd]'), 'disjoint'],
  [header('regex', 'a+'), header('regex', '[ab]+'), header('regex', 'a+')],
  [header('exact', '1.0'), header('exact', '1.0'), header('exact', '1.0')],
  [header('exact', '1.0'), header('regex', '1.0'), header('exact', '1.0')],
  [header('present'), header('regex', 'a+'), header('regex', 'a+')],
  [header('present'), header('regex', '\\pL+'), header('regex', '\\pL+')],
  [header('start', '1'), header('exact', '12'), header('exact', '12')],
  [header('end', '1'), header('exact', '12'), 'disjoint'],
  [header('start', '1.'), header('start', '12'), 'disjoint'],
  [header('end', '.2'), header('end', '12'), 'disjoint'],
])('what the values %j and %j have in common', (one, other, common) => {
  const having = (...headers: NamedCondition[]): RequestMatch => ({ ...ANY_REQUEST, headers });
  const expected = typeof common === 'string' ? common : having(common);
  expect(intersect(having(one), having(other))).toEqual(expected);
  expect(intersect(having(other), having(one))).toEqual(expected);
  // What cannot be decided is not needed where another condition is decided, and another condition never hides it.
  const [get, post] = ['GET', 'POST'].map(method => ({ methods: [method] }));
  expect(intersect({ ...having(one), ...get }, { ...having(other), ...post })).toBe('disjoint');
  expect(intersect({ ...having(one), hosts: ['a.example.com'] }, { ...having(other), hosts: ['b.example.com'] })).toBe('disjoint');
  expect(intersect({ ...having(one), ...get }, having(other))).toEqual(typeof expected === 'string' ? expected : { ...expected, ...get });
  expect(intersect(having(one, header('exact', '1', 'y')), having(other, header('exact', '2', 'y')))).toBe('disjoint');
  // The others stay, in the order of their names.
  const [before, after] = [header('exact', '1', 'a'), header('exact', '2', 'z')];
  expect(intersect(having(one, after), having(before, other))).toEqual(typeof expected === 'string' ? expected : having(before, ...expected.headers, after));
});

test('where the values of both hold for the same, it is the second', () => {
  const [expression, exact, same] = [header('regex', 'a'), header('exact', 'a'), header('exact', 'a')].map(one => ({ ...ANY_REQUEST, headers: [one] }));
  const first = (a: RequestMatch, b: RequestMatch) => (intersect(a, b) as RequestMatch).headers[0];

  expect(first(expression, exact)).toBe(exact.headers[0]);
  expect(first(exact, expression)).toBe(expression.headers[0]);
  expect(first(exact, same)).toBe(same.headers[0]);
});

test('matches are the same if their keys are', () => {
  fc.assert(fc.property(match, match, (a, b) => {
    expect(isSameMatch(a, a)).toBe(true);
    expect(isSameMatch(a, JSON.parse(JSON.stringify(a)))).toBe(true);
    expect(isSameMatch(a, b)).toBe(matchKey(a) === matchKey(b));
  }));
});

test('names are in the order of their characters', () => {
  expect([{ name: 'b' }, { name: 'a' }, { name: 'B' }].sort(compareNames).map(({ name }) => name)).toEqual(['B', 'a', 'b']);
  expect(compareNames({ name: 'a' }, { name: 'a' })).toBe(0);
});

test('one method each is the same in other words', () => {
  expect(oneMethodEach({ ...ANY_REQUEST, methods: ['GET', 'PUT'] })).toEqual([{ ...ANY_REQUEST, methods: ['GET'] }, { ...ANY_REQUEST, methods: ['PUT'] }]);
  expect([ANY_REQUEST, { ...ANY_REQUEST, methods: ['GET'] }].map(oneMethodEach)).toEqual([[ANY_REQUEST], [{ ...ANY_REQUEST, methods: ['GET'] }]]);
});

test('the names of what is deployed are made of the keys of matches: these stay as they are', () => {
  expect([
    ANY_REQUEST,
    { ...ANY_REQUEST, hosts: ['a.example.com'] },
    { methods: ['GET'], path: { type: 'exact', value: '/a' }, headers: [header('exact', '1')], query: [header('present')] } as const,
  ].map(matchKey)).toEqual([
    '[[],null,[],[]]',
    '[[],null,[],[],["a.example.com"]]',
    '[["GET"],["exact","/a"],[["x","exact","1"]],[["x","present",""]]]',
  ]);
});

test('the longest path goes first, those of one length stay in their order, and no path is the shortest', () => {
  const [a, b, longer] = ['/a', '/b', '/a/b'].map((value): RequestMatch => ({ ...ANY_REQUEST, path: { type: 'prefix', value } }));
  const matches = [ANY_REQUEST, b, a, longer];

  expect(longestPathFirst(matches)).toEqual([longer, b, a, ANY_REQUEST]);
  expect(matches).toEqual([ANY_REQUEST, b, a, longer]);
});

test('what two matches have in common is the same from either side, and that of a match with itself is itself', () => {
  fc.assert(fc.property(match, match, (a, b) => {
    const [there, back] = [intersect(a, b), intersect(b, a)].map(common => typeof common === 'string' ? common : matchKey(common));
    expect(there).toBe(back);
    expect(matchKey(intersect(a, a) as RequestMatch)).toBe(matchKey(a));
    expect(isAnyRequest(a)).toBe(matchKey(a) === matchKey(ANY_REQUEST));
    oneMethodEach(a).forEach(one => expect(matchKey(intersect(one, a) as RequestMatch)).toBe(matchKey(one)));
  }), { numRuns: 2000 });
});
