import * as fc from 'fast-check';
import { holding, regexes, texts } from './regexes';
import { regexRelation } from '../../src/model/regex-relation';

test.each([
  ['/api/[0-9]+', '/metrics', 'disjoint'],
  ['/api/[0-9]+', '/api/.*', 'inside'],
  ['/api/.*', '/api(/.*)?', 'inside'],
  ['/.*', '/a|/b', 'around'],
  ['(a|b)*c', '[ab]*c', 'equal'],
  ['^/cart$', '/cart', 'equal'],
  ['(^/a|^/b)$', '/[ab]', 'equal'],
  ['/a.*', '/.*b', 'unknown'],
  // A `?` begins the query: no path has one.
  ['/a\\?b', '/a.b', 'disjoint'],
  ['\\bcart', 'shop', 'unknown'],
  ['a^b', 'c', 'unknown'],
  ['(a|b)*a(a|b){9}', '(a|b)*b(a|b){9}', 'disjoint'],
  ['(a|b)*a(a|b){14}c', '(a|b)*a(a|b){14}[cd]', 'unknown'],
])('%s and %s: %s', (a, b, relation) => {
  expect(regexRelation(a, b, 'path')).toBe(relation);
});

test('what is said of two expressions is so, of every text', () => {
  const seen: Record<string, number> = {};
  fc.assert(fc.property(regexes, regexes, fc.array(texts, { minLength: 20, maxLength: 20 }), (a, b, samples) => {
    const relation = regexRelation(a, b, 'query');
    seen[relation] = (seen[relation] ?? 0) + 1;
    const [inA, inB] = [holding(a), holding(b)];
    for (const text of samples) {
      const [one, other] = [inA(text), inB(text)];
      switch (relation) {
        case 'disjoint': expect([text, one && other]).toEqual([text, false]); break;
        case 'equal': expect([text, one]).toEqual([text, other]); break;
        case 'inside': expect([text, one && !other]).toEqual([text, false]); break;
        case 'around': expect([text, other && !one]).toEqual([text, false]); break;
        case 'unknown': break;
      }
    }
  }), { numRuns: 300 });
  expect(seen).toMatchObject({ disjoint: expect.any(Number), inside: expect.any(Number), around: expect.any(Number), unknown: expect.any(Number) });
}, 60_000);

test('it is the same from the other side', () => {
  const other = { disjoint: 'disjoint', equal: 'equal', inside: 'around', around: 'inside', unknown: 'unknown' };
  fc.assert(fc.property(regexes, regexes, (a, b) => {
    expect(regexRelation(b, a, 'query')).toBe(other[regexRelation(a, b, 'query')]);
  }));
});
