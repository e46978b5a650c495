import * as fs from 'node:fs';
import * as path from 'node:path';

/** As it stands in the package.json above, whether compiled or not. */
export function versionOfPackage(): string {
  for (let folder = __dirname; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json');
    if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, 'utf8')).version;
  }
  return 'unknown';
}
