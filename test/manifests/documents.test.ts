import { type Document, documentsIn } from '../../src/manifests/documents';

const read = (text: string) => [...documentsIn('a.yaml', text)].map(({ line, content }) => 'broken' in content ? `${line} ${content.broken}` : { line, ...content.manifest });

test('documents have the lines on which they begin', () => {
  expect(read('# first\n\na: 1\n---\n# second\n--- # third\nc: 3\n--- {d: 4}\n---\n---\n')).toEqual([{ line: 3, a: 1 }, { line: 7, c: 3 }, { line: 8, d: 4 }]);
  expect(read('%YAML 1.1\n---\ne: 5\n...\nf: 6\n')).toEqual([{ line: 3, e: 5 }, { line: 5, f: 6 }]);
  expect(read('\uFEFFa: 1\r\n---\r\nb: 2\r\n')).toEqual([{ line: 1, a: 1 }, { line: 3, b: 2 }]);
});

test('one that is broken spoils no other, and has its line', () => {
  expect(read('a: 1\n---\nb: [\n---\nc: 3\n')).toEqual([{ line: 1, a: 1 }, expect.stringMatching(/^[34] unexpected end/), { line: 5, c: 3 }]);
});

test('three dashes in a text are no separator', () => {
  expect(read('a: |\n  x\n  ---\n  y\nb: ---x\n')).toEqual([{ line: 1, a: 'x\n---\ny\n', b: '---x' }]);
});

test('fields have their lines, and what is not written that of where it would stand', () => {
  const text = '---\nkind: A\nspec:\n  ports:\n    - port: 1\n    - port: 2\n---\napiVersion: v1\nkind: List\nitems:\n- kind: B\n  spec: {x: 1,\n    z: 2}\n- apiVersion: v1\n  kind: List\n  items: [{kind: C}]\n';
  const [a, b, c] = [...documentsIn('a.yaml', text)];
  const line = ({ content }: Document, ...path: (string | number)[]) => 'broken' in content ? undefined : content.lineOf(path);

  expect([a, b, c].map(one => one.line)).toEqual([2, 11, 16]);
  expect([line(a, 'spec'), line(a, 'spec', 'ports', 1, 'port'), line(a, 'spec', 'ports', 0, 'name'), line(a, 'metadata', 'name')]).toEqual([3, 6, 5, 2]);
  expect([line(b, 'spec', 'x'), line(b, 'spec', 'z'), line(c, 'kind'), line(c, 'metadata')]).toEqual([12, 13, 16, 16]);
});
