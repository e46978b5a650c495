import * as fc from 'fast-check';
import type { NamedCondition, RequestMatch } from '../../src/model/match';
import { ANY_REQUEST, compareNames, intersect, isAnyRequest, matchKey, oneMethodEach } from '../../src/model/match';
import type { PathCondition } from '../../src/model/path';
import { total } from '../total';

const named: fc.Arbitrary<NamedCondition[]> = fc.uniqueArray(fc.tuple(fc.constantFrom('x', 'y'), fc.constantFrom<Omit<NamedCondition, 'name'>>(
  { type: 'exact', value: '1' }, { type: 'exact', value: '2' }, { type: 'start', value: '1' }, { type: 'end', value: '12' }, { type: 'regex', value: '[12]' }, { type: 'present', value: '' },
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

test('what two matches have in common is the same from either side, and that of a match with itself is itself', () => {
  fc.assert(fc.property(match, match, (a, b) => {
    const [there, back] = [intersect(a, b), intersect(b, a)].map(common => typeof common === 'string' ? common : matchKey(common));
    expect(there).toBe(back);
    expect(matchKey(intersect(a, a) as RequestMatch)).toBe(matchKey(a));
    expect(isAnyRequest(a)).toBe(matchKey(a) === matchKey(ANY_REQUEST));
    oneMethodEach(a).forEach(one => expect(matchKey(intersect(one, a) as RequestMatch)).toBe(matchKey(one)));
  }), { numRuns: 2000 });
});
