import * as fc from 'fast-check';
import { flatMap, pushTo } from '../../src/model/lists';

test('lists are made one, by one level', () => {
  const item = fc.oneof(fc.nat(), fc.array(fc.oneof(fc.nat(), fc.array(fc.nat()))));
  fc.assert(fc.property(fc.array(item), items => {
    const of = (one: typeof items[number], index: number): any => index % 2 === 0 ? one : [one, index];
    expect(flatMap(items, of)).toEqual(items.flatMap(of));
  }));
});

test('what is under one key is one list, in order', () => {
  const lists = new Map<string, number[]>();
  pushTo(lists, 'a', 1);
  pushTo(lists, 'b', 2);
  pushTo(lists, 'a', 3);

  expect([...lists]).toEqual([['a', [1, 3]], ['b', [2]]]);
});
