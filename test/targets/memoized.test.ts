import { memoized } from '../../src/targets/memoized';

test('computes once for each model, whatever the value', () => {
  const compute = jest.fn(({ n }: { readonly n: number }) => n > 1 ? n : undefined);
  const once = memoized(compute);
  const [one, two] = [{ n: 1 }, { n: 2 }];

  expect([once(one), once(one), once(two), once(two)]).toEqual([undefined, undefined, 2, 2]);
  expect(compute).toHaveBeenCalledTimes(2);
  expect(once({ n: 2 })).toBe(2);
  expect(compute).toHaveBeenCalledTimes(3);
});
