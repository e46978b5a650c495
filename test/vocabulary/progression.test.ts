import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { ReleaseApproval, ReleaseCheck, WithoutRequests, Workload } from '../../src';
import { movesOf, roundsOf, weightsOf } from '../../src/vocabulary/progression';

const workload = Workload.deployment('cart');
const check = ReleaseCheck.successRate({ atLeast: 99 });

test('what is not said has a default', () => {
  expect(movesOf('cart', { workload })).toEqual({
    workload: { name: 'cart' }, interval: 60, checks: [], tolerance: 2, approval: 'none', withoutRequests: 'fail',
  });
  expect(weightsOf('cart')).toEqual([10, 25, 50]);
  expect(roundsOf('cart')).toBe(5);
});

test('what is said', () => {
  expect(movesOf('cart', {
    workload,
    interval: Duration.minutes(2),
    checks: [check],
    tolerance: 4,
    approval: ReleaseApproval.START,
    withoutRequests: WithoutRequests.PASS,
  })).toEqual({
    workload: { name: 'cart' }, interval: 120, checks: [{ kind: 'successRate', atLeast: 99 }], tolerance: 4, approval: 'start', withoutRequests: 'pass',
  });
});

test('weights are whole percents that rise, and nothing else is taken', () => {
  const percent = fc.oneof(fc.integer({ min: -5, max: 110 }), fc.double({ min: 0, max: 100 }));
  fc.assert(fc.property(fc.array(percent, { minLength: 1, maxLength: 5 }), weights => {
    const rise = weights.every((weight, i) => Number.isInteger(weight) && weight >= 1 && weight <= 100 && weight > (weights[i - 1] ?? 0));
    if (rise) expect(weightsOf('cart', weights)).toEqual(weights);
    else expect(() => weightsOf('cart', weights)).toThrow('MESH1315: `weights[');
  }));
});

test.each<[string, () => unknown]>([
  ['MESH1012: `interval` is 9 seconds', () => movesOf('cart', { workload, interval: Duration.seconds(9) })],
  ['MESH1012: `interval` is 10.5 seconds', () => movesOf('cart', { workload, interval: Duration.millis(10500) })],
  ['MESH1011: `tolerance` is 0', () => movesOf('cart', { workload, tolerance: 0 })],
  ['MESH1004: `checks` is an empty list', () => movesOf('cart', { workload, checks: [] })],
  ["MESH1316: two of the checks are called 'success-rate'", () => movesOf('cart', { workload, checks: [check, check] })],
  ['MESH1004: `weights` is an empty list', () => weightsOf('cart', [])],
  ['MESH1011: `rounds` is 0', () => roundsOf('cart', 0)],
])('%s', (message, made) => {
  expect(made).toThrow(message);
});
