import { inOneLine } from './oracle/ask';
import { EGRESS, TARGETS } from './oracle/egress/targets';
import { CATALOGUE } from '../src/targets/catalogue';

/** What may be called is what was written, as an evaluator of its own reads the manifests of each target. */

const CALLS = Number(process.env.ORACLE_CASES ?? 4000);

test('every target that has policies on calls is asked', () => {
  const able = CATALOGUE.filter(({ dialects: { egress: { supports } } }) => Object.values(supports).some(({ level }) => level !== 'none'));
  const asked = Object.values(TARGETS).map(({ target }) => target._dialects.egress.renders);

  expect(able.length).toBeGreaterThan(5);
  expect(able.filter(({ dialects: { egress } }) => !asked.includes(egress.renders)).map(({ title }) => title)).toEqual([]);
});

test.each(Object.entries(EGRESS))('%s', (title, oracle) => console.log(`${title}: ${inOneLine(oracle(CALLS))}`));
