import { runs } from './run';
import { EXPLAIN_ERROR } from '../../src/cli/explain-error-command';
import { CODES } from '../../src/errors/codes';

const explained = runs(EXPLAIN_ERROR);

test('a code is explained as on the page of errors, and nothing of its neighbours', () => {
  expect(explained('MESH1002')).toEqual({
    status: 0,
    stderr: '',
    stdout: expect.stringMatching(/^MESH1002: A property is missing\n\n```text\n\[MeshTarget\.kuma\] [^]*\n\nGive the property\. [^]*under this name\.\n$/),
  });
});

test.each(Object.entries(CODES))('%s has a section, with its title', (code, title) => {
  const { stdout } = explained(code);

  expect(stdout).toMatch(new RegExp(`^${code}: `));
  expect(stdout.split('\n')[0]).toBe(`${code}: ${title}`);
  expect(stdout.match(/^MESH\d{4}: /gm)).toHaveLength(1);
  expect((stdout.match(/^```/gm) ?? []).length % 2).toBe(0);
  expect(stdout).not.toContain('<a id=');
  expect(stdout).not.toMatch(/^# /m);
});

test('a code may be written small', () => {
  expect(explained('mesh1002')).toEqual(explained('MESH1002'));
});

test('without a code, all of them are listed', () => {
  expect(explained().stdout.trim().split('\n')).toHaveLength(Object.keys(CODES).length);
});

test.each([
  ['a code that does not exist', ['MESH1O02'], /there is no code 'MESH1O02'. Did you mean 'MESH1002'\?/],
  ['two codes', ['MESH1002', 'MESH1003'], /there is more than one code/],
])('%s is an error of usage', (_, args, message) => {
  expect(explained(...args)).toEqual({ status: 2, stdout: '', stderr: expect.stringMatching(message) });
});
