import type { Speaker, Told } from './statement';
import { said } from './statement';
import type { SubjectClaim } from '../dialects/contract/claim';
import { doubtful, unsupported } from '../errors/diagnostics';
import { flatMap } from '../model/lists';

/** What constructs of an app have laid claim to. */
interface Laid {
  readonly claims: { has(claim: SubjectClaim): boolean };
}

/** Policies on end users whose issuers no construct of the app knows; others may know them, so it is a warning. */
export function unknownIssuers(speakers: readonly Speaker[], clusterOf: (targetId: string) => Laid): Told[] {
  return flatMap(said(speakers, 'access'), ({ intent, statement: { kind, target, model } }) =>
    (target._dialects.access.needs?.(model) ?? []).filter(({ anyOf }) => !anyOf.some(claim => clusterOf(target.id).claims.has(claim)))
      .map(({ what, reason, remedy }) => ({ intent, objection: { isError: false, diagnostic: doubtful(kind, target.id, what, reason, remedy) } })));
}

/** Objects of other constructs that a route needs in a target, and that no construct renders; asked when all constructs are made. */
export function unmetNeeds(speakers: readonly Speaker[], clusterOf: (targetId: string) => Laid): Told[] {
  return flatMap(said(speakers, 'routes'), ({ intent, statement: { kind, target, model, isMoved } }) => isMoved ? []
    : (target._dialects.routes.needs?.(model) ?? []).filter(({ anyOf }) => !anyOf.some(claim => clusterOf(target.id).claims.has(claim)))
      .map(({ what, reason, remedy }) => ({ intent, objection: { isError: true, diagnostic: unsupported(kind, target.id, what, reason, remedy) } })));
}
