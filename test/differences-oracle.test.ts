import { inOneLine } from './oracle/ask';
import { DIFFERENCES } from './oracle/differences';

/** What `diff` tells is what the evaluators of both sides tell. `npm run oracle` asks about more. */

const REQUESTS = Number(process.env.ORACLE_CASES ?? 600);

test.each(Object.entries(DIFFERENCES))('%s', (title, oracle) => console.log(`${title}: ${inOneLine(oracle(REQUESTS))}`));
