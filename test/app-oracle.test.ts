import { doesAsWritten } from './oracle/app/as-written';
import { TARGETS } from './oracle/app/targets';
import { inOneLine } from './oracle/ask';

/** What becomes of a request, from its client to the pod that answers, is what all constructs of an app say together. */

const REQUESTS = Number(process.env.ORACLE_CASES ?? 3000);

test.each(Object.entries(TARGETS))('%s', (title, target) => console.log(`${title}: ${inOneLine(doesAsWritten(REQUESTS, target))}`));
