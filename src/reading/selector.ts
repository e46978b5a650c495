import { labels } from './cluster/object';
import type { Fields } from '../manifests/fields';
import { EVERYTHING, type Requirement, type Selector } from '../meaning/selector';

/** A selector of labels; undefined where something in it is not understood, which is a finding then. */
export function selectorOf(fields: Fields): Selector | undefined {
  if (!fields.isSaid) return EVERYTHING;
  const matchExpressions = fields.field('matchExpressions').items().map(requirementOf);
  const known = matchExpressions.filter(one => one !== undefined);
  const selector = { matchLabels: labels(fields.field('matchLabels')), matchExpressions: known };
  return fields.doubts().length === 0 ? selector : undefined;
}

function requirementOf(fields: Fields): Requirement | undefined {
  const [key, operator] = [fields.field('key').text(), fields.field('operator').text()];
  const values = fields.field('values').items().map(value => value.text());
  if (key === undefined || values.includes(undefined)) return fields.doubt('it is not a condition on a label');
  switch (operator) {
    case 'In':
    case 'NotIn': return values.length === 0 ? fields.doubt('it has no values') : { key, operator, values: values.filter(value => value !== undefined) };
    case 'Exists':
    case 'DoesNotExist': return { key, operator };
    default: return fields.field('operator').doubt('it is not known here');
  }
}
