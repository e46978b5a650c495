import { hasAtMostOneDecimal, integerWeights } from '../../src/model/weights';

test.each([
  [[90, 10], [90, 10]],
  [[100], [100]],
  [[62.5, 37.5], [625, 375]],
  [[99.9, 0.1], [999, 1]],
  [[50, 49.9, 0.1], [500, 499, 1]],
  // Where floating point is off by a little.
  [[56.7, 43.3], [567, 433]],
])('the weights of %j', (percentages, weights) => {
  expect(integerWeights(percentages)).toEqual(weights);
});

test('a decimal is one, whatever floating point makes of it', () => {
  expect([0, 7, 0.1, 0.3, 56.7, 99.9, 100].every(hasAtMostOneDecimal)).toBe(true);
  expect([0.01, 0.25, 33.33, 99.99].some(hasAtMostOneDecimal)).toBe(false);
});
