import * as fs from 'node:fs';
import * as path from 'node:path';

/** Names of files that may hold manifests. */
export const MANIFESTS = /\.(?:ya?ml|json)$/;

/** The files of these arguments: of a folder, the YAML and JSON in it and in the folders below, in the order of their names. */
export function filesIn(argument: string): readonly string[] {
  if (argument === '-' || !fs.statSync(argument, { throwIfNoEntry: false })?.isDirectory()) {
    return [argument];
  }
  return fs.readdirSync(argument, { withFileTypes: true })
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap(entry => {
      const file = path.join(argument, entry.name);
      return entry.isDirectory() ? filesIn(file) : MANIFESTS.test(entry.name) ? [file] : [];
    });
}

/** The text of a file, or of the standard input for `-`. */
export function textOf(file: string): string {
  return textIn(fs.readFileSync(file === '-' ? 0 : file));
}

/** The text in some bytes. PowerShell writes what a command prints as UTF-16. */
export function textIn(bytes: Buffer): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
    throw new Error(`it is not text in ${encoding.toUpperCase()}`);
  }
}
