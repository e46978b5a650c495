import * as fs from 'fs';
import * as path from 'path';
import { expectValid } from './schema';
import { capabilities } from '../projenrc/capabilities';
import { manifestsOf, renderPage, targetsOf } from '../projenrc/pages';

const root = path.join(__dirname, '..');
const read = (page: string) => fs.readFileSync(path.join(root, page), 'utf8');
const constructs = fs.readdirSync(path.join(root, 'docs/constructs')).map(name => `docs/constructs/${name}`);

test('docs/capabilities.md is what the dialects declare; `npm run docs` writes it', () => {
  expect(read('docs/capabilities.md')).toBe(capabilities());
});

test.each(['README.md', ...constructs])('%s shows what its example gives; `npm run docs` writes it', page => {
  const text = read(page);

  expect(targetsOf(text).length).toBeGreaterThan(0);
  expect(renderPage(text)).toBe(text);
  targetsOf(text).forEach(target => expectValid(...manifestsOf(text, target)));
});
