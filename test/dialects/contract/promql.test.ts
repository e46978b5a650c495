import { percentOf } from '../../../src/dialects/contract/promql';

test('where no request succeeds, the percent is 0, and not absent', () => {
  expect(percentOf('good[60s]', 'all[60s]')).toBe('100 * (sum(rate(good[60s])) or vector(0)) / sum(rate(all[60s]))');
});
