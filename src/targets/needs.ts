import type { MeshTarget } from './mesh-target';
import type { SubjectClaim } from '../dialects/contract/claim';
import type { DialectOf } from '../dialects/contract/dialect';
import type { Renderers } from '../dialects/contract/target-dialects';
import { coded } from '../errors/coded';
import { unsupported } from '../errors/diagnostics';
import type { Kind, Kinds } from '../model/kinds';

/** Objects of other constructs that a model needs in a target, and that no construct renders; checked when all constructs exist. */
export function unmetNeeds<K extends Kind>(
  kind: K, target: MeshTarget, model: Kinds[K]['model'], claims: { has(claim: SubjectClaim): boolean },
): string[] {
  const renderers: Renderers = target._dialects;
  const dialect: DialectOf<K> = renderers[kind];
  return (dialect.needs?.(model) ?? []).filter(({ anyOf }) => !anyOf.some(claim => claims.has(claim)))
    .map(({ what, reason, remedy }) => coded(unsupported(kind, target.id, what, reason, remedy)));
}
