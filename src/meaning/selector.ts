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

/** What is known of the labels of something. */
export interface Labelled {
  /** All of them. Absent where there may be others than are known. */
  readonly labels?: Labels;
  /** Some that are there, whatever else is, where not all are known. */
  readonly labelsAtLeast?: Labels;
}

/** Whether something is selected; unknown where a label decides that may be there or not. */
export function selects({ matchLabels, matchExpressions }: Selector, labelled: Labelled): Truth {
  const known = knownLabels(labelled);
  const isOpen = (key: string) => labelled.labels === undefined && !Object.hasOwn(known, key);
  const valueOf = (key: string) => Object.hasOwn(known, key) ? known[key] : undefined;
  return all([
    ...Object.entries(matchLabels).map(([key, value]) => isOpen(key) ? 'unknown' : truthOf(valueOf(key) === value)),
    ...matchExpressions.map(one => isOpen(one.key) ? 'unknown' : truthOf(isMet(one, valueOf(one.key)))),
  ]);
}

/** The labels that are there for certain. */
export function knownLabels({ labels, labelsAtLeast = {} }: Labelled): Labels {
  return labels ?? labelsAtLeast;
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
  return selects(selector, { labels, ...name !== '' && { labelsAtLeast: { [NAME_LABEL]: name } } });
}
