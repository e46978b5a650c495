import { Unknown } from './unknown';

/** An object of a manifest, if there is nothing in it but these fields. */
export function only(object: any, ...fields: string[]): any {
  const unknown = Object.keys(object).find(field => !fields.includes(field));
  if (unknown !== undefined) {
    throw new Unknown(`not known here: ${unknown}`);
  }
  return object;
}

/** Whether labels are those that a selector wants; an expression with `NotIn` also holds where there is no such label. */
export function selects(selector: any, labels: Readonly<Record<string, string>>): boolean {
  const { matchLabels = {}, matchExpressions = [] } = only(selector, 'matchLabels', 'matchExpressions');
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value)
    && matchExpressions.every(({ key, operator, values }: any) => {
      switch (operator) {
        case 'Exists': return labels[key] !== undefined;
        case 'DoesNotExist': return labels[key] === undefined;
        case 'In': return values.includes(labels[key]);
        case 'NotIn': return !values.includes(labels[key]);
        default: throw new Unknown(`not known here: ${operator}`);
      }
    });
}
