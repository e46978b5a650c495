import { type Attachment, attachmentOf } from './attachment';
import { conditionTerm, operationTerms, sourceTerms, type Term } from './term';
import type { Fields } from '../../../../manifests/fields';
import type { Source } from '../../../../meaning/decision';
import { goBool } from '../../../../reading/go-bool';
import { type ReadObject, sourceOf } from '../../../../reading/objects';

/** An AuthorizationPolicy, as it stands there. */
export interface Policy extends Attachment {
  /** Undefined where it is not understood. */
  readonly action: Action | undefined;
  /** Undefined where the annotation is not understood. */
  readonly isDryRun: boolean;
  readonly rules: readonly Rule[];
}

const ACTIONS = ['ALLOW', 'DENY', 'AUDIT', 'CUSTOM'] as const;

export type Action = typeof ACTIONS[number];

/** What is not said holds for all. */
export interface Rule {
  readonly source: Source;
  readonly from?: readonly (readonly Term[])[];
  readonly to?: readonly (readonly Term[])[];
  readonly when: readonly Term[];
}

export function policyOf(object: ReadObject): Policy {
  const spec = object.fields.field('spec');
  const action = spec.field('action').text() ?? 'ALLOW';
  const known = ACTIONS.find(one => one === action) ?? spec.field('action').doubt('it is not known here');
  const rules = spec.field('rules').items().map(rule => ruleOf(object, rule));
  if (known === 'CUSTOM') spec.field('provider').field('name').text();
  if (rules.length === 0 && known === 'DENY') spec.doubt('Istio refuses a denial without rules');
  const attachment = attachmentOf(object);
  return { ...attachment, action: known, rules, isDryRun: isTrue(attachment.annotations['istio.io/dry-run']) };
}

function ruleOf(object: ReadObject, rule: Fields): Rule {
  const [from, to] = [partsOf(rule, 'from', 'source', sourceTerms), partsOf(rule, 'to', 'operation', operationTerms)];
  const when = rule.field('when').items().map(conditionTerm);
  return { source: sourceOf(object, rule), when, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

function partsOf(rule: Fields, list: string, part: string, termsOf: (fields: Fields) => readonly Term[]): (readonly Term[])[] | undefined {
  const items = rule.field(list).items();
  if (rule.field(list).isSaid && items.length === 0) rule.field(list).doubt('Istio refuses an empty list here');
  return items.length === 0 ? undefined : items.map(item => termsOf(item.field(part)));
}

/** As Go reads it; what it does not read is false (istio/istio `pilot/pkg/security/authz/builder/builder.go`, `isDryRun`). */
function isTrue(annotation: string | undefined): boolean {
  return goBool(annotation) === true;
}
