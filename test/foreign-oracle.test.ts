import { inOneLine } from './oracle/ask';
import { FOREIGN } from './oracle/foreign';

/** What readers say of manifests that no dialect writes is what the evaluators do, or that it is not known. */

const QUESTIONS = Number(process.env.ORACLE_CASES ?? 600);

test.each(Object.entries(FOREIGN))('%s', (title, oracle) => console.log(`foreign: ${title}: ${inOneLine(oracle(QUESTIONS))}`));
