import { inOneLine } from './oracle/ask';
import { MOVES } from './oracle/moves';

/** What was let in, let out and sent on by old manifests is so after a migration, or it is said that it is not. */

const REQUESTS = Number(process.env.ORACLE_CASES ?? 600);

const counts: Record<string, number> = {};

test.each(Object.entries(MOVES))('%s', (title, oracle) => {
  const asked = oracle(REQUESTS);
  console.log(`moves: ${title}: ${inOneLine(asked)}`);
  for (const [name, count] of Object.entries(asked.counts)) counts[name] = (counts[name] ?? 0) + count;
});

test('policies, routes and exposures were written for some of them', () => {
  expect(Math.min(counts.policed, counts.routed, counts.written)).toBeGreaterThan(0);
});
