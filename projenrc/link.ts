import * as fs from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import * as path from 'node:path';
import { transformSync } from 'esbuild';
import * as ts from 'typescript';
import { boundLate, loadedBySmallApp } from './late';
import { bundled, inserted } from './packages';

/**
 * Links what jsii compiled into few files, which Node reads and compiles several times as fast as many small ones. All that is loaded at
 * once is one file, a part. The packages that the library needs are linked in too, except its peers. What no one needs then is removed:
 * other JavaScript, and declarations that the public ones do not name.
 */

const ROOT = path.join(__dirname, '..');
const LIB = path.join(ROOT, 'lib');
const PARTS = path.join(LIB, 'parts');
const ENTRIES = ['src/index', 'src/cli/main', 'src/cli/cdk8s-plugin'];
const PEERS = ['cdk8s', 'constructs'];

interface Module {
  readonly name: string;
  readonly code: string;
  /** Of a package: the files that it is made of. */
  readonly files: readonly string[];
  /** Those that are loaded with it. */
  readonly eager: readonly string[];
  /** Those that are loaded when something of it runs. */
  readonly lazy: readonly string[];
}

type Modules = ReadonlyMap<string, Module>;

async function main(): Promise<void> {
  const modules = await linked();
  const shebangs = ENTRIES.map(entry => /^#!.*\n|/.exec(fs.readFileSync(fileOf(entry), 'utf8'))?.[0] ?? '');
  const kept = declarationsOf(path.join(LIB, 'src', 'index.d.ts'));

  remove(LIB, file => !kept.has(file) && /\.(js|d\.ts)$/.test(file));
  // Where everything is linked late, each module is a part, and what is loaded is used.
  const parts = writeParts(shebangs, lateIn(modules, () => true, () => true));
  const loaded = new Set(loadedBySmallApp(ROOT));
  const used = new Set([...parts].flatMap(([part, members]) => loaded.has(fs.realpathSync(partFile(part))) ? members.map(({ name }) => name) : []));
  if (!used.has(ENTRIES[0])) throw new Error('A small app loads the library.');
  fs.rmSync(PARTS, { recursive: true });
  writeParts(shebangs, lateIn(modules, name => used.has(name), name => !used.has(name)));
  write(path.join(PARTS, 'LICENSES.txt'), licenses([...modules.values()].flatMap(({ files }) => files)));
}

/** The entries, and the parts that they load. */
function writeParts(shebangs: readonly string[], modules: Modules): Map<string, Module[]> {
  const parts = partsOf(modules);
  const partOf = new Map([...parts].flatMap(([part, members]) => members.map(({ name }) => [name, part] as const)));
  ENTRIES.forEach((entry, i) => write(fileOf(entry), `${shebangs[i]}'use strict';\nmodule.exports = require('${path.relative(path.dirname(fileOf(entry)), PARTS)}')('${entry}', '${partOf.get(entry)}');\n`));
  write(path.join(PARTS, 'index.js'), loader(parts.keys()));
  for (const [part, members] of parts) write(partFile(part), codeOf(part, members, partOf));
  return parts;
}

function partFile(part: string): string {
  return path.join(PARTS, `${part}.js`);
}

function fileOf(name: string): string {
  return path.join(LIB, `${name}.js`);
}

function write(file: string, content: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
}

/** Removes files below a folder, and folders that have nothing left. */
function remove(folder: string, isUnwanted: (file: string) => boolean): void {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) remove(file, isUnwanted);
    else if (isUnwanted(file)) fs.rmSync(file);
  }
  if (fs.readdirSync(folder).length === 0) fs.rmdirSync(folder);
}

// --- What is there ---

/** The entries, and all that they load by way of others; then the packages that these need. */
async function linked(): Promise<Modules> {
  const modules = new Map<string, Module>();
  const packages = new Map<string, Map<string, Set<string>>>();
  const take = (spec: string, names: readonly string[]) => {
    const uses = packages.get(packageOf(spec)) ?? new Map<string, Set<string>>();
    packages.set(packageOf(spec), uses.set(spec, new Set([...uses.get(spec) ?? [], ...names])));
  };
  const visit = (name: string) => {
    if (modules.has(name) || packages.has(name)) return;
    const module = ours(name, take);
    modules.set(name, module);
    [...module.eager, ...module.lazy].forEach(visit);
  };
  ENTRIES.forEach(visit);
  for (const [name, uses] of packages) modules.set(name, { name, ...await bundled(uses, ROOT), eager: [], lazy: [] });
  return modules;
}

/** How a module names one that is linked in. */
const LINK = /\blink\('([^']+)'\)/g;

/** The forms in which TypeScript writes an import. What else requires, does so when it runs. */
const IMPORT = /^((const|var) \S+ = (__import\w+\()?|__exportStar\()$/;

function ours(name: string, take: (spec: string, names: readonly string[]) => void): Module {
  const eager: string[] = [];
  const lazy: string[] = [];
  const text = fs.readFileSync(fileOf(name), 'utf8').replace(/^#!.*\n/, '');
  const code = text.replace(/^(.*?)\brequire\(['"]([^'"]+)['"]\)(?:\.(\w+))?/gm, (found, before: string, spec: string, member?: string) => {
    if (isBuiltin(spec) || PEERS.includes(spec)) return found;
    const isOurs = spec.startsWith('.');
    const target = isOurs ? moduleAt(path.join(path.dirname(name), spec)) : packageOf(spec);
    if (!isOurs) take(spec, member === undefined ? membersOf(text, before, spec) : [member]);
    (IMPORT.test(before) ? eager : lazy).push(target);
    return `${before}link('${target}')${member === undefined ? '' : `.${member}`}`;
  });
  return { name, code: inOneShape(withNames(code)), files: [], eager, lazy };
}

const compiled = createRequire(__filename);

/** Names what a module exports of another as a whole. */
function withNames(code: string): string {
  let count = 0;
  return code.replace(/^__exportStar\((link\('([^']+)'\)), exports\);$/gm, (_, link: string, module: string) => {
    const variable = `star_${++count}`;
    const exported = Object.keys(compiled(fileOf(module))).map(name => `Object.defineProperty(exports, '${name}', { enumerable: true, get: () => ${variable}.${name} });`);
    return [`const ${variable} = ${link};`, ...exported].join('\n');
  });
}

/** Some modules link some others late. */
function lateIn(modules: Modules, isIn: (name: string) => boolean, isLate: (name: string) => boolean): Modules {
  return new Map([...modules].map(([name, module]) => {
    const { code, late } = boundLate(module.code, other => isIn(name) && isLate(other));
    return [name, { ...module, code, eager: module.eager.filter(other => !late.includes(other)), lazy: [...module.lazy, ...late] }];
  }));
}

/** What is used of a package that a variable holds. */
function membersOf(code: string, before: string, spec: string): string[] {
  const [, variable] = /\b(?:const|var) (\w+) = $/.exec(before) ?? [];
  const members: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === variable) members.push(node.name.text);
    else ts.forEachChild(node, visit);
    if (ts.isIdentifier(node) && node.text === variable && !ts.isVariableDeclaration(node.parent)) cannotSee();
  };
  const cannotSee = () => {
    throw new Error(`It cannot be seen what is used of '${spec}'.`);
  };
  if (variable === undefined) cannotSee();
  visit(ts.createSourceFile('module.js', code, ts.ScriptTarget.Latest, true));
  return members;
}

/**
 * V8 of Node 20 gives an object that begins with a spread, and has more fields, a hidden class that it shares with no other: each costs
 * time and memory, and slows down whatever reads such objects. It does not where the literal begins with its prototype.
 */
function inOneShape(code: string): string {
  const source = ts.createSourceFile('module.js', code, ts.ScriptTarget.Latest);
  const places: number[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isObjectLiteralExpression(node) && node.properties.length > 0 && ts.isSpreadAssignment(node.properties[0])) {
      places.push(node.properties[0].getStart(source));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return inserted(code, places, '__proto__: Object.prototype, ');
}

function moduleAt(name: string): string {
  return fs.existsSync(fileOf(name)) ? name : path.join(name, 'index');
}

function packageOf(spec: string): string {
  return spec.split('/').slice(0, spec.startsWith('@') ? 2 : 1).join('/');
}

// --- Who is loaded with whom ---

/** What is loaded late is a part, with all that it loads. What several load is in a part with the others of its folder that several load. */
function partsOf(modules: Modules): Map<string, Module[]> {
  const get = (name: string) => modules.get(name)!;
  const loaders = new Map([...modules.keys()].sort().map(name => [name, new Set<string>()]));
  const visit = (name: string, root: string) => {
    if (loaders.get(name)!.has(root)) return;
    loaders.get(name)!.add(root);
    get(name).eager.forEach(other => visit(other, root));
  };
  [...ENTRIES, ...[...modules.values()].flatMap(({ lazy }) => lazy)].forEach(root => visit(root, root));
  const parts = new Map<string, Module[]>();
  for (const [name, [first, ...others]] of loaders) {
    const part = first === ENTRIES[0] ? 'core' : partNamed(others.length === 0 ? first : commonOf(name));
    parts.set(part, [...parts.get(part) ?? [], get(name)]);
  }
  return new Map([...parts].sort(([a], [b]) => a < b ? -1 : 1));
}

function commonOf(name: string): string {
  return isOwn(name) ? `${path.dirname(name)}-common` : name;
}

function isOwn(name: string): boolean {
  return /^(src|imports)\//.test(name);
}

function partNamed(name: string): string {
  return name.replace(/^(src|imports)\//, '').replace(/\/index$/, '').replace(/^@/, '').replaceAll('/', '-');
}

// --- What is written ---

/** Names at the top of our modules stay: people read those of classes and functions. */
function codeOf(part: string, members: readonly Module[], partOf: ReadonlyMap<string, string>): string {
  const functions = members.map(({ name, code }) => {
    const located = code.replace(LINK, (_, target: string) => `link('${target}'${partOf.get(target) === part ? '' : `, '${partOf.get(target)}'`})`);
    const minifyIdentifiers = isOwn(name);
    const { code: compact } = transformSync(located, { minifyWhitespace: true, minifySyntax: true, minifyIdentifiers, legalComments: 'none' });
    // In brackets, V8 compiles it at once: it runs as soon as it is there.
    return `'${name}': (function (exports, module, link) {${compact}}),\n`;
  });
  return `'use strict';\nmodule.exports = {\n${functions.join('')}};\n`;
}

function loader(parts: Iterable<string>): string {
  return `'use strict';
const parts = {
${[...parts].map(part => `  '${part}': () => require('./${part}.js'),\n`).join('')}};
const functions = {};
const modules = {};
module.exports = function link(name, part) {
  if (modules[name] !== undefined) return modules[name].exports;
  if (functions[name] === undefined) Object.assign(functions, parts[part]());
  const module = modules[name] = { exports: {} };
  functions[name].call(module.exports, module.exports, module, link);
  return module.exports;
};
`;
}

/** Those of the packages that are linked in, by their files. */
function licenses(files: readonly string[]): string {
  const folders = new Map(files.map(file => path.resolve(ROOT, file)).flatMap(file => {
    const [folder, name] = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
    return folder === undefined ? [] : [[name, folder] as const];
  }));
  return [...folders].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, folder]) => `${name}\n\n${fs.readFileSync(path.join(folder, 'LICENSE'), 'utf8')}`).join('\n---\n\n');
}

/** A file of declarations, and those that it names. */
function declarationsOf(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, spec] of fs.readFileSync(file, 'utf8').matchAll(/(?:from |import\(|import )['"](\.[^'"]+)['"]/g)) {
    const target = path.join(path.dirname(file), spec);
    declarationsOf(fs.existsSync(`${target}.d.ts`) ? `${target}.d.ts` : path.join(target, 'index.d.ts'), found);
  }
  return found;
}

void main();
