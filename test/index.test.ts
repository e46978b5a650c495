import * as fs from 'fs';
import * as path from 'path';
import * as library from '../src';

const API = fs.readFileSync(path.join(__dirname, '..', 'API.md'), 'utf8');

test.each(Object.keys(library))('%s is for users: API.md describes it', name => {
  expect(API).toContain(`### ${name} <a name="${name}"`);
});
