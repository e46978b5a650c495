import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { LANGUAGES, type Language } from './languages';

/**
 * Builds the package for each language, and runs the program of examples/start in a new project of it: the manifests are those of TypeScript, byte for
 * byte. A program that no target can express ends with the same error, but for the names in it. Arguments choose languages by name.
 */

const ROOT = path.join(__dirname, '..', '..');
const PROGRAMS = path.join(ROOT, 'examples', 'start');
const REFUSED = path.join(__dirname, 'refused');

function run(cwd: string, command: string, ...args: string[]): void {
  console.log(`$ ${command} ${args.join(' ')}`);
  execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The files that a program wrote, by name. */
function written(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(fs.readdirSync(folder).sort().map(name => [name, fs.readFileSync(path.join(folder, name), 'utf8')]));
}

function synthesized(language: Language, project: string, program: string): ReturnType<typeof spawnSync> {
  fs.copyFileSync(path.join(program, language.program), path.join(project, language.source ?? language.program));
  const [command, ...args] = language.run;
  return spawnSync(command, args, { cwd: project, encoding: 'utf8', env: { ...process.env, CDK8S_OUTDIR: 'dist', ...language.env?.(project) } });
}

interface Outcome {
  readonly files: Readonly<Record<string, string>>;
  readonly error: string | undefined;
}

/** What the two programs of a language come to, in a new project. */
function outcome(name: string, language: Language, scratch: string): Outcome {
  const project = path.join(scratch, name);
  fs.mkdirSync(project);
  language.prepare({ project, built: path.join(scratch, 'built'), root: ROOT, run });
  const { status, stdout, stderr } = synthesized(language, project, PROGRAMS);
  if (status !== 0) throw new Error(`${name}: ${stdout}${stderr}`);
  const refused = synthesized(language, project, REFUSED);
  return {
    files: written(path.join(project, 'dist')),
    error: refused.status === 0 ? undefined : /\[shop\/cart-access\] MESH\d+: [^\n]*?#mesh\d+/.exec(`${refused.stdout}${refused.stderr}`)?.[0]
      // How the names are spelled there.
      .replace(/ In (?:Python|Go|C#): .*?(?= See https:)/, ''),
  };
}

const asked = process.argv.slice(2);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-mesh-languages-'));
run(ROOT, 'npx', 'projen', 'compile');
const expected = outcome('typescript', LANGUAGES.typescript, scratch);
assert.ok(expected.error);
for (const [name, language] of Object.entries(LANGUAGES)) {
  if (name === 'typescript' || (asked.length > 0 && !asked.includes(name))) continue;
  assert.deepEqual(outcome(name, language, scratch), expected);
  console.log(`✓ ${name} writes the same ${Object.keys(expected.files).length} files, and says the same of what is refused`);
}
fs.rmSync(scratch, { recursive: true, force: true });
