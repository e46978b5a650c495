import { all, type Truth, truthOf } from './truth';

export type Labels = Readonly<Record<string, string>>;

/** A selector of labels of Kubernetes. Without any condition, it selects everything. */
export interface Selector {
  readonly matchLabels: Labels;
  readonly matchExpressions: readonly Requirement[];
}

export type Requirement =
  | { readonly key: string; readonly operator: 'In' | 'NotIn'; readonly values: readonly string[] }
  | { readonly key: string; readonly operator: 'Exists' | 'DoesNotExist' };

export const EVERYTHING: Selector = { matchLabels: {}, matchExpressions: [] };

/** Whether labels are selected; unknown where the labels are. */
export function selects({ matchLabels, matchExpressions }: Selector, labels: Labels | undefined): Truth {
  const wanted = Object.entries(matchLabels);
  if (labels === undefined) return wanted.length + matchExpressions.length === 0 ? 'yes' : 'unknown';
  const valueOf = (key: string) => Object.hasOwn(labels, key) ? labels[key] : undefined;
  return truthOf(wanted.every(([key, value]) => valueOf(key) === value)
    && matchExpressions.every(requirement => isMet(requirement, valueOf(requirement.key))));
}

/** An expression with `NotIn` also holds where there is no such label. */
function isMet(requirement: Requirement, value: string | undefined): boolean {
  switch (requirement.operator) {
    case 'In': return value !== undefined && requirement.values.includes(value);
    case 'NotIn': return value === undefined || !requirement.values.includes(value);
    case 'Exists': return value !== undefined;
    case 'DoesNotExist': return value === undefined;
  }
}

/** Whether all of these labels are there. */
export function hasLabels(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

/** The label that every namespace has. */
export const NAME_LABEL = 'kubernetes.io/metadata.name';

/** The label that the pods of a gateway have. */
export const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';

/** Whether a namespace is selected; where its labels are unknown, its name may tell. */
export function selectsNamespace(selector: Selector, labels: Labels | undefined, name: string): Truth {
  if (labels !== undefined || name === '') return selects(selector, labels);
  const part = (isOfName: boolean): Selector => ({
    matchLabels: Object.fromEntries(Object.entries(selector.matchLabels).filter(([key]) => (key === NAME_LABEL) === isOfName)),
    matchExpressions: selector.matchExpressions.filter(({ key }) => (key === NAME_LABEL) === isOfName),
  });
  return all([selects(part(true), { [NAME_LABEL]: name }), selects(part(false), undefined)]);
}
