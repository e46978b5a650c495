import * as fc from 'fast-check';
import { requests } from './gateway-api';
import { canonical, readOutcome } from './outcome';
import type { Outcome } from '../../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import { Unknown } from '../../../src/evaluators/unknown';
import type { ReadMesh } from '../../../src/reading/mesh';
import type { World } from '../../../src/reading/world';
import { misspelt } from '../requests';
import { reading } from '../world';

export type Evaluate = (manifests: readonly any[], request: RouteRequest) => Outcome;

export interface Program {
  readonly protocol: RouteRequest['protocol'];
  readonly manifests: readonly any[];
}

/** How often it was known what becomes of a request, how often only the evaluator knew it, and how often it did not know it either. */
export interface Known {
  readonly known: number;
  readonly unknown: number;
  readonly beyond: number;
}

/** What becomes of requests by manifests that somebody else wrote is what the evaluator decides, or unknown where it has to be. */
export function comparedWith(
  evaluate: Evaluate, programs: fc.Arbitrary<Program>, mesh: ReadMesh, numRuns: number,
  alike: (outcome: Outcome) => Outcome = outcome => outcome,
): Known {
  const counts = { known: 0, unknown: 0, beyond: 0 };
  const cases = programs.chain(one => fc.tuple(fc.constant(one), fc.array(requests(one), { minLength: 5, maxLength: 5 })));
  fc.assert(fc.property(cases, ([{ manifests }, asked]) => {
    const world = reading(manifests, 'default', mesh);
    for (const request of asked) counts[compared(evaluate, manifests, world, request, alike)]++;
  }), { numRuns });
  return counts;
}

/** Whether a reader knows what becomes of a request, and then says what the evaluator does. */
export function compared(
  evaluate: Evaluate, manifests: readonly any[], world: World, request: RouteRequest, alike: (outcome: Outcome) => Outcome = outcome => outcome,
  read = readOutcome,
): keyof Known {
  const wanted = decided(evaluate, manifests, request, alike);
  const outcome = read(world, request);
  if (outcome === 'unknown') return wanted === 'unknown' ? 'beyond' : 'unknown';
  const given = canonical(alike(outcome));
  if (wanted !== 'unknown' && given !== wanted) {
    throw new Error(`${given}, and not ${wanted}: ${JSON.stringify(request)}\n${manifests.map(one => JSON.stringify(one)).join('\n')}`);
  }
  return 'known';
}

function decided(
  evaluate: Evaluate, manifests: readonly any[], request: RouteRequest, alike: (outcome: Outcome) => Outcome,
): string {
  try {
    return canonical(alike(evaluate(manifests, request)));
  } catch (error) {
    if (error instanceof Unknown) return 'unknown';
    throw error;
  }
}

/** Of manifests of which one field is misspelt, what is said is what they meant, or that it is not known; how often it was that. */
export function misspeltIsUnknown(
  evaluate: Evaluate, programs: fc.Arbitrary<Program>, mesh: ReadMesh, numRuns: number,
  alike: (outcome: Outcome) => Outcome = outcome => outcome,
): number {
  const isOfCluster = ({ kind }: any) => kind === 'Service' || kind === 'Deployment';
  const cases = programs.chain(({ protocol, manifests }) => fc.record({
    services: fc.constant(manifests.filter(isOfCluster)),
    spelt: misspelt(fc.constant(manifests.filter(one => !isOfCluster(one)))),
    request: requests({ protocol }),
  }));
  let unknown = 0;
  fc.assert(fc.property(cases, ({ services, spelt: { before, after }, request }) => {
    const outcome = readOutcome(reading([...services, ...after], 'default', mesh), request);
    const wanted = decided(evaluate, [...services, ...before], request, alike);
    if (outcome === 'unknown') unknown++;
    else if (wanted !== 'unknown') expect({ request, given: canonical(alike(outcome)) }).toEqual({ request, given: wanted });
  }), { numRuns });
  return unknown;
}
