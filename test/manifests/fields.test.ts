import * as fc from 'fast-check';
import { documentsIn } from '../../src/manifests/documents';
import { atField, Fields, placeWords } from '../../src/manifests/fields';

function fieldsOf(text: string): Fields {
  const [{ file, content }] = documentsIn('a.yaml', text);
  if ('broken' in content) throw new Error(content.broken);
  return Fields.of(file, content);
}

const findings = (fields: Fields) => fields.findings().map(({ place: { file, line, path }, message, isUnknown }) => `${file}:${line} ${path}: ${message}${isUnknown ? '' : ' (assumed)'}`);

test('what nobody asks for is a finding, at its place', () => {
  const object = fieldsOf('kind: A\nspec:\n  a: 1\n  b:\n    - c: 2\n      d: {}\n    - 3\n  e: null\n  "f/g": 4\n');
  object.field('kind').text();
  object.field('spec').field('b').items()[0].field('c').integer();
  object.field('spec').field('absent').text();

  expect(findings(object)).toEqual([
    'a.yaml:3 spec.a: it is not known here',
    'a.yaml:6 spec.b[0].d: it is not known here',
    'a.yaml:7 spec.b[1]: it is not known here',
    "a.yaml:9 spec['f/g']: it is not known here",
  ]);
});

test('asking where something is does not take it; asking for its value does', () => {
  const object = fieldsOf('a: 1\nb: [x]\nc: {d: 1}\n');
  expect([object.field('a').isSaid, object.field('b').isList, object.field('c').field('d').place.path]).toEqual([true, true, 'c.d']);
  expect(findings(object)).toHaveLength(3);

  object.field('a').take();
  object.field('b').take();
  object.field('c').fields().forEach(([, value]) => value.take());
  expect(findings(object)).toEqual([]);
});

test('what is forgotten was not asked for, so that whoever is asked what is left passes nothing over', () => {
  const object = fieldsOf('a: {b: 1}\nc: 2\n');
  object.field('a').field('b').integer();
  object.field('c').text();
  object.forget();

  expect(findings(object)).toEqual(["a.yaml:2 c: it is a number, and read as the text '2' (assumed)", 'a.yaml:1 a: it is not known here', 'a.yaml:2 c: it is not known here']);
});

test('texts are taken all together, or not at all', () => {
  const object = fieldsOf('a: {b: x, c: ""}\nd: {e: x, f: 1}\ng: [x]\n');

  expect([object.field('a').texts(), object.field('d').texts(), object.field('h').texts()]).toEqual([{ b: 'x', c: '' }, undefined, {}]);
  expect(object.field('g').texts()).toEqual({});
  expect(findings(object)).toEqual(['a.yaml:3 g: it must be an object', 'a.yaml:2 d.e: it is not known here', 'a.yaml:2 d.f: it is not known here']);
});

test('what is of another type is a finding, and nothing is read', () => {
  const object = fieldsOf('a: [1]\nb: x\nc: 1.5\nd: {e: 1}\nf: 5\ng: "5"\nh: "05"\ni: true\n');

  expect(object.field('a').text()).toBeUndefined();
  expect(object.field('b').field('x').isSaid).toBe(false);
  expect(object.field('b').items()).toEqual([]);
  expect([object.field('c').text(), object.field('c').integer()]).toEqual([undefined, undefined]);
  expect(object.field('d').items()).toEqual([]);
  expect([object.field('f').text(), object.field('g').integer(), object.field('h').integer(), object.field('i').text()]).toEqual(['5', 5, undefined, undefined]);
  expect(findings(object)).toEqual([
    'a.yaml:1 a: it must be a text',
    'a.yaml:2 b: it must be an object',
    'a.yaml:2 b: it must be a list',
    'a.yaml:3 c: it must be a text',
    'a.yaml:3 c: it must be a whole number',
    'a.yaml:4 d: it must be a list',
    "a.yaml:5 f: it is a number, and read as the text '5' (assumed)",
    'a.yaml:7 h: it must be a whole number',
    'a.yaml:8 i: it must be a text',
  ]);
});

test('asked again, a field is the same, and says the same once', () => {
  const object = fieldsOf('a: {b: 1}\n');
  object.field('a').field('b').text();

  expect(object.field('a').field('b').text()).toBe('1');
  expect(findings(object)).toHaveLength(1);
});

test('a place is written out as what it says', () => {
  const { place } = fieldsOf('a:\n  b: 1\n').field('a').field('b');

  expect(JSON.parse(JSON.stringify({ place }))).toEqual({ place: { file: 'a.yaml', line: 2, path: 'a.b' } });
});

test('of any value, each part is either asked for or found', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), fc.infiniteStream(fc.boolean()), (value, asks) => {
    const object = fieldsOf(JSON.stringify({ value }));
    let asked = 0;
    const visit = (fields: Fields, below: any): void => {
      if (below === null) return;
      if (!asks.next().value) return;
      if (typeof below !== 'object') {
        fields.take();
        asked++;
      } else if (Array.isArray(below)) {
        fields.items().forEach((item, i) => visit(item, below[i]));
      } else {
        Object.keys(below).forEach(name => visit(fields.field(name), below[name]));
      }
    };
    visit(object.field('value'), value);
    const found = object.findings().reduce((sum, { place: { path } }) => sum + leaves(at({ value }, path)), 0);

    expect(asked + found).toBe(leaves(value));
  }));
});

function leaves(value: any): number {
  if (value === null || value === undefined) return 0;
  return typeof value === 'object' ? Object.values(value).reduce<number>((sum, below) => sum + leaves(below), 0) : 1;
}

function at(value: any, path: string): any {
  const steps = [...path.matchAll(/\['(.*?)'\](?=$|\.|\[)|\[([0-9]+)\]|([\w$-]+)/gs)].map(([, quoted, item, name]) => quoted ?? item ?? name);
  return steps.reduce((below, step) => below?.[step], value);
}

test('a place is that of a field, or of the whole', () => {
  const place = { file: 'a.yaml', line: 3, path: 'spec.rules[0]' };
  expect(placeWords(place)).toBe('a.yaml:3, spec.rules[0]');
  expect(placeWords({ ...place, path: '' })).toBe('a.yaml:3');
  expect(atField(place, 'it is not known here')).toBe('spec.rules[0]: it is not known here');
  expect(atField({ ...place, path: '' }, 'it is not known here')).toBe('it is not known here');
});
