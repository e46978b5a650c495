import * as fs from 'node:fs';
import * as path from 'node:path';

/** The version in the package.json of the nearest folder above, whether this file is compiled or not. */
export function versionOfPackage(): string {
  for (let folder = __dirname; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json');
    if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, 'utf8')).version;
  }
  return 'unknown';
}
