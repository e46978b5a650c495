import { inOneLine } from './oracle/ask';
import { passesAsWritten } from './oracle/cluster/as-written';

/** What passes between nodes, pods and others is what was written, as an evaluator of its own reads the manifests of Cilium. */
test('Cilium', () => console.log(`Cilium: ${inOneLine(passesAsWritten(Number(process.env.ORACLE_CASES ?? 4000)))}`));
