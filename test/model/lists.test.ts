import * as fc from 'fast-check';
import { flatMap } from '../../src/model/lists';

test('lists are made one, by one level', () => {
  const item = fc.oneof(fc.nat(), fc.array(fc.oneof(fc.nat(), fc.array(fc.nat()))));
  fc.assert(fc.property(fc.array(item), items => {
    const of = (one: typeof items[number], index: number): any => index % 2 === 0 ? one : [one, index];
    expect(flatMap(items, of)).toEqual(items.flatMap(of));
  }));
});
