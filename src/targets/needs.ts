import type { Speaker, Told } from './statement';
import { said } from './statement';
import type { SubjectClaim } from '../dialects/contract/claim';
import type { Need } from '../dialects/contract/dialect';
import { doubtful, unsupported } from '../errors/diagnostics';
import { flatMap } from '../model/lists';

/** What constructs of an app have laid claim to. */
interface Laid {
  readonly claims: { has(claim: SubjectClaim): boolean };
}

/**
 * Objects of other constructs that a route needs in a target, and that no construct renders; asked when all constructs are made. Of those
 * that a policy needs, others than the app may know, so it is a warning.
 */
export function unmetNeeds(speakers: readonly Speaker[], clusterOf: (targetId: string) => Laid): Told[] {
  const unmet = (targetId: string, needs: readonly Need[] = []) =>
    needs.filter(({ anyOf }) => !anyOf.some(claim => clusterOf(targetId).claims.has(claim)));
  return [
    ...flatMap(said(speakers, 'routes'), ({ intent, statement: { kind, target, model, isMoved } }) => isMoved ? []
      : unmet(target.id, target._dialects.routes.needs?.(model)).map(({ what, reason, remedy }) =>
        ({ intent, objection: { isError: true, diagnostic: unsupported(kind, target.id, what, reason, remedy) } }))),
    ...flatMap(said(speakers, 'access'), ({ intent, statement: { kind, target, model } }) =>
      unmet(target.id, target._dialects.access.needs?.(model)).map(({ what, reason, remedy }) =>
        ({ intent, objection: { isError: false, diagnostic: doubtful(kind, target.id, what, reason, remedy) } }))),
  ];
}
