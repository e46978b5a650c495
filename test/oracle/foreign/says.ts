import type * as fc from 'fast-check';
import type { World } from '../../../src/reading/world';
import { type Answer, reading } from '../../reading/world';
import { ask, atLeast, cases, isAtLeast, type Oracle } from '../ask';
import { withApps } from '../differences/apps';
import { type Api, isOfMesh } from '../differences/pairs';

/** How many questions are asked of each program. */
const EACH = 20;

/** Whether a reader says what the evaluator of its API does, or that it does not know. */
export function says<Asked>(
  { policies, judge, mesh }: Api<Asked>, questions: fc.Arbitrary<Asked>, answer: (world: World, asked: Asked) => Answer,
): Oracle {
  return wanted => {
    const counts = { allowed: 0, denied: 0, unknown: 0, undecided: 0 };
    const least = { allowed: wanted / 20, denied: wanted / 50 };
    const asked = ask(wanted, EACH, cases(policies, () => questions), (own, some) => {
      const manifests = withApps(own);
      const world = reading(manifests, 'default', mesh);
      let compared = 0;
      for (const one of some) {
        const decided = judge(manifests, one);
        if (decided === undefined) {
          counts.undecided++;
          continue;
        }
        const given = answer(world, one);
        if (given !== 'unknown' && given !== (decided ? 'allowed' : 'denied')) {
          throw new Error(`${given}, and not ${decided ? 'allowed' : 'denied'}: ${JSON.stringify(one)}\n${own.filter(isOfMesh).map(manifest => JSON.stringify(manifest)).join('\n')}`);
        }
        counts[given]++;
        compared++;
      }
      return compared || undefined;
    }, () => isAtLeast(counts, least));
    atLeast(counts, least);
    return { ...asked, counts };
  };
}
