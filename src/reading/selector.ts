import { labels } from './cluster/object';
import type { Fields } from '../manifests/fields';
import { EVERYTHING, type Requirement, type Selector } from '../meaning/selector';

/** A selector of labels; undefined where something in it is not understood, which is a finding then. */
export function selectorOf(fields: Fields): Selector | undefined {
  if (!fields.isSaid) return EVERYTHING;
  const matchExpressions = fields.field('matchExpressions').items().map(requirementOf);
  const known = matchExpressions.filter(one => one !== undefined);
  const matchLabels = labels(fields.field('matchLabels'));
  const areKnown = Object.keys(matchLabels).length === fields.field('matchLabels').fields().length;
  return areKnown && known.length === matchExpressions.length ? { matchLabels, matchExpressions: known } : undefined;
}

function requirementOf(fields: Fields): Requirement | undefined {
  const [key, operator] = [fields.field('key').text(), fields.field('operator').text()];
  const values = fields.field('values').items().map(value => value.text());
  if (key === undefined || values.includes(undefined)) return fields.doubt('it is no condition on a label');
  switch (operator) {
    case 'In':
    case 'NotIn': return { key, operator, values: values.filter(value => value !== undefined) };
    case 'Exists':
    case 'DoesNotExist': return { key, operator };
    default: return fields.field('operator').doubt('it is not known here');
  }
}
