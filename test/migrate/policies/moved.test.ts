import * as fc from 'fast-check';
import { CASES } from './cases';
import { countMoved, NO_COUNTS, type Old, TARGETS, withoutPods } from './moved';

const RUNS = Number(process.env.ORACLE_CASES ?? 6);

describe.each(Object.keys(CASES) as Old[])('policies of %s', from => {
  const { manifests, requests } = CASES[from];

  test('let in nobody whom they kept out, and nobody less without a word, wherever they are moved to', () => {
    const counts = { ...NO_COUNTS };
    fc.assert(fc.property(manifests, fc.constantFrom(...TARGETS), fc.array(requests, { minLength: 40, maxLength: 40 }), (old, to, some) =>
      countMoved(from, to, old, some, counts)), { numRuns: RUNS, endOnFailure: true });
    expect(counts.equal).toBeGreaterThan(2 * RUNS);
    expect(counts.refused).toBeLessThan(RUNS);
  });

  test('do so of pods that no workload in the files makes', () => {
    const counts = { ...NO_COUNTS };
    fc.assert(fc.property(manifests, fc.constantFrom(...TARGETS), fc.array(requests, { minLength: 40, maxLength: 40 }), (old, to, some) =>
      countMoved(from, to, old, some, counts, withoutPods(from))), { numRuns: RUNS, endOnFailure: true });
    expect(counts.equal).toBeGreaterThan(0);
    expect(counts.refused).toBeLessThan(RUNS);
  });
});
