import * as fc from 'fast-check';
import { type Document, documentsIn } from '../../src/manifests/documents';
import { unlessStuck } from '../unless-stuck';

const outcomes = (text: string) => [...documentsIn('a.yaml', text)].map(({ content }) =>
  'broken' in content ? `${content.isTooMuch ? 'too much: ' : ''}${content.broken}` : content.manifest);

/** Megabytes of one thing, each of which once took minutes, or ended the process. */
test.each<[string, () => string, unknown]>([
  ['a text in one line', () => `a: ${'x'.repeat(2e7)}`, { a: 'x'.repeat(2e7) }],
  ['a text in many lines', () => `a: |\n${`  ${'x'.repeat(78)}\n`.repeat(2e5)}`, { a: expect.any(String) }],
  ['a name of a field', () => `${'x'.repeat(5e6)}: 1`, expect.any(Object)],
  ['ends of lines', () => `${'\n'.repeat(7e7)}a: 1`, { a: 1 }],
  ['comments', () => `${'# x\n'.repeat(2e6)}a: 1`, { a: 1 }],
  ['a tag', () => `a: !${'x'.repeat(1e7)} b`, 'too much: something in it is too long'],
  ['an alias without an anchor', () => `a: *${'x'.repeat(1e7)}`, expect.stringMatching(/^unidentified alias "x{100,200}…$/)],
  ['digits', () => `a: 0x${'f'.repeat(5e6)}`, { a: `0x${'f'.repeat(5e6)}` }],
  ['digits of a decimal', () => `a: ${'9'.repeat(5e6)}`, { a: '9'.repeat(5e6) }],
  ['underscores', () => `a: 1${'_'.repeat(5e6)}`, { a: 1 }],
  ['open brackets', () => '['.repeat(5e6), 'too much: it is nested too deeply'],
  ['questions', () => '? '.repeat(5e6), 'too much: it is nested too deeply'],
  ['what is never closed', () => `a: "${'x\n'.repeat(3e5)}`, expect.stringMatching(/^unexpected end/)],
  ['NUL', () => '\0'.repeat(2e6), 'null byte is not allowed in input'],
  ['aliases of a long text', () => `a: &a ${'x'.repeat(1e4)}\nb: [${'*a,'.repeat(1e4)}]`, 'too much: its aliases stand for too much'],
  ['merge keys of what is being merged', () => 'a: &a\n  <<: *a\n  b: 1', { a: { b: 1 } }],
  ['keys that stand for much', () => 'a: &a [x, x]\nb: &b [*a, *a]\n? *b\n: 1', 'nested arrays are not supported inside keys'],
])('megabytes of %s are read, or told', (_, text, outcome) => {
  expect(unlessStuck(() => outcomes(text()))).toEqual([outcome]);
});

test.each([['!!int\n1_0', 10], ['!!float\n1.5', 1.5], ['!!bool\non', true], ['!!null\n~', null], ['!!binary\n1234', Buffer.from('1234', 'base64').toString()]])('%j has its tag on a line of its own', (text, value) => {
  expect(outcomes(`a: ${text.replace('\n', '\n  ')}`)).toEqual([{ a: value }]);
});

test('names that mean something to JavaScript are names', () => {
  const [manifest] = outcomes('__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 1}}\na: &a {__proto__: {polluted: 1}}\nb: {<<: *a}');

  expect(Object.keys(manifest)).toEqual(['__proto__', 'constructor', 'a', 'b']);
  expect(({} as any).polluted).toBeUndefined();
  expect(manifest.polluted).toBeUndefined();
});

test('each object of a stream of JSON is a document, with its line', () => {
  const documents = [...documentsIn('a.json', '{"a": "}{\\""}\n{"b": [{}]}{"c": 1}\n{"d": }\n {"e":\n {"f": 2}}\n')];

  expect(documents.map(({ line, content }) => 'broken' in content ? `${line} broken` : { line, ...content.manifest }))
    .toEqual([{ line: 1, a: '}{"' }, { line: 2, b: [{}] }, { line: 2, c: 1 }, { line: 3, d: null }, { line: 4, e: { f: 2 } }]);
  expect(outcomes('{a: \'}{\'}')).toEqual([{ a: '}{' }]);
});

test('items of a list of a kind are of this kind', () => {
  expect(outcomes('apiVersion: split.smi-spec.io/v1alpha2\nkind: TrafficSplitList\nitems: [{a: 1}, {kind: Other, b: 2}, 5]\n')).toEqual([
    { apiVersion: 'split.smi-spec.io/v1alpha2', kind: 'TrafficSplit', a: 1 }, { kind: 'Other', b: 2 }, 5,
  ]);
  expect(outcomes('apiVersion: v1\nkind: List\nitems: [{a: 1}]\n')).toEqual([{ a: 1 }]);
});

// JSON has no -0.
const value = fc.jsonValue({ maxDepth: 3 }).map(json => ({ spec: JSON.parse(JSON.stringify(json)) }));

test('documents are the same with other ends of lines, behind a mark of the order of bytes, and in a stream or a List', () => {
  fc.assert(fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), values => {
    const json = values.map(one => JSON.stringify(one, undefined, 2));

    expect(outcomes(json.join('\n---\n'))).toEqual(values);
    expect(outcomes(`\uFEFF${json.join('\n---\n').replaceAll('\n', '\r\n')}`)).toEqual(values);
    expect(outcomes(json.join('\n'))).toEqual(values);
    expect(outcomes(json.join(''))).toEqual(values);
    expect(outcomes(`{"apiVersion": "v1", "kind": "List", "items": [${json.join()}]}`)).toEqual(values);
  }));
});

const words = ['a', 'b: ', '- ', '? ', ': ', '{', '}', '[', ']', ',', '|', '>', '\n', '\n  ', '\n---\n', '\n...\n', '&a ', '*a', '!x ', '!!int ', '<<: ', '"', "'", '#',
  ' ', '\t', '%YAML 1.1\n', '\r', '\uFEFF', '\u2028', '\0', '\x85', '\uD800', '0x', '1_0', '~', '__proto__', '\\', '@', '`', 'kind: List', 'items: '];

test('whatever a text is, each of its documents is read or broken, at a line that it has', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom(...words), { maxLength: 40 }).map(some => some.join('')), text => {
    const lines = text.split(/\r\n|\n|\r/).length;
    const place = ({ line, content }: Document) => 'broken' in content ? [line] : [line, ...Object.keys(Object(content.manifest)).map(name => content.lineOf([name]))];
    for (const line of [...documentsIn('a.yaml', text)].flatMap(place)) {
      expect(line).toBeGreaterThanOrEqual(1);
      // The parser ends each text with an end of a line.
      expect(line).toBeLessThanOrEqual(lines + 1);
    }
  }), { numRuns: 3000 });
});
