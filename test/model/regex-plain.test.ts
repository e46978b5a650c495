import * as fc from 'fast-check';
import { matchesRegex } from '../../src/model/regex';
import { plainly, plainRegex } from '../../src/model/regex-plain';
import { regexRelation } from '../../src/model/regex-relation';
import { simply } from '../../src/model/regex-simple';
import { type Reach, wholeRegex } from '../../src/model/regex-whole';

const said = (pattern: string, texts: 'path' | 'header' = 'path') => {
  const { type, ...rest } = plainly(pattern, texts);
  return 'value' in rest ? `${type} ${rest.value}` : type;
};

test.each([
  ['.*', 'everything'], ['(.*)', 'everything'], ['.*.*', 'everything'], ['(?:/.*)?.*', 'everything'],
  ['/foo', 'exact /foo'], ['^/foo$', 'exact /foo'], ['/a\\.b', 'exact /a.b'], ['(?:/foo)', 'exact /foo'], ['/fo{2}', 'exact /foo'], ['', 'exact '],
  ['/api(/.*)?', 'prefix /api'], ['/api(?:$|/.*)', 'prefix /api'], ['/api|/api/.*', 'prefix /api'], ['/api(/|/.*)?', 'prefix /api'],
  ['/api/.*', 'start /api/'], ['/api.*', 'start /api'], ['/.*', 'start /'], ['/api/?.*', 'start /api'], ['/api/(v1|.*)', 'start /api/'],
  ['.*/foo', 'end /foo'], ['.*foo', 'end foo'], ['(.*/|/)foo', 'end /foo'], ['(.*/)?foo', 'expression (.*/)?foo'],
  ['/users/[^/]+', 'template /users/{*}'], ['/users/[^/]+/items/[^/]+', 'template /users/{*}/items/{*}'], ['/[^/]+/x', 'template /{*}/x'],
  ['/a/.*/b', 'template /a/{**}/b'], ['/[^/]+/.*', 'template /{*}/{**}'],
  ['/users/[0-9]+', 'expression /users/[0-9]+'], ['/users/[^/]*', 'expression /users/[^/]*'], ['/users/.+', 'expression /users/.+'],
  ['/api/.+', 'expression /api/.+'], ['.*a-book.*new', 'expression .*a-book.*new'], ['/(?i)foo', 'expression /(?i)foo'], ['/foo\\b', 'expression /foo\\b'],
])('a path %j is %s', (pattern, plain) => {
  expect(said(pattern)).toBe(plain);
});

test('headers have neither elements nor templates', () => {
  expect(['/api(/.*)?', '/[^/]+', 'Go-http-client/.*', '.*foo', 'v1'].map(pattern => said(pattern, 'header')))
    .toEqual(['expression /api(/.*)?', 'expression /[^/]+', 'start Go-http-client/', 'end foo', 'exact v1']);
});

test.each<[string, Reach, string | undefined]>([
  ['/foo', 'whole', '/foo'], ['/foo', 'start', '/foo.*'], ['/foo', 'part', '.*/foo.*'],
  ['/foo$', 'start', '/foo'], ['^/foo', 'part', '/foo.*'], ['^/foo$', 'part', '/foo'], ['.*', 'part', '.*'],
  ['^', 'part', '.*'], ['^$', 'part', ''], ['$', 'start', ''],
  ['^a|b$', 'part', '(?:a.*)|(?:.*b)'], ['(^|/)foo', 'part', '(?:foo.*)|(?:.*/foo.*)'], ['/(foo$|bar)', 'start', '(?:/foo)|(?:/bar.*)'],
  ['a^b', 'part', undefined], ['(a$)+b', 'start', undefined], ['/foo\\b', 'start', undefined], ['(?=x)', 'part', undefined],
])('%j, for the %s of a text, is %j for all of it', (pattern, reach, whole) => {
  expect(wholeRegex(pattern, reach)).toBe(whole);
});

const texts = fc.stringMatching(/^[/ab]{0,6}$/);
const letter = fc.constantFrom('a', 'b', '/', '.', '[ab]', '[^/]', '');
const expressions = fc.letrec<{ readonly regex: string }>(tie => ({
  regex: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    letter,
    fc.tuple(tie('regex'), tie('regex')).map(([a, b]) => `${a}${b}`),
    fc.tuple(tie('regex'), tie('regex')).map(([a, b]) => `(?:${a}|${b})`),
    fc.tuple(tie('regex'), fc.constantFrom('*', '+', '?', '{2}')).map(([a, count]) => `(?:${a})${count}`),
    fc.constantFrom('.*', '/a', '(/.*)?', '[^/]+'),
  ),
})).regex;
const anchored = fc.tuple(fc.constantFrom('', '^'), expressions, fc.constantFrom('', '$'), fc.option(expressions, { nil: undefined }))
  .map(([start, middle, end, other]) => `${start}${middle}${end}${other === undefined ? '' : `|${other}`}`);

test('for all of a text holds what held for a part of it, by another engine', () => {
  fc.assert(fc.property(anchored, fc.constantFrom<Reach>('whole', 'start', 'part'), fc.array(texts, { minLength: 5 }), (pattern, reach, all) => {
    const whole = wholeRegex(pattern, reach);
    const searched = new RegExp({ whole: `^(?:${pattern})$`, start: `^(?:${pattern})`, part: pattern }[reach]);

    expect(whole).toBeDefined();
    all.forEach(text => expect([text, matchesRegex(whole!, text)]).toEqual([text, searched.test(text)]));
  }), { numRuns: 500 });
});

test('what is said plainly holds for the same texts', () => {
  let plain = 0;
  fc.assert(fc.property(expressions, fc.constantFrom<'path' | 'header'>('path', 'header'), fc.array(texts, { minLength: 5 }), (pattern, of, all) => {
    const said_ = plainly(pattern, of);
    if (said_.type !== 'expression') {
      plain++;
      expect(regexRelation(pattern, plainRegex(said_), of)).toBe('equal');
    }
    all.forEach(text => expect([text, matchesRegex(plainRegex(said_), text)]).toEqual([text, matchesRegex(pattern, text)]));
  }), { numRuns: 500 });
  expect(plain).toBeGreaterThan(50);
});

test('what is simple means what parser and automata find for it', () => {
  const character = fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...'/ab-_ ~%@:,;=&!#\'"<>') },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 1 }) },
  );
  const optional = (text: string) => fc.constantFrom('', text);
  const pattern = fc.tuple(
    optional('^'),
    optional('.*'),
    fc.string({ unit: character, maxLength: 8 }),
    optional('.*'),
    optional('$'),
  ).map(parts => parts.join(''));
  let simple = 0;
  fc.assert(fc.property(pattern, fc.constantFrom<Reach>('whole', 'start', 'part'), fc.constantFrom<'path' | 'header'>('path', 'header'), (text, reach, of) => {
    const meant = simply(text, reach);
    if (meant === undefined) return;
    simple++;
    expect(matchesRegex(text, '')).toBeDefined();
    expect(meant).toEqual(plainly(wholeRegex(text, reach)!, of));
  }), { numRuns: 2000 });
  expect(simple).toBeGreaterThan(500);
});

test('what can be said plainly is said so, however it is written', () => {
  const value = fc.stringMatching(/^(?:\/[ab]{1,2}){1,2}$/);
  const spelled = fc.tuple(value, fc.constantFrom<readonly [string, (text: string) => string[]]>(
    ['exact', text => [text, `^${text}$`, `(?:${text})`]],
  ['prefix', text => [`${text}(/.*)?`, `${text}(?:/.*|$)`, `(?:${text}|${text}/.*)`]],
  ['start', text => [`${text}.*`, `${text}(.*)`, `${text}(|.+)`]],
  ['end', text => [`.*${text}`, `(.*)${text}`, `.*.*${text}`]],
  ['template', text => [`${text}/[^/]+`, `${text}/([^/]+)`, `${text}/[^/][^/]*`]],
  ), fc.nat(2));
  fc.assert(fc.property(spelled, ([text, [type, spellings], i]) => {
    expect(plainly(spellings(text)[i], 'path')).toEqual(type === 'template' ? { type, value: `${text}/{*}` } : { type, value: text });
  }));
});
