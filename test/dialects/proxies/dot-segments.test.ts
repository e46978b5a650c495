import * as fc from 'fast-check';
import { DFA, isDisjointWith, JS, NFA } from 'refa';
import { PARENT_SEGMENTS, shortUndotted, undotted } from '../../../src/dialects/proxies/dot-segments';
import { programSize } from '../../../src/dialects/proxies/program-size';
import type { PathCondition } from '../../../src/model/path';
import { pathRegex } from '../../../src/model/path';
import { matchesRegex } from '../../../src/model/regex';

const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`);

/** The elements that a server may see, which decodes everything before it resolves dots, and knows parameters of elements. */
const elementsOf = (path: string) => path.replace(/%2e/gi, '.').split(/[/\\]|%2f|%5c/i).slice(1).map(element => element.replace(/;.*/, ''));

const condition: fc.Arbitrary<PathCondition> = fc.oneof(
  fc.constantFrom('/a', '/a/b').map(value => ({ type: 'prefix' as const, value })),
  fc.constantFrom('/a', '/a/b').map(value => ({ type: 'below' as const, value })),
  fc.constantFrom('/a', '/a.', '/a/b', '/a/.b', '/a%5c.', '/a/.', '/a/..', '/a/...', '/a;', '/a/.;').map(value => ({ type: 'start' as const, value })),
  fc.constantFrom('.json', '/b', '/', 'foo', '2ea', 'e./b', './x', 'a.', '(b', ';x').map(value => ({ type: 'end' as const, value })),
  fc.constantFrom('/a/{*}', '/a/{*}/b', '/{*}/{*}', '/a/{**}/b', '/{*}/{**}').map(value => ({ type: 'template' as const, value })),
  fc.constantFrom(
    '/a.*', '/a/.*', '/a/.+', '/a/[^/]+', '/(a|b)/[^/]+/b', '/a/[a-z]+', '.*', '.+', '/a/[^/]*', '/[.a]+', '/a\\..*', '/a/\\..*', '/.*/b',
    '/a(/.*)?', '/a/[^/]+/.*', '/a/.{2}', '/(?:foo|api).*', '/(?:foo|a/).*', '/a(?:\\.|/).+', '/a/\\.+', '/a/\\.+.*', '/(a|b\\.)/.+', '/a%2[eE].*', '/a%2.*',
    '.*\\.json', '.*/b', '.*foo', '.*Check', '.*0a', '.*2ea', '.*carts', '.*e', '.*eggs', '.*2f', '.*5Ca', '.*e\\./b', '.*;x', '.*\\.\\.a', '.*a\\.', '.*\\.', '.*%2fb', '.*%20',
  ).map(value => ({ type: 'regex' as const, value })),
);
/** What matches anything amid others. */
const amid: fc.Arbitrary<PathCondition> = fc.constantFrom('.*a.*b', '.*a/.*b.*', '/a.*c', '/(a.*|b.+)c', '.*a\\..*b', '/a/[^/]+/.*b', '.*%2.*b', '/.*/b')
  .map(value => ({ type: 'regex', value }));
const part = fc.constantFrom('a', 'b', 'c', '.', '..', '...', '%2e', '%2E.', '/', '/', '//', '\\', '%2F', '%5c', ';x', '%20', '%252e', 'a..b', '.a');
const path = fc.array(part, { maxLength: 8 }).map(parts => `/${parts.join('')}`);

/** Dots that are whole elements, in any spelling. */
const SEGMENTS = '.*(?:[/\\\\]|%2[fF]|%5[cC])(?:\\.|%2[eE]){1,2}(?:(?:[/;\\\\]|%2[fF]|%5[cC]).*)?';
/** A path that is not of whole encoded characters. */
const ODD = '.*%(?:[^0-9A-Fa-f].*|.[^0-9A-Fa-f].*|.?)';

function automaton(pattern: string): NFA {
  const { expression, maxCharacter } = JS.Parser.fromLiteral({ source: pattern, flags: 'su' }).parse();
  return NFA.fromRegex(expression, { maxCharacter });
}

/** Whether what an expression holds for is held for by one of the others. */
function isWithin(pattern: string, others: readonly string[]): boolean {
  const rest = DFA.fromFA(automaton(others.join('|')));
  rest.complement();
  return isDisjointWith(automaton(pattern), rest);
}

test('what is written holds for exactly the paths without dot segments that it held for', () => {
  let written = 0;
  fc.assert(fc.property(condition, one => {
    const all = pathRegex(one);
    const some = undotted(one);
    fc.pre(some !== undefined);
    written++;
    expect(isDisjointWith(automaton(some), automaton(SEGMENTS))).toBe(true);
    expect(isWithin(some, [all])).toBe(true);
    expect(isWithin(all, [some, SEGMENTS, ODD])).toBe(true);
  }), { numRuns: 300 });
  expect(written).toBeGreaterThan(50);
});

test.each([['exactly', undotted], ['in few instructions', shortUndotted]])('what is written %s holds for no path that a server takes elsewhere', (_, write) => {
  let held = 0;
  fc.assert(fc.property(fc.oneof(condition, amid), fc.array(path, { minLength: 20, maxLength: 20 }), (one, paths) => {
    const written = write(one);
    fc.pre(written !== undefined);
    for (const actual of paths.filter(sent => matchesRegex(written, sent))) {
      held++;
      expect(actual).toMatch(whole(pathRegex(one)));
      expect(elementsOf(actual)).not.toContain('..');
      // Below a prefix, `.` leads nowhere.
      expect(one.type === 'template' && actual.replace(/%2e/gi, '.').split('/').includes('.')).toBe(false);
    }
  }), { numRuns: 3000 });
  expect(held).toBeGreaterThan(100);
});

/** With more than one dot for each `.+`. */
const more = (pattern: string) => pattern.replace(/(?<!\\)\.\+/g, '.*[^.].*');

test('what is written in few instructions holds for every path that it held for, without two dots in a row or one that is all of a part', () => {
  let held = 0;
  fc.assert(fc.property(fc.oneof(condition, amid), fc.array(path, { minLength: 20, maxLength: 20 }), (one, paths) => {
    const written = shortUndotted(one);
    fc.pre(written !== undefined);
    for (const actual of paths.filter(sent => matchesRegex(more(pathRegex(one)), sent) && !/\.\.|%2e|\/\.(\/|$)/i.test(sent))) {
      held++;
      expect(actual).toMatch(whole(written));
    }
  }), { numRuns: 3000 });
  expect(held).toBeGreaterThan(100);
});

test.each(['/.*/b', '.*\\.', '.*e\\./b', '/[.a]+', '/a/[^/]*', '/a(/.*)?', '/a/.{2}', '/(?:foo|a/).*', '/a%2.*', '\\bx'])('knows nothing to write for %s', value => {
  expect(undotted({ type: 'regex', value })).toBeUndefined();
});

test('an expression that does not begin at the root, as people write it for Open Service Mesh', () => {
  const written = shortUndotted({ type: 'regex', value: '.*a-book.*new' })!;
  const all = ['/buy-a-book/new', '/a-book/new', '/a-booknew', '/v1.2/sell-a-book/some/new', '/a-book%20or%2ftwo/new'];

  expect(programSize(`(?:${written})$`)).toBeLessThan(75);
  expect(all.filter(sent => !matchesRegex(written, sent))).toEqual([]);
  expect(['/a-book/../admin/new', '/admin/../a-book/new', '/a-book/%2e%2e/new', '/a-book/.%2E/new', '/a-book\\..\\new', '/a-book/new/..', '/a-book'].filter(sent =>
    matchesRegex(written, sent))).toEqual([]);
});

test('a path that leads up is found whatever its spelling', () => {
  fc.assert(fc.property(path, sent => {
    expect(whole(PARENT_SEGMENTS).test(sent)).toBe(elementsOf(sent).includes('..'));
  }), { numRuns: 3000 });
});

test.each(['/cart/2..', '/cart/2F2E2E2b../A./x', '/cart/a%2eb'])('%s is below a prefix, and left out of an expression in few instructions', sent => {
  const below = { type: 'prefix', value: '/cart' } as const;

  expect(matchesRegex(undotted(below)!, sent)).toBe(true);
  expect(matchesRegex(shortUndotted(below)!, sent)).toBe(false);
});

test('what stands before the last characters of a path may be a part of an encoded one', () => {
  const written = shortUndotted({ type: 'regex', value: '.*0a' })!;

  expect(['/%20a', '/%0a', '/10a'].filter(sent => !matchesRegex(written, sent))).toEqual([]);
  expect(matchesRegex(shortUndotted({ type: 'regex', value: '.*ea' })!, '/.%2ea/..')).toBe(false);
});

test('it fits into what Envoy compiles, and into an HTTPRoute', () => {
  expect(programSize(shortUndotted({ type: 'prefix', value: '/api/v1/carts' })!)).toBeLessThan(75);
  expect(programSize(shortUndotted({ type: 'template', value: '/carts/{*}/items' })!)).toBeLessThan(75);
  expect(undotted({ type: 'template', value: '/shops/{*}/carts/{*}/items/{*}/prices/{*}' })!.length).toBeLessThan(600);
});
