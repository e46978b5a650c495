import * as fs from 'fs';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';

/** Lists what was written: for each file, the kinds of its objects and how many of each. */
function main(...directories: string[]): void {
  for (const directory of directories) {
    console.log(`\n${directory}`);
    const files = fs.readdirSync(directory, { recursive: true }) as string[];
    for (const file of files.filter(name => name.endsWith('.yaml')).sort()) {
      console.log(`  ${file}`);
      const objects = parseAllDocuments(fs.readFileSync(path.join(directory, file), 'utf8')).map(doc => doc.toJS()).filter(Boolean);
      const kinds = new Map<string, number>();
      for (const { apiVersion, kind } of objects) {
        const group = apiVersion.includes('/') ? `${kind} (${apiVersion})` : kind;
        kinds.set(group, (kinds.get(group) ?? 0) + 1);
      }
      [...kinds].sort().forEach(([kind, count]) => console.log(`    ${String(count).padStart(3)}  ${kind}`));
    }
  }
}

main(...process.argv.slice(2));
console.log(`
Next
  node lib/src/cli/main.js map examples/progressive/dist/east > map.html   a page with who may call whom, for your browser
  examples/shop/shop.ts                                                    the program that wrote the first of these folders
  docs/start.md                                                            an app of your own`);
