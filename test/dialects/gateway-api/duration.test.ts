import * as fc from 'fast-check';
import { goDuration } from '../../../src/dialects/gateway-api/spelling/duration';

const UNITS: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

test('any time is written as the CRDs want it, and means the same', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 359_999_999_000 }), milliseconds => {
    const text = goDuration(milliseconds);

    expect(text).toMatch(/^([0-9]{1,5}(h|m|s|ms)){1,4}$/);
    expect([...text.matchAll(/(\d+)(ms|h|m|s)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit], 0)).toBe(milliseconds);
  }));
});
