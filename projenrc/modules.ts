import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { parse } from 'yaml';

/** Where files come from: a pinned Go module; or, where no module has them, a folder here. */
export interface Source {
  readonly name: string;
  readonly module?: string;
  readonly version?: string;
  /** The line a go.sum has for the module. */
  readonly sum?: string;
  readonly folder?: string;
}

/** CRDs of one source. */
export interface Pin extends Source {
  /** The folder below `imports/` (and below `imports/crds/`). */
  readonly into: string;
  readonly files: string[];
  /** Whether no TypeScript is written. */
  readonly untyped?: boolean;
  readonly kinds: Record<string, string[]>;
}

/** What `imports.yaml` has. */
export function pins(): Pin[] {
  return parse(fs.readFileSync(path.join(__dirname, 'imports.yaml'), 'utf8'));
}

export function sourceOf({ folder, module, version }: Source): string {
  return folder ?? `${module}@${version}`;
}

export async function textsOf(source: Source, files: string[]): Promise<string[]> {
  const { folder } = source;
  if (folder !== undefined) return files.map((file) => fs.readFileSync(path.join(__dirname, '..', folder, file), 'utf8'));
  const unpacked = unpack(source, await download(source));
  return files.map((file) => {
    const content = unpacked[`${sourceOf(source)}/${file}`];
    if (!content) throw new Error(`${source.name}: no ${file} in ${sourceOf(source)}`);
    return strFromU8(content);
  });
}

/** All files of a module that match, by their names. */
export async function textsIn(source: Source, names: RegExp): Promise<[file: string, text: string][]> {
  const unpacked = unpack(source, await download(source));
  const start = `${sourceOf(source)}/`.length;
  const files = Object.keys(unpacked).map((file) => file.slice(start)).filter((file) => names.test(file)).sort();
  return files.map((file) => [file, strFromU8(unpacked[`${sourceOf(source)}/${file}`])]);
}

async function download(source: Source): Promise<Uint8Array> {
  const escaped = source.module!.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
  const cached = path.join(os.tmpdir(), 'cdk8s-mesh-modules', `${escaped}@${source.version}.zip`);
  if (!fs.existsSync(cached)) {
    const url = `https://proxy.golang.org/${escaped}/@v/${source.version}.zip`;
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
    fs.mkdirSync(path.dirname(cached), { recursive: true });
    fs.writeFileSync(cached, new Uint8Array(await response.arrayBuffer()));
  }
  return fs.readFileSync(cached);
}

function unpack(source: Source, zip: Uint8Array): Record<string, Uint8Array> {
  const files = unzipSync(zip);
  const sum = goSum(files);
  if (sum !== source.sum) throw new Error(`${source.name}: ${sourceOf(source)} has sum ${sum}, pinned is ${source.sum}`);
  return files;
}

/** @see https://pkg.go.dev/golang.org/x/mod/sumdb/dirhash#Hash1 */
function goSum(files: Record<string, Uint8Array>): string {
  const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content);
  const lines = Object.keys(files).sort().map((name) => `${sha256(files[name]).digest('hex')}  ${name}\n`);
  return `h1:${sha256(lines.join('')).digest('base64')}`;
}
