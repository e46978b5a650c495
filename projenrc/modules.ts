import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { parse } from 'yaml';

/** The Go modules pinned in `imports.yaml`. */

export interface Module {
  readonly name: string;
  readonly module: string;
  readonly version: string;
  /** The line a go.sum has for the module. */
  readonly sum: string;
}

export function pins<T extends Module>(): T[] {
  return parse(fs.readFileSync(path.join(__dirname, 'imports.yaml'), 'utf8'));
}

export async function textsOf(pin: Module, files: string[]): Promise<string[]> {
  const unpacked = unpack(pin, await download(pin));
  return files.map((file) => {
    const content = unpacked[`${pin.module}@${pin.version}/${file}`];
    if (!content) throw new Error(`${pin.name}: no ${file} in ${pin.module}@${pin.version}`);
    return strFromU8(content);
  });
}

async function download(pin: Module): Promise<Uint8Array> {
  const escaped = pin.module.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
  const cached = path.join(os.tmpdir(), 'cdk8s-mesh-modules', `${escaped}@${pin.version}.zip`);
  if (!fs.existsSync(cached)) {
    const url = `https://proxy.golang.org/${escaped}/@v/${pin.version}.zip`;
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
    fs.mkdirSync(path.dirname(cached), { recursive: true });
    fs.writeFileSync(cached, new Uint8Array(await response.arrayBuffer()));
  }
  return fs.readFileSync(cached);
}

function unpack(pin: Module, zip: Uint8Array): Record<string, Uint8Array> {
  const files = unzipSync(zip);
  const sum = goSum(files);
  if (sum !== pin.sum) throw new Error(`${pin.name}: ${pin.module}@${pin.version} has sum ${sum}, pinned is ${pin.sum}`);
  return files;
}

/** @see https://pkg.go.dev/golang.org/x/mod/sumdb/dirhash#Hash1 */
function goSum(files: Record<string, Uint8Array>): string {
  const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content);
  const lines = Object.keys(files).sort().map((name) => `${sha256(files[name]).digest('hex')}  ${name}\n`);
  return `h1:${sha256(lines.join('')).digest('base64')}`;
}
