import { inOneLine } from './oracle/ask';
import { MESHES } from './oracle/meshes';
import { ROUTES } from './oracle/routes/targets';

/** What becomes of requests is what was written, as evaluators of their own read the manifests of each target. */

const REQUESTS = Number(process.env.ORACLE_CASES ?? 4000);

test.each(Object.values(MESHES))('$routes is asked', ({ routes }) => expect(ROUTES).toHaveProperty([routes]));

test.each(Object.entries(ROUTES))('%s', (title, oracle) => console.log(`${title}: ${inOneLine(oracle(REQUESTS))}`));
