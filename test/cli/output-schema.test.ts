import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { DESCRIBED, wrongOutput } from './output-schema';
import { runs } from './run';
import type { Command } from '../../src/cli/command';
import { DIFF } from '../../src/cli/diff-command';
import { EXPLAIN } from '../../src/cli/explain-command';
import { MAP } from '../../src/cli/map-command';
import { MIGRATE } from '../../src/cli/migrate-command';
import { VALIDATE } from '../../src/cli/validate-command';

const docs = (...parts: readonly string[]) => path.join(__dirname, '../../docs', ...parts);
const yaml = (folder: string) => fs.readdirSync(docs(folder)).filter(name => name.endsWith('.yaml')).map(name => docs(folder, name));

const OUT = fs.mkdtempSync(path.join(os.tmpdir(), 'output-'));
afterAll(() => fs.rmSync(OUT, { recursive: true }));

/** Calls of each command that prints JSON. `runs` holds what they print against the schema. */
const CALLS: Readonly<Record<string, readonly [Command, ...(readonly string[])[]]>> = {
  validate: [VALIDATE, yaml('migrate'), yaml('explain'), [docs('start.md')]],
  explain: [
    EXPLAIN,
    ['--mesh', 'istio', '--from', 'shop/web', '--to', 'shop/cart:80', docs('explain', 'shop.yaml'), 'GET /items'],
    ['--mesh', 'istio', '--from', 'shop/web', '--to', 'api.example.com:443', docs('explain', 'shop.yaml')],
  ],
  diff: [DIFF, [docs('diff', 'old'), docs('diff', 'new')], ['--mesh', 'istio', docs('migrate', 'istio.yaml'), docs('migrate', 'osm.yaml')]],
  map: [MAP, ['--mesh', 'istio', docs('map', 'shop.yaml')], yaml('migrate')],
  migrate: [
    MIGRATE,
    ['--report', '-', '--manifests', OUT, '--from', 'osm', '--to', 'istio', '--prove', docs('migrate', 'osm.yaml'), docs('migrate', 'osm-apps.yaml')],
    ['--report', '-', '--manifests', OUT, '--from', 'istio', '--to', 'cilium', docs('migrate', 'istio.yaml'), docs('migrate', 'istio-apps.yaml')],
  ],
};

test('the schema describes each command that prints JSON', () => {
  expect(Object.keys(CALLS).sort()).toEqual([...DESCRIBED].sort());
  expect(Object.entries(CALLS).filter(([, [{ usage }]]) => !/\bjson\b/.test(usage))).toEqual([]);
});

test.each(Object.entries(CALLS))('%s prints JSON as the schema says', (_, [command, ...calls]) => {
  const run = runs(command);

  calls.forEach(args => {
    expect(run('--output', 'json', ...args).stdout).toMatch(/^\{/);
  });
});

test.each(DESCRIBED)('the schema says what %s prints, and no more', command => {
  expect(wrongOutput(command, '{}')).toContain('required');
  expect(wrongOutput(command, '[]')).toContain('object');
});

test('the schema takes no field that it does not name, and no word that it does not know', () => {
  const counts = { valid: 0, invalid: 0, skipped: 0, broken: 0 };
  const document = { file: 'a.yaml', line: 1, violations: [], warnings: [], status: 'valid', kind: 'Service', name: 'cart' };

  expect(wrongOutput('validate', JSON.stringify({ counts, documents: [document] }))).toBeUndefined();
  expect(wrongOutput('validate', JSON.stringify({ counts, documents: [{ ...document, status: 'fine' }] }))).toContain('status');
  expect(wrongOutput('validate', JSON.stringify({ counts, documents: [{ ...document, odd: 1 }] }))).toContain('additional properties');
});
