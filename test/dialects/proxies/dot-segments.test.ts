import * as fc from 'fast-check';
import { PARENT_SEGMENTS, undotted } from '../../../src/dialects/proxies/dot-segments';
import { programSize } from '../../../src/dialects/proxies/program-size';
import type { PathCondition } from '../../../src/model/path';
import { pathRegex } from '../../../src/model/path';

const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`);

/** The elements that a server may see, which decodes everything before it resolves dots, and knows parameters of elements. */
const elementsOf = (path: string) => path.replace(/%2e/gi, '.').split(/[/\\]|%2f|%5c/i).slice(1).map(element => element.replace(/;.*/, ''));

const condition: fc.Arbitrary<PathCondition> = fc.oneof(
  fc.constantFrom('/a', '/a/b').map(value => ({ type: 'prefix' as const, value })),
  fc.constantFrom('/a', '/a/b').map(value => ({ type: 'below' as const, value })),
  fc.constantFrom('/a', '/a.', '/a/b', '/a/.b', '/a%5c.').map(value => ({ type: 'start' as const, value })),
  fc.constantFrom('/a/{*}', '/a/{*}/b', '/{*}/{*}').map(value => ({ type: 'template' as const, value })),
  fc.constantFrom(
    '/a.*', '/a/.*', '/a/.+', '/a/[^/]+', '/(a|b)/[^/]+/b', '/a/[a-z]+', '.*', '.+', '/a/[^/]*', '/[.a]+', '/a\\..*', '/a/\\..*', '/.*/b',
    '/a(/.*)?', '/a/[^/]+/.*', '/a/.{2}',
  ).map(value => ({ type: 'regex' as const, value })),
);
const part = fc.constantFrom('a', 'b', 'c', '.', '..', '...', '%2e', '%2E.', '/', '/', '//', '\\', '%2F', '%5c', ';x', '%20', '%252e', 'a..b', '.a');
const path = fc.array(part, { maxLength: 8 }).map(parts => `/${parts.join('')}`);

test('what is written holds for no path that a server takes elsewhere', () => {
  let held = 0;
  fc.assert(fc.property(condition, fc.array(path, { minLength: 20, maxLength: 20 }), (one, paths) => {
    const written = undotted(one);
    fc.pre(written !== undefined);
    for (const actual of paths.filter(sent => whole(written).test(sent))) {
      held++;
      expect(actual).toMatch(whole(pathRegex(one)));
      expect(elementsOf(actual)).not.toContain('..');
      // Below a prefix, `.` leads nowhere.
      expect(one.type === 'template' && actual.replace(/%2e/gi, '.').split('/').includes('.')).toBe(false);
    }
  }), { numRuns: 1500 });
  expect(held).toBeGreaterThan(100);
});

test('what is written holds for every path without dots that it held for', () => {
  let held = 0;
  fc.assert(fc.property(condition, fc.array(path, { minLength: 20, maxLength: 20 }), (one, paths) => {
    const written = undotted(one);
    fc.pre(written !== undefined);
    for (const actual of paths.filter(sent => whole(pathRegex(one)).test(sent) && !/\.\.|%2e|\/\.(\/|$)/i.test(sent))) {
      held++;
      expect(actual).toMatch(whole(written));
    }
  }), { numRuns: 1500 });
  expect(held).toBeGreaterThan(100);
});

test.each(['/.*/b', '/[.a]+', '/a/[^/]*', '/a/\\..*', '/a(/.*)?', '/a/.{2}', '\\bx'])('knows nothing to write for %s', value => {
  expect(undotted({ type: 'regex', value })).toBeUndefined();
});

test('a path that leads up is found whatever its spelling', () => {
  fc.assert(fc.property(path, sent => {
    expect(whole(PARENT_SEGMENTS).test(sent)).toBe(elementsOf(sent).includes('..'));
  }), { numRuns: 2000 });
});

test('it fits into what Envoy compiles', () => {
  expect(programSize(undotted({ type: 'prefix', value: '/api/v1/carts' })!)).toBeLessThan(75);
  expect(programSize(undotted({ type: 'template', value: '/carts/{*}/items' })!)).toBeLessThan(75);
});
