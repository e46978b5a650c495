import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';

const ROOT = path.join(__dirname, '..', '..');

/** What `npm run example` wrote. */
export function exampleManifests(): any[] {
  const files = (fs.readdirSync(path.join(ROOT, 'examples'), { recursive: true }) as string[]).filter(file => /\bdist\b.*\.yaml$/.test(file)).sort();
  const texts = files.map(file => fs.readFileSync(path.join(ROOT, 'examples', file), 'utf8'));
  return texts.flatMap(text => parseAllDocuments(text).map(document => document.toJS()).filter(Boolean));
}

/** What the tests hold for valid, each once: what the library renders, and what is written by hand. */
export function testManifests(folder: string): Readonly<Record<'library' | 'hand', any[]>> {
  fs.mkdirSync(folder);
  const env = { ...process.env, RECORD_MANIFESTS: folder };
  const args = ['jest', '--coverage=false', '--silent', '--reporters=default', '--findRelatedTests', 'test/record.ts'];
  execFileSync('npx', args, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const recorded = (by: string) => {
    const lines = fs.readdirSync(folder).filter(file => file.startsWith(by)).flatMap(file => fs.readFileSync(path.join(folder, file), 'utf8').trim().split('\n'));
    if (lines.length === 0) throw new Error(`the tests have recorded no manifest by ${by}; does expectValid still call record?`);
    return [...new Set(lines)].sort().map(line => JSON.parse(line));
  };
  return { library: recorded('library'), hand: recorded('hand') };
}
