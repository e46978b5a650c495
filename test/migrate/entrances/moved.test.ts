import * as fc from 'fast-check';
import { CASES, countMoved, NO_COUNTS, TARGETS } from './moved';

const RUNS = Number(process.env.ORACLE_CASES ?? 30);

test.each(Object.entries(CASES))('%s let in what they let in, or it is said that they do not', (_, moving) => {
  const counts = { ...NO_COUNTS };
  const asked = fc.array(moving.asked, { minLength: 20, maxLength: 20 });
  fc.assert(fc.property(moving.programs, fc.constantFrom(...TARGETS), asked, (old, to, some) =>
    countMoved(moving, to, old, some, counts)), { numRuns: RUNS, endOnFailure: true });
  expect(counts.equal).toBeGreaterThan(2 * RUNS);
  expect(counts.written).toBeGreaterThan(RUNS / 30);
});
