import * as fs from 'node:fs';
import * as path from 'node:path';
import { schemaModules } from '../projenrc/schemas';

const IMPORTS = path.join(__dirname, '..', 'imports');

test('the schemas that the package loads are those of the CRDs', () => {
  const expected = Object.fromEntries(schemaModules(path.join(IMPORTS, 'crds')));
  const actual = Object.fromEntries(fs.readdirSync(path.join(IMPORTS, 'schemas')).map(file => [file, fs.readFileSync(path.join(IMPORTS, 'schemas', file), 'utf8')]));

  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  Object.entries(expected).forEach(([file, content]) => expect(actual[file] === content ? file : `${file} differs`).toBe(file));
});
