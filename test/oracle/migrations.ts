import * as fc from 'fast-check';
import type { Oracle } from './ask';
import { ask, atLeast, cases } from './ask';
import { TARGET_NAMES, type TargetName } from '../../src/migrate/targets';
import { faultsOf, generated, made, proofOf } from '../migrate/prove/generated';

/** How many requests are asked of each migration. */
const EACH = 200;

/** Whether migrations to a target let in no more than SMI did, and no less without a word. */
function sameAfterwards(to: TargetName): Oracle {
  return wanted => {
    const counts = { equal: 0, said: 0, unknown: 0 };
    const asked = ask(wanted, EACH, cases(generated([to]), () => fc.nat()), (world, seeds) => {
      const [seed] = seeds;
      const all = made(world);
      const proof = proofOf(all, to, EACH, seed);
      const faults = faultsOf(proof, world, all);
      if (faults.length > 0) throw new Error(faults.join('\n'));
      const before = counts.equal + counts.said;
      for (const tally of [proof.access, proof.splits]) {
        counts.equal += tally?.equal ?? 0;
        counts.said += tally?.said ?? 0;
        counts.unknown += tally?.unknown ?? 0;
      }
      const found = counts.equal + counts.said - before;
      return found === 0 ? undefined : found;
    });
    atLeast(counts, { equal: wanted / 4 });
    return { ...asked, counts };
  };
}

export const MIGRATIONS: Readonly<Record<string, Oracle>> = Object.fromEntries(TARGET_NAMES.map(to => [to, sameAfterwards(to)]));
