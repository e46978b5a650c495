import { writeFileSync } from 'fs';
import * as fc from 'fast-check';
import { PARENT_SEGMENTS, undotted } from '../../src/dialects/proxies/dot-segments';
import type { PathCondition } from '../../src/model/path';
import { pathRegex } from '../../src/model/path';
import { portableRegex } from '../../src/model/regex-portable';
import { isRe2, regexes, texts } from '../../test/model/regexes';

/** What an engine is asked, on a line of its own. */
export interface Case {
  readonly pattern: string;
  readonly texts: readonly string[];
  /** The case before that says what this one has to mean, where it is written anew. */
  readonly of?: number;
}

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const numRuns = Number(process.env.CASES ?? 5000);

const cases: Case[] = [];

function add(pattern: string, samples: readonly string[]): void {
  cases.push({ pattern, texts: samples });
  const portable = isRe2(pattern) ? portableRegex(pattern) : undefined;
  if (portable !== undefined) {
    cases.push({ pattern: portable, texts: samples, of: cases.length - 1 });
  }
}

fc.sample(fc.tuple(regexes, fc.array(texts, { minLength: 20, maxLength: 20 })), { seed, numRuns })
  .forEach(([pattern, samples]) => add(pattern, samples));

/** What people write, and what engines read differently; and the largest that is written. */
const KNOWN = [
  '/api/v[0-9]+', '[^/&&?]+', '[^a&&b]', '[a--b]', '[a~~b]', '[a[b]', '[[:alpha:][:digit:]]+', '\\d+', '\\w+', '\\s', '\\D', '\\Qa.b\\E',
  '(?i)kelvins', '(?i)[^k]',
  '(?s).', '.', 'a{,5}', '[\\s\\S]*', '\\x{1F600}', '(?P<n>a)', '(?<n>a)', '(?U)a+', '\\pN', '\\bab\\b', '(?m)^a$',
  '^a$|b', '', '(|a)', '[a-c-e]', '[]-a]', '[+--]',
  '.{1000}', '[^/]{1000}', '(?:[^/]{10}){100}', 'é+', '\\C', '\\z', '\\Z', 'a**', '(?:a{1,100}){1,10}', '((((((((((a))))))))))',
];
const TEXTS = [
  '', 'a', 'b', 'ab', 'a.b', '&', '-', '~', '[', '/', '٣', '7', 'é', 'ſ', 'K', 'KELVINS', 'elvinſ', '\n', '\r',
  '\u2028', '\u{1F600}', 'x'.repeat(1000), 'é'.repeat(1000), '{,5}', 'a{,5}',
];
KNOWN.forEach(pattern => add(pattern, TEXTS));

/** Paths of which a server may make others, and what is written so that it does not. */
const PATHS = [
  '/a', '/a/', '/a/b', '/a/..', '/a/../b', '/a/%2e%2E/b', '/a/.%2e;x/b', '/a/..%2Fb', '/a\\..\\b', '/a/./b', '/a/...',
  '/a/..b', '/a/v1..v2', '/a/.b', '/a/%20b', '/a/%zz', '/a//b',
];
const CONDITIONS: PathCondition[] = [
  { type: 'prefix', value: '/a' }, { type: 'below', value: '/a' }, { type: 'start', value: '/a' }, { type: 'start', value: '/a/.' },
  { type: 'template', value: '/a/{*}' }, { type: 'template', value: '/{*}/{*}/b' },
  { type: 'regex', value: '/a/.*' }, { type: 'regex', value: '/a/[^/]+' }, { type: 'regex', value: '/a.+' },
];
[PARENT_SEGMENTS, ...CONDITIONS.flatMap(condition => [pathRegex(condition), undotted(condition)!])].forEach(pattern => add(pattern, PATHS));

writeFileSync(process.argv[2], cases.map(one => `${JSON.stringify(one)}\n`).join(''));
console.log(`seed ${seed}, ${cases.length} expressions, ${cases.filter(one => one.of !== undefined).length} of them written anew`);
