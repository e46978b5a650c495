import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Setup } from '../languages';

/**
 * C#, by Mono, whose compiler Debian has (`mono-mcs`). Where the registry of .NET is not reached, there is neither its SDK nor jsii's runtime for it, so
 * `Runtime.cs` stands in for that: what jsii generates is compiled, and asks jsii's own kernel, which comes with its package for Python.
 */
export function prepareCSharp(generated: string, { project, run }: Pick<Setup, 'project' | 'run'>): void {
  run(project, 'python3', '-m', 'venv', '.venv');
  run(project, '.venv/bin/pip', 'install', '--quiet', 'jsii');
  const [embedded] = (fs.readdirSync(path.join(project, '.venv'), { recursive: true }) as string[]).filter(file => file.endsWith('_embedded/jsii'));
  const from = path.join(project, '.venv', embedded);
  fs.readdirSync(from).filter(file => file.endsWith('.js')).forEach(file => fs.cpSync(path.join(from, file), path.join(project, 'kernel', ...file.split('__'))));

  const sources = (fs.readdirSync(generated, { recursive: true }) as string[]).filter(file => file.endsWith('.cs') && path.basename(file) !== 'AssemblyInfo.cs');
  const texts = sources.map(file => fs.readFileSync(path.join(generated, file), 'utf8'));
  const values = new Set(['double', 'bool', 'DateTime', ...texts.flatMap(text => [...text.matchAll(/public enum (\w+)/g)].map(([, name]) => name))]);
  fs.mkdirSync(path.join(project, 'library'));
  texts.forEach((text, i) => fs.writeFileSync(path.join(project, 'library', `${i}.cs`), asInSeven(text, values)));
  ['Json.cs', 'Runtime.cs'].forEach(file => fs.copyFileSync(path.join(__dirname, file), path.join(project, 'library', file)));
  // As in the project that jsii generates, a member that hides another one is an error.
  run(project, 'mcs', '-langversion:latest', '-warnaserror:108,109', '-target:library', '-out:library.dll', 'library/*.cs');
}

/** Mono has no statements without a class around them. */
export const RUN_CSHARP = [
  '(grep ^using Program.cs; echo "class Program { static void Main() {"; grep -v ^using Program.cs; echo "} }") > Main.cs',
  'mcs -langversion:latest -reference:library.dll -out:main.exe Main.cs',
  'mono main.exe',
].join(' && ');

/** Where the kernel is, and what it loads: in the order in which they need each other. */
export function environmentOf(project: string, generated: string): Readonly<Record<string, string>> {
  const packages = ['Constructs', 'Org.Cdk8s', 'Cdk8sMesh'].map(folder => {
    const [file] = fs.readdirSync(path.join(generated, folder)).filter(name => name.endsWith('.tgz'));
    const [, name, version] = /^(.*)-(\d.*)\.tgz$/.exec(file)!;
    return [name, version, path.join(generated, folder, file)].join('=');
  });
  return { JSII_AGENT: 'DotNet', JSII_RUNTIME: path.join(project, 'kernel', 'bin', 'jsii-runtime.js'), JSII_PACKAGES: packages.join(' ') };
}

/** Mono reads C# 7. What 8 adds to it is left out: references that may be null, and members of interfaces with a body. */
function asInSeven(text: string, values: ReadonlySet<string>): string {
  const lines = text.split('\n').map(line => /^\s*(?:\/\/\/|\[Jsii)/.test(line) ? line : line
    .replace(/(\w+|>)((?:\[\])*)\?(?=[\s[\],)>{])/g, (all, type, array) => values.has(type) && array === '' ? all : `${type}${array}`)
    .replaceAll(')!;', ');'));
  if (!lines.some(line => line.startsWith('    public interface '))) return lines.join('\n');
  return lines.join('\n')
    .replace(/^ {8}\[JsiiTypeProxy\([^]*?^ {8}\}$/gm, '')
    .replace(/^( {12}(?:get|set))\n {12}\{\n[^]*?\n {12}\}/gm, '$1;');
}
