import * as fc from 'fast-check';
import { CASES, countMoved, NO_COUNTS, type Program, TARGETS } from './moved';
import { requests } from '../../reading/routes/gateway-api';

const RUNS = Number(process.env.ORACLE_CASES ?? 25);

let routed = 0;

test.each(Object.entries(CASES))('%s send requests where they sent them, or it is said that they do not', (_, moving) => {
  const counts = { ...NO_COUNTS };
  const asked = (one: Program) => fc.array(requests(one), { minLength: 20, maxLength: 20 });
  const cases = moving.programs.chain(one => fc.tuple(fc.constant(one), fc.constantFrom(...TARGETS), asked(one)));
  fc.assert(fc.property(cases, ([one, to, some]) => countMoved(moving, to, one, some, counts)), { numRuns: RUNS, endOnFailure: true });
  expect(counts.equal).toBeGreaterThan(RUNS);
  routed += counts.routed;
});

test('routes were written for some of them', () => {
  expect(routed).toBeGreaterThan(0);
});
