import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as ts from 'typescript';

/**
 * A small app spends most of its time on JavaScript that V8 reads and never runs. So what the program of examples/start loads is linked at
 * once, and what it imports and never uses is linked with its first use.
 */

/** The files that the program loads, with the library as it is. */
export function loadedBySmallApp(root: string): string[] {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-mesh-link-'));
  try {
    const program = ts.transpileModule(fs.readFileSync(path.join(root, 'examples', 'start', 'main.ts'), 'utf8'), { compilerOptions: { module: ts.ModuleKind.CommonJS } });
    const printed = execFileSync(process.execPath, ['-e', `${program.outputText}; console.log(JSON.stringify(Object.keys(require.cache)))`], {
      cwd: root, encoding: 'utf8', stdio: 'pipe', env: { ...process.env, CDK8S_OUTDIR: outdir },
    });
    return JSON.parse(printed.trim().split('\n').pop()!);
  } finally {
    fs.rmSync(outdir, { recursive: true });
  }
}

/** Links modules late that a module names. It has to say of each which of its members it uses, as TypeScript does. */
export function boundLate(code: string, isLate: (module: string) => boolean): { code: string; late: string[] } {
  const variables = new Map<string, string>();
  const bound = code.replace(/^((?:const|var) (\w+_\d+) = )(link\('([^']+)'\);)$/gm, (found, start: string, variable: string, link: string, module: string) => {
    if (!isLate(module)) return found;
    variables.set(variable, module);
    return `${start}() => ${link}`;
  });
  return { code: called(bound, variables), late: [...variables.values()] };
}

/** Calls what was a value. */
function called(code: string, variables: ReadonlyMap<string, string>): string {
  const source = ts.createSourceFile('module.js', code, ts.ScriptTarget.Latest, true);
  let result = '';
  let end = 0;
  const visit = (node: ts.Node) => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && variables.has(node.expression.text)) {
      const call = `${node.expression.text}().${node.name.text}`;
      result += code.slice(end, node.getStart(source)) + (ts.isNewExpression(node.parent) ? `(${call})` : call);
      end = node.getEnd();
    } else {
      ts.forEachChild(node, visit);
    }
  };
  visit(source);
  return result + code.slice(end);
}
