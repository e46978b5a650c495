import * as fs from 'node:fs';
import { isBuiltin } from 'node:module';
import * as path from 'node:path';

const SRC = path.join(__dirname, '../src');
const FILES = fs.readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));

/** The files of ours that a file imports, types included; what is loaded when it is first used is none of them. */
function importsOf(file: string): string[] {
  const text = fs.readFileSync(path.join(SRC, file), 'utf8');
  return [...text.matchAll(/^(?:import|export) [^;]*?from '(\.[^']*)';/gm)].flatMap(([, from]) => {
    const target = path.join(path.dirname(file), from);
    return [`${target}.ts`, path.join(target, 'index.ts')].filter(candidate => FILES.includes(candidate));
  });
}

/** Every circle of imports, by the way that closes it. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): string[] => {
    const start = way.indexOf(file);
    if (start !== -1) return [[...way.slice(start), file].join(' → ')];
    if (done.has(file)) return [];
    const found = graph.get(file)!.flatMap(next => visit(next, [...way, file]));
    done.add(file);
    return found;
  };
  return [...graph.keys()].flatMap(file => visit(file, []));
}

test('no file imports itself by way of others', () => {
  const graph = new Map(FILES.map(file => [file, importsOf(file)]));

  expect(graph.get('index.ts')).toContain(path.join('targets', 'mesh-target.ts'));
  expect(circles(graph)).toEqual([]);
});

test('a circle is found', () => {
  expect(circles(new Map([['a', ['b']], ['b', ['c']], ['c', ['b', 'd']], ['d', []]]))).toEqual(['b → c → b']);
});

/** A file, and all that it imports by way of others. */
function reached(graph: ReadonlyMap<string, readonly string[]>, file: string, found = new Set<string>()): Set<string> {
  if (!found.has(file)) {
    found.add(file);
    graph.get(file)!.forEach(next => reached(graph, next, found));
  }
  return found;
}

test('an app loads nothing that only the command line needs', () => {
  const ofTheCommand = /^(?:cli|evaluators|manifests|migrate)\/|\/read\//;
  const graph = new Map(FILES.map(file => [file, importsOf(file)]));

  expect(FILES.filter(file => ofTheCommand.test(file))).not.toEqual([]);
  expect([...reached(graph, 'index.ts')].filter(file => ofTheCommand.test(file))).toEqual([]);
});

test('an app loads no package with the library but its peers', () => {
  const graph = new Map(FILES.map(file => [file, importsOf(file)]));
  const packagesOf = (file: string) =>
    [...fs.readFileSync(path.join(SRC, file), 'utf8').matchAll(/^(?:import|export) (?!type )[^;]*?from '([^.'][^']*)';/gm)].map(([, name]) => name)
      .filter(name => !isBuiltin(name));

  expect([...new Set([...reached(graph, 'index.ts')].flatMap(packagesOf))].sort()).toEqual(['cdk8s', 'constructs']);
  expect(packagesOf(path.join('manifests', 'yaml.ts'))).toContain('js-yaml');
});

test('evaluators know nothing of ours, and only what compares decisions knows them', () => {
  const isEvaluator = (file: string) => file.startsWith(`evaluators${path.sep}`);
  const mayKnow = (file: string) => isEvaluator(file) || /^(?:cli|migrate\/prove)\//.test(file);

  expect(FILES.filter(isEvaluator)).not.toEqual([]);
  expect(FILES.filter(isEvaluator).flatMap(importsOf).filter(file => !isEvaluator(file))).toEqual([]);
  expect(FILES.filter(file => !mayKnow(file) && importsOf(file).some(isEvaluator))).toEqual([]);
});

test('in src/dialects, every file is in a folder', () => {
  expect(FILES.filter(file => /^dialects\/[^/]*\.ts$/.test(file))).toEqual([]);
});
