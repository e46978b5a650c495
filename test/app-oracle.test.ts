import { doesAsWritten } from './oracle/app/as-written';
import { TARGETS } from './oracle/app/targets';

/** What becomes of a request, from its client to the pod that answers, is what all constructs of an app say together. */

test.each(Object.entries(TARGETS))('%s', (title, target) => doesAsWritten(title, target));
