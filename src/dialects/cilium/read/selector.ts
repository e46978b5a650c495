import { clientsOfEntity } from './entities';
import type { Fields } from '../../../manifests/fields';
import { allOf, anyOf, type Condition, type Doubt, noneOf } from '../../../meaning/condition';
import type { Requirement, Selector } from '../../../meaning/selector';
import { ANYTHING, exactly, oneOf, type Text } from '../../../meaning/text';
import { selectorOf } from '../../../reading/selector';

const NAMESPACE = 'io.kubernetes.pod.namespace';
const NAMESPACE_LABELS = 'io.cilium.k8s.namespace.labels.';
const SERVICE_ACCOUNT = 'io.cilium.k8s.policy.serviceaccount';

/** Labels that are in no identity, unless Cilium is configured to keep them; what selects by them depends on that. */
const NO_IDENTITY = new RegExp('^(?:' + [
  'io\\.cilium\\.k8s', 'io\\.kubernetes', 'kubernetes\\.io', '.*beta\\.kubernetes\\.io', 'topology\\.kubernetes\\.io', 'k8s\\.io',
  'statefulset\\.kubernetes\\.io/pod-name', 'apps\\.kubernetes\\.io/pod-index',
  'batch\\.kubernetes\\.io/job-completion-index', 'batch\\.kubernetes\\.io/controller-uid',
  'pod-template-generation', 'pod-template-hash', 'controller-revision-hash', 'controller-uid', 'annotation', 'etcd_node',
].join('|') + ')');

/** A selector of endpoints, as it is written. */
export interface Endpoints {
  /** What is true of the endpoints that it selects, as if they called. */
  readonly are: Condition;
  /** Whether it says anything of namespaces. */
  readonly namesNamespaces: boolean;
  /** Whether it selects what is no pod. */
  readonly namesReserved: boolean;
}

export function endpointsOf(fields: Fields): Endpoints {
  const selector = selectorOf(fields);
  const all = requirementsOf(selector);
  const keys = all.map(({ key }) => sourceAndKey(key));
  return {
    are: selector === undefined || isAmbiguous(selector) ? notKnown(fields, 'the selector is not understood')
      : new Set(keys.map(({ source }) => source === 'reserved')).size > 1 ? notKnown(fields, 'labels of pods and of what is no pod do not go together')
        : conditionOf(all, fields),
    namesNamespaces: keys.some(({ key }) => key === NAMESPACE || key.startsWith(NAMESPACE_LABELS)),
    namesReserved: keys.some(({ source }) => source === 'reserved'),
  };
}

/** Whom a peer means: pods of the namespace of the policy, unless it says another one. */
export function peersOf(fields: Fields, namespace: string | undefined): Condition {
  const { are, namesNamespaces, namesReserved } = endpointsOf(fields);
  return namesReserved ? are : allOf({ type: 'pod', ...(namespace !== undefined && !namesNamespaces && { namespace: exactly(namespace) }) }, are);
}

export function notKnown({ place }: Fields, why: string): Doubt {
  return { type: 'unknown', why, place };
}

export function requirementsOf(selector: Selector | undefined): Requirement[] {
  return selector === undefined ? [] : [
    ...Object.entries(selector.matchLabels).map(([key, value]): Requirement => ({ key, operator: 'In', values: [value] })), ...selector.matchExpressions,
  ];
}

/** Any source, if it is not said. */
function sourceAndKey(written: string): { readonly source: string; readonly key: string } {
  const colon = written.indexOf(':');
  return colon < 0 ? { source: 'any', key: written } : { source: written.slice(0, colon), key: written.slice(colon + 1) };
}

/** Whether it says one label of any source twice, once with the word for it. */
function isAmbiguous({ matchLabels }: Selector): boolean {
  const keys = Object.keys(matchLabels);
  return keys.some(key => !key.includes(':') && keys.includes(`any:${key}`));
}

function conditionOf(requirements: readonly Requirement[], fields: Fields): Condition {
  const [labels, namespaceLabels]: Requirement[][] = [[], []];
  const others: Condition[] = [];
  for (const requirement of requirements) {
    const { source, key } = sourceAndKey(requirement.key);
    if (source === 'reserved') others.push(reserved(requirement, key, fields));
    else if (source !== 'any' && source !== 'k8s') others.push(notKnown(fields, `labels of the source '${source}' are not known here`));
    else if (key === NAMESPACE) others.push({ type: 'pod', namespace: textOf(requirement) });
    else if (key === SERVICE_ACCOUNT) others.push({ type: 'pod', serviceAccount: textOf(requirement) });
    else if (key.startsWith(NAMESPACE_LABELS)) namespaceLabels.push({ ...requirement, key: key.slice(NAMESPACE_LABELS.length) });
    else if (NO_IDENTITY.test(key)) others.push(notKnown(fields, `Cilium leaves the label '${key}' out of identities, unless it is configured to keep it`));
    else labels.push({ ...requirement, key });
  }
  const of = (matchExpressions: readonly Requirement[]): Selector => ({ matchLabels: {}, matchExpressions });
  return allOf(...labels.length + namespaceLabels.length === 0 ? [] : [{
    type: 'pod' as const,
    ...(labels.length > 0 && { labels: of(labels) }),
    ...(namespaceLabels.length > 0 && { namespaceLabels: of(namespaceLabels) }),
  }], ...others);
}

/** Labels of what is no pod have no value. */
function reserved(requirement: Requirement, entity: string, fields: Fields): Condition {
  const are = ['all', 'cluster'].includes(entity) ? notKnown(fields, 'it is not a label of an identity') : clientsOfEntity(entity, fields);
  switch (requirement.operator) {
    case 'Exists': return are;
    case 'DoesNotExist': return noneOf(are);
    case 'In': return requirement.values.includes('') ? are : anyOf();
    case 'NotIn': return requirement.values.includes('') ? noneOf(are) : allOf();
  }
}

function textOf(requirement: Requirement): Text {
  switch (requirement.operator) {
    case 'Exists': return ANYTHING;
    case 'DoesNotExist': return oneOf([]);
    case 'In': return oneOf(requirement.values.map(exactly));
    case 'NotIn': return { type: 'not', of: oneOf(requirement.values.map(exactly)) };
  }
}
