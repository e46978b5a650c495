import * as fs from 'node:fs';
import { build, type Plugin } from 'esbuild';
import * as ts from 'typescript';

/** What is used of packages: the names, by what is required. */
export type Uses = ReadonlyMap<string, ReadonlySet<string>>;

/** What is used of a package, with all that it needs, as one module; and the files that were read. */
export async function bundled(uses: Uses, resolveDir: string): Promise<{ code: string; files: string[] }> {
  const contents = [...uses].sort().map(([spec, names]) => `export { ${[...names].sort().join(', ')} } from '${spec}';`).join('\n');
  const { outputFiles: [{ text }], metafile } = await build({
    stdin: { contents, resolveDir }, bundle: true, platform: 'node', format: 'cjs', plugins: [refa], metafile: true, write: false,
  });
  return { code: text, files: Object.keys(metafile.inputs) };
}

/**
 * Of a CommonJS module, esbuild leaves nothing out, and refa is published as one only: nine tenths of it are tables of Unicode, for
 * expressions of JavaScript. As an ES module it has only what is used.
 */
const refa: Plugin = {
  name: 'refa',
  setup: ({ onLoad }) => onLoad({ filter: /\/node_modules\/refa\/index\.js$/ }, ({ path }) => ({ contents: pure(asModule(fs.readFileSync(path, 'utf8'))) })),
};

function asModule(code: string): string {
  return code.replace('Object.defineProperty(exports,"__esModule",{value:!0});', '').replace(/[;,]exports\.(\w+)=/g, ';export var $1=');
}

/** Says of what is called to make a variable that it does nothing else: then the variable is left out where nothing uses it. */
function pure(code: string): string {
  const source = ts.createSourceFile('module.js', code, ts.ScriptTarget.Latest);
  const calls = new Set<number>();
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) calls.add(node.getStart(source));
    ts.forEachChild(node, visit);
  };
  source.statements.filter(ts.isVariableStatement).forEach(visit);
  return inserted(code, [...calls], '/* @__PURE__ */ ');
}

/** A text with another one at places of it. */
export function inserted(text: string, places: readonly number[], what: string): string {
  return [0, ...places].map((place, i) => text.slice(place, places[i])).join(what);
}
