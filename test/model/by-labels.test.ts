import * as fc from 'fast-check';
import { ByLabels, BySelector } from '../../src/model/by-labels';

type Labels = Readonly<Record<string, any>>;

// The number 1 is no label, but may stand in a manifest of others; what JavaScript has by itself is none either.
const labels: fc.Arbitrary<Labels> = fc.dictionary(
  fc.constantFrom('app', 'tier', 'constructor'),
  fc.constantFrom<string | number>('1', '2', 1),
  { maxKeys: 3 },
);
const lists = fc.array(labels, { maxLength: 12 });
const isWithin = (a: Labels, b: Labels) => Object.keys(a).every(key => Object.hasOwn(b, key) && a[key] === b[key]);
const numbered = (list: readonly Labels[], isOne: (one: Labels) => boolean) => list.flatMap((one, i) => isOne(one) ? [i] : []);

test('what has labels is found by some of them', () => {
  fc.assert(fc.property(lists, lists, labels, (list, later, asked) => {
    const pods = new ByLabels<number>();
    list.forEach((one, i) => pods.add(one, i));
    expect(pods.having(asked)).toEqual(numbered(list, one => isWithin(asked, one)));

    later.forEach((one, i) => pods.add(one, list.length + i));
    expect(pods.having(asked)).toEqual(numbered([...list, ...later], one => isWithin(asked, one)));
  }), { numRuns: 1000 });
});

test('what chooses by labels is found by what it chooses', () => {
  fc.assert(fc.property(lists, labels, (list, asked) => {
    const policies = new BySelector<number>();
    list.forEach((one, i) => policies.add(one, i));

    expect(policies.choosing(asked)).toEqual(numbered(list, one => isWithin(one, asked)));
  }), { numRuns: 1000 });
});

test('one among many is found without a look at the others', () => {
  let looks = 0;
  const seen = (app: string) =>
    new Proxy({ app, instance: 'shop' }, { getOwnPropertyDescriptor: (...all) => (looks++, Reflect.getOwnPropertyDescriptor(...all)) });
  const looksAmong = (count: number) => {
    const [pods, policies] = [new ByLabels<number>(), new BySelector<number>()];
    for (let i = 0; i < count; i++) {
      pods.add(seen(`${i}`), i);
      policies.add(seen(`${i}`), i);
    }
    pods.having({ app: '3', instance: 'shop' });
    looks = 0;
    expect([pods.having({ app: '4', instance: 'shop' }), policies.choosing(seen('4'))]).toEqual([[4], [4]]);
    return looks;
  };

  expect(looksAmong(100)).toBe(looksAmong(10));
});
