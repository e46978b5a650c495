import * as fc from 'fast-check';
import { calls, CASES, type Old } from './cases';
import { countMoved, NO_COUNTS, TARGETS } from './moved';

const RUNS = Number(process.env.ORACLE_CASES ?? 25);

let policed = 0;

test.each(Object.keys(CASES) as Old[])('what policies of %s kept in is kept in wherever they are moved to, and nothing more without a word', from => {
  const counts = { ...NO_COUNTS };
  fc.assert(fc.property(CASES[from].manifests, fc.constantFrom(...TARGETS), fc.array(calls, { minLength: 40, maxLength: 40 }), (old, to, some) =>
    countMoved(from, to, old, some, counts)), { numRuns: RUNS, endOnFailure: true });
  expect(counts.equal).toBeGreaterThan(RUNS);
  policed += counts.policed;
});

test('policies were written for some of them', () => {
  expect(policed).toBeGreaterThan(0);
});
