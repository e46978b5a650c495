import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as cdk8s from 'cdk8s';
import * as ts from 'typescript';
import * as library from '../../../src';
import { type Program, run } from '../../../src/migrate/program';

const ROOT = path.join(__dirname, '../../..');

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noUnusedLocals: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Node10,
  skipLibCheck: true,
  esModuleInterop: true,
  resolveJsonModule: true,
  types: ['node'],
  typeRoots: [path.join(ROOT, 'node_modules/@types')],
  paths: { 'cdk8s-mesh': [path.join(ROOT, 'src')] },
};

/** What the compiler says of each text, and what it makes of it; all in one run. */
export function compiled(texts: readonly string[]): { readonly errors: readonly string[]; readonly js: string }[] {
  const files = new Map(texts.map((text, i) => [path.join(ROOT, `program-${i}.ts`), text]));
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = file => files.has(file) || fileExists(file);
  host.readFile = file => files.get(file) ?? readFile(file);
  host.getSourceFile = (file, version, ...others) => {
    const text = files.get(file);
    return text === undefined ? getSourceFile(file, version, ...others) : ts.createSourceFile(file, text, version);
  };
  const program = ts.createProgram({ rootNames: [...files.keys()], options: OPTIONS, host });
  return [...files.keys()].map(file => {
    const source = program.getSourceFile(file)!;
    let js = '';
    program.emit(source, (_, text) => { js = text; });
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return { errors: diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')), js };
  });
}

/** The files that a synthesis writes by their names, or why it writes none. */
export type Written = Readonly<Record<string, string>> | string;

function written(synth: (outdir: string) => void): Written {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'program-'));
  try {
    synth(outdir);
    return Object.fromEntries(fs.readdirSync(outdir).map(file => [file, fs.readFileSync(path.join(outdir, file), 'utf8')]));
  } catch (error) {
    return (error as Error).message;
  } finally {
    fs.rmSync(outdir, { recursive: true });
  }
}

/** What a program imports, but for types. */
const MODULES: Readonly<Record<string, unknown>> = { cdk8s, 'cdk8s-mesh': library };

/** What a compiled program writes, as a module of its own. */
export function writtenBy(js: string): Written {
  return written(outdir => {
    process.env.CDK8S_OUTDIR = outdir;
    try {
      new Function('require', 'exports', js)((name: string) => MODULES[name], {});
    } finally {
      delete process.env.CDK8S_OUTDIR;
    }
  });
}

export function writtenInMemory(program: Program): Written {
  return written(outdir => run(program, { outdir }).synth());
}

