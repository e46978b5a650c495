import * as fs from 'node:fs';
import * as path from 'node:path';

const MANIFESTS = /\.(?:ya?ml|json)$/;

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
  return fs.readFileSync(file === '-' ? 0 : file, 'utf8');
}
