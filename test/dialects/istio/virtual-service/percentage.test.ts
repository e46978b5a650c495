import { percentage } from '../../../../src/dialects/istio/virtual-service/percentage';

/** `translatePercentToFractionalPercent` in istio/istio `pilot/pkg/networking/core/route/route.go`. */
const millionths = (value: number) => Math.trunc(value * 10_000);

test.each([[0, 0], [0.125, 12.5], [0.000001, 0.0001], [1, 100]])('a share of %d is %d percent', (share, value) => {
  expect(percentage(share)).toEqual({ value });
});

test('every millionth is what istiod makes of it', () => {
  const wrong = Array.from({ length: 1_000_001 }, (_, n) => n).filter(n => millionths(percentage(n / 1_000_000).value) !== n);

  expect(wrong).toEqual([]);
  expect(millionths(0.0003)).toBe(2);
});
