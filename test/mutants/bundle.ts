import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { buildSync } from 'esbuild';

/**
 * Bundles the tests that the mutants of a folder of `src/` have to pass: what they import is loaded once for each mutant, where jest would
 * load it a hundred times.
 */

const TESTS = path.join(__dirname, '..');

// The first test that fails is enough: quick ones come first.
const OF: Readonly<Record<string, readonly string[]>> = {
  model: ['model', 'vocabulary', 'dialects'],
  dialects: ['dialects', 'intents', 'targets/laws.test.ts'],
  targets: ['intents', 'targets'],
};

// The first is about words; each of the others would take longer than all that are left.
const WITHOUT = ['messages', 'neighbours', 'pairs', 'readers'].map(name => `${name}.test.ts`);

const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.test.ts') && !WITHOUT.includes(path.basename(file)) && !replacesModules(file))
  .sort();
const tests = OF[process.env.MUTANTS_OF!].flatMap(part => files.filter(file => file === part || file.startsWith(`${part}/`)));

buildSync({
  stdin: { contents: ["require('./seed');", ...tests.map(file => `describe('${file}', () => { require('./${file}'); });`)].join('\n'), resolveDir: TESTS },
  bundle: true,
  platform: 'node',
  target: 'node20',
  outfile: path.join(TESTS, '../mutants.test.js'),
  logLevel: 'warning',
});

/** A bundle has no modules to replace. */
function replacesModules(test: string): boolean {
  return /\bjest\.(mock|doMock|isolateModules)\b/.test(readFileSync(path.join(TESTS, test), 'utf8'));
}
