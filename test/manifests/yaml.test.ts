import * as fc from 'fast-check';
import { isMap, isSeq, LineCounter, parseDocument, stringify } from 'yaml';
import { parseYaml, type PlacedNode, placesIn, Unreadable } from '../../src/manifests/yaml';

test('tags say what a scalar is; those that are not known say nothing', () => {
  expect(parseYaml('[!!str 5, !!int "5", !!float 5, !!bool "on", !!binary aGk=, !foo bar, !foo [a], !!set {a: 1}, "on", \'5\']'))
    .toEqual([['5', 5, 5, true, 'hi', 'bar', ['a'], { a: 1 }, 'on', '5']]);
  expect(() => parseYaml('!!int x')).toThrow(Unreadable);
});

test('names of fields are texts, whatever they would be as values', () => {
  expect(parseYaml('y: 1\n010: 2\n~: 3\n"n": 4')).toEqual([{ true: 1, 8: 2, null: 3, n: 4 }]);
});

test('an alias is what it stands for, and merge keys are merged', () => {
  expect(parseYaml('a: &a {x: 1, z: 2}\nb: *a\nc: {<<: *a, z: 3}')).toEqual([{ a: { x: 1, z: 2 }, b: { x: 1, z: 2 }, c: { x: 1, z: 3 } }]);
});

const refused = (text: string) => {
  try {
    parseYaml(text);
  } catch (error) {
    const { message, isTooMuch, line } = error as Unreadable;
    return { message, isTooMuch, line };
  }
  return undefined;
};

test('what holds itself, or stands for more than it is, is too much', () => {
  const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]', ...[1, 2, 3, 4, 5].map(i => `a${i}: &a${i} [${Array(9).fill(`*a${i - 1}`).join(', ')}]`)].join('\n');
  const merges = `a: &a {${Array.from({ length: 300 }, (_, i) => `k${i}: 1`).join(', ')}}\n${Array.from({ length: 300 }, (_, i) => `b${i}: {<<: [*a, *a, *a]}`).join('\n')}`;

  expect(refused(bomb)).toEqual({ message: 'its aliases stand for too much', isTooMuch: true, line: 0 });
  expect(refused('&a [*a]')).toEqual({ message: 'its aliases stand for too much', isTooMuch: true, line: 0 });
  expect(refused(merges)).toMatchObject({ message: 'its merge keys stand for too much', isTooMuch: true });
  expect(refused('['.repeat(100_000))).toMatchObject({ message: 'it is nested too deeply', isTooMuch: true });
  expect(refused('a: 1\na: 2')).toMatchObject({ isTooMuch: false, line: 1 });
});

const value = fc.letrec<{ readonly value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>('cart', 5, true, null, 'on', '', 'two\nlines\n'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'on', '8', '<'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

/** The lines of fields and items, as another parser finds them. */
function linesOf(node: unknown, line: number, counter: LineCounter): PlacedNode {
  const start = (one: any) => counter.linePos(one.range[0]).line - 1;
  if (isMap(node)) {
    return { line, fields: new Map(node.items.map(({ key, value: below }: any) => [String(key.value), linesOf(below, start(key), counter)])) };
  }
  return isSeq(node) ? { line, items: node.items.map(item => linesOf(item, start(item), counter)) } : { line };
}

test('fields and items have the lines on which they are written', () => {
  fc.assert(fc.property(fc.record({ spec: value }), fc.boolean(), (one, isFlow) => {
    const text = stringify(one, { version: '1.1', collectionStyle: isFlow ? 'flow' : 'block', lineWidth: 20 });
    const counter = new LineCounter();
    const { contents } = parseDocument(text, { version: '1.1', lineCounter: counter });

    expect(parseYaml(text)).toEqual([one]);
    expect(placesIn(text)).toEqual([linesOf(contents, 0, counter)]);
  }));
});

test('a flow, a comment and an alias have their lines, too', () => {
  const [place] = placesIn('# a comment\na: &a\n  # another\n  b: [1,\n    {c: 2, d, e: 3}]\nf: *a\n');

  expect(place.fields?.get('a')?.line).toBe(1);
  expect(place.fields?.get('a')?.fields?.get('b')?.line).toBe(3);
  expect(place.fields?.get('a')?.fields?.get('b')?.items?.map(({ line }) => line)).toEqual([3, 4]);
  expect([...place.fields!.get('a')!.fields!.get('b')!.items![1].fields!.keys()]).toEqual(['c', 'd', 'e']);
  expect(place.fields?.get('f')).toEqual({ line: 5 });
});
